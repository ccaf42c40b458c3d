"""A ledger of every version that was ever written opens today, is whole, gives its figures and can be restored.

The files are ledgers that the programs of their time left; ``tests/data/ledgers/README.md`` says how they are made.
"""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import pytest

from conftest import DATA
from shuangbaodao_cli.ledger.storage import layouts

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Result, Sbd

LEDGERS = DATA / "ledgers"
FILES = sorted(path.name.removesuffix(".db.gz") for path in LEDGERS.glob("*.db.gz"))
FROZEN = 5
"""The first version that keeps what was sent."""


class Story(NamedTuple):
    """What was done in a ledger, counted by hand in ``story.txt``."""

    entries: int
    """Commands that changed something."""
    services: int
    served: int
    resolved: int
    volunteers: int
    participations: int
    minutes: int


STORIES = {
    # served: 26 + 10 + 40 + 30 + 45; minutes: two people twice for 120, one for 90
    "1": Story(14, 5, 151, 3, 4, 5, 570),
    # one more service, of a person who was then merged; the one of the undone import does not count
    "2": Story(24, 6, 159, 3, 4, 6, 630),
    # one more for a need, which was found to be solved: its own number is not counted beside
    "3": Story(48, 7, 164, 4, 5, 7, 720),
    # something came of a project
    "4": Story(49, 7, 164, 4, 5, 7, 720),
    # two more were served than was sent
    "5": Story(51, 7, 166, 4, 5, 7, 720),
    # one stayed half an hour longer
    "6": Story(52, 7, 166, 4, 5, 7, 750),
    # two more people, two hours each; one of the two services after the backup was undone
    "7-backup": Story(56, 8, 169, 4, 7, 9, 990),
    "7": Story(61, 9, 189, 4, 8, 10, 1050),
}


def version_of(name: str) -> int:
    return int(name.partition("-")[0])


def unpack(name: str, target: Path) -> Path:
    target.write_bytes(gzip.decompress((LEDGERS / f"{name}.db.gz").read_bytes()))
    return target


def figures(sbd: Sbd) -> dict[str, int]:
    result = sbd("report", "--year", "2026", "--format", "json")
    assert result.code == 0, result.err
    totals: dict[str, int] = result.json()["totals"]
    return {name: totals[name] for name in Story._fields[1:]}


def expected(name: str) -> dict[str, int]:
    assert name in STORIES, f"{name}.db.gz has no line in STORIES: count its figures by hand in story.txt"
    story = STORIES[name]._asdict()
    del story["entries"]
    return story


def assert_whole(sbd: Sbd, entries: int) -> None:
    result = sbd("verify")
    assert result.code == 0, result.err
    assert result.out.startswith(f"台账完好，{entries} 笔改动环环相接。")
    result = sbd("status", "--check")
    assert (result.code, "台账文件完好。" in result.err) == (0, True), result.err


def content(ledger: Path) -> list[str]:
    """All that a ledger holds."""
    with closing(sqlite3.connect(ledger)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("version", range(1, layouts.NEWEST + 1))
def test_there_is_a_ledger_of_every_version(version: int) -> None:
    expected_names = [str(version)] + [f"{version}-backup"] * (version >= layouts.FIRST)
    missing = [f"{name}.db.gz" for name in expected_names if name not in FILES]
    assert not missing, (
        f"{LEDGERS} has no {' and no '.join(missing)}. Add what version {version} newly has to story.txt "
        "there, run make.py with a checkout that writes that version "
        "(python tests/data/ledgers/make.py CHECKOUT), and write the figures into STORIES here; see its README.md."
    )


@pytest.mark.parametrize("name", FILES)
def test_it_is_of_the_version_that_its_name_says(tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(unpack(name, tmp_path / "old.db"))) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version_of(name),)
        for table in ("change", "outcome", "participation", "batch"):
            assert connection.execute(f"SELECT COUNT(*) FROM [{table}]").fetchone()[0], table
        assert connection.execute("SELECT COUNT(*) FROM activity WHERE voided IS NOT NULL").fetchone()[0]
        assert connection.execute("SELECT COUNT(*) FROM activity WHERE approx = 'served'").fetchone()[0]


@pytest.mark.parametrize("name", FILES)
def test_it_is_opened_by_the_program_of_today(sbd: Sbd, own_ledger: Path, tmp_path: Path, name: str) -> None:
    unpack(name, own_ledger)
    before = content(own_ledger)
    result = sbd("status")
    assert result.code == 0, result.err
    is_older = version_of(name) < layouts.NEWEST
    assert ("先备份到" in result.err) == is_older
    assert [content(path) for path in tmp_path.glob("ledger.db.before-*.db")] == [before] * is_older
    assert_whole(sbd, STORIES[name].entries)
    assert figures(sbd) == expected(name)
    result = sbd("log", "activity", "义诊", "--place", "塔沟社区", "--served", "1000", "--date", "2026-07-30")
    assert result.code == 0, result.err
    assert figures(sbd)["served"] == 1000 + expected(name)["served"]
    assert_whole(sbd, STORIES[name].entries + 1)


