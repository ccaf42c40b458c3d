"""The tables of a sheet: what their columns mean, their rows of data, what was said once above them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.headers import Known, find_header
from shuangbaodao_cli.intake.merged import fill_down
from shuangbaodao_cli.intake.rows import is_data, letter
from shuangbaodao_cli.intake.walking import walk
from shuangbaodao_cli.output.ours import COMMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shuangbaodao_cli.intake.headers import Header
    from shuangbaodao_cli.intake.sheet import Sheet
    from shuangbaodao_cli.problems import Problem
    from shuangbaodao_cli.vocabulary.record import Record


@dataclass(slots=True)
class Table:
    """The rows of data under one header; every row has the cells that ``header.columns`` counts.

    Where blocks stand side by side, the rows of the right one follow those of the left one, their
    cells in the order of the left one.
    """

    sheet: str
    header: Header
    body: list[Sequence[Any]]
    numbers: list[int]
    """The row numbers as a person counts them, row by row."""
    totals: list[tuple[int, int, Sequence[Any]]]
    """Rows of 合计 or 小计: how many rows of ``body`` stand above, its row number, its cells."""
    skipped: int
    comments: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    """Position → the comments that hang on the cells of a row, each with its cell (``C17``)."""
    head: list[Sequence[Any]] = field(default_factory=list)
    """Every row above the data, title and header, as they stand in the file."""
    blocks: list[tuple[int, dict[int, int]]] = field(default_factory=list)
    """From which position on a column of ``header`` really stands in which column of the sheet."""
    shift: int = 0
    """Days to add to a plain number that stands for a day."""
    problems: list[Problem] = field(default_factory=list)
    """What was found while looking for the rows."""

    @property
    def record(self) -> Record:
        """The kind of record that each row is."""
        return self.header.record

    @property
    def given(self) -> dict[str, tuple[Any, str]]:
        """What is said once for all rows, above the table: field → cell content and where it stands."""
        return self.header.given

    def column(self, at: int, position: int) -> int:
        """The column of the sheet in which a column of the header stands at a position of the body."""
        block = bisect_right(self.blocks, position, key=itemgetter(0)) - 1
        return self.blocks[block][1].get(at, at) if block >= 0 else at

    def cell(self, name: str, position: int) -> str:
        """Where the value of a field stands, as ``Sheet!C17``; what is said above the table, there."""
        at = next((at for at, one in self.header.columns.items() if one.name == name), None)
        if at is None and name in self.given:
            return f"{self.sheet}!{self.given[name][1]}"
        first = min(self.header.columns)
        return f"{self.sheet}!{letter(self.column(first if at is None else at, position))}{self.numbers[position]}"


def find_tables(sheet: Sheet, records: Iterable[Record], known: Known | None = None) -> list[Table]:
    """Every table of a sheet, from top to bottom; none where no header is known."""
    candidates, said = list(records), known or Known()
    header = find_header(sheet.rows, candidates, sheet.merges, said)
    tables: list[Table] = []
    since = 0
    while header is not None:
        problems = fill_down(sheet, header)
        found = walk(sheet, header, candidates, said)
        numbers = found.numbers
        body: list[Sequence[Any]] = [sheet.rows[number - 1] for number in numbers]
        head: list[Sequence[Any]] = list(sheet.rows[since : header.row + 1])
        table = Table(sheet.name, header, body, numbers, found.totals, found.skipped, head=head, shift=sheet.shift)
        table.problems = problems
        _stack(table, found.wide)
        _name_the_nameless(table)
        _hang_comments(table, sheet)
        tables.append(table)
        header, since = found.following, found.since
    return tables


def _stack(table: Table, wide: list[tuple[int, Sequence[Any]]]) -> None:
    """Put the rows of further blocks below those of the first, their cells in its order."""
    header = table.header
    first = min(header.columns)
    needed = [at for at, one in header.columns.items() if one.required]
    for block in header.blocks:
        table.blocks.append((len(table.body), block))
        for number, row in wide:
            beside: list[Any] = [""] * len(row)
            for at, there in block.items():
                beside[at] = row[there]
            if is_data(beside, header, first, needed):
                table.body.append(beside)
                table.numbers.append(number)


def _name_the_nameless(table: Table) -> None:
    """Columns without a heading that hold something are kept too, under their letter."""
    if not table.body or table.header.blocks:
        return
    header = table.header
    named = header.columns.keys() | header.unknown.keys() | header.twice.keys() | {header.order}
    for at in range(len(table.body[0])):
        if at not in named and at not in header.ours and any(map(itemgetter(at), table.body)):
            header.unknown[at] = f"（{letter(at)}列，没有表头）"


def _hang_comments(table: Table, sheet: Sheet) -> None:
    """Give each comment to the row that its cell is in."""
    if not sheet.comments:
        return
    positions = {number: at for at, number in enumerate(table.numbers)}
    for (row, column), said in sorted(sheet.comments.items()):
        if row + 1 in positions and not said.startswith(COMMENT):
            table.comments.setdefault(positions[row + 1], []).append((f"{letter(column)}{row + 1}", said))
