"""A month that was copied from another: the same activities with the same numbers, only the days changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.roster import Roster

FEWEST = 3
"""Activities that a table must have: two may well be held each month in the same way."""
LIKENESS = 0.95
_TOLD = ("title", "place", "org", "team", "people", "headcount", "served", "resolved", "minutes", "content")
"""What is the same from row to row where only the days were changed."""


def check_copies(rosters: Sequence[Roster]) -> None:
    """Ask about a table of activities that is nearly all an earlier one of the same file."""
    seen: list[tuple[Roster, Counter[tuple[Any, ...]]]] = []
    for roster in (one for one in rosters if one.record.name == "activity" and len(one.rows) >= FEWEST):
        rows = _rows(roster)
        copied = next((other for other, held in seen if _alike(rows, held) and _days(other) != _days(roster)), None)
        if copied is not None:
            message = f"这张表的活动和“{copied.sheet}”几乎都一样，只是日期不同；如果是照着抄的，请核对数字和参加人员"
            roster.tell(0, "title", "warning", "copied_month", roster.columns["title"][0], message)
        seen.append((roster, rows))


def _rows(roster: Roster) -> Counter[tuple[Any, ...]]:
    columns = [roster.columns[name] for name in _TOLD if name in roster.columns]
    return Counter(zip(*columns, strict=True))


def _days(roster: Roster) -> list[Any]:
    return roster.columns.get("date", [])


def _alike(rows: Counter[tuple[Any, ...]], held: Counter[tuple[Any, ...]]) -> bool:
    return (rows & held).total() >= LIKENESS * max(rows.total(), held.total())
