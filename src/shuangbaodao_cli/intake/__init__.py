"""Intake: from a file to cleaned columns and a list of problems. Knows no database.

``files`` reads the bytes: what kind of file it is, and which cells its sheets have. ``rosters`` reads the meaning:
where the tables are on a sheet, which record type each lists, and what its cells come to. ``rosters`` uses ``files``
and never the reverse.

What a row means for the ledger (a known person or a new one, a name that nobody bears) is decided in
``ledger.imports``. Whoever fills in a form uses the readers of ``files`` and the header helpers of ``rosters`` as
well (``forms``).
"""
