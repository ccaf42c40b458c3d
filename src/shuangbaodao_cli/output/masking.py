"""What of a personal number may leave the ledger unless somebody gives a reason to see it whole.

An id keeps its area and its last character only: with the birth date beside it, showing four more
digits would leave exactly one number possible.
"""

from __future__ import annotations


def mask_id(number: str) -> str:
    """``13080219900307001X`` → ``130802***********X``; of a passport the first and the last character."""
    shown = 6 if len(number) == 18 else 1
    return f"{number[:shown]}{'*' * (len(number) - shown - 1)}{number[-1:]}" if len(number) > 4 else "*" * len(number)


def mask_phone(number: str) -> str:
    """``19900001234`` → ``199****1234``; a landline keeps its last two digits."""
    if len(number) == 11 and number.isdigit():
        return f"{number[:3]}****{number[-4:]}"
    return f"{'*' * (len(number) - 2)}{number[-2:]}"


def mask_private(_: str) -> str:
    """Name, health or address of somebody who is looked after: that there is something, and no more."""
    return "＊＊"
