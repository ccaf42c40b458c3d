"""``sbd report`` and the commands behind it.

``report`` settles period and place into a Scope, takes the tables from ``reports.answer``, and puts another period
(``reports.compare``) or the rows behind (``reports.explain``) beside them where that is asked for. ``snapshots`` has
freeze, frozen and bridge, by ``reports.snapshots``. Everything is read in one transaction, so that all figures of one
answer are of one moment.
"""
