"""``sbd import`` and ``sbd imports``.

``import_`` parses the options and starts a run; ``run`` reads, imports and reports file after file, so that one that
cannot be imported does not stop the others; ``headings`` handles ``--map`` and ``--explain-headers``; ``outcome``
prints what became of each file and writes the refused rows (``--rejects``); ``list`` lists the batches.

A file that cannot be read makes no ledger. Where a file would replace much of what is stored, ``run`` asks, and reads
the rosters anew before it imports.
"""