@pytest.mark.parametrize("name", [name for name in FILES if version_of(name) >= FROZEN])
def test_what_was_sent_is_still_what_was_sent(sbd: Sbd, own_ledger: Path, name: str) -> None:
    """In June three services were sent, for 26 + 10 + 40 people; later two more were found."""
    unpack(name, own_ledger)
    result = sbd("report", "frozen", "冻-2026-0001", "--format", "json")
    assert result.code == 0, result.err
    assert {figure: result.json()["totals"][figure] for figure in ("services", "served")} == {
        "services": 3,
        "served": 76,
    }
    assert sbd("report", "--month", "2026-06", "--format", "json").json()["totals"]["served"] == 78
    result = sbd("report", "bridge", "last")
    assert result.code == 0, result.err
    assert "环境清洁日" in result.out


def restore(sbd: Sbd, name: str, tmp_path: Path, *words: str) -> Result:
    return sbd("restore", unpack(name, tmp_path / f"{name}.db"), *words)


@pytest.mark.parametrize("name", FILES)
def test_it_is_restored_into_a_new_place(sbd: Sbd, own_ledger: Path, tmp_path: Path, name: str) -> None:
    result = restore(sbd, name, tmp_path, "--yes")
    assert result.code == 0, result.err
    assert own_ledger.exists()
    assert_whole(sbd, STORIES[name].entries + 1)
    assert figures(sbd) == expected(name)


@pytest.mark.parametrize("name", FILES)
def test_it_is_restored_over_a_ledger(sbd: Sbd, own_ledger: Path, tmp_path: Path, name: str) -> None:
    """Over another one, which is kept; in a pipe not without --yes."""
    assert sbd("log", "activity", "扫雪", "--place", "塔沟社区", "--served", "12", "--new").code == 0
    before = own_ledger.read_bytes()
    result = restore(sbd, name, tmp_path)
    assert (result.code, "--yes" in result.err) == (5, True), result.err
    assert own_ledger.read_bytes() == before
    result = restore(sbd, name, tmp_path, "--yes")
    assert result.code == 0, result.err
    assert_whole(sbd, STORIES[name].entries + 1)
    assert figures(sbd) == expected(name)
    (set_aside,) = tmp_path.glob("ledger.db.before-restore-*.db")
    with closing(sqlite3.connect(set_aside)) as connection:
        assert connection.execute("SELECT title FROM activity").fetchall() == [("扫雪",)]


@pytest.mark.parametrize("name", FILES)
def test_it_is_restored_over_what_became_of_it(sbd: Sbd, own_ledger: Path, tmp_path: Path, name: str) -> None:
    unpack(name, own_ledger)
    assert sbd("log", "activity", "扫雪", "--place", "塔沟社区", "--served", "12").code == 0
    result = restore(sbd, name, tmp_path, "--yes")
    assert result.code == 0, result.err
    assert_whole(sbd, STORIES[name].entries + 1)
    assert figures(sbd) == expected(name)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith("-backup")])
def test_a_ledger_goes_on_from_its_backup(sbd: Sbd, own_ledger: Path, tmp_path: Path, name: str) -> None:
    """Somebody was forgotten in between: the chain holds all the same."""
    later = name.removesuffix("-backup")
    unpack(later, own_ledger)
    backup = unpack(name, tmp_path / "backup.db")
    result = sbd("verify", "--against", backup)
    assert result.code == 0, result.err
    added = STORIES[later].entries - STORIES[name].entries
    assert f"那以后新增了 {added} 笔改动" in result.out
    result = sbd("restore", backup, "--yes")
    assert (result.code, f"备份以后台账又有 {added} 笔改动" in result.err) == (0, True), result.err
    assert figures(sbd) == expected(name)


@pytest.mark.parametrize("name", [name for name in FILES if version_of(name) >= layouts.FIRST])
def test_one_figure_that_was_rewritten_is_found(sbd: Sbd, own_ledger: Path, tmp_path: Path, name: str) -> None:
    unpack(name, own_ledger)
    with closing(sqlite3.connect(own_ledger, isolation_level=None)) as connection:
        connection.execute("UPDATE activity SET served = 999 WHERE id = 2")
    result = sbd("verify")
    assert (result.code, "在台账外被改动过" in result.err) == (3, True), result.err
    bad = tmp_path / "bad.db"
    own_ledger.rename(bad)
    result = sbd("restore", bad, "--yes")
    assert (result.code, "被改动过" in result.err) == (7, True), result.err
    assert not own_ledger.exists()


@pytest.mark.parametrize("name", FILES)
def test_it_says_nothing_of_the_machine_that_made_it(tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(unpack(name, tmp_path / "old.db"))) as connection:
        assert connection.execute("SELECT DISTINCT operator FROM entry").fetchall() == [("王干事",)]
        sql = "SELECT command FROM entry WHERE command LIKE '%/%' OR command LIKE '%\\%'"
        assert connection.execute(sql).fetchall() == []
