"""Sign-in lists: how long somebody was there, from when they came and when they left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.vocabulary.clock import read_time
from shuangbaodao_cli.vocabulary.service import PARTICIPATION

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.roster import Roster


def reckon(roster: Roster) -> None:
    """Fill in the minutes of who signed in and out and has no duration; what was signed stays with the row.

    A cell without a time (a signature, √) says nothing. Leaving before coming refuses the row.
    """
    if roster.record is not PARTICIPATION or not {"start", "end"} & roster.columns.keys():
        return
    empty = [None] * len(roster.rows)
    starts, ends = (roster.columns.get(name, empty) for name in ("start", "end"))
    minutes = roster.columns["minutes"] = [*roster.columns.get("minutes", empty)]
    for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for name, said in (("start", start), ("end", end)):
            if said is not None:
                label = next(one.label for one in PARTICIPATION.beside if one.name == name)
                roster.keep(at, label, said)
        came, left = read_time(start or ""), read_time(end or "")
        if minutes[at] is None and came is not None and left is not None:
            if left < came:
                message = f"签退时间 {end} 在签到时间 {start} 之前，请核对"
                roster.tell(at, "end", "error", "number_invalid", end, message)
            else:
                minutes[at] = left - came
