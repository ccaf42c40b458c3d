"""``sbd person``, ``sbd org`` and ``sbd privacy``: rights of persons, and duplicates.

``consent`` registers and withdraws consent, ``forget`` erases somebody, ``privacy`` prints the inventory of personal
data, all by ``ledger.privacy``; ``export`` gathers all that the ledger holds about a person and writes it to a file.
``merge`` serves persons and organisations alike, by ``ledger.duplicates``.

``forget`` asks first, and lists what still mentions the person afterwards; what cannot be undone needs a yes.
"""
