"""What the steps of an import hand on: the roster at work, the record of each row, and what changed.

Every step gets what it needs as arguments and returns what it found; only problems and rejected rows
are added to the roster itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import column_letter
from shuangbaodao_cli.ledger.imports.outcomes import Change

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.imports.references import Columns, References
    from shuangbaodao_cli.ledger.storage.journal import Entry


def row_values(
    columns: Columns, names: Iterable[str], index: int, ignored: AbstractSet[tuple[int, str]] = frozenset()
) -> dict[str, Any]:
    """What a row says of its record: column → value, without empty and ignored cells."""
    return {
        column: columns[column][index]
        for column in names
        if columns[column][index] is not None and (index, column) not in ignored
    }


@dataclass(frozen=True, slots=True)
class SheetImport:
    """A roster on its way into the ledger: the command that imports it, its rows, its names."""

    entry: Entry
    roster: Roster
    references: References

    @property
    def connection(self) -> sqlite3.Connection:
        """The ledger."""
        return self.entry.connection


@dataclass(frozen=True, slots=True)
class RowIds:
    """Index of a row → id of its record: of the new one that it made, or of the one that it matched."""

    created: dict[int, int]
    matched: dict[int, int]

    def of_row(self, index: int) -> int | None:
        """The record of a row; None where the row was not taken."""
        return self.created.get(index, self.matched.get(index))

    def all(self) -> set[int]:
        """Every record that a row made or matched."""
        return {*self.created.values(), *self.matched.values()}


@dataclass(frozen=True, slots=True)
class IgnoredCells:
    """Cells that do not change the record of their row: (index, column), and (index, heading) of unknown columns."""

    columns: set[tuple[int, str]] = field(default_factory=set)
    extra: set[tuple[int, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class CellChange:
    """What one cell changed of the record its row matched, as a person reads it.

    ``name`` is the field, or an unknown heading. ``replaces``: a stored value of the record itself gave
    way. ``listed`` is False where a problem of the cell tells of it.
    """

    index: int
    name: str
    old: str | None
    new: str
    label: str = ""
    replaces: bool = False
    listed: bool = True


@dataclass(frozen=True, slots=True)
class LoadedSheet:
    """What became of a roster; the rows that were refused stand in ``roster.rejected``."""

    roster: Roster
    ids: RowIds
    skipped: frozenset[int]
    """Rows that were left out for a reason that a warning names."""
    cell_changes: Sequence[CellChange]

    @property
    def updated_rows(self) -> set[int]:
        """Rows that changed the record they matched, or a part of it."""
        return {change.index for change in self.cell_changes}

    @property
    def replacing_rows(self) -> set[int]:
        """Rows that put another value in the place of a stored one."""
        return {change.index for change in self.cell_changes if change.replaces}

    def changes(self) -> list[Change]:
        """The changes as the outcome of an import lists them."""
        return [
            Change(
                self._cell_address(change),
                self.ids.matched[change.index],
                change.label or change.name,
                change.old,
                change.new,
            )
            for change in self.cell_changes
            if change.listed
        ]

    def _cell_address(self, change: CellChange) -> str:
        table, index = self.roster.table, change.index
        unknown = next((column for column, heading in table.header.unknown.items() if heading == change.name), None)
        if unknown is None:
            return table.cell_address(change.name, index)
        return f"{table.sheet}!{column_letter(table.sheet_column(unknown, index))}{table.row_numbers[index]}"
