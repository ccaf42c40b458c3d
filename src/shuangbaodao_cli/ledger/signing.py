"""Sign-in lists: how long somebody was there, from when they came and when they left."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from shuangbaodao_cli.vocabulary.service import PARTICIPATION

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.roster import Roster

_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4])[:时点]([0-5]\d)?(?!\d)")
_HALF = re.compile(r"(?<!\d)([01]?\d|2[0-4])[时点]半")
_FRACTION = re.compile(r"0?\.\d+")


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
        came, left = clock(start or ""), clock(end or "")
        if minutes[at] is None and came is not None and left is not None:
            if left < came:
                message = f"签退时间 {end} 在签到时间 {start} 之前，请核对"
                roster.tell(at, "end", "error", "number_invalid", end, message)
            else:
                minutes[at] = left - came


def clock(said: str) -> int | None:
    """A time of day in minutes since midnight: 9:00, 9：05, 9时半, 2026-07-18 09:00:00, 0.375 of a day."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", said)).strip()
    if _FRACTION.fullmatch(text):
        return round(float(text) * 24 * 60)
    afternoon = 12 if re.search("下午|晚|pm", text, re.IGNORECASE) else 0
    found = _HALF.search(text) or _CLOCK.search(text)
    if found is None:
        return None
    hour = int(found[1])
    half = found.re is _HALF
    return (hour + (afternoon if hour < 12 else 0)) * 60 + (30 if half else int(found[2] or 0))
