"""The summary and its divisions: all figures from summary.sql."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.records import labels, place_tree
from shuangbaodao_cli.output.table import Column
from shuangbaodao_cli.reports.catalogue import PARTS, question
from shuangbaodao_cli.reports.model import UNSAID, Body, Scope, approximate_note, column, definitions

if TYPE_CHECKING:
    from collections.abc import Sequence

Figures = dict[Any, tuple[int, ...]]
"""What a summary is divided by → its measures."""

_HOLDING = (
    """LEFT JOIN "order" AS o ON o.need = n.id AND o.state = 'reviewed' AND o.voided IS NULL """
    "LEFT JOIN person AS h ON h.id = o.holder_person"
)
"""Who did what a need asked for: the holder of its order."""


def summed(scope: Scope, part: str | None) -> Body:
    """The measures of a scope: one row, or a row for each of its parts and the total below."""
    columns = [column(name) for name in question("summary").columns]
    [(_, *total)] = scope.ask(statement(None)).fetchall()
    (approximate,) = scope.ask(question("approximate").sql).fetchone()
    notes = [*definitions(question("summary").columns), *approximate_note(approximate)]
    if part is None:
        return Body(columns, [total], None, notes)
    figures: Figures = {key: tuple(row) for key, *row in scope.ask(statement(part))}
    rows = _named(scope, part, figures, (0,) * len(columns))
    notes.append("参与人数的合计不是各行之和：在几行里都有的人，合计里只计一次。")
    head = [Column(part, PARTS[part].label)]
    if PARTS[part].names:
        head.append(Column(f"{part}_id", "编号", hidden=True))
    return Body([*head, *columns], rows, ["合计", *[None] * (len(head) - 1), *total], notes)


def statement(part: str | None) -> str:
    """The one statement of the summary, divided or whole."""
    said = question("summary").sql
    if part is None:
        filled = {"part": "''", "of_need": "''", "joined": "", "holding": "", "grouped": ""}
    else:
        divided = PARTS[part]
        joined = "JOIN activity AS a ON a.id = p.activity"
        filled = {"part": divided.sql, "of_need": divided.of_need, "joined": joined, "grouped": "GROUP BY 1"}
        filled["holding"] = _HOLDING if part in {"org", "team"} else ""
    for word, sql in filled.items():
        said = said.replace(f"{{{word}}}", sql)
    return said


def _named(scope: Scope, part: str, figures: Figures, nought: tuple[int, ...]) -> list[Sequence[Any]]:
    """Rows under the names people know. Months and communities without any service stand there too."""
    if part == "month":
        return [(month, *figures.get(month, nought)) for month in scope.period.months()]
    if not PARTS[part].names:
        return [(key or UNSAID, *row) for key, row in figures.items()]
    if part == "place":
        idle = place_tree.communities(scope.connection, scope.place)
        figures |= {place: nought for place in idle if place not in figures}
    names = labels.all_names(scope.connection, PARTS[part].names)
    return [(names.get(key, UNSAID), key or None, *row) for key, row in figures.items()]
