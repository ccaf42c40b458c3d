"""The names in a roster's reference columns → the ids of the records they mean; new ones where need be.

Nothing is written into the roster but problems: the resolved columns are returned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.duplicates.similarity import SimilarNames
from shuangbaodao_cli.ledger.records import lookup, store
from shuangbaodao_cli.ledger.records.input import insert_by_name
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.ledger.records.lookup import MAX_SHOWN, normalize_number
from shuangbaodao_cli.model.registry import RECORDS, guess_record_type
from shuangbaodao_cli.values.text import split_names, strip_name_marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.records.lookup import NameLookup
    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Field
    from shuangbaodao_cli.problems import Severity

CREATABLE = ("place", "org", "team", "branch")
"""What is inserted where a roster names an unknown one; persons and activities only where that was asked for."""
MAX_SIMILAR_NAMES = 3
"""How many names that look alike are shown."""

Columns = dict[str, list[Any]]
"""Column of the table → its values, row by row."""


@dataclass(slots=True)
class References:
    """Resolves the names of one roster.

    ``new`` also lets in unknown persons, and the activity of a sign-in list; ``strict`` lets nothing in.
    ``columns`` are the columns of the table as far as they are resolved: its place tells namesakes apart.
    """

    entry: Entry
    roster: Roster
    names: NameLookup
    new: bool
    strict: bool = False
    similar: dict[str, SimilarNames] = field(default_factory=dict)

    def resolve_columns(self, field: Field, positions: Iterable[int], columns: Columns) -> dict[str, list[int | None]]:
        """The ids that a column of names comes to, over its columns where it may point to several kinds.

        A row whose name leads to no record, or to several, is refused.
        """
        ids = self._resolve_column(field, positions, columns)
        if len(field.targets) < 2:
            return {field.name: ids}
        resolved: dict[str, list[int | None]] = {column: [None] * len(ids) for column in field.columns}
        for index, id_ in enumerate(ids):
            if id_ is not None:
                name = self.roster.columns[field.name][index]
                kinds = zip(field.targets, field.columns, strict=True)
                column = next(column for kind, column in kinds if id_ in self.names.ids(kind, name))
                resolved[column][index] = id_
        return resolved

    def _resolve_column(self, field: Field, positions: Iterable[int], columns: Columns) -> list[int | None]:
        """The ids for a column of single names."""
        names = self.roster.columns[field.name]
        beside = [
            self.roster.columns[other.name]
            for other in self.roster.record.context_fields
            if other.name in self.roster.columns
        ]
        ids: list[int | None] = [None] * len(names)
        id_by_row_values: dict[tuple[Any, ...], int] = {}
        unique_ids: dict[str, int] = {}
        """Of names that only one record has, whatever else a row says."""
        for index in positions:
            name = names[index]
            if name is None:
                continue
            if name in unique_ids:
                ids[index] = unique_ids[name]
                continue
            place = self._row_place(field, index, columns)
            row_values = (name, place, *(values[index] for values in beside))
            id_ = id_by_row_values.get(row_values)
            if id_ is None and (id_ := self._resolve(field, index, name, "error", place)) is not None:
                id_by_row_values[row_values] = id_
                if not beside and len(field.targets) == 1 and len(self.names.ids(field.to, name)) == 1:
                    unique_ids[name] = id_
            ids[index] = id_
        return ids

    def resolve_names(
        self, field: Field, index: int, names: Iterable[str], columns: Columns
    ) -> tuple[list[int], list[str]]:
        """The ids for several names of one cell, and the names that led to none (warned about)."""
        ids, unresolved = [], []
        place = self._row_place(field, index, columns)
        for raw in names:
            name = strip_name_marks(raw) if field.to == "person" else raw
            id_ = self._resolve(field, index, name, "warning", place)
            if id_ is None:
                unresolved.append(name)
            else:
                ids.append(id_)
        return list(dict.fromkeys(ids)), unresolved

    def reject_unknown_parts(self, positions: Iterable[int]) -> None:
        """Where nothing new is let in: refuse the rows that name an unknown team or place of another part."""
        for link in self.roster.record.links:
            if link.source_field.to not in CREATABLE or link.source_field.name not in self.roster.columns:
                continue
            for index in positions:
                if (index, link.source_field.name) in self.roster.rejected_cells:
                    continue
                for name in split_names(self.roster.columns[link.source_field.name][index] or ""):
                    if not self.names.ids(link.source_field.to, name):
                        self._add_unknown_problem(link.source_field, index, name, "error")

    def _resolve(self, field: Field, index: int, name: str, severity: Severity, place: int | None) -> int | None:
        """The record that a name means; where that cannot be told, a problem of the given severity."""
        for target in field.targets:
            candidates = self.names.narrow_to_place(target, self._candidates(target, index, name), place)
            if len(candidates) == 1:
                return candidates[0]
            if candidates:
                self._add_ambiguous_problem(field, index, name, severity, (target, candidates))
                return None
        target = guess_record_type(name, field.targets)
        if self._has_id_conflict(field, index, name, severity):
            return None
        if (target in CREATABLE and not self.strict) or (self.new and self._is_creatable(target, index, name)):
            return self._insert(field, index, name, place)
        self._add_unknown_problem(field, index, name, severity)
        return None

    def _candidates(self, target: str, index: int, name: str) -> list[int]:
        """The records of a name that fit what the row says beside it."""
        if target == "person" and self.roster.record.context_fields:
            return lookup.persons_by_name(self.entry.connection, name, self._person_facts(index))
        if target == "activity":
            return lookup.activities_by_title(self.entry.connection, name, self._value_beside("date", index))
        return self.names.ids(target, name)

    def _value_beside(self, name: str, index: int) -> Any:
        """What a row says beside its own record; None where it does not."""
        if name not in self.roster.columns or all(field.name != name for field in self.roster.record.context_fields):
            return None
        return self.roster.columns[name][index]

    def _person_facts(self, index: int) -> dict[str, Any]:
        """Id number, phone and unit (its id, where it is known) of the person whom a row names."""
        values = {name: self._value_beside(name, index) for name in lookup.DISTINGUISHING_FIELDS}
        units = self.names.ids("org", values["org"]) if values["org"] else []
        return {**values, "org": units[0] if len(units) == 1 else None}

    def _has_id_conflict(self, field: Field, index: int, name: str, severity: Severity) -> bool:
        """Whether the row's id number belongs to a person of another name, which becomes a problem."""
        id_no = self._value_beside("id_no", index) if "person" in field.targets else None
        other = lookup.person_by_id_no(self.entry.connection, id_no) if id_no else None
        if other is None:
            return False
        description = describe(self.entry.connection, RECORDS["person"], other)
        message = f"姓名是“{name}”，证件号却与台账里另一个名字的人 {description} 相同，请核对"
        self.roster.add_problem(index, field.name, severity, "key_conflict", name, message)
        return True

    def _is_creatable(self, target: str, index: int, name: str) -> bool:
        if target == "activity":
            return self._value_beside("date", index) is not None
        return target in {"person", "subject"} and not name.isdigit() and normalize_number(name)[1:2] != "-"

    def _insert(self, field: Field, index: int, name: str, place: int | None) -> int:
        """Insert the record that a name means, with a warning; returns its id."""
        target = RECORDS[guess_record_type(name, field.targets)]
        similar = self._similar_names(target.name, name)
        hint = (
            f"台账里有相近的：{'、'.join(similar)}；如果是同一个，请改成一样的名称" if similar else "请核对是不是新的"
        )
        if self.roster.record.context_fields and target.name in {"person", "activity", "subject"}:
            title = "name" if target.name == "subject" else target.title_field.name
            id_ = store.insert(self.entry, target, {title: name, **self._new_values(target.name, index, place)})
        else:
            id_ = insert_by_name(self.entry, target.name, name, place)
        self.names.add(target.name, name, id_)
        if target.name in self.similar:
            self.similar[target.name].add(name)
        message = f"台账里原来没有{target.label}“{name}”，已新建；{hint}"
        self.roster.add_problem(index, field.name, "warning", "reference_new", name, message)
        return id_

    def _new_values(self, target: str, index: int, place: int | None) -> dict[str, Any]:
        """What a row says of a new person, activity or care recipient beside its own record: column → value."""
        values: dict[str, Any] = {}
        for beside in self.roster.record.context_fields:
            wanted = target == "subject" or beside.name in (
                lookup.DISTINGUISHING_FIELDS if target == "person" else ("date", "place", "leader")
            )
            value = self._value_beside(beside.name, index)
            if wanted and value is not None:
                if beside.to:
                    value = self._resolve(beside, index, value, "warning", None if beside.name == "place" else place)
                values[beside.name] = value
        return values

    def _similar_names(self, target: str, name: str) -> list[str]:
        """Known names of places, units or teams that look like one."""
        if target not in CREATABLE:
            return []
        if target not in self.similar:
            stored = self.entry.connection.execute(f"SELECT name FROM [{target}] WHERE voided IS NULL ORDER BY id")
            self.similar[target] = SimilarNames((known for (known,) in stored), abbreviations=target == "org")
        return [similar for similar, _ in self.similar[target].find(name)][:MAX_SIMILAR_NAMES]

    def _add_ambiguous_problem(
        self, field: Field, index: int, name: str, severity: Severity, candidates: tuple[str, list[int]]
    ) -> None:
        target, ids = candidates
        label = RECORDS[target].label
        remedy = {"person": "请补上证件号或电话", "activity": "请补上活动日期和地点"}.get(target, "请把名称写全")
        shown = "、".join(describe(self.entry.connection, RECORDS[target], id_) for id_ in ids[:MAX_SHOWN])
        message = f"台账里有 {len(ids)} 条{label}叫“{name}”：{shown}，分不清是哪一条，{remedy}"
        self.roster.add_problem(index, field.name, severity, "reference_ambiguous", name, message)

    def _add_unknown_problem(self, field: Field, index: int, name: str, severity: Severity) -> None:
        target = RECORDS[guess_record_type(name, field.targets)]
        message = f"台账里没有{target.label}“{name}”，请核对；"
        if target.name in CREATABLE:
            similar = self._similar_names(target.name, name)
            message += f"相近的有：{'、'.join(similar)}；" if similar else ""
            message += f"确是新的，请先登记（sbd add {target.name} 名称={name}），或去掉 --strict 再导入"
        elif target.name == "activity":
            day = self._value_beside("date", index)
            message += "没登记过的，请" + ("加 --new 再导入" if day else "补上活动日期，加 --new 再导入")
        elif target.name == "subject":
            message += "没登记过的，请先登记（sbd add subject），或加 --new 再导入"
        elif target.name != "person":
            message += f"请先登记或导入{target.label}"
        else:
            namesakes = self.names.ids("person", name)
            shown = "、".join(describe(self.entry.connection, target, id_) for id_ in namesakes[:MAX_SHOWN])
            message += f"同名的 {shown} 证件号、电话或单位不同；" if namesakes else ""
            message += "确是新人请加 --new 再导入，或登记后加 --again 再导入"
        self.roster.add_problem(index, field.name, severity, "reference_unknown", name, message)

    def _row_place(self, field: Field, index: int, columns: Columns) -> int | None:
        """The place of the row's record, to choose among namesakes."""
        for name in ("place", "community"):
            if name != field.name and name in columns:
                place: int | None = columns[name][index]
                return place
        beside = self._value_beside("place", index) if field.name != "place" else None
        ids = self.names.ids("place", beside) if beside else []
        return ids[0] if len(ids) == 1 else None
