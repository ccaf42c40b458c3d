"""The table at the end of a run: each promise, how often it was tried, how often broken, and its mutant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PROVED = "proved"
"""Under this name a test hands its promise on, also from another process."""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table, where a promise was put to the test."""
    rows = sorted(_rows(terminalreporter.stats), key=lambda row: (int(row[0][1:].split()[0]), row[0]))
    if not rows:
        return
    terminalreporter.section("promises")
    for promise, trials, losses, caught in rows:
        mutant = {True: "mutant caught", False: "MUTANT NOT CAUGHT", None: "-"}[caught]
        terminalreporter.write_line(f"{promise:<58} {trials:>6} trials {losses:>4} losses  {mutant}")


def _rows(stats: dict[str, list[Any]]) -> Iterator[tuple[str, int, int, bool | None]]:
    for reports in stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                yield from (tuple(said) for name, said in report.user_properties if name == PROVED)
