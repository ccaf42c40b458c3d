"""Duplicates: two records of one person or one organisation.

``person_pairs`` and ``org_pairs`` compare records that share a key (never all with all) and give the reasons;
``similarity`` finds names that look alike. ``candidates`` makes the list to be proposed, without pairs that somebody
marked as distinct. ``merge`` merges two records, takes a merger apart again, and marks two as distinct.

Nothing is merged without a user. A merger moves no rows: the alias points to the canonical record
(``records.identity``), which takes over the values it lacks. The journal has both, so that ``unmerge`` can take these
values away again, unless they were changed since.
"""
