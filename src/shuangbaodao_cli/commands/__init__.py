"""The commands: one module for one command word, from argv to one call to a printed table.

A command parses its options, opens the ledger by its session, makes one call (``ledger``, ``reports``, ``forms``) and
hands the result to ``cli.options``. It may ask at a terminal and word an answer. It holds no rule that another caller
would miss, and no SQL. Functions are named like their command, and their docstring is its help page, in Chinese.

Here: ``office`` (init, status), ``due``, ``fill``, ``query``, ``browse``, ``export``, ``schedule``, ``policy``,
``integrity`` (verify, backup, restore), ``demo``. In packages: ``log``, ``order``, ``records`` (add, edit, void,
list, show, template), ``imports``, ``history``, ``person``, ``report``, ``check``.

A new command is a function here and a line in the table of ``cli.app``. Commands take nothing from one another but a
shared option or helper (``records.template`` the remembered headings from ``imports.headings``).
"""
