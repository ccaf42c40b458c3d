"""``sbd order``: the way of an order.

``steps`` has a command for every step, and the opening and withdrawal, all by ``ledger.orders``; ``whistle`` calls a
department and records its answers; ``suggest`` lists who could take an order on. After each step the commands for the
possible next ones are printed.
"""
