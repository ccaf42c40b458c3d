"""Forms of Excel: values put into cells of an .xlsx, with all else as it was.

``form`` unpacks the file, knows its sheets and what of them the values do not show (formulas, formats, protection),
and packs it again. ``cells`` changes the XML of one sheet as text, at the cells in question and nowhere else. Where
there are formulas, their results are removed, so that the program that opens the file computes them anew.

No library that reads and rewrites a whole workbook is used: it would lose pictures, charts and the extensions of WPS.
New workbooks are made in ``output.xlsx``.
"""
