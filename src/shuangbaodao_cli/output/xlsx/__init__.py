"""Workbooks, written with XlsxWriter: reports, blank templates and refused rows.

Three entries: ``workbook`` (tables, one sheet each, as a street office prints them), ``template`` (the blank sheet
that is sent out, with drop-downs and one example row) and ``rejects`` (refused rows in the layout in which they came,
with what is wrong beside them). All three make their book with ``book``, which holds what Excel and XML accept as
names and texts, and fixes the timestamps so that the same content gives the same bytes. ``workbook`` and ``template``
write rows through ``sheet``; ``style`` has fonts, borders, number formats and column widths; ``charts`` adds charts
and shades.

Existing files are never edited here: that is for ``forms.xlsx``.
"""
