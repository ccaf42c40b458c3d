"""SQL that a user wrote: read only, limited, and without personal data unless a reason is given.

``sql`` runs one statement on a connection that cannot write, with limits on time and size. ``authorizer`` decides
column by column what it may read: ids, phones and data of care recipients read as NULL, and a statement that names
them is refused, since it could find them out by a condition. ``masked_copy`` writes the ledger without those columns
to a file, for programs that show whole tables.

Used by ``sbd query``, the Python API, the office's own reports and ``sbd browse``. The program's own statements go
straight to the connection.
"""
