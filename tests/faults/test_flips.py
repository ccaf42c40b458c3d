"""P8: what a failing disk changes in a ledger is found, or it changes no figure."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

from faults.harness import CHANCE, ROUNDS, Tally
from faults.mutants import swap
from shuangbaodao_cli.ledger.integrity import structure, verify
from shuangbaodao_cli.ledger.storage import sqlite_errors
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.reports.queries import DIVISIONS
from shuangbaodao_cli.reports.summary import summary_body
from shuangbaodao_cli.values.period import Period

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from conftest import Sbd
    from faults.conftest import Promise

    Check = Callable[[sqlite3.Connection], list[Any]]

FLIPS, TOLD = 600, 60
SHARE = 0.7
YEARS = Period(date(2020, 1, 1), date(2030, 1, 1))
PAGE = 4096
TREES = {2: 12, 5: 12, 10: 8, 13: 8}
"""The first byte of a page of a tree → the length of its head."""


def checked(connection: sqlite3.Connection) -> list[str]:
    """What `sbd verify` finds: the file, its references, its tables, and its chain."""
    return structure.findings(connection) or verify.findings(connection)


def checked_without_the_chain(connection: sqlite3.Connection) -> list[Any]:
    """The mutant: as far as SQLite looks when it looks quickly."""
    return [said for (said,) in connection.execute("PRAGMA quick_check") if said != "ok"]


def in_use(content: bytes) -> list[int]:
    """The bytes of a ledger that hold something: all but the room between head and cells of a page."""
    found: list[int] = []
    for start in range(0, len(content), PAGE):
        at = start + (100 if start == 0 else 0)
        head = TREES.get(content[at])
        if head is None:
            found += range(start, start + PAGE)
            continue
        cells = int.from_bytes(content[at + 3 : at + 5], "big")
        body = int.from_bytes(content[at + 5 : at + 7], "big") or 65536
        found += range(start, at + head + 2 * cells)
        found += range(start + body, start + PAGE)
    return found


def figures(connection: sqlite3.Connection) -> list[Any]:
    """Every figure of the summary, whole and divided in every way."""
    scope = Scope(connection, YEARS)
    return [
        (list(map(tuple, body.rows)), body.totals)
        for body in (summary_body(scope, part) for part in (None, *DIVISIONS))
    ]


def flipped(
    ledger: Path, content: bytes, at: int, check: Callable[[sqlite3.Connection], list[Any]]
) -> list[Any] | None:
    """The figures of a ledger with one bit flipped, or None where that was found."""
    changed = bytearray(content)
    changed[at] ^= 1 << CHANCE.randrange(8)
    ledger.write_bytes(changed)
    try:
        with closing(open_ledger(ledger)) as connection:
            return None if check(connection) else figures(connection)
    except Exception:  # noqa: BLE001  # any command would end with an error here too
        return None


def bits(base: Path, ledger: Path, count: int, check: Check) -> tuple[Tally, float]:
    """Flip so many bits, one at a time; how often a figure was wrong unfound, and the share of what was found."""
    content = (base / "ledger.db").read_bytes()
    ledger.write_bytes(content)
    with closing(open_ledger(ledger)) as connection:
        assert check(connection) == []
        right = figures(connection)
    tally, found, used = Tally(), 0, in_use(content)
    for at in CHANCE.choices(used, k=count):
        now = flipped(ledger, content, at, check)
        found += now is None
        tally.held(now in (None, right), f"byte {at}: other figures, and nothing found")
    return tally, found / count


def test_a_flipped_bit_is_found_or_changes_no_figure(base: Path, tmp_path: Path, promise: Promise) -> None:
    tally, share = bits(base, tmp_path / "flipped.db", FLIPS * ROUNDS, checked)
    tally.held(share >= SHARE, f"only {share:.0%} of the flips were found")
    _, quick = bits(base, tmp_path / "flipped.db", FLIPS, checked_without_the_chain)
    mutant = Tally()
    mutant.held(quick >= SHARE, f"only {quick:.0%} of the flips were found")
    promise(f"P8 flipped bits: {share:.0%} found (without the chain {quick:.0%})", tally, mutant)


def test_damage_is_told_as_such(
    sbd: Sbd, base: Path, own_ledger: Path, monkeypatch: pytest.MonkeyPatch, promise: Promise
) -> None:
    """Not as a fault of the program: whoever reads it is to fetch the backup, not the developer."""
    monkeypatch.delenv("SBD_DEBUG")
    tally, mutant = Tally(), Tally()
    damaged(sbd, base, own_ledger, tally, TOLD * ROUNDS)
    with monkeypatch.context() as patched:
        swap(sqlite_errors.is_damage, lambda _: False, patched.setattr)
        while not mutant.losses and mutant.trials < 1000:
            damaged(sbd, base, own_ledger, mutant, 1)
    promise("P8 damage is told as such", tally, mutant)


def damaged(sbd: Sbd, base: Path, own_ledger: Path, tally: Tally, count: int) -> None:
    """Flip so many bits, one at a time, and look at what is told of each."""
    content = (base / "ledger.db").read_bytes()
    for at in CHANCE.choices(in_use(content), k=count):
        changed = bytearray(content)
        changed[at] ^= 1 << CHANCE.randrange(8)
        own_ledger.write_bytes(changed)
        said = sbd("status", "--check")
        right = said.code == 0 or (said.code in {3, 7} and ("备份" in said.err or "升级" in said.err))
        tally.held(right or "别的程序" in said.err, f"byte {at}: {said}")
