"""The work: what happened, entered at the keyboard, one call for each command.

Belongs here: the calls behind ``log``, ``add``, ``edit``, ``void`` and ``due``, each with all that follows from it.
Steps of orders are in ``orders``; rows of rosters come in by ``imports``.

``activities``, ``needs``, ``visits`` and ``meetings`` log one event each with everything that belongs to it:
participants and outcomes, the next visit, attendance and resolutions. They parse by ``records.input``, check by
``records.rules`` and insert by ``records.store``. ``register`` does the same for a record of any type. ``due``
gathers what is due or overdue from all of them, by the policy; ``visits`` computes when the next visit is.

A caller opens the transaction and passes its Entry; a rule that forbids the event raises Refused, and the transaction
is rolled back. When the duration of an activity is edited, participants who had the same minutes follow it.
"""
