"""Listings: the rows behind the figures, people's hours, and outcomes.

And services by place in rows and by month or category in columns, with their sums at the right and below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shuangbaodao_cli.ledger.records import labels as records_labels
from shuangbaodao_cli.ledger.records import place_tree
from shuangbaodao_cli.model.service import ACTIVITY
from shuangbaodao_cli.output.table import Column, Kind
from shuangbaodao_cli.reports.model import UNSPECIFIED, Body, Scope, approximate_note, definitions, measure_column
from shuangbaodao_cli.reports.queries import DIVISIONS, report_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from shuangbaodao_cli.reports.queries import ReportQuery

CATEGORY_PREFIX = "category:"
"""How the names of columns begin that count a category: so that no category is taken for another column."""


def monthly(scope: Scope) -> Body:
    """Services of each place in each month."""
    months = scope.period.months()
    pivot = _pivot(scope, "monthly", "month").reindex(columns=months, fill_value=0)
    one_year = scope.period.start.year == scope.period.last_day.year
    labels = [f"{int(month[5:])}月" if one_year else month for month in months]
    columns = [Column(month, label, "count") for month, label in zip(months, labels, strict=True)]
    return _pivot_body(scope, pivot, columns)


def matrix(scope: Scope) -> Body:
    """Services of each place in each category, communities without any included; what is unspecified comes last."""
    pivot = _pivot(scope, "matrix", "category")
    idle = [place for place in place_tree.communities(scope.connection, scope.place) if place not in pivot.index]
    pivot = pivot.reindex(index=[*pivot.index, *idle], fill_value=0)
    sums = pivot.sum(axis=0)
    categories = sorted(pivot.columns, key=lambda category: (category == "", -sums[category], category))
    columns = [Column(f"{CATEGORY_PREFIX}{category}", category or UNSPECIFIED, "count") for category in categories]
    return _pivot_body(scope, pivot.reindex(columns=categories), columns, unspecified_last=True)


def _pivot(scope: Scope, name: str, column_name: str) -> pd.DataFrame:
    """The services that a .sql file counts: a row for each place, a column for each month or category."""
    import pandas as pd  # only these tables are pivoted

    counts = pd.DataFrame(scope.execute(report_query(name).sql).fetchall(), columns=["place", column_name, "services"])
    return counts.pivot_table(index="place", columns=column_name, values="services", aggfunc="sum", fill_value=0)


def _pivot_body(
    scope: Scope, pivot: pd.DataFrame, columns: Sequence[Column], *, unspecified_last: bool = False
) -> Body:
    """Such a table under its headings, the place with most services first; the sums are the services."""
    names = records_labels.all_names(scope.connection, "place")
    counted = [
        (int(place), [int(count) for count in counts])
        for place, counts in zip(pivot.index, pivot.to_numpy(), strict=True)
    ]
    counted.sort(key=lambda row: (unspecified_last and row[0] == 0, -sum(row[1])))
    rows = [(names.get(place, UNSPECIFIED), place or None, *counts, sum(counts)) for place, counts in counted]
    leading = [Column("place", DIVISIONS["place"].label), Column("place_id", "编号", hidden=True)]
    totals = [sum(counts[index] for _, counts in counted) for index in range(len(columns))]
    return Body(
        [*leading, *columns, measure_column("services")],
        rows,
        ["合计", None, *totals, sum(totals)],
        definitions(["services"]),
    )


def activities(scope: Scope) -> Body:
    """Every activity: the rows of which services, served and resolved are the count and the sums."""
    query = report_query("activities")
    listing = _listing(scope, query, [_activity_column(name) for name in query.columns])
    notes = [f"共 {len(listing.rows)} 次活动。服务时长是每人的时长；总时长见服务时长表。", *listing.notes]
    (closed,) = scope.execute(report_query("closed").sql).fetchone()
    if closed:
        span = f"{scope.period.start.isoformat()}..{scope.period.last_day.isoformat()}"
        notes.append(f"另有 {closed} 件需求经回头看确认解决，计入解决问题件数：sbd list need 解决日期:{span}。")
    return Body(listing.columns, listing.rows, _totals(listing, {"served", "resolved", "headcount"}), notes)


_KIND_BY_TYPE: dict[str, Kind] = {"day": "date", "count": "count", "minutes": "hours"}


def _activity_column(name: str) -> Column:
    field = ACTIVITY[name]
    kind = _KIND_BY_TYPE.get(field.type.name, "text")
    return Column(name, field.label, kind, "小时" if kind == "hours" else "")


def people(scope: Scope) -> Body:
    """How often and how long each person served: the rows of participations and hours."""
    listing = plain_listing(scope, "people")
    notes = [
        f"共 {len(listing.rows)} 人，按社区、单位、姓名排列，不排名次。",
        "参加次数：参与记录数，合计就是志愿者人次。",
        *definitions(["hours"]),
    ]
    return Body(listing.columns, listing.rows, _totals(listing, {"participations", "hours"}), notes)


def outcomes(scope: Scope) -> Body:
    """What was achieved, added up by what it is and its unit; such sums have no common total."""
    listing = plain_listing(scope, "outcomes")
    note = "数量：各次活动、各个项目同一成果的数量之和，约数按写出的数计入。项目的成果算在完成那天。"
    (undone,) = scope.execute(report_query("undone").sql).fetchone()
    more = [f"另有 {undone} 项成果的项目还没有完成日期，没有计入：sbd list outcome 活动:。"] if undone else []
    return Body(listing.columns, listing.rows, None, [note, *listing.notes, *more])


def plain_listing(scope: Scope, name: str) -> Body:
    """The rows of a .sql file under the columns that its head describes, without totals."""
    query = report_query(name)
    return _listing(scope, query, plain_columns(query))


def plain_columns(query: ReportQuery) -> list[Column]:
    """The columns that the head of a .sql file describes.

    A column without a label is the measure of that name; one whose name ends in ``_id`` is hidden. Raises
    ValueError where not each column has a label and a kind, KeyError where there is no such measure.
    """
    described = zip(query.columns, query.labels, query.kinds, strict=True)
    return [
        measure_column(name)
        if label == "-"
        else Column(name, label, "text" if kind == "-" else cast("Kind", kind), hidden=name.endswith("_id"))
        for name, label, kind in described
    ]


def _listing(scope: Scope, query: ReportQuery, columns: Sequence[Column]) -> Body:
    """The rows of a .sql file in the order of these columns; hours are its column ``minutes``."""
    cursor = scope.execute(query.sql)
    names = [description[0] for description in cursor.description]
    indexes = [names.index("minutes" if column.name == "hours" else column.name) for column in columns]
    fetched = cursor.fetchall()
    approximate = sum(row[names.index("approx")] for row in fetched) if "approx" in names else 0
    rows = [tuple([row[index] for index in indexes]) for row in fetched]
    return Body(columns, rows, None, approximate_note(approximate))


def _totals(body: Body, names: set[str]) -> list[object]:
    """A row of totals: the sums of the columns of these names."""
    sums = [
        sum(row[index] or 0 for row in body.rows) if column.name in names else None
        for index, column in enumerate(body.columns)
    ]
    return ["合计", *sums[1:]]
