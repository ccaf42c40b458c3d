"""Snapshots in the ledger: reports as they were sent, and what has moved since.

``store`` has the tables ``frozen`` (the answer as text, with its hash, period, place and recipient) and
``frozen_row`` (the rows behind its figures), and compares the stored rows with those of today. ``movements`` finds
the commands that changed a record behind a figure since then. What a report is, and how the differences are printed,
belongs to ``reports.snapshots``: this package takes the text and the SQL as they are given.

A snapshot is inserted once and never updated, apart from the name of a person who was erased in recipient and note.
The chain covers its answer by the hash; ``hash_mismatches`` finds an answer that was altered.
"""
