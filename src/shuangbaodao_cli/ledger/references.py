"""The names in a roster's reference columns → the records they mean; new ones where need be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.entering import newcomer
from shuangbaodao_cli.ledger.finding import overlapping
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.cleaning import Roster
    from shuangbaodao_cli.ledger.database import Entry
    from shuangbaodao_cli.ledger.finding import Names
    from shuangbaodao_cli.problems import Severity
    from shuangbaodao_cli.vocabulary.record import Field

PARTED = re.compile(r"[、，,；;/\n]+")
"""What stands between several names in one cell."""
MADE = ("place", "org", "team")
"""What a roster may bring into being by naming it; a person only where that was asked for."""


def parted(cell: str) -> list[str]:
    """The names in a cell, each once, in their order.

    A space parts 张三 李四, but not 张 三, where it only fills the column, nor names in Latin letters.
    """
    names: list[str] = []
    for said in PARTED.split(cell):
        spaced = said.split()
        apart = len(spaced) > 1 and all(len(name) > 1 and not name.isascii() for name in spaced)
        names += spaced if apart else [said.strip()]
    return list(dict.fromkeys(name for name in names if name))


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
        sure: dict[str | None, int | None] = {None: None}
        for at in positions:
            name = values[at]
            if name in sure:
                ids[at] = sure[name]
                continue
            ids[at] = self._one(field, at, name, "error")
            if len(field.targets) == 1 and len(self.names.ids(field.to, name)) == 1:
                sure[name] = ids[at]
        return ids

    def each(self, field: Field, at: int, names: list[str]) -> tuple[list[int], list[str]]:
        """The ids for several names of one cell, and the names that led to none (warned about)."""
        ids, lost = [], []
        for name in names:
            found = self._one(field, at, name, "warning")
            if found is None:
                lost.append(name)
            else:
                ids.append(found)
        return list(dict.fromkeys(ids)), lost

    def _one(self, field: Field, at: int, name: str, severity: Severity) -> int | None:
        """The record that a name means; where there is no telling, a problem of the given severity."""
        place = self._place(field, at)
        for target in field.targets:
            found = self.names.narrowed(target, self.names.ids(target, name), place)
            if len(found) == 1:
                return found[0]
            if found:
                remedy = "请补上证件号或电话" if target == "person" else "请把名称写全"
                message = f"台账里有 {len(found)} 条{RECORDS[target].label}叫“{name}”，分不清是哪一条，{remedy}"
                self.roster.tell(at, field.name, severity, "reference_ambiguous", name, message)
                return None
        target = field.targets[0]
        if target in MADE or (self.new and target == "person" and not name.isdigit()):
            return self._make(field, at, name, place)
        message = (
            f"台账里没有{RECORDS[target].label}“{name}”，请核对；确是新人请加 --new 再导入，或登记后加 --again 再导入"
        )
        self.roster.tell(at, field.name, severity, "reference_unknown", name, message)
        return None

    def _make(self, field: Field, at: int, name: str, place: int | None) -> int:
        target = RECORDS[field.targets[0]]
        near = overlapping(self.entry.connection, target, name) if target.name in MADE else []
        alike = f"台账里有相近的：{'、'.join(near)}；如果是同一个，请改成一样的名称" if near else "请核对是不是新的"
        made = newcomer(self.entry, target.name, name, place)
        self.names.add(target.name, name, made)
        message = f"台账里原来没有{target.label}“{name}”，已新建；{alike}"
        self.roster.tell(at, field.name, "warning", "reference_new", name, message)
        return made

    def _place(self, field: Field, at: int) -> int | None:
        """Where the row's record belongs, to choose among namesakes."""
        for name in ("place", "community"):
            resolved = self.roster.columns.get(f"{name}_id")
            if name != field.name and resolved is not None:
                found: int | None = resolved[at]
                return found
        return None
