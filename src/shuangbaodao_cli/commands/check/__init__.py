"""``sbd check`` and ``sbd check sample``.

``check`` prints the findings of ``ledger.checks`` with the imported rows they come from, and accepts them; ``sample``
draws participations to be verified by telephone. Findings that nobody accepted end in exit code 3.
"""
