"""Records: what can be done with one record of any type.

Belongs here: whatever follows from the description of a record type. What is special to one kind of work (activities,
orders, visits) belongs to ``work`` and ``orders``.

Writing: ``input`` turns what was typed into values (names resolved by ``lookup``), ``rules`` checks what types alone
cannot, ``store`` inserts or updates and journals every old value, ``numbering`` gives readable numbers, ``void``
voids a record with its parts. Reading: ``query`` finds records by FIELD:VALUE and loads one with its parts and
history, ``labels`` puts records and values into words, with numbers of persons masked.

Which record is meant: ``lookup`` for a typed name, ``matching`` for the row of a roster (by the keys of its type, the
strongest first, with a ``key_index`` for each), ``identity`` for merged records (``same_as``), ``actors`` for
references to a person, organisation, team or branch. ``place_tree`` keeps each place with all those above it.

Invariants: records are inserted by ``store`` or, in bulk, by ``imports.loader`` with the statement of ``store``;
whoever updates a hashed column journals the old value. An alias keeps its rows; what counts or compares follows
``same_as``, which is always one step. ``name_key`` is the folded name and is set wherever a name is.
"""
