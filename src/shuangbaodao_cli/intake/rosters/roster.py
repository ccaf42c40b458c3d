"""The rows of one table, cleaned column by column, with their problems and what was refused of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.problems import Problem, Severity
from shuangbaodao_cli.values.cleaners import as_text

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.rosters.model import Table
    from shuangbaodao_cli.model.record import Record


@dataclass(slots=True)
class Roster:
    """The rows of one table, cleaned. Lists in ``columns``, ``extra`` and ``table.body`` go side by side.

    A row is named by its index in the lists; ``rejected`` holds such indexes.
    """

    table: Table
    columns: dict[str, list[Any]] = field(default_factory=dict)
    """Field → its values; None where a cell is empty or could not be taken."""
    extra: dict[str, list[str]] = field(default_factory=dict)
    """What is kept with a row though no field holds it: heading → texts, empty where there is none."""
    rejected: set[int] = field(default_factory=set)
    rejected_cells: set[tuple[int, str]] = field(default_factory=set)
    """Index of the row and field of every cell for which the row was refused."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def sheet(self) -> str:
        """The worksheet that it stands on."""
        return self.table.sheet

    @property
    def record(self) -> Record:
        """The record type of its rows."""
        return self.table.record

    @property
    def row_numbers(self) -> list[int]:
        """The row numbers as a person counts them."""
        return self.table.row_numbers

    def cell_address(self, name: str, index: int) -> str:
        """Where the value of a field stands, as ``Sheet!C17``."""
        return self.table.cell_address(name, index)

    def add_problem(self, index: int, name: str, severity: Severity, kind: str, value: object, message: str) -> None:
        """Add a problem of one cell; an error refuses its row."""
        self.append_problem(
            index, Problem(kind, severity, self.cell_address(name, index), name, as_text(value), message)
        )

    def append_problem(self, index: int, problem: Problem) -> None:
        """Add a problem of a row; an error refuses it."""
        if problem.severity == "error":
            self.rejected.add(index)
            self.rejected_cells.add((index, problem.field))
        self.problems.append(problem)

    @property
    def title_field(self) -> str:
        """The field by which a list calls its records: their title, or the name of care recipients."""
        title = self.record.title_field.name
        return title if title in self.columns else next(field.name for field in self.record.fields if field.required)

    def add_extra(self, index: int, heading: str, text: str) -> None:
        """Keep with a row a text that no field holds."""
        texts = self.extra.get(heading)
        if texts is None:
            texts = self.extra[heading] = [""] * len(self.row_numbers)
        texts[index] = f"{texts[index]}；{text}" if texts[index] else text
