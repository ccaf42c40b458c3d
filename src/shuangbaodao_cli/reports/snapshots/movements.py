"""The lines by which figures that were sent became those of today: one for each record and command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.snapshots import movements, store

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from shuangbaodao_cli.ledger.snapshots.store import Row, Snapshot

KINDS = {
    "voided": "作废",
    "reopened": "重办、撤回",
    "corrected": "更正",
    "late": "补录",
    "new": "新增",
}
"""Why a figure may have changed, in the order in which the lines are built."""
MAX_NAMES = 5
"""How many people the description of a line names."""


@dataclass(slots=True)
class Line:
    """What one command did to one activity or need: the six figures that it added or took away."""

    kind: str
    record: str
    id: int
    entry: int
    title: str
    date: str | None
    place: str | None
    figures: list[int] = field(default_factory=lambda: [0] * 6)
    details: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    @property
    def description(self) -> str | None:
        """What became of it, and who took part; None where there is nothing to say."""
        parts = list(dict.fromkeys(self.details))
        if self.people:
            more = f"等 {len(self.people)} 人" if len(self.people) > MAX_NAMES else ""
            parts.append(f"参加：{'、'.join(self.people[:MAX_NAMES])}{more}")
        return "；".join(parts) or None


@dataclass(slots=True)
class Movement:
    """A row behind a figure that was sent, and the row in its place now: either may be missing."""

    kind: str
    removed: Row | None
    added: Row | None
    current: movements.RecordState
    cause: movements.Cause


class LineBuilder:
    """Builds the lines from the rows behind what was sent and those of today."""

    def __init__(self, connection: sqlite3.Connection, snapshots: Sequence[Snapshot]) -> None:
        self.connection = connection
        self.snapshots = snapshots
        self.person_counts = store.participation_counts(connection, snapshots)
        self.lines: dict[tuple[str, str, int, int], Line] = {}

    def build(self, removed: list[Row], added: list[Row], repeated: list[tuple[int, Row]]) -> list[Line]:
        """Every line, by kind and then by day.

        ``removed`` and ``added`` are the rows that differ; ``repeated`` are rows that were sent twice, each with the
        id of the snapshot in which it counts.
        """
        steps = [self._repeated(snapshot_id, row) for snapshot_id, row in repeated]
        new = {(row.record, row.record_id): row for row in added}
        steps += [self._removed(row, new.pop((row.record, row.record_id), None)) for row in removed]
        steps += [self._added(row) for row in new.values()]
        order = list(KINDS)
        steps.sort(key=lambda step: (order.index(step.kind), step.current.date or "", step.current.owner_id))
        for step in steps:
            self._add_to_line(step)
        return list(self.lines.values())

    def _repeated(self, snapshot_id: int, row: Row) -> Movement:
        """A row that was sent twice, since its day was changed in between: it counts once."""
        number = next(snapshot.number for snapshot in self.snapshots if snapshot.id == snapshot_id)
        now = movements.record_state(self.connection, row)
        causes = movements.causes(self.connection, row, now, min(snapshot.entry for snapshot in self.snapshots))
        entry = causes[-1].entry if causes else now.entry
        return Movement("corrected", row, None, now, movements.Cause(entry, f"后来又报在 {number} 里，累计只计一次"))

    def _removed(self, row: Row, replacement: Row | None) -> Movement:
        """A row that no longer counts, or gives other figures."""
        now = movements.record_state(self.connection, row)
        if now.voided is not None:
            return Movement("voided", row, None, now, movements.Cause(now.voided, ""))
        causes = movements.causes(self.connection, row, now, self._sending_entry(row))
        kind = "reopened" if row.record == "need" and now.date is None else "corrected"
        return Movement(kind, row, replacement, now, _join_causes(causes, now))

    def _added(self, row: Row) -> Movement:
        """A row that counts now and did not: done since, entered late, or moved here by a correction."""
        now = movements.record_state(self.connection, row)
        day = now.date or ""
        sent = next((snapshot for snapshot in self.snapshots if snapshot.start <= day < snapshot.until), None)
        if sent is None or now.entry > sent.entry:
            late = sent is not None and day <= sent.date
            return Movement("late" if late else "new", None, row, now, movements.Cause(now.entry, ""))
        causes = movements.causes(self.connection, row, now, sent.entry)
        return Movement("corrected", None, row, now, _join_causes(causes, now))

    def _sending_entry(self, row: Row) -> int:
        """The entry of the last snapshot that has a row."""
        if len(self.snapshots) == 1:
            return self.snapshots[0].entry
        snapshot_id = store.latest_id_with_row(self.connection, self.snapshots, row)
        return next(snapshot.entry for snapshot in self.snapshots if snapshot.id == snapshot_id)

    def _add_to_line(self, movement: Movement) -> None:
        """Count a movement in the line of its record and command."""
        row, now = movement.added or movement.removed, movement.current
        assert row is not None  # noqa: S101  # a movement has one of the two
        record = "activity" if row.record == "participation" else row.record
        key = movement.kind, record, now.owner_id, movement.cause.entry
        line = self.lines.get(key)
        if line is None:
            line = self.lines[key] = Line(
                movement.kind, record, now.owner_id, movement.cause.entry, now.title, now.date, now.place
            )
        for counted, sign in ((movement.removed, -1), (movement.added, 1)):
            if counted is not None:
                figures = self._row_figures(counted, sign)
                line.figures = [before + change for before, change in zip(line.figures, figures, strict=True)]
        if movement.cause.description:
            whose = f"{now.person} " if now.person and not movement.cause.description.startswith("后来") else ""
            line.details.append(f"{whose}{movement.cause.description}")
        elif now.person:
            line.people.append(now.person)

    def _row_figures(self, row: Row, sign: int) -> tuple[int, ...]:
        """The six figures of a row, added or taken away; a person counts from their first row to their last."""
        if row.record != "participation":
            return sign * (row.record == "activity"), sign * row.served, sign * row.resolved, 0, 0, 0
        before = self.person_counts.get(row.person, 0)
        after = self.person_counts[row.person] = before + sign
        return 0, 0, 0, (after > 0) - (before > 0), sign, sign * row.minutes


def _join_causes(causes: list[movements.Cause], now: movements.RecordState) -> movements.Cause:
    """Several changes of one record as one, under the last command."""
    if not causes:
        return movements.Cause(now.entry, "归属变了")
    return movements.Cause(causes[-1].entry, "；".join(dict.fromkeys(cause.description for cause in causes)))
