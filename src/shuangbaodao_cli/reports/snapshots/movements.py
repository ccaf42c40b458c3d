"""The lines by which figures that were sent became those of today: each a record, what it gave, who did it and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.snapshots import movements, store

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from shuangbaodao_cli.ledger.snapshots.store import Frozen, Row

KINDS = {
    "voided": "作废",
    "reopened": "重办、撤回",
    "corrected": "更正",
    "late": "补录",
    "new": "新增",
}
"""How a figure may have moved, in the order in which it is taken apart."""
NAMED = 5
"""How many people a line names."""


@dataclass(slots=True)
class Line:
    """What one command made of one activity or need: the six figures it gave or took."""

    kind: str
    record: str
    id: int
    entry: int
    title: str
    date: str | None
    place: str | None
    figures: list[int] = field(default_factory=lambda: [0] * 6)
    said: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    @property
    def what(self) -> str | None:
        """What became of it, in words, and of whose part in it."""
        told = list(dict.fromkeys(self.said))
        if self.people:
            more = f"等 {len(self.people)} 人" if len(self.people) > NAMED else ""
            told.append(f"参加：{'、'.join(self.people[:NAMED])}{more}")
        return "；".join(told) or None


@dataclass(slots=True)
class Step:
    """A row that stood behind a figure and what stands in its place: either may be missing."""

    kind: str
    gone: Row | None
    come: Row | None
    now: movements.Stand
    cause: movements.Cause


class Walk:
    """From the rows behind what was sent to those of today, one after the other."""

    def __init__(self, connection: sqlite3.Connection, sent: Sequence[Frozen]) -> None:
        self.connection = connection
        self.sent = sent
        self.people = store.people(connection, sent)
        self.lines: dict[tuple[str, str, int, int], Line] = {}

    def go(self, gone: list[Row], come: list[Row], twice: list[tuple[int, Row]]) -> list[Line]:
        """Every line, in the order of the kinds and of the days. The rows are those that differ."""
        steps = [self._again(stays, row) for stays, row in twice]
        new = {(row.record, row.record_id): row for row in come}
        steps += [self._gone(row, new.pop((row.record, row.record_id), None)) for row in gone]
        steps += [self._come(row) for row in new.values()]
        order = list(KINDS)
        for step in sorted(steps, key=lambda one: (order.index(one.kind), one.now.date or "", one.now.whole)):
            self._take(step)
        return list(self.lines.values())

    def _again(self, stays: int, row: Row) -> Step:
        """A row that was sent twice, since its day was moved between: it counts once."""
        number = next(one.number for one in self.sent if one.id == stays)
        now = movements.stand(self.connection, row)
        causes = movements.causes(self.connection, row, now, min(one.entry for one in self.sent))
        entry = causes[-1].entry if causes else now.entry
        return Step("corrected", row, None, now, movements.Cause(entry, f"后来又报在 {number} 里，累计只计一次"))

    def _gone(self, row: Row, instead: Row | None) -> Step:
        """A row that does not count any more, or gives other figures."""
        now = movements.stand(self.connection, row)
        if now.voided is not None:
            return Step("voided", row, None, now, movements.Cause(now.voided, ""))
        causes = movements.causes(self.connection, row, now, self._held_by(row))
        kind = "reopened" if row.record == "need" and now.date is None else "corrected"
        return Step(kind, row, instead, now, _joined(causes, now))

    def _come(self, row: Row) -> Step:
        """A row that counts now and did not: done since, entered late, or moved here."""
        now = movements.stand(self.connection, row)
        day = now.date or ""
        told = next((one for one in self.sent if one.start <= day < one.until), None)
        if told is None or now.entry > told.entry:
            late = told is not None and day <= told.date
            return Step("late" if late else "new", None, row, now, movements.Cause(now.entry, ""))
        return Step("corrected", None, row, now, _joined(movements.causes(self.connection, row, now, told.entry), now))

    def _held_by(self, row: Row) -> int:
        """The command that sent the figures among which a row stood, the last of them."""
        if len(self.sent) == 1:
            return self.sent[0].entry
        holder = store.holder(self.connection, self.sent, row)
        return next(one.entry for one in self.sent if one.id == holder)

    def _take(self, step: Step) -> None:
        row, now = step.come or step.gone, step.now
        assert row is not None  # noqa: S101  # a step has one of the two
        record = "activity" if row.record == "participation" else row.record
        key = step.kind, record, now.whole, step.cause.entry
        line = self.lines.get(key)
        if line is None:
            line = self.lines[key] = Line(
                step.kind, record, now.whole, step.cause.entry, now.title, now.date, now.place
            )
        for one, sign in ((step.gone, -1), (step.come, 1)):
            if one is not None:
                line.figures = [a + b for a, b in zip(line.figures, self._given(one, sign), strict=True)]
        if step.cause.what:
            whose = f"{now.person} " if now.person and not step.cause.what.startswith("后来") else ""
            line.said.append(f"{whose}{step.cause.what}")
        elif now.person:
            line.people.append(now.person)

    def _given(self, row: Row, sign: int) -> tuple[int, ...]:
        """The six figures that a row gives; a person counts with the first of their rows and goes with the last."""
        if row.record != "participation":
            return sign * (row.record == "activity"), sign * row.served, sign * row.resolved, 0, 0, 0
        before = self.people.get(row.person, 0)
        after = self.people[row.person] = before + sign
        return 0, 0, 0, (after > 0) - (before > 0), sign, sign * row.minutes


def _joined(causes: list[movements.Cause], now: movements.Stand) -> movements.Cause:
    """Several changes of one record as one, told with the last command."""
    if not causes:
        return movements.Cause(now.entry, "归属变了")
    return movements.Cause(causes[-1].entry, "；".join(dict.fromkeys(cause.what for cause in causes)))
