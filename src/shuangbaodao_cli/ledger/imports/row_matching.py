"""Which record each row of a roster means: a stored one, or a new one; or the row is refused or left out.

Doubts become problems of the row: several records fit, little speaks for the one that does, the record
was voided.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.imports.sheet_import import IgnoredCells, RowIds, row_values
from shuangbaodao_cli.ledger.records import query, store
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.ledger.records.matching import FIRST_WEAK_KEY, Matcher
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shuangbaodao_cli.ledger.imports.references import Columns
    from shuangbaodao_cli.ledger.imports.sheet_import import SheetImport
    from shuangbaodao_cli.ledger.records.key_index import KeyValues
    from shuangbaodao_cli.ledger.records.matching import Candidates
    from shuangbaodao_cli.problems import Severity

MAX_SHOWN = 5
"""How many of the records that fit equally are named."""


@dataclass(slots=True)
class RowMatches:
    """What the rows of a sheet were found to mean; a row that is in none of these was refused."""

    stored: dict[int, int] = field(default_factory=dict)
    """Index of a row → id of the record in the ledger that it means."""
    new_rows: list[int] = field(default_factory=list)
    """Rows that mean a record which is not in the ledger."""
    repeated: dict[int, int] = field(default_factory=dict)
    """Index of a row → the earlier row of the sheet whose new record it means too."""
    conflicts: dict[int, int] = field(default_factory=dict)
    """Index of a row → the earlier row of another name that has the same code; it is refused for that."""
    skipped: set[int] = field(default_factory=set)
    """Rows whose record was voided."""
    ignored: IgnoredCells = field(default_factory=IgnoredCells)
    """Cells that a merged record says already."""

    def row_ids(self, new_ids: Mapping[int, int]) -> RowIds:
        """The record of each row, now that the new ones have their ids: index of a new row → id."""
        repeated = {index: new_ids[first] for index, first in self.repeated.items()}
        return RowIds(dict(new_ids), dict(sorted((self.stored | repeated).items())))


def match_rows(
    task: SheetImport, columns: Columns, positions: Sequence[int], earlier_ids: Iterable[int] = ()
) -> RowMatches:
    """Match each row to a stored record, to an earlier row that is a new one too, or to neither.

    ``earlier_ids`` are records that rows of this roster matched or made already.
    """
    matching = _SheetMatching(task, columns, positions, earlier_ids)
    for index in positions:
        matching.match_row(index)
    return matching.matches


def add_conflict_problems(task: SheetImport, conflicts: Mapping[int, int], new_ids: Mapping[int, int]) -> None:
    """Refuse the rows that have the code of an earlier row but another name, now that its record has an id."""
    for index, first in conflicts.items():
        _add_conflict_problem(task, index, new_ids[first])


def _add_conflict_problem(task: SheetImport, index: int, id_: int) -> None:
    roster = task.roster
    title = roster.record[roster.title_field]
    name = roster.columns[title.name][index]
    message = f"{title.label}是“{name}”，证件号或代码却与台账里另一个名称的记录（编号 {id_}）相同，请核对"
    roster.add_problem(index, title.name, "error", "key_conflict", name, message)


class _SheetMatching:
    """Matches the rows of a sheet from top to bottom: each may mean a record that an earlier one brings.

    A new record has no id before it is inserted; until then it is known as ``~index`` of its row, a
    negative number that no record has.
    """

    def __init__(
        self, task: SheetImport, columns: Columns, positions: Sequence[int], earlier_ids: Iterable[int]
    ) -> None:
        self.task, self.columns = task, columns
        self.roster, self.record = task.roster, task.roster.record
        self.names = [column for column in self.record.columns if column in columns]
        self.matcher, self.voided = Matcher(self.record), Matcher(self.record)
        self.keys = list(self.matcher.row_key_values(columns, len(self.roster.row_numbers)))
        self.matcher.load_candidates(task.connection, (self.keys[index] for index in positions))
        self.voided.load_candidates(task.connection, (self.keys[index] for index in positions), voided=True)
        self.seen_ids = set(earlier_ids)
        self.first_rows: dict[KeyValues, int] = {}
        self.matches = RowMatches()

    def match_row(self, index: int) -> None:
        """Find the record of one row."""
        key, record = self.keys[index], self.record
        match = self.matcher.find_candidates(key, partial(self._similarity, index) if record.may_repeat else None)
        if match is not None and len(match.ids) > 1:
            if self._reject_ambiguous(match, index):
                return
            match = None
        if match is None and self.voided.has_records and (voided_id := self.voided.match(key)) is not None:
            self._skip_voided(index, voided_id)
            return
        if record.may_repeat:
            self._warn_duplicate(index)
        if match is None:
            id_ = ~index
            self.matches.new_rows.append(index)
            self.matcher.add(id_, key)
            self.seen_ids.add(id_)
        elif self._has_name_conflict(match.ids[0], index):
            return
        else:
            id_ = match.ids[0]
            self._match_record(match, index)
        if record.may_repeat:
            self.matcher.claim(id_)

    def _match_record(self, match: Candidates, index: int) -> None:
        """Let a row mean a record that is known; warn where that is doubtful or the row is a second one of it."""
        id_ = match.ids[0]
        canonical_id = self.matcher.canonical_id(id_)
        ignored = IgnoredCells()
        if canonical_id != id_:
            ignored = self._alias_cells(id_, index)
            self.matches.ignored.columns.update(ignored.columns)
            self.matches.ignored.extra.update(ignored.extra)
        if canonical_id in self.seen_ids:
            message = "和前面一行是同一条，按一条记；两行不同的地方以这一行为准，请核对"
            self._add_problem(index, "warning", "duplicate_row", message)
        elif self.record.has_name:
            self._warn_weak_match(match.key_index, canonical_id, index, ignored)
        self.seen_ids.add(canonical_id)
        if canonical_id < 0:
            self.matches.repeated[index] = ~canonical_id
        else:
            self.matches.stored[index] = canonical_id
        self.matcher.update_values(id_, self.keys[index])

    def _add_problem(self, index: int, severity: Severity, kind: str, message: str) -> None:
        title = self.roster.title_field
        self.roster.add_problem(index, title, severity, kind, self.roster.columns[title][index], message)

    def _similarity(self, index: int, id_: int) -> int:
        """How many values of a record are just what the row says: a sheet may come in another order."""
        values = store.load_values(self.task.connection, self.record, id_)
        columns = self.columns
        return sum(column in columns and columns[column][index] == value for column, value in values.items())

    def _reject_ambiguous(self, match: Candidates, index: int) -> bool:
        """Refuse a row that fits several records of the ledger equally, instead of making one more of them.

        A row that says what tells it from all of them is a new record; so is one that fits rows of its
        own roster.
        """
        record = self.record
        if (
            not record.has_name
            or record.may_repeat
            or self.matcher.has_stronger_key(self.keys[index], match.key_index)
            or not self.seen_ids.isdisjoint(match.ids)
        ):
            return False
        needed = dict.fromkeys(record[name].label for key in record.keys[: match.key_index] for name in key)
        lacking = [label for label in needed if label != record.title_field.label]
        shown = "、".join(describe(self.task.connection, record, id_) for id_ in match.ids[:MAX_SHOWN])
        message = (
            f"台账里有 {len(match.ids)} 条{record.label}都对得上：{shown}，分不清是哪一条；"
            f"请补上{'或'.join(lacking)}再导入"
        )
        self._add_problem(index, "error", "reference_ambiguous", message)
        return True

    def _skip_voided(self, index: int, voided_id: int) -> None:
        """Leave out a row whose record was voided: a ledger that grows comes with its old rows each month."""
        message = f"这一条在台账里已作废（编号 {voided_id}），没有再收；确实要收请另外登记"
        self._add_problem(index, "warning", "voided_before", message)
        self.matches.skipped.add(index)
        self.voided.claim(voided_id)

    def _warn_duplicate(self, index: int) -> None:
        """Point at a row that is like an earlier one in all that tells such records apart."""
        first = self.first_rows.setdefault(self.keys[index], index)
        if first != index:
            message = f"和第 {self.roster.row_numbers[first]} 行一样，仍按两条计；如果抄重了请删去一行"
            self._add_problem(index, "warning", "duplicate_row", message)

    def _has_name_conflict(self, id_: int, index: int) -> bool:
        """Refuse a row whose code belongs to a record of another name; of a new one when it has its id."""
        title = self.record[self.roster.title_field]
        name = self.roster.columns[title.name][index]
        if (
            name is None
            or not self.record.has_name
            or title is not self.record.title_field
            or self.matcher.folded_name(id_) == fold(name)
        ):
            return False
        if id_ < 0:
            self.matches.conflicts[index] = ~id_
        else:
            _add_conflict_problem(self.task, index, id_)
        return True

    def _alias_cells(self, id_: int, index: int) -> IgnoredCells:
        """The cells of a row that matched a merged record which say what that record says already.

        Else an unchanged roster would turn the values of the one that stays back and forth.
        """
        connection, record = self.task.connection, self.record
        values = row_values(self.columns, self.names, index)
        differences = store.differences(connection, record, id_, values)
        extra = query.load_extra(connection, record, id_)
        return IgnoredCells(
            {(index, column) for column in values if column not in differences},
            {
                (index, heading)
                for heading, texts in self.roster.extra.items()
                if texts[index] and extra.get(heading) == texts[index]
            },
        )

    def _warn_weak_match(self, key_index: int, canonical_id: int, index: int, ignored: IgnoredCells) -> None:
        """Tell of a record that was matched by a weak key; a warning where the row changes something of it."""
        record = self.record
        if key_index < FIRST_WEAK_KEY.get(record.name, len(record.keys)):
            return
        values = row_values(self.columns, self.names, index, ignored.columns)
        differences = store.differences(self.task.connection, record, canonical_id, values)
        changed = [field.label for field in record.fields if not differences.keys().isdisjoint(field.columns)]
        by = "和".join(record[name].label for name in record.keys[key_index])
        message = f"只凭{by}认出是 {describe(self.task.connection, record, canonical_id)}"
        message += f"，{'、'.join(changed)}会按这一行改；如果不是同一个人，请补上证件号或电话再导入" if changed else ""
        self._add_problem(index, "warning" if changed else "fixed", "weak_match", message)
