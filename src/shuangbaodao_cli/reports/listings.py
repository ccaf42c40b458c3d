"""Listings: the rows behind the figures, people's hours, and outcomes.

And services of places in rows and of months or categories in columns, the sums at the right and below.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.records import labels as records_labels
from shuangbaodao_cli.ledger.records import place_tree
from shuangbaodao_cli.model.service import ACTIVITY
from shuangbaodao_cli.output.table import Column, Kind
from shuangbaodao_cli.reports.catalogue import DIVISIONS, ReportQuery, report_query
from shuangbaodao_cli.reports.model import UNSPECIFIED, Body, Scope, approximate_note, definitions, measure_column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

CATEGORY_PREFIX = "category:"
"""How the names of columns begin that count a category: so that no category is taken for another column."""


def monthly(scope: Scope) -> Body:
    """Services of each place in each month."""
    months = scope.period.months()
    wide = _pivot(scope, "monthly", "month").reindex(columns=months, fill_value=0)
    one_year = scope.period.start.year == scope.period.last.year
    labels = [f"{int(month[5:])}月" if one_year else month for month in months]
    return _pivot_body(
        scope, wide, [Column(month, label, "count") for month, label in zip(months, labels, strict=True)]
    )


def matrix(scope: Scope) -> Body:
    """Services of each place in each category; communities without any stand there too, what is unsaid stands last."""
    wide = _pivot(scope, "matrix", "category")
    idle = [place for place in place_tree.communities(scope.connection, scope.place) if place not in wide.index]
    wide = wide.reindex(index=[*wide.index, *idle], fill_value=0)
    sums = wide.sum(axis=0)
    kinds = sorted(wide.columns, key=lambda kind: (kind == "", -sums[kind], kind))
    heads = [Column(f"{CATEGORY_PREFIX}{kind}", kind or UNSPECIFIED, "count") for kind in kinds]
    return _pivot_body(scope, wide.reindex(columns=kinds), heads, unspecified_last=True)


def _pivot(scope: Scope, name: str, column_name: str) -> pd.DataFrame:
    """The answer of a .sql file turned round: a row for each place, a column for each of what stands across."""
    import pandas as pd  # only these tables are turned round

    long = pd.DataFrame(scope.execute(report_query(name).sql).fetchall(), columns=["place", column_name, "services"])
    return long.pivot_table(index="place", columns=column_name, values="services", aggfunc="sum", fill_value=0)


def _pivot_body(
    scope: Scope, pivot: pd.DataFrame, columns: Sequence[Column], *, unspecified_last: bool = False
) -> Body:
    """Such a table under its headings, the place with most services first; the sums are the services."""
    names = records_labels.all_names(scope.connection, "place")
    counted = [
        (int(place), [int(count) for count in counts])
        for place, counts in zip(pivot.index, pivot.to_numpy(), strict=True)
    ]
    counted.sort(key=lambda one: (unspecified_last and one[0] == 0, -sum(one[1])))
    rows = [(names.get(place, UNSPECIFIED), place or None, *counts, sum(counts)) for place, counts in counted]
    head = [Column("place", DIVISIONS["place"].label), Column("place_id", "编号", hidden=True)]
    below = [sum(counts[at] for _, counts in counted) for at in range(len(columns))]
    below.append(sum(below))
    return Body([*head, *columns, measure_column("services")], rows, ["合计", None, *below], definitions(["services"]))


_COLUMNS = {
    "person": Column("person", "姓名"),
    "person_id": Column("person_id", "编号", hidden=True),
    "participations": Column("participations", "参加次数", "count"),
    "community": Column("community", "居住社区"),
    "org": Column("org", "单位"),
    "quantity": Column("quantity", "数量", "count"),
    "unit": Column("unit", "计量单位"),
    "what": Column("what", "成果"),
    "projects": Column("projects", "项目数", "count"),
}
_KIND_BY_TYPE: dict[str, Kind] = {"day": "date", "count": "count", "minutes": "hours"}


def activities(scope: Scope) -> Body:
    """Every activity: the rows of which services, served and resolved are the count and the sums."""
    listed = _listing(scope, report_query("activities"), _activity_column)
    note = f"共 {len(listed.rows)} 次活动。服务时长是每人的时长；总时长见服务时长表。"
    (closed,) = scope.execute(report_query("closed").sql).fetchone()
    notes = [note, *listed.notes]
    if closed:
        span = f"{scope.period.start.isoformat()}..{scope.period.last.isoformat()}"
        notes.append(f"另有 {closed} 件需求经回头看确认解决，计入解决问题件数：sbd list need 解决日期:{span}。")
    return Body(listed.columns, listed.rows, _totals(listed, {"served", "resolved", "headcount"}), notes)


def people(scope: Scope) -> Body:
    """Who served how often and how long: the rows of participations and hours."""
    listed = _listing(scope, report_query("people"), _listing_column)
    notes = [
        f"共 {len(listed.rows)} 人，按社区、单位、姓名排列，不排名次。",
        "参加次数：参与记录数，合计就是志愿者人次。",
        *definitions(["hours"]),
    ]
    return Body(listed.columns, listed.rows, _totals(listed, {"participations", "hours"}), notes)


def outcomes(scope: Scope) -> Body:
    """What was achieved, added up by what it is and its unit; such sums have no common total."""
    listed = _listing(scope, report_query("outcomes"), _listing_column)
    note = "数量：各次活动、各个项目同一成果的数量之和，约数按写出的数计入。项目的成果算在完成那天。"
    (undone,) = scope.execute(report_query("undone").sql).fetchone()
    more = [f"另有 {undone} 项成果的项目还没有完成日期，没有计入：sbd list outcome 活动:。"] if undone else []
    return Body(listed.columns, listed.rows, None, [note, *listed.notes, *more])


def _listing(scope: Scope, query: ReportQuery, column_of: Callable[[str], Column]) -> Body:
    """The rows of a .sql file, in the columns that its head names."""
    cursor = scope.execute(query.sql)
    found = [description[0] for description in cursor.description]
    at = [found.index("minutes" if name == "hours" else name) for name in query.columns]
    held = cursor.fetchall()
    rows = list(map(itemgetter(*at), held))
    approximate = sum(row[found.index("approx")] for row in held) if "approx" in found else 0
    return Body([column_of(name) for name in query.columns], rows, None, approximate_note(approximate))


def _totals(body: Body, names: set[str]) -> list[object]:
    sums = [sum(row[at] or 0 for row in body.rows) if c.name in names else None for at, c in enumerate(body.columns)]
    return ["合计", *sums[1:]]


def _activity_column(name: str) -> Column:
    field = ACTIVITY[name]
    kind = _KIND_BY_TYPE.get(field.type.name, "text")
    return Column(name, field.label, kind, "小时" if kind == "hours" else "")


def _listing_column(name: str) -> Column:
    return _COLUMNS.get(name) or measure_column(name)
