"""The catalogue of checks, each with its label, severity and thresholds; running them; and findings once accepted.

An accepted finding is known by its fingerprint, so it comes back when its facts change.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.checks import activities, people, repetition, structure
from shuangbaodao_cli.ledger.checks.finding import CheckContext, Finding
from shuangbaodao_cli.ledger.storage.driver import sqlite3
from shuangbaodao_cli.ledger.storage.transactions import read_transaction
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shuangbaodao_cli.ledger.storage.journal import Entry

SEVERITIES = {"error": "错误", "warning": "提醒", "info": "留意"}
"""Severity → label: the facts are impossible, unlikely, or merely worth a look."""


class Check(NamedTuple):
    """One check: its label, severity, function, and the policy keys of its thresholds."""

    label: str
    severity: str
    run: Callable[[CheckContext], Iterable[Finding]]
    limits: Sequence[str] = ()


CHECKS: dict[str, Check] = {
    "file": Check("台账文件有没有损坏", "error", structure.file),
    "references": Check("指向的记录在不在", "error", structure.references),
    "schema": Check("各张表的样子对不对", "error", structure.schema),
    "frozen": Check("报送过的报表有没有被改动", "error", structure.frozen_reports),
    "chain": Check("校验链接不接得上", "error", structure.chain),
    "names": Check("按名字找不找得到", "error", structure.names),
    "orphans": Check("用到的记录已经作废", "error", structure.orphans),
    "future": Check("活动日期还没有到", "error", activities.future),
    "counted-twice": Check("同一人在一次活动里算了两次", "error", activities.counted_twice),
    "kept-files": Check("留底的文件还在不在", "warning", structure.kept_files),
    "day-hours": Check("一人一天的时长", "warning", people.day_hours, ["hours.daily_cap"]),
    "month-hours": Check("一人一个月的时长", "warning", people.month_hours, ["check.monthly_cap"]),
    "outside-checkin": Check("报到以前或离开以后的活动", "warning", people.outside_checkin),
    "late-entry": Check("活动记得晚", "warning", activities.late_entry, ["record.entry_days"]),
    "headcount": Check("参加人数和名单不一样", "warning", activities.headcount, ["check.short_lists"]),
    "hours-without-activity": Check("活动没有时长，人有时长", "warning", activities.hours_without_activity),
    "closed-early": Check("需求当天或提前就解决", "warning", activities.closed_early),
    "alike-rows": Check(
        "短时间里记了许多一样的活动", "warning", repetition.alike_rows, ["check.alike_rows", "check.alike_minutes"]
    ),
    "two-places": Check("一人一天在两个社区", "info", people.two_places),
    "no-minutes": Check("一次活动里有人没有时长", "info", activities.no_minutes),
    "same-people": Check(
        "名单月月一样",
        "info",
        repetition.same_people,
        ["check.same_people", "check.same_months", "check.same_percent"],
    ),
    "round-numbers": Check(
        "服务人次大多是整十的数", "info", activities.round_numbers, ["check.round_least", "check.round_percent"]
    ),
    "same-hours": Check("每次活动人人时长相同", "info", repetition.same_hours, ["check.same_hours"]),
}
"""Every check by name, the gravest first."""
DAMAGE_CHECKS = {"file", "references", "schema", "frozen", "chain"}
"""Checks for damage: no explanation makes it good, so their findings cannot be accepted."""


def resolve_checks(names: Sequence[str]) -> list[str]:
    """The checks of some names or labels, in the order of the catalogue; all of them where ``names`` is empty.

    Raises UsageError for an unknown name.
    """
    known = [*CHECKS, *(check.label for check in CHECKS.values())]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, [*known, "sample"], n=1, cutoff=0.5)
            guess = f"是不是 {near[0]}？" if near and near[0] != name else ""
            raise UsageError(f"没有“{name}”这一项检查。{guess}有哪些：sbd check --list。")
    return [name for name, check in CHECKS.items() if not names or name in names or check.label in names]


def run_checks(connection: sqlite3.Connection, names: Sequence[str]) -> list[Finding]:
    """The findings of some checks, check by check, all read in one transaction.

    Where the file is damaged, no other check is run. A check that fails because a table is not as it should be is
    itself a finding of the check ``schema``.
    """
    context = CheckContext(connection, policy.current(connection), today().isoformat())
    if "file" in names and (damage := list(structure.file(context))):
        return [*damage, Finding("file", "", None, "文件损坏，其余的检查没有做", structure.DAMAGE_REMEDY)]
    found: list[Finding] = []
    with read_transaction(connection):
        for name in names:
            try:
                found += CHECKS[name].run(context) if name != "file" else ()
            except sqlite3.OperationalError as error:
                if not any(structure.schema(context)):
                    raise
                message = f"台账有损坏，“{CHECKS[name].label}”没有查成：{error}"
                found.append(Finding("schema", "", None, message, structure.DAMAGE_REMEDY))
    return found


def accepted_fingerprints(connection: sqlite3.Connection) -> set[str]:
    """The fingerprints of all accepted findings."""
    return {fingerprint for (fingerprint,) in connection.execute("SELECT finding FROM accepted")}


def accept(entry: Entry, findings: Iterable[Finding]) -> int:
    """Mark findings as accepted; returns how many were not accepted before."""
    before = entry.connection.total_changes
    entry.connection.executemany(
        "INSERT INTO accepted (finding, entry) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(finding.fingerprint, entry.id) for finding in findings],
    )
    return entry.connection.total_changes - before
