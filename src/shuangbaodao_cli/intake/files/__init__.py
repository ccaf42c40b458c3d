"""Files: the bytes of a workbook, text table or web page → worksheets of raw cells.

Belongs here: formats and their traps. A cell is passed on as it stands; headings and the meaning of cells belong to
``rosters``.

``workbook`` is the entry. It expands folders, reads the bytes and asks ``detect`` what they are, judging by the
content and never by the name. ``sandbox`` then starts ``worker``, a process with bounds on memory and time, in which
one of the ``readers`` takes the file apart: calamine for workbooks (openpyxl where it fails on an .xlsx),
``delimited`` for CSV and TSV, ``html`` for web pages saved as .xls, ``spreadsheetml`` for workbooks of 2003 as XML.
The process sends frames through a pipe, from which ``sandbox`` builds the ``sheet`` objects.

Meanwhile ``xlsx_extras`` searches the XML of an .xlsx in this process for what calamine leaves out: error cells,
formulas that were never computed, comments, hidden rows and columns, and cells coloured by hand (``cell_colours``);
``xlsx_parts`` finds and unpacks the parts. ``workbook`` adds all that to the sheets.

Invariants: a file that crashes or hangs its reader ends only that process; an archive that would unpack to too much
is refused beforehand; no macro runs and no formula is computed.
"""
