"""Reports: one question each, answered by one .sql file.

Belongs here: what is counted, its written definition and how it is laid out. How it looks is for ``output``; what a
period is for ``values.period``; reports never write (``snapshots`` hands what was sent to the ledger).

``catalogue`` has one row for every report: its .sql, its layout, its picture, and the rows behind its figures.
``queries`` reads the .sql files with their heads and lists the ways to divide the summary. ``answer`` is the entry:
it takes a name and a Scope (period and place, defined in ``model``), has the layout make a Body, and puts office,
place and period around it. The layouts: ``summary`` (the six measures and their divisions), ``listings`` (the rows
themselves, people's hours, outcomes, places by month or category), ``orders`` (needs and orders), ``fieldwork``
(visits, meetings, check-ins, gaps in coverage), ``gap`` (needs beside resources), ``user_reports`` (.sql files that
the office wrote, read in the sandbox of ``ledger.query``).

Some modules work on finished answers: ``compare`` puts another period beside, ``explain`` adds definitions and the
rows behind (``sources`` says which rows those are and how they come to each figure), ``sentence`` writes the summary
as a sentence, ``export_profiles`` refuses or shortens what a recipient may not see, ``datasette`` describes the
ledger for a browser.

Invariants: a figure is computed in one statement only; other modules call the report. A report without sources that
does not list its own rows cannot be registered. ``explain`` stops where figures and rows differ.
"""
