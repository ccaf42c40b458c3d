"""The ledger: the one package that opens SQLite, with the rules of the work.

A command makes one call here and prints what it returns; whatever must hold for every caller (the command line,
imports, Python) is enforced here and not in the command. Nothing here knows typer or ``output``, and only ``imports``
and ``remembered_headings`` know rosters.

From the bottom up:

- ``storage``: the file, transactions, the journal, the hash chain, migrations, backups, attachments.
- ``policy``: the office's own rules, version by version.
- ``records``: any one record: stored, found, matched, labelled, voided.
- ``orders``, ``snapshots``, ``duplicates``, ``query``, and ``office`` (whose ledger this is).
- ``work``: what happened, and the calls behind add, edit and void.
- ``history``: what each command did, and its undo. ``remembered_headings``: headings that a user explained.
- ``imports``: a roster brought into the ledger. ``integrity``: verification and restoring.
- ``checks``: findings for somebody to look into. ``privacy``: consent, erasure, an inventory of personal data.

One command is one ``entry`` (who, when, why). Every record names the entry that inserted it and, where it was voided,
the one that did that; every changed field has a row in ``change`` with its old and its new value. No record is
deleted.

Stored twice, so that totals are quick and their SQL stays portable: a name as it is matched (``name_key``), every
place with all above it (``place_tree``), and the date of an activity in each participation (a foreign key with ON
UPDATE CASCADE). The state of orders and needs follows from their steps and is stored to be searched.
"""
