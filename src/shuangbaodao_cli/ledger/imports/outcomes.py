"""What became of a file that was imported: sheet by sheet, with its counts, problems and changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shuangbaodao_cli.problems import Problem


@dataclass(frozen=True, slots=True)
class Change:
    """What a row changed of a stored record: one field, as a person reads it, numbers masked.

    ``old`` is None where nothing stood there, or where the row only adds to it (one more participant).
    """

    cell: str
    id: int
    field: str
    old: str | None
    new: str


@dataclass(slots=True)
class SheetOutcome:
    """What became of one table: rows = created + updated + unchanged + rejected + skipped."""

    sheet: str
    record: str
    header_row: int
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Its part of the import JSON."""
        values = {field_.name: getattr(self, field_.name) for field_ in fields(self)}
        problems = [problem.as_json() for problem in self.problems]
        return {**values, "problems": problems, "changes": list(map(asdict, self.changes))}

    def verify_counts(self) -> None:
        """Check the equation; RuntimeError where a row is lost or counted twice."""
        accounted = self.created + self.updated + self.unchanged + self.rejected + self.skipped
        if self.rows != accounted:
            raise RuntimeError(f"{self.sheet}: {self.rows} rows were read, {accounted} are accounted for")


@dataclass(slots=True)
class FileOutcome:
    """What became of one file; ``imported_before`` says when the same file was, where it was."""

    file: str
    sha256: str
    sheets: list[SheetOutcome]
    batch: int | None = None
    imported_before: str = ""
    matched: int = 0
    """Rows that matched a record of the ledger."""
    replaced: int = 0
    """Those of them that put another value in the place of a stored one."""

    @property
    def has_too_many_replacements(self) -> bool:
        """Whether it replaces something in more than a third of the records that it matches."""
        return self.replaced > 2 and 3 * self.replaced > self.matched

    def as_json(self) -> dict[str, Any]:
        """The object of the contract's import JSON."""
        return {"file": self.file, "sha256": self.sha256, "sheets": [sheet.as_json() for sheet in self.sheets]}
