"""The command line, as far as the commands share it.

Belongs here: argv, options, help, exit codes, and how an answer goes out. What a single command does belongs to
``commands``; nothing here knows a rule of the work.

``app`` has the table of all commands, runs one, and turns every failure into one sentence and an exit code. ``lazy``
loads the module of a command when it is called, and prints help from the table until then; ``help`` lays the help
pages out in Chinese. ``options`` has the shared options and the sentences that commands print; ``output`` prints
tables or writes them to a file, and is not loaded by what only logs; ``periods`` has the options for period and
place. ``session`` is one command under way: its ledger, the words that were typed, the head of the chain after
reading. ``record_tables`` shows records as tables, ``progress`` shows how far an import is, ``crontab`` keeps the
scheduled jobs.

Invariants: ``--help`` loads no command and no database. Nothing a user can cause ends in a traceback. A session is
made once for each command and passed on; no module keeps state between two commands.
"""
