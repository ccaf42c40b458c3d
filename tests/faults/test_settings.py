"""The settings that the promises stand on are those of every connection that a command has, to its end."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from faults.harness import Tally
from faults.mutants import swap
from shuangbaodao_cli.ledger.storage import ledger_file

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from conftest import Sbd
    from faults.conftest import Promise

PINNED = {
    "journal_mode": "delete",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "busy_timeout": 30_000,
}
COMMANDS = (
    "init",
    "import 人员.csv",
    "import 人员.csv --dry-run --again",
    "import 单位.csv",
    "log activity 义诊 --people 张三",
    "edit person 张三 备注=甲",
    "list person",
    "report --month",
    "export --month --to 月报",
    "imports",
    "undo --import 2 --dry-run",
    "status --check",
)


class Watched(sqlite3.Connection):
    """Real SQLite that says at its end how it was set, where it had a file open."""

    seen: list[dict[str, Any]] = []  # noqa: RUF012  # shared on purpose

    def close(self) -> None:
        """Note the settings, and close."""
        if self.execute("PRAGMA database_list").fetchone()[2]:  # none: a schema in memory, to compare with
            self.seen.append({name: self.execute(f"PRAGMA {name}").fetchone()[0] for name in PINNED})
        super().close()


def watched(sbd: Sbd, tally: Tally) -> None:
    """Give every command and look at the connections it had."""
    for words in COMMANDS:
        Watched.seen.clear()
        assert sbd(*words.split()).code == 0, words
        tally.held(Watched.seen and all(found == PINNED for found in Watched.seen), f"{words}: {Watched.seen}")


def test_every_connection_keeps_its_settings_to_the_end(
    sbd: Sbd, own_ledger: Path, monkeypatch: pytest.MonkeyPatch, promise: Promise
) -> None:
    """The mutant leaves SQLite as it comes."""
    own_ledger.with_name("人员.csv").write_text("姓名,联系电话\n张三,19900001234\n", encoding="utf-8")
    own_ledger.with_name("单位.csv").write_text("单位名称,联系电话\n承德医学院,19900001234\n", encoding="utf-8")
    connect, tally, mutant = sqlite3.connect, Tally(), Tally()
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, **options | {"factory": Watched}))
    watched(sbd, tally)
    own_ledger.unlink()
    swap(ledger_file._pin, lambda *_: None, monkeypatch.setattr)  # noqa: SLF001  # broken on purpose
    watched(sbd, mutant)
    monkeypatch.undo()
    promise("P1 P2 settings pinned in every command", tally, mutant)
