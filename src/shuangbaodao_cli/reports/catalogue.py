"""Which questions can be asked: the heads of the .sql files, and the ways to divide the summary."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_METADATA_LINE = re.compile(r"^-- (\w+): (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """A report: its .sql file and what its head says."""

    name: str
    title: str
    asks: str
    columns: tuple[str, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class Division:
    """A way to divide the summary: the expression over activity ``a``, and the table of names."""

    label: str
    report_name: str
    activity_sql: str
    name_table: str = ""
    need_sql: str = ""
    """The same over need ``n``, its order ``o`` and the person ``h`` who holds it."""


_CANONICAL_ORG_SQL = (
    "CASE WHEN {0} IN (SELECT m.id FROM org AS m WHERE m.same_as IS NOT NULL) "
    "THEN (SELECT m.same_as FROM org AS m WHERE m.id = {0}) ELSE COALESCE({0}, 0) END"
)
"""A unit; what was merged into another counts for that one."""

DIVISIONS: dict[str, Division] = {
    "place": Division("社区（村）", "places", "COALESCE(a.place, 0)", "place", "COALESCE(n.place, 0)"),
    "org": Division(
        "组织单位",
        "orgs",
        _CANONICAL_ORG_SQL.format("a.org"),
        "org",
        _CANONICAL_ORG_SQL.format("COALESCE(o.holder_org, h.org)"),
    ),
    "team": Division("服务队", "teams", "COALESCE(a.team, 0)", "team", "COALESCE(o.holder_team, 0)"),
    "category": Division("服务类别", "categories", "COALESCE(a.category, '')", "", "COALESCE(n.category, '')"),
    "month": Division("月份", "trend", "SUBSTR(a.date, 1, 7)", "", "SUBSTR(n.closed, 1, 7)"),
}
"""``--by`` word → how to divide by it. ``report`` is the name under which it can be asked for."""

QUERY_NAMES = (
    *("summary", "activities", "people", "outcomes", "monthly", "matrix"),
    *("needs", "orders", "visits", "meetings", "checkins", "coverage", "gap"),
)

SUBCOMMANDS = ("freeze", "frozen", "bridge")
"""Words behind ``sbd report`` that are no reports but commands."""


def user_reports_folder(ledger: Path) -> Path:
    """Where a user's own reports lie: the name of the ledger with ``.reports`` behind it."""
    return Path(f"{ledger.resolve()}.reports")


@cache
def report_query(name: str) -> ReportQuery:
    """The question of one .sql file."""
    sql = Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
    said = parse_metadata(sql)
    return ReportQuery(name, said["title"], said["asks"], tuple(said["columns"].split()), sql)


def parse_metadata(sql: str) -> dict[str, str]:
    """What the lines ``-- word: …`` of a .sql file say."""
    return dict(_METADATA_LINE.findall(sql))


def all_reports() -> dict[str, str]:
    """Every name that ``sbd report`` answers to, with its question."""
    divided = {part.report_name: f"工作汇总按{part.label}分列" for part in DIVISIONS.values()}
    asked = {name: report_query(name).asks for name in QUERY_NAMES}
    return {"summary": asked.pop("summary"), **divided, **asked}


def resolve_report(name: str, by: str | None, user_names: Iterable[str] = ()) -> tuple[str, str | None]:
    """The file and the division that a report's name and ``--by`` come to; ``own`` are names of the user's."""
    known = [*all_reports(), *user_names]
    if name not in known:
        near = difflib.get_close_matches(name, [*known, *SUBCOMMANDS], n=1)
        hint = f"是不是 {near[0]}？" if near else ""
        raise NotFound(f"没有叫“{name}”的报表。{hint}可以用：{'、'.join(known)}。")
    if by is not None and by not in {*DIVISIONS, "person"}:
        raise UsageError(f"--by 不能用“{by}”，可以用：{'、'.join([*DIVISIONS, 'person'])}。")
    divided = next((word for word, part in DIVISIONS.items() if part.report_name == name), None)
    if name == "summary" and by == "person":
        return "people", None
    if by is not None and name != "summary" and by != divided:
        raise UsageError(f"--by 只用于 summary（工作汇总），请写 sbd report --by {by}。")
    return ("summary", by or divided) if name == "summary" or divided else (name, None)
