"""Rosters: the tables on a worksheet, recognised by their headings and cleaned column by column.

Belongs here: everything that can be found out from the file alone. Names stay names, because only ``ledger.imports``
knows which record they mean.

``find`` goes over the sheets and decides which of several record types a table lists, which sheets are none, and
which year a table is of. For each sheet ``tables`` asks ``header_search`` for the header with the most known headings
(``header_rows`` joins one to three rows of them; ``layout`` reads captions above, the year and month of the title,
and blocks side by side), fills merged cells down, and has ``row_scan`` go through the rows below; ``row_kinds`` tells
data from blanks, totals, footers and examples. The result is a Table, defined in ``model``.

``cleaning`` turns a Table into a Roster (``roster``): columns of stored values, with a problem for every doubt and
every change. A value that stands in a column a thousand times is cleaned once; ``cell_notes`` holds what was changed
or doubtful about it. ``checks`` then looks at the roster as a whole, and ``totals`` compares printed totals, copied
months and times signed in and out. ``rejects`` gathers the refused rows, to be handed back as they came.

Invariants: nothing is raised for bad data; problems are collected, all of them. A cell that was normalised has a
problem of severity ``fixed``. Columns that nobody knows are kept with their rows. The lists of a roster run side by
side: index n is the same row in each.
"""
