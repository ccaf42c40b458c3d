"""Integrity: whether a ledger is whole and its history unaltered, and the way back to a backup.

``structure`` looks at the ledger as it is: pages, references, snapshots, tables against the record descriptions.
``verify`` walks the chain: every row is hashed as it was when its command ended, which ``past_rows`` works out by
walking it back over its changes; it also derives the states of orders and the tree of places again. ``chain_heads``
reads a head from paper, from an exported file or from a backup, to compare with. ``untrusted`` opens a ledger from
elsewhere, in which nothing may run before its schema is known to be ours. ``restore`` uses it to check a backup,
migrates the copy and puts it in the place of the ledger, which is set aside.

Making backups, hashing and layouts belong to ``storage``; whether the contents are plausible belongs to ``checks``.

Invariants: a row is verified by the layout under which it was hashed. A restore ends with the backup whole or the
ledger as it was. Nothing here changes a ledger but ``restore``.
"""
