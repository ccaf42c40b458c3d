"""Forms: a workbook or document that somebody else designed, filled with the figures of the reports.

Belongs here: understanding the form and writing into it. Every figure comes from ``reports``; nothing is computed
here, apart from checking whether a total fits its rows.

``fill`` is the entry: it reads the tables of the file as sheets of cells, and the file to be filled (``xlsx`` or
``docx``), which from there on are treated alike. ``header`` finds the header, ``headings`` decides which figure and
which period a heading asks for. ``plan`` holds the task: what goes into which cell, and why others stay empty.
``rows`` classifies the rows below the header, ``row_records`` finds the record that each of them names, ``figures``
takes the figures from the reports. ``fill`` brings these together and plans every cell; ``totals`` plans the 合计 and
notes where it does not fit; ``summary`` lists what was filled and what was left. Only then does the file change, when
the command has it rendered. Headings that a user explained are kept by ``ledger.remembered_headings``, under the
shape of the form.

Invariants: a wrong number in the right cell is worse than an empty one, so whatever is in doubt stays empty with a
reason. A cell that is not empty is never overwritten. Everything else in the file stays as it was.
"""
