"""``sbd history`` and ``sbd undo``.

``history`` prints commands and changes by ``ledger.history.entries``, and the correction slip of an entry. ``undo``
takes an entry or an import back by ``ledger.history.undo`` and prints what was voided and restored, and how the
totals changed.
"""
