"""The names in a roster's reference columns → the records they mean; new ones where need be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.duplicates.similarity import SimilarNames
from shuangbaodao_cli.ledger.records import lookup, store
from shuangbaodao_cli.ledger.records.input import insert_by_name
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.ledger.records.lookup import MAX_SHOWN, normalize_number
from shuangbaodao_cli.model.registry import RECORDS, likely
from shuangbaodao_cli.values.text import parted, person_name

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.records.lookup import NameLookup
    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Field
    from shuangbaodao_cli.problems import Severity

CREATABLE = ("place", "org", "team", "branch")
"""What a roster may bring into being by naming it; persons and activities only where that was asked for."""
MAX_SIMILAR_NAMES = 3
"""How many names that look alike are told."""


@dataclass(slots=True)
class References:
    """Resolves the names of one roster.

    ``new`` also lets in unknown persons, and the activity of a sign-in list; ``strict`` lets nothing in.
    """

    entry: Entry
    roster: Roster
    names: NameLookup
    new: bool
    strict: bool = False
    similar: dict[str, SimilarNames] = field(default_factory=dict)

    def resolve_column(self, field: Field, positions: list[int]) -> list[int | None]:
        """The ids for a column of single names; a row whose name has no telling is refused."""
        columns = self.roster.columns
        values = columns[field.name]
        beside = [columns[one.name] for one in self.roster.record.beside if one.name in columns]
        ids: list[int | None] = [None] * len(values)
        sure: dict[tuple[Any, ...], int] = {}
        only: dict[str, int] = {}
        """Names of one record only, whatever else a row says."""
        for at in positions:
            if values[at] is None:
                continue
            if values[at] in only:
                ids[at] = only[values[at]]
                continue
            said = (values[at], self._row_place(field, at), *(one[at] for one in beside))
            found = sure.get(said)
            if found is None and (found := self._resolve(field, at, values[at], "error")) is not None:
                sure[said] = found
                if not beside and len(field.targets) == 1 and len(self.names.ids(field.to, values[at])) == 1:
                    only[values[at]] = found
            ids[at] = found
        return ids

    def resolve_columns(self, field: Field, positions: list[int]) -> dict[str, list[int | None]]:
        """The ids that a column of names comes to, over its columns where it may point to several kinds."""
        ids = self.resolve_column(field, positions)
        self.roster.columns[f"{field.name}_id"] = ids
        if len(field.targets) < 2:
            return {field.name: ids}
        found: dict[str, list[int | None]] = {column: [None] * len(ids) for column in field.columns}
        for at, id_ in enumerate(ids):
            if id_ is not None:
                name = self.roster.columns[field.name][at]
                kinds = zip(field.targets, field.columns, strict=True)
                column = next(one for kind, one in kinds if id_ in self.names.ids(kind, name))
                found[column][at] = id_
        return found

    def resolve_names(self, field: Field, index: int, names: list[str]) -> tuple[list[int], list[str]]:
        """The ids for several names of one cell, and the names that led to none (warned about)."""
        ids, lost = [], []
        for written in names:
            name = person_name(written) if field.to == "person" else written
            found = self._resolve(field, index, name, "warning")
            if found is None:
                lost.append(name)
            else:
                ids.append(found)
        return list(dict.fromkeys(ids)), lost

    def reject_unknown_parts(self, positions: list[int]) -> None:
        """Where nothing new is let in: refuse the rows that name an unknown team or place of another part."""
        for link in self.roster.record.links:
            if link.each.to not in CREATABLE or link.each.name not in self.roster.columns:
                continue
            for at in (one for one in positions if (one, link.each.name) not in self.roster.rejected_cells):
                for name in parted(self.roster.columns[link.each.name][at] or ""):
                    if not self.names.ids(link.each.to, name):
                        self._add_unknown_problem(link.each, at, name, "error")

    def _resolve(self, field: Field, index: int, name: str, severity: Severity) -> int | None:
        """The record that a name means; where there is no telling, a problem of the given severity."""
        place = self._row_place(field, index)
        for target in field.targets:
            found = self.names.narrow_to_place(target, self._candidates(target, index, name), place)
            if len(found) == 1:
                return found[0]
            if found:
                self._add_ambiguous_problem(field, index, name, severity, (target, found))
                return None
        target = likely(name, field.targets)
        if self._has_id_conflict(field, index, name, severity):
            return None
        if (target in CREATABLE and not self.strict) or (self.new and self._is_creatable(target, index, name)):
            return self._insert(field, index, name, place)
        self._add_unknown_problem(field, index, name, severity)
        return None

    def _candidates(self, target: str, index: int, name: str) -> list[int]:
        """The records of a name that fit what the row says beside it."""
        if target == "person" and self.roster.record.beside:
            return lookup.persons_by_name(self.entry.connection, name, self._person_facts(index))
        if target == "activity":
            return lookup.activities_by_title(self.entry.connection, name, self._value_beside("date", index))
        return self.names.ids(target, name)

    def _value_beside(self, name: str, index: int) -> Any:
        """What a row says beside its own record; None where it does not."""
        if name not in self.roster.columns or all(one.name != name for one in self.roster.record.beside):
            return None
        return self.roster.columns[name][index]

    def _person_facts(self, index: int) -> dict[str, Any]:
        """Id number, phone and unit (its number, where it is known) of the person whom a row names."""
        said = {fact: self._value_beside(fact, index) for fact in lookup.DISTINGUISHING_FIELDS}
        units = self.names.ids("org", said["org"]) if said["org"] else []
        return {**said, "org": units[0] if len(units) == 1 else None}

    def _has_id_conflict(self, field: Field, index: int, name: str, severity: Severity) -> bool:
        """Tell of an id number that belongs to a person of another name."""
        id_no = self._value_beside("id_no", index) if "person" in field.targets else None
        other = lookup.person_by_id_no(self.entry.connection, id_no) if id_no else None
        if other is None:
            return False
        told = describe(self.entry.connection, RECORDS["person"], other)
        message = f"姓名是“{name}”，证件号却与台账里另一个名字的人 {told} 相同，请核对"
        self.roster.add_problem(index, field.name, severity, "key_conflict", name, message)
        return True

    def _is_creatable(self, target: str, index: int, name: str) -> bool:
        if target == "activity":
            return self._value_beside("date", index) is not None
        return target in {"person", "subject"} and not name.isdigit() and normalize_number(name)[1:2] != "-"

    def _insert(self, field: Field, index: int, name: str, place: int | None) -> int:
        target = RECORDS[likely(name, field.targets)]
        near = self._similar_names(target.name, name)
        alike = f"台账里有相近的：{'、'.join(near)}；如果是同一个，请改成一样的名称" if near else "请核对是不是新的"
        if self.roster.record.beside and target.name in {"person", "activity", "subject"}:
            called = "name" if target.name == "subject" else target.title.name
            made = store.insert(self.entry, target, {called: name, **self._new_facts(target.name, index)})
        else:
            made = insert_by_name(self.entry, target.name, name, place)
        self.names.add(target.name, name, made)
        if target.name in self.similar:
            self.similar[target.name].add(name)
        message = f"台账里原来没有{target.label}“{name}”，已新建；{alike}"
        self.roster.add_problem(index, field.name, "warning", "reference_new", name, message)
        return made

    def _new_facts(self, target: str, index: int) -> dict[str, Any]:
        """What a sign-in list says of a new person or activity."""
        facts: dict[str, Any] = {}
        for one in self.roster.record.beside:
            wanted = target == "subject" or one.name in (
                lookup.DISTINGUISHING_FIELDS if target == "person" else ("date", "place", "leader")
            )
            said = self._value_beside(one.name, index)
            if wanted and said is not None:
                facts[one.name] = self._resolve(one, index, said, "warning") if one.to else said
        return facts

    def _similar_names(self, target: str, name: str) -> list[str]:
        """Known names of places, units or teams that look like one."""
        if target not in CREATABLE:
            return []
        if target not in self.similar:
            known = self.entry.connection.execute(f"SELECT name FROM [{target}] WHERE voided IS NULL ORDER BY id")
            self.similar[target] = SimilarNames((one for (one,) in known), abbreviations=target == "org")
        return [one for one, _ in self.similar[target].find(name)][:MAX_SIMILAR_NAMES]

    def _add_ambiguous_problem(
        self, field: Field, index: int, name: str, severity: Severity, candidates: tuple[str, list[int]]
    ) -> None:
        target, found = candidates
        label = RECORDS[target].label
        remedy = {"person": "请补上证件号或电话", "activity": "请补上活动日期和地点"}.get(target, "请把名称写全")
        told = "、".join(describe(self.entry.connection, RECORDS[target], id_) for id_ in found[:MAX_SHOWN])
        message = f"台账里有 {len(found)} 条{label}叫“{name}”：{told}，分不清是哪一条，{remedy}"
        self.roster.add_problem(index, field.name, severity, "reference_ambiguous", name, message)

    def _add_unknown_problem(self, field: Field, index: int, name: str, severity: Severity) -> None:
        target = RECORDS[likely(name, field.targets)]
        message = f"台账里没有{target.label}“{name}”，请核对；"
        if target.name in CREATABLE:
            near = self._similar_names(target.name, name)
            message += f"相近的有：{'、'.join(near)}；" if near else ""
            message += f"确是新的，请先登记（sbd add {target.name} 名称={name}），或去掉 --strict 再导入"
        elif target.name == "activity":
            day = self._value_beside("date", index)
            message += "没登记过的，请" + ("加 --new 再导入" if day else "补上活动日期，加 --new 再导入")
        elif target.name == "subject":
            message += "没登记过的，请先登记（sbd add subject），或加 --new 再导入"
        elif target.name != "person":
            message += f"请先登记或导入{target.label}"
        else:
            other = self.names.ids("person", name)
            told = "、".join(describe(self.entry.connection, target, id_) for id_ in other[:MAX_SHOWN])
            message += f"同名的 {told} 证件号、电话或单位不同；" if other else ""
            message += "确是新人请加 --new 再导入，或登记后加 --again 再导入"
        self.roster.add_problem(index, field.name, severity, "reference_unknown", name, message)

    def _row_place(self, field: Field, index: int) -> int | None:
        """Where the row's record belongs, to choose among namesakes."""
        for name in ("place", "community"):
            resolved = self.roster.columns.get(f"{name}_id")
            if name != field.name and resolved is not None:
                found: int | None = resolved[index]
                return found
        said = self._value_beside("place", index) if field.name != "place" else None
        places = self.names.ids("place", said) if said else []
        return places[0] if len(places) == 1 else None
