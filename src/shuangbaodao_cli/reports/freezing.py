"""What is sent: the answer to a report with the rows behind it, kept so that it can be told later how it moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger import frozen
from shuangbaodao_cli.output import canonical
from shuangbaodao_cli.reports import measures
from shuangbaodao_cli.reports.answering import answer, answers
from shuangbaodao_cli.reports.catalogue import choose, names, question
from shuangbaodao_cli.vocabulary.days import today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.database import Entry
    from shuangbaodao_cli.output.table import Table
    from shuangbaodao_cli.reports.scope import Scope

COUNTED = ("summary", "activities", "people", "monthly", "matrix")
"""The reports whose figures come from activities, participations and look-backs: their rows are kept too."""
FIGURES = ("services", "served", "resolved", "volunteers", "participations", "minutes")
"""The six figures of those rows, in the order of the summary."""


def freeze(
    entry: Entry, scope: Scope, name: str, *, by: str | None = None, said: Mapping[str, str | None]
) -> tuple[frozen.Frozen, list[Table], bool]:
    """Keep the answer to a report as it is sent, with the rows behind its figures; ``said`` is to whom, and a note.

    Returns what was kept, its tables, and whether it is new: what was sent before to the same people and has not
    changed since, neither in a figure nor in a row, is not kept again.
    """
    tables = answers(scope, name, by=by)
    report, division = choose(name, by) if name in names() else (name, None)
    text = canonical.text_of(tables)
    before = _same(scope, report, division, text, said)
    if before is not None:
        return before, tables, False
    facts: dict[str, Any] = {
        "report": report,
        "title": tables[0].title,
        "division": division,
        **scope.values,
        "definitions": measures.VERSION,
        "recipient": said.get("recipient"),
        "note": said.get("note"),
        "date": today().isoformat(),
    }
    kept = frozen.keep(entry, facts, text)
    if report in COUNTED:
        frozen.keep_rows(entry, kept.id, question("behind").sql, scope.values)
        _check(scope, kept)
    return kept, tables, True


def figures(scope: Scope) -> tuple[int, ...]:
    """The six figures of a scope as the summary has them now."""
    return tuple(answer(scope, "summary").rows[0])


def _same(
    scope: Scope, report: str, division: str | None, text: str, said: Mapping[str, str | None]
) -> frozen.Frozen | None:
    """The one that was sent last of the same, if nothing is different now."""
    connection, now = scope.connection, scope.values
    alike = (
        one
        for one in frozen.of_scope(connection, report, scope.place)
        if (one.division, one.start, one.until) == (division, now["start"], now["until"])
        and said.get("recipient") in {None, one.recipient}
    )
    last = next(alike, None)
    if last is None or last.sha256 != frozen.fingerprint(text) or said.get("note") not in {None, last.note}:
        return None
    if report not in COUNTED:
        return last
    moved = frozen.differences(connection, [last], question("behind").sql, now)
    return None if any(moved) else last


def _check(scope: Scope, kept: frozen.Frozen) -> None:
    """The rows that are kept add up to the figures of the summary."""
    if frozen.sums(scope.connection, [kept]) != figures(scope):
        raise RuntimeError(f"the rows behind {kept.number} do not add up to its figures")
