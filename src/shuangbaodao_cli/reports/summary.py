"""The summary and its divisions: all their figures come from the one statement of summary.sql."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.records import labels, place_tree
from shuangbaodao_cli.output.table import Column
from shuangbaodao_cli.reports.model import UNSPECIFIED, Body, Scope, approximate_note, definitions, measure_column
from shuangbaodao_cli.reports.queries import DIVISIONS, report_query

if TYPE_CHECKING:
    from collections.abc import Sequence

Figures = dict[Any, tuple[int, ...]]
"""Key of a part (its id, category or month) → its measures."""

_HOLDER_JOIN = (
    """LEFT JOIN "order" AS o ON o.need = n.id AND o.state = 'reviewed' AND o.voided IS NULL """
    "LEFT JOIN person AS h ON h.id = o.holder_person"
)
"""Brings to a need its order, and the person who holds it."""


def summary_body(scope: Scope, division: str | None = None) -> Body:
    """The measures of a scope: one row, or a row for each of its parts and the total below."""
    columns = [measure_column(name) for name in report_query("summary").columns]
    [(_, *total)] = scope.execute(summary_sql(None)).fetchall()
    (approximate,) = scope.execute(report_query("approximate").sql).fetchone()
    notes = [*definitions(report_query("summary").columns), *approximate_note(approximate)]
    if division is None:
        return Body(columns, [total], None, notes)
    figures: Figures = {key: tuple(row) for key, *row in scope.execute(summary_sql(division))}
    rows = _named_rows(scope, division, figures, (0,) * len(columns))
    notes.append("参与人数的合计不是各行之和：在几行里都有的人，合计里只计一次。")
    part_columns = [Column(division, DIVISIONS[division].label)]
    if DIVISIONS[division].name_table:
        part_columns.append(Column(f"{division}_id", "编号", hidden=True))
    return Body([*part_columns, *columns], rows, ["合计", *[None] * (len(part_columns) - 1), *total], notes)


def summary_sql(division: str | None) -> str:
    """The statement of the summary, divided or whole, with the placeholders of summary.sql replaced."""
    sql = report_query("summary").sql
    if division is None:
        values = {"part": "''", "of_need": "''", "joined": "", "holding": "", "grouped": ""}
    else:
        values = {
            "part": DIVISIONS[division].activity_sql,
            "of_need": DIVISIONS[division].need_sql,
            "joined": "JOIN activity AS a ON a.id = p.activity",
            "holding": _HOLDER_JOIN if division in {"org", "team"} else "",
            "grouped": "GROUP BY 1",
        }
    for placeholder, value in values.items():
        sql = sql.replace(f"{{{placeholder}}}", value)
    return sql


def _named_rows(scope: Scope, division: str, figures: Figures, zeros: tuple[int, ...]) -> list[Sequence[Any]]:
    """The parts by name with their measures; months and communities without any service are there too."""
    if division == "month":
        return [(month, *figures.get(month, zeros)) for month in scope.period.months()]
    if not DIVISIONS[division].name_table:
        return [(key or UNSPECIFIED, *row) for key, row in figures.items()]
    if division == "place":
        idle = place_tree.communities(scope.connection, scope.place)
        figures |= {place: zeros for place in idle if place not in figures}
    names = labels.all_names(scope.connection, DIVISIONS[division].name_table)
    return [(names.get(key, UNSPECIFIED), key or None, *row) for key, row in figures.items()]
