"""Storage: the ledger as a file, whatever records it holds.

Belongs here: opening, locking, journalling, hashing, copying and encrypting. Of the record types this package knows
at most the name and columns of a table; their rules belong to ``records`` and above.

``ledger_file`` opens the file by way of ``encryption`` (which takes the passphrase from the environment and SQLite
from ``driver``), pins the settings that durability rests on, and creates or migrates the schema: ``migrations`` runs
the scripts of ``schema/``; an older ledger is first copied by ``backup``. ``transactions`` begins and ends
transactions and waits for other commands; ``sqlite_errors`` turns what SQLite raises into sentences.

A command that writes uses ``journal.write_transaction``: one transaction, one row in ``entry``, and at its end
``chain`` hashes all that was inserted onto what came before. ``layouts`` has the columns that are hashed, frozen for
each version of the schema. ``reversals`` knows which entry undid which. ``attachments`` keeps imported files and
evidence in the folder ``<ledger>.files``, under the hash of their bytes.

Invariants: mode 0600; rollback journal, full sync, foreign keys, ``trusted_schema`` off. An UPDATE of a hashed column
must be journalled, as ``records.store`` does, or verification fails. A released script or layout is never edited.
That an import was undone is stored twice: in ``change``, where the chain covers it, and in ``batch.undone`` for
queries.
"""
