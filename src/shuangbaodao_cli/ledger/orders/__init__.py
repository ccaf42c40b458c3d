"""Orders: from a need (or a project or resolution) to the look-back that says it is solved.

``create`` opens an order or finds the one that is meant. ``steps`` takes a step: it asks ``model.orders`` and the
policy whether the step may follow, checks who takes it and when, and inserts an ``order_event``; a step that was
wrong is withdrawn by another event, never updated. ``state`` then derives the state of the order and of its need from
the events that stand. ``timeline`` reads the events back and keeps the evidence for them. ``whistles`` calls a
department to an order and records its answers, each by its deadline. ``suggestions`` ranks who could take an order
on, every point with its reason.

Steps that a list of an office reports come in by ``imports.order_steps``, with the same insert and the same state.

Invariants: the events are the truth. State, holder and closing day of orders and needs are derived, stored only to be
searched and counted, covered by no link of the chain, and derived again by verification. The reports count a need as
resolved on the day in its column ``closed``. The deadlines of a whistle are computed once, by the policy of that day,
and stay as they are when the policy changes.
"""
