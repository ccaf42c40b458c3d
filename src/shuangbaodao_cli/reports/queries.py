"""The .sql files of the reports with what their heads say, and the ways to divide the summary.

The head of a file says its title, the question it answers and its columns; that of a plain listing the labels
and kinds of these columns too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shuangbaodao_cli.output.table import Chart

_METADATA_LINE = re.compile(r"^-- (\w+): (.*)$", re.MULTILINE)
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """A .sql file and what its head says. ``labels`` and ``kinds`` are those of the columns; ``-`` is none."""

    name: str
    title: str
    asks: str
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    sql: str


def parse_metadata(sql: str) -> dict[str, str]:
    """The lines ``-- key: value`` of a .sql file."""
    return dict(_METADATA_LINE.findall(sql))


@cache
def report_query(name: str) -> ReportQuery:
    """The .sql file of this name. Raises KeyError where its head lacks something."""
    sql = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    metadata = parse_metadata(sql)
    columns, labels, kinds = (tuple(metadata.get(key, "").split()) for key in ("columns", "labels", "kinds"))
    return ReportQuery(name, metadata["title"], metadata["asks"], columns, labels, kinds, sql)


@dataclass(frozen=True, slots=True)
class Division:
    """A way to divide the summary.

    ``report_name`` is the name under which it can be asked for, ``activity_sql`` the expression over activity
    ``a``, ``name_table`` the table that has the names of the parts.
    """

    label: str
    report_name: str
    activity_sql: str
    name_table: str = ""
    need_sql: str = ""
    """The same over need ``n``, its order ``o`` and the person ``h`` who holds it."""
    chart: Chart = "bars"


_CANONICAL_ORG_SQL = (
    "CASE WHEN {0} IN (SELECT m.id FROM org AS m WHERE m.same_as IS NOT NULL) "
    "THEN (SELECT m.same_as FROM org AS m WHERE m.id = {0}) ELSE COALESCE({0}, 0) END"
)
"""An organisation; one that was merged into another counts as that one."""

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
    "month": Division("月份", "trend", "SUBSTR(a.date, 1, 7)", "", "SUBSTR(n.closed, 1, 7)", chart="trend"),
}
"""``--by`` word → how to divide by it."""


def user_reports_folder(ledger: Path) -> Path:
    """The folder of the user's own reports: the ledger's name with ``.reports`` behind it."""
    return Path(f"{ledger.resolve()}.reports")
