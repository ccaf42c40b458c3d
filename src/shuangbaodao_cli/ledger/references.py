"""The names in a roster's reference columns → the records they mean; new ones where need be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.entering import newcomer
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from shuangbaodao_cli.intake.cleaning import Roster
    from shuangbaodao_cli.ledger.database import Entry
    from shuangbaodao_cli.ledger.finding import Names
    from shuangbaodao_cli.vocabulary.record import Field

PARTED = re.compile(r"[、，,；;/\n]+")
"""What stands between several names in one cell."""
MADE = ("place", "org", "team")
"""What a roster may bring into being by naming it; a person only where that was asked for."""


def parted(cell: str) -> list[str]:
    """The names in a cell, each once, in their order; two-character names keep their inner space."""
    return list(dict.fromkeys(name.strip() for name in PARTED.split(cell) if name.strip()))


@dataclass(slots=True)
class References:
    """Resolves the names of one roster; ``new`` also lets unknown persons in."""

    entry: Entry
    roster: Roster
    names: Names
    new: bool

    def column(self, field: Field, positions: list[int]) -> list[int | None]:
        """The ids for a column of single names; a row whose name has no telling is refused."""
        values = self.roster.columns[field.name]
        ids: list[int | None] = [None] * len(values)
        for at in positions:
            name = values[at]
            if name is not None:
                ids[at] = self._one(field, at, name, lambda at, *told: self.roster.tell(at, field.name, "error", *told))
        return ids

    def each(self, field: Field, at: int, names: list[str]) -> tuple[list[int], list[str]]:
        """The ids for several names of one cell, and the names that led to none (warned about)."""
        ids, lost = [], []
        for name in names:
            found = self._one(field, at, name, lambda at, *told: self.roster.tell(at, field.name, "warning", *told))
            if found is None:
                lost.append(name)
            else:
                ids.append(found)
        return ids, lost

    def _one(self, field: Field, at: int, name: str, tell: Callable[..., None]) -> int | None:
        place = self._place(field, at)
        for target in field.targets:
            found = self.names.narrowed(target, self.names.ids(target, name), place)
            if len(found) == 1:
                return found[0]
            if found:
                label = RECORDS[target].label
                tell(
                    at,
                    "reference_ambiguous",
                    name,
                    f"台账里有 {len(found)} 个{label}叫“{name}”，分不清是哪一个，请补上证件号或电话",
                )
                return None
        return self._make(field, at, name, place, tell)

    def _make(self, field: Field, at: int, name: str, place: int | None, tell: Callable[..., None]) -> int | None:
        target = field.targets[0]
        label = RECORDS[target].label
        if target not in MADE and not (self.new and target == "person"):
            tell(
                at, "reference_unknown", name, f"台账里没有{label}“{name}”，请核对；确是新人可先登记，或加 --new 再导入"
            )
            return None
        made = newcomer(self.entry, target, name, place)
        self.names.add(target, name, made)
        self.roster.tell(
            at, field.name, "warning", "reference_new", name, f"台账里原来没有{label}“{name}”，已新建，请核对是不是新的"
        )
        return made

    def _place(self, field: Field, at: int) -> int | None:
        """Where the row's record belongs, to choose among namesakes."""
        for name in ("place", "community"):
            resolved = self.roster.columns.get(f"{name}_id")
            if name != field.name and resolved is not None:
                found: int | None = resolved[at]
                return found
        return None
