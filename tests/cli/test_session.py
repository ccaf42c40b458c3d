"""A session: the ledger of one command, its words for the history, and the head of the chain it read."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.errors import LedgerError
from shuangbaodao_cli.ledger.storage.journal import write_transaction

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd


def make(ledger: Path, *words: str) -> tuple[Session, list[str]]:
    """A session and the sentences that it tells."""
    messages: list[str] = []
    return Session(ledger, words, messages.append), messages


def test_the_ledger_is_no_part_of_the_command_and_secrets_are_masked(own_ledger: Path) -> None:
    words = ("log", "visit", "户-2026-0001", "--ledger", "x.db", "--done", "量了血压", "--ledger=y.db")
    session, _ = make(own_ledger, *words)
    assert shlex.split(session.command_line()) == ["sbd", "log", "visit", "户-2026-0001", "--done", "量了血压"]
    assert shlex.split(session.command_line(["血压", None, ""]))[-1] == "量了＊＊"


def test_the_head_is_that_of_the_ledger_when_it_was_closed(own_ledger: Path) -> None:
    session, messages = make(own_ledger, "init")
    assert session.head is None
    with session.open(create=True) as connection, write_transaction(connection, session.command_line(), "试一试"):
        assert session.head is None
    first = session.head
    with session.open() as connection, write_transaction(connection, session.command_line(), "试一试"):
        assert session.head is None
    assert first is not None
    assert session.head is not None
    assert session.head.entry == first.entry + 1
    assert messages == []


def test_a_dry_run_makes_no_ledger_and_changes_none(own_ledger: Path) -> None:
    session, _ = make(own_ledger, "init")
    for _ in range(2):
        before = own_ledger.read_bytes() if own_ledger.exists() else None
        with session.open_or_dry_run(dry_run=True) as connection, write_transaction(connection, "sbd init", "试一试"):
            assert connection.in_transaction
        assert (own_ledger.read_bytes() if own_ledger.exists() else None) == before
        with session.open_or_dry_run(dry_run=False) as connection, write_transaction(connection, "sbd init", "试一试"):
            pass
    assert session.head is not None
    assert session.head.entry == 2


def test_where_there_is_no_ledger_it_is_told(own_ledger: Path) -> None:
    session, _ = make(own_ledger)
    with pytest.raises(LedgerError, match="还没有台账"), session.open():
        pass


def test_two_commands_in_one_process_share_nothing(sbd: Sbd, tmp_path: Path) -> None:
    """The file that one writes shows the head of its own ledger, and none where it read no ledger."""
    assert sbd("add", "org", "名称=甲", "--ledger", tmp_path / "a.db").code == 0
    listed = sbd("list", "org", "-o", "甲.csv", "--ledger", tmp_path / "a.db")
    assert "台账校验码 1-" in listed.err
    assert "台账校验码" not in sbd("query", "select name from org", "-o", "乙.csv", "--ledger", tmp_path / "a.db").err
