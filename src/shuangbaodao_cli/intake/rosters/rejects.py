"""The refused rows of rosters, as they are handed back: each as it came, with what is wrong."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import BrokenCell
from shuangbaodao_cli.output.xlsx.rejects import ErrorValue, RejectedBlock, RejectedRow
from shuangbaodao_cli.values.types import ID_NO, PHONE, USCC

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shuangbaodao_cli.intake.files.workbook import Workbook
    from shuangbaodao_cli.intake.rosters.model import Table
    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.problems import Problem


def rejected_blocks(book: Workbook, rosters: Iterable[Roster]) -> list[RejectedBlock]:
    """The refused rows of each table that has some, in the order of the file."""
    merges = {sheet.name: sheet.merges for sheet in book.sheets}
    return [_block(roster, merges[roster.sheet]) for roster in rosters if roster.rejected]


def _block(roster: Roster, merges: Iterable[tuple[int, int, int, int]]) -> RejectedBlock:
    table, header = roster.table, roster.table.header
    start = header.bottom + 1 - len(table.head_rows)
    width = _width(table)
    head = [
        [_raw(cell) for cell in row[: _filled_width(row) if number < header.top else width]]
        for number, row in enumerate(table.head_rows, start)
    ]
    head_merges = [
        (first - start, left, last - start, right)
        for first, left, last, right in merges
        if start <= first and last <= header.bottom and (last < header.top or right < width)
    ]
    codes = {column for column, field in header.columns.items() if field.type in {ID_NO, USCC, PHONE}}
    return RejectedBlock(
        roster.sheet, head, header.top - start, head_merges, width, codes, _rejected_rows(roster, width)
    )


def _width(table: Table) -> int:
    """How many columns a table has, without those that we put beside it before; of several blocks the first one."""
    header = table.header
    ends = [min(block.values()) for block in header.blocks] + [len(table.head_rows[-1])]
    rows = [*table.head_rows[header.top - header.bottom - 1 :], *table.body]
    columns = [column for column in range(min(ends)) if column not in header.reject_columns]
    return max((column for row in rows for column in columns if row[column] != ""), default=0) + 1


def _filled_width(row: Sequence[Any]) -> int:
    """How far a row is filled."""
    return max((width for width, cell in enumerate(row, 1) if cell != ""), default=0)


def _rejected_rows(roster: Roster, width: int) -> list[RejectedRow]:
    columns = {field.name: column for column, field in roster.table.header.columns.items()}
    by_cell: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in roster.problems:
        if problem.severity == "error":
            by_cell[problem.cell, problem.field].append(problem)
    by_row: dict[int, dict[str, list[str]]] = defaultdict(dict)
    for index, name in sorted(roster.rejected_cells, key=lambda cell: (cell[0], columns.get(cell[1], -1))):
        by_row[index][name] = _messages(by_cell[roster.cell_address(name, index), name])
    return [
        RejectedRow(
            [_raw(cell) for cell in roster.table.body[index][:width]],
            "；".join(dict.fromkeys(message for messages in by_row[index].values() for message in messages)),
            {columns[name]: "；".join(messages) for name, messages in by_row[index].items() if name in columns},
        )
        for index in sorted(roster.rejected)
    ]


def _messages(problems: Sequence[Problem]) -> list[str]:
    """What is wrong; a proposed number is given whole if the file has it elsewhere, not if only the ledger has."""
    shown = {problem.proposal for problem in problems if problem.proposal and problem.proposal in problem.message}
    return [
        problem.message + (f"（建议填写：{problem.proposal}）" if problem.proposal in shown else "")
        for problem in problems
    ]


def _raw(cell: Any) -> Any:
    """A cell as it is handed back; in place of a broken one an error, which is refused until it is mended."""
    return ErrorValue(cell if cell.startswith("#") else "#N/A") if isinstance(cell, BrokenCell) else cell
