"""Forms of Word: text put into cells of the tables of a .docx, with all else as it was.

``tree`` parses the XML and keeps the place of every element in the bytes. ``tables`` lays the cells of a table on a
grid, so that merged cells have their rows and columns. ``cells`` reads the text of a cell, decides whether only a
person may write there, and makes the edits that put text into it in its own style. ``form`` unpacks the file, calls
the tables 表1, 表2 … and offers them as if they were sheets; it shares packing and the description of a sheet with
``forms.xlsx.form``.
"""
