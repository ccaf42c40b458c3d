"""``sbd log``: what happened, in one line each.

``activity``, ``need``, ``visit`` and ``meeting`` call the function of the same subject in ``ledger.work``.
``prompts`` asks for an activity step by step where nothing was given and somebody sits at the terminal; it returns
words as they would be typed, so that both ways go through the same call.
"""
