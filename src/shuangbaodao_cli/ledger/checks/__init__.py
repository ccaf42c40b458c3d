"""Checks: named questions about what a ledger holds, for somebody to look into.

``catalogue`` has every check with its label, severity, function and the thresholds it takes from the policy, runs
them in one transaction, and stores which findings somebody looked into and found in order. The functions are in
``structure`` (the file, its schema, chain and attachments), ``people`` (hours over the cap, two communities on one
day), ``activities`` (headcounts, hours, dates) and ``repetition`` (the same people, hours or entries again and
again). Each yields Findings (``finding``), which also finds the imported rows that a record came from.
``call_sample`` draws participations to be verified by telephone.

Invariants: a finding is a question, never a verdict, and its remedy says how to verify it. No check changes a record;
the table ``accepted`` is all that is written. A finding is known by a fingerprint of its facts, so it comes back when
they change. Findings of damage cannot be accepted.
"""
