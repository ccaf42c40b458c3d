"""History: what each command did, and how one is taken back.

``entries`` lists commands with a summary and the field changes that each made, from ``entry`` and ``change``.
``command_text`` shows a command as it was typed, with personal numbers masked.

``undo`` takes one entry back as a unit, an import too: ``undo_plan`` decides whether it can be undone and which
changes there are to restore; ``undo`` voids what the entry inserted and restores what it changed, unless it was
changed again since; ``undo_guards`` then looks at the result, within the transaction, and refuses it where later
records would be left without what they rely on; the states of orders are refreshed.

An undo is an entry of its own and can be undone in turn (``storage.reversals``). A version of the policy, a report
that was sent, an erasure and a mark (two are distinct, a finding is accepted) cannot be undone; ``undo_plan`` says
what to do instead.
"""
