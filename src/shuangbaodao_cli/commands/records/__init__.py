"""Records of any type: ``add``, ``edit``, ``void``, ``list``, ``show`` and ``template``.

``edit`` has the three commands that write (by ``ledger.work.register``), ``show`` those that read (by
``ledger.records.query``), ``template`` makes a blank workbook from the description of a record type. All of them
follow from ``model``: a new record type needs nothing here.
"""
