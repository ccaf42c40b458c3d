"""One roster under way into the ledger: its columns, what its rows met, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import letter
from shuangbaodao_cli.ledger.imports.outcomes import Change

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.imports.references import References
    from shuangbaodao_cli.ledger.records.matching import KeyValues
    from shuangbaodao_cli.ledger.storage.journal import Entry

Columns = dict[str, list[Any]]
"""Column of the table → its values, row by row."""


@dataclass(slots=True)
class SheetImport:
    """A roster on its way in, and what has become of its rows: position → id of the record."""

    entry: Entry
    roster: Roster
    references: References
    created_ids: dict[int, int] = field(default_factory=dict)
    matched_ids: dict[int, int] = field(default_factory=dict)
    changed_rows: set[int] = field(default_factory=set)
    first_rows: dict[KeyValues, int] = field(default_factory=dict)
    seen_ids: set[int] = field(default_factory=set)
    """Records that a row of this roster has spoken of."""
    changes: list[Change] = field(default_factory=list)
    replacing_rows: set[int] = field(default_factory=set)
    """Rows that put another value in the place of one."""

    def add_change(self, index: int, name: str, old: str | None, new: str, *, label: str = "") -> None:
        """Keep what a row changed of the record it met; ``name`` is the field, or an unknown heading."""
        self.changed_rows.add(index)
        self.changes.append(Change(self._cell_address(name, index), self.matched_ids[index], label or name, old, new))

    def _cell_address(self, name: str, index: int) -> str:
        table = self.roster.table
        unknown = next((column for column, heading in table.header.unknown.items() if heading == name), None)
        if unknown is None:
            return table.cell_address(name, index)
        return f"{table.sheet}!{letter(table.sheet_column(unknown, index))}{table.row_numbers[index]}"

    @property
    def created(self) -> int:
        """Rows that made a new record."""
        return len(self.created_ids)

    @property
    def updated(self) -> int:
        """Rows that changed the record they met, or what hangs on it."""
        return len(self.changed_rows)

    @property
    def unchanged(self) -> int:
        """Rows that met a record and said nothing new of it."""
        return len(self.matched_ids) - self.updated
