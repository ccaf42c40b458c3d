"""What rosters refused, as it is handed back: the rows as they came, each with what is wrong."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import Broken
from shuangbaodao_cli.output.xlsx.rejects import Block, Fault, Refusal
from shuangbaodao_cli.values.types import ID_NO, PHONE, USCC

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shuangbaodao_cli.intake.files.workbook import Workbook
    from shuangbaodao_cli.intake.rosters.model import Table
    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.problems import Problem


def rejected_blocks(book: Workbook, rosters: Iterable[Roster]) -> list[Block]:
    """The refused rows of each table that has some, in the order of the file."""
    merges = {sheet.name: sheet.merges for sheet in book.sheets}
    return [_block(roster, merges[roster.sheet]) for roster in rosters if roster.rejected]


def _block(roster: Roster, merges: Iterable[tuple[int, int, int, int]]) -> Block:
    table, header = roster.table, roster.table.header
    start = header.bottom + 1 - len(table.head_rows)
    width = _width(table)
    head = [
        [_raw(cell) for cell in row[: _filled_width(row) if number < header.top else width]]
        for number, row in enumerate(table.head_rows, start)
    ]
    kept = [
        (first - start, left, last - start, right)
        for first, left, last, right in merges
        if start <= first and last <= header.bottom and (last < header.top or right < width)
    ]
    codes = {at for at, field in header.columns.items() if field.type in {ID_NO, USCC, PHONE}}
    return Block(roster.sheet, head, header.top - start, kept, width, codes, _rejected_rows(roster, width))


def _width(table: Table) -> int:
    """The columns of a table without what we put beside it before, of several blocks those of the first."""
    header = table.header
    ends = [min(block.values()) for block in header.blocks] + [len(table.head_rows[-1])]
    rows = [*table.head_rows[header.top - header.bottom - 1 :], *table.body]
    filled = (at for row in rows for at in range(min(ends)) if at not in header.reject_columns and row[at] != "")
    return max(filled, default=0) + 1


def _filled_width(row: Sequence[Any]) -> int:
    """How far a row is filled."""
    return max((at for at, cell in enumerate(row, 1) if cell != ""), default=0)


def _rejected_rows(roster: Roster, width: int) -> list[Refusal]:
    columns = {field.name: at for at, field in roster.table.header.columns.items()}
    told: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in roster.problems:
        if problem.severity == "error":
            told[problem.cell, problem.field].append(problem)
    wrong: dict[int, dict[str, list[Problem]]] = defaultdict(dict)
    for at, name in sorted(roster.rejected_cells, key=lambda one: (one[0], columns.get(one[1], -1))):
        wrong[at][name] = told[roster.cell_address(name, at), name]
    return [
        Refusal(
            [_raw(cell) for cell in roster.table.body[at][:width]],
            "；".join(dict.fromkeys(said for problems in wrong[at].values() for said in _messages(problems))),
            {columns[name]: "；".join(_messages(problems)) for name, problems in wrong[at].items() if name in columns},
        )
        for at in sorted(roster.rejected)
    ]


def _messages(problems: Sequence[Problem]) -> list[str]:
    """What is wrong; a number that the file has elsewhere is offered whole, one that only the ledger has is not."""
    offered = {one.proposal for one in problems if one.proposal and one.proposal in one.message}
    return [one.message + (f"（建议填写：{one.proposal}）" if one.proposal in offered else "") for one in problems]


def _raw(cell: Any) -> Any:
    """A cell as it is handed back: where there was no value, an error that is refused until it is mended."""
    return Fault(cell if cell.startswith("#") else "#N/A") if isinstance(cell, Broken) else cell
