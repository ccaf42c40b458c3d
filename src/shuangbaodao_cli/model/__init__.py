"""The record types: what the ledger keeps records of, with the fields, headings and keys of each.

Belongs here: the description of the nouns. What is done with them (inserted, matched, counted, shown) belongs to
``ledger``, ``reports`` and ``cli``; how a value is written belongs to ``values``.

``record`` defines Field, Link and Record. The records themselves stand by subject: ``places``, ``people``
(organisations, persons, teams, check-ins, memberships, consents), ``party``, ``service`` (activities, participations,
outcomes), ``work`` (needs, resources, projects), ``orders`` (orders, their steps, whistles), ``meetings`` and
``care``. ``categories`` holds the service categories and the words that lead to them. ``registry`` collects all of
them by name and derives the order in which the sheets of a workbook are loaded.

From a description follow: the headings an import recognises, the cleaning of cells, blank templates, add, list, show
and edit, the dictionary of fields, masking and erasure, and the expected columns of the tables. The tables themselves
are written by hand in ``ledger/storage/schema`` and compared with the descriptions by a test.

A description holds data, never behaviour, apart from the ``clean`` and ``show`` of its value types. Rules that need
only constants of a type stand beside it (``allowed_next_steps`` in ``orders``, ``lacks_consent`` in ``care``).
"""
