"""Named checks of what a ledger holds: each asks questions of its rows, none changes them."""
