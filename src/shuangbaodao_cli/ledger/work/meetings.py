"""Joint meetings: one is logged with attendance, topics and resolutions; and what became of resolutions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused, UsageError
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import rules, store
from shuangbaodao_cli.model.meetings import ATTENDANCE, MEETING, RESOLUTION, TOPIC
from shuangbaodao_cli.model.orders import STEPS
from shuangbaodao_cli.values.days import today
from shuangbaodao_cli.values.text import fold, split_names

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.ledger.storage.journal import Entry

_SEPARATOR = re.compile(r"\s*[|｜]\s*")
_NAME_WITH_REASON = re.compile(r"(.+?)[(（](.+)[)）]\s*")


def log_meeting(  # noqa: PLR0913  # what a meeting is made of
    entry: Entry,
    raw_values: Mapping[str, str | None],
    *,
    present: Sequence[str],
    absent: Sequence[str],
    topics: Sequence[str],
    resolutions: Sequence[str],
    new: bool = False,
) -> int:
    """Insert a meeting with all that belongs to it, and return its id. Raises UsageError, NotFound, Refused.

    ``absent`` may give a reason in brackets; ``topics`` read 内容|提出单位, ``resolutions`` 内容|责任单位|时限.
    """
    values = records_input.parse_options(entry, MEETING, raw_values, new=new)
    values.setdefault("date", today().isoformat())
    rules.check_complete(MEETING, values)
    rules.check_not_future(values["date"])
    _check_duplicate(entry.connection, values)
    id_ = store.insert(entry, MEETING, values)
    present_orgs = _insert_attendance(entry, id_, present, present=1, new=new)
    if in_both := present_orgs & _insert_attendance(entry, id_, absent, present=0, new=new):
        raise UsageError(f"有 {len(in_both)} 个单位既写了到会又写了缺席，请核对。")
    for topic in topics:
        title, org = _split_fields(topic, 2, "内容|提出单位")
        title = records_input.clean(TOPIC["title"], title)
        proposer = records_input.resolve(entry, TOPIC["org"], org, new=new) if org else {}
        store.insert(entry, TOPIC, {"title": title, "meeting": id_, **proposer})
    for resolution in resolutions:
        _insert_resolution(entry, id_, values["date"], resolution, new=new)
    return id_


def _check_duplicate(connection: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    sql = "SELECT number FROM meeting WHERE name_key = ? AND date = ? AND place IS ? AND voided IS NULL"
    if row := connection.execute(sql, (fold(values["title"]), values["date"], values.get("place"))).fetchone():
        raise Refused(f"这次会议已经记过了（{row[0]}），没有再记。要补充请用 sbd add resolution、sbd edit meeting。")


def _insert_attendance(entry: Entry, meeting: int, names: Sequence[str], *, present: int, new: bool) -> set[int]:
    orgs = set()
    for name in (part for raw in names for part in split_names(raw)):
        match = _NAME_WITH_REASON.fullmatch(name)
        (org,) = records_input.resolve(entry, ATTENDANCE["org"], match[1] if match else name, new=new).values()
        if org not in orgs:
            reason = match[2] if match else None
            store.insert(entry, ATTENDANCE, {"meeting": meeting, "org": org, "present": present, "reason": reason})
        orgs.add(org)
    return orgs


def _insert_resolution(entry: Entry, meeting: int, day: str, raw: str, *, new: bool) -> None:
    title, org, due = _split_fields(raw, 3, "内容|责任单位|时限")
    values: dict[str, Any] = {"title": records_input.clean(RESOLUTION["title"], title), "meeting": meeting}
    if org:
        values |= records_input.resolve(entry, RESOLUTION["org"], org, new=new)
    if due:
        values["due"] = records_input.clean(RESOLUTION["due"], due)
        if values["due"] < day:
            raise UsageError(f"“{title}”的时限 {values['due']} 在开会以前，请核对。")
    store.insert(entry, RESOLUTION, values)


def _split_fields(raw: str, count: int, form: str) -> list[str]:
    parts = _SEPARATOR.split(raw.strip())
    if not parts[0] or len(parts) > count:
        raise UsageError(f"“{raw}”应写成 {form}，后面的可以不写。")
    return [*parts, *[""] * (count - len(parts))]


def previous_outcomes(connection: sqlite3.Connection, meeting: int) -> list[tuple[Any, ...]]:
    """What became of the resolutions of the meeting before one at the same place, as ``outcomes`` has it."""
    sql = (
        "SELECT b.id FROM meeting AS m JOIN meeting AS b ON b.place IS m.place AND b.voided IS NULL "
        "AND (b.date, b.id) < (m.date, m.id) WHERE m.id = ? ORDER BY b.date DESC, b.id DESC LIMIT 1"
    )
    previous = connection.execute(sql, (meeting,)).fetchone()
    return outcomes(connection, previous[0]) if previous else []


def outcomes(connection: sqlite3.Connection, meeting: int) -> list[tuple[Any, ...]]:
    """What became of the resolutions of a meeting: rows of number, title, assignee, due day, state and day done."""
    sql = (
        "SELECT r.number, r.title, COALESCE(g.name, r.owner), r.due, COALESCE(r.done_on, p.done_on, o.closed), "
        "o.state, r.result FROM resolution AS r LEFT JOIN org AS u ON u.id = r.org "
        "LEFT JOIN org AS g ON g.id = COALESCE(u.same_as, u.id) LEFT JOIN project AS p ON p.id = r.project "
        "LEFT JOIN [order] AS o ON o.id = (SELECT l.id FROM [order] AS l WHERE l.voided IS NULL AND "
        "(l.resolution = r.id OR (r.project IS NOT NULL AND l.project = r.project)) "
        "ORDER BY l.state = 'cancelled', l.closed IS NULL, l.id DESC LIMIT 1) "
        "WHERE r.meeting = ? AND r.voided IS NULL ORDER BY r.id"
    )
    rows = []
    for number, title, assignee, due, done_on, state, result in connection.execute(sql, (meeting,)):
        state_label = "已落实" if done_on else STEPS[state][0] if state in STEPS else "还没有办"
        if not done_on and due and due < today().isoformat():
            state_label += "（逾期）"
        rows.append((number, title, assignee, due, f"{state_label}：{result}" if result else state_label, done_on))
    return rows
