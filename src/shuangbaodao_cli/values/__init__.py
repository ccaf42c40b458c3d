"""Values: how days, periods, numbers, names and codes are written, and how each is read, stored, compared and shown.

Belongs here: whatever can be decided about one value without knowing its record. A module may use ``problems`` and
``errors`` and nothing else of ours. Whatever names a field or a record type belongs to ``model``.

``text`` folds words for comparison and measures and cleans them for display; nearly every other module uses it. One
module for each kind of value parses what offices write: ``days`` (also today's date and the present moment in
Beijing), ``day_spans`` (several days in one cell), ``clock`` (from one time to another), ``numbers`` (counts and
durations), ``codes`` (id numbers and credit codes with their check digits) and ``phones``. ``cleaners`` makes of
these one function for each kind of value: a cell or a typed word → the stored value, or InvalidValue with the reason.
``types`` gives each function its name, its column type in SQL, its way back to text and its privacy class; the fields
in ``model`` refer to those types.

``period`` and ``period_phrases`` turn 上季度 or 2026Q3 into a period, ``workdays`` counts the working days of a term,
``masking`` shortens id numbers, phones and names for display.

Invariants: a parser returns a value or raises InvalidValue and never guesses; ``clean(show(value)) == value``; days
are ISO text, durations whole minutes, periods half-open. Only ``days`` looks at the calendar; ``SBD_TODAY`` overrides
what it takes for today.
"""
