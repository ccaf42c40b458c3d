"""One roster under way into the ledger: its columns, what its rows met, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import letter
from shuangbaodao_cli.ledger.imports.outcomes import Change

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.imports.references import References
    from shuangbaodao_cli.ledger.records.matching import Facts
    from shuangbaodao_cli.ledger.storage.journal import Entry

Columns = dict[str, list[Any]]
"""Column of the table → its values, row by row."""


@dataclass(slots=True)
class Loading:
    """A roster on its way in, and what has become of its rows: position → id of the record."""

    entry: Entry
    roster: Roster
    references: References
    made: dict[int, int] = field(default_factory=dict)
    met: dict[int, int] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    alike: dict[Facts, int] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    """Records that a row of this roster has spoken of."""
    changes: list[Change] = field(default_factory=list)
    replaced: set[int] = field(default_factory=set)
    """Rows that put another value in the place of one."""

    def tell_change(self, at: int, name: str, old: str | None, new: str, *, called: str = "") -> None:
        """Keep what a row changed of the record it met; ``name`` is the field, or an unknown heading."""
        self.changed.add(at)
        self.changes.append(Change(self._cell(name, at), self.met[at], called or name, old, new))

    def _cell(self, name: str, at: int) -> str:
        table = self.roster.table
        unknown = next((column for column, heading in table.header.unknown.items() if heading == name), None)
        if unknown is None:
            return table.cell(name, at)
        return f"{table.sheet}!{letter(table.column(unknown, at))}{table.numbers[at]}"

    @property
    def created(self) -> int:
        """Rows that made a new record."""
        return len(self.made)

    @property
    def updated(self) -> int:
        """Rows that changed the record they met, or what hangs on it."""
        return len(self.changed)

    @property
    def unchanged(self) -> int:
        """Rows that met a record and said nothing new of it."""
        return len(self.met) - self.updated
