"""Records typed in: one call adds, edits or voids, with all that follows from it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from shuangbaodao_cli.errors import Refused, UsageError
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.ledger.work import register
from shuangbaodao_cli.model.orders import ORDER
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.model.service import ACTIVITY

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd


def test_what_is_added_is_checked_whoever_adds_it(own_ledger: Path) -> None:
    pairs = [("姓名", "张三"), ("联系电话", "13900000001")]
    with closing(open_ledger(own_ledger, create=True)) as connection:
        with write_transaction(connection, "sbd add person") as entry:
            assert register.add(entry, PERSON, pairs) == 1
        with pytest.raises(Refused), write_transaction(connection, "sbd add person") as entry:
            register.add(entry, PERSON, pairs)
        with pytest.raises(UsageError), write_transaction(connection, "sbd add order") as entry:
            register.add(entry, ORDER, [("事项内容", "修路")])
        with pytest.raises(UsageError), write_transaction(connection, "sbd add person") as entry:
            register.add(entry, PERSON, [("性别", "男")])


def test_participants_follow_the_minutes_of_their_activity(sbd: Sbd, own_ledger: Path) -> None:
    sbd("log", "activity", "理发", "--hours", "1", "--people", "张三、李四", "--new")
    with closing(open_ledger(own_ledger)) as connection:
        with write_transaction(connection, "sbd edit activity") as entry:
            edited = register.edit(entry, ACTIVITY, "1", [("服务时长", "2小时")])
        minutes = connection.execute("SELECT minutes FROM participation").fetchall()
    assert (edited.changes, edited.participant_count) == ({"minutes": (60, 120)}, 2)
    assert minutes == [(120,), (120,)]


def test_the_need_of_a_voided_order_is_open_again(sbd: Sbd, own_ledger: Path) -> None:
    sbd("log", "need", "路灯不亮", "--on", "2026-07-01")
    sbd("order", "open", "需-2026-0001", "--on", "2026-07-02")
    with closing(open_ledger(own_ledger)) as connection:
        with write_transaction(connection, "sbd void order", "记错了") as entry:
            voided = register.void(entry, ORDER, "单-2026-0001")
        state = connection.execute("SELECT state FROM need").fetchone()
        with write_transaction(connection, "sbd void order", "记错了") as entry:
            assert register.void(entry, ORDER, "1").counts == {}
    assert voided.counts == {"order": 1, "order_event": 1}
    assert state == ("raised",)
