"""Output: a Table → something to read.

Belongs here: how tables look, on the screen and in files. Which figures a table has is decided by whoever makes it
(``reports``, ``cli.record_tables``, ``forms``); nothing here knows the domain or opens a ledger.

``table`` is the one shape that every answer takes: columns with key, heading and kind; rows, totals, notes, and the
picture it is drawn with. ``files`` writes tables by the extension of a file, and ``formats`` makes JSON, CSV and
Markdown of them. ``terminal`` prints them, ``html`` makes a page, ``xlsx`` makes a workbook; all three take the
numbers of a picture from ``scales``, so that they show the same. ``reject_marks`` holds the two texts by which an
import recognises a file of refused rows.

Invariants: no text can act where it is shown: control characters are made visible, no cell of a file becomes a
formula, no text opens a tag. No figure is cut. The same tables give the same bytes. ``table`` and ``formats`` are
light; what needs rich or XlsxWriter is imported when it is used.
"""
