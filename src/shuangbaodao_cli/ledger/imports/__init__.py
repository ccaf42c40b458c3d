"""Imports: cleaned rosters brought into the ledger, one transaction for a file, every row accounted for.

Belongs here: what the rows of a roster mean and what they change. Reading files belongs to ``intake``; this package
and ``remembered_headings`` are the only ones of the ledger that know a Roster.

``importer`` is the entry: it recognises a file that was imported before, loads its rosters in the order of their
references, and stores the outcome with the batch. ``loader`` takes one roster in waves (of places and Party
organisations those above go first). For each wave: ``references`` turns names into ids and inserts places,
organisations, teams and branches that are new; ``row_rules`` refuses rows that break a rule; ``order_steps`` reads
the steps in a list of orders; ``row_matching`` finds the record each row means and what is doubtful about that;
``id_suggestions`` proposes whose a damaged or masked id number may be. New records are then inserted in bulk, the
others updated; ``linked_records`` inserts what else a row mentions (team, check-in, participants, outcomes), and
``order_steps`` adds the steps. ``missing_records`` warns of records that a newer copy of a list no longer has.
``sheet_import`` has what these steps pass on, ``outcomes`` what is reported at the end, ``batches`` the list of
imports.

Invariants: rows = created + updated + unchanged + rejected + skipped, checked for every sheet. An empty cell erases
nothing. The same file a second time changes nothing. A step returns what it found; only problems and refused rows are
added to the roster. ``source`` keeps which row of which file named which record, and the file itself is kept.
"""
