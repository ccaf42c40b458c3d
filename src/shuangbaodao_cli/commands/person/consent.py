"""person consent, person withdraw: a person agrees to the use of their data, or no longer does."""

from __future__ import annotations

from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import (
    KeyArgument,
    LedgerOption,
    ReasonOption,
    echo,
    require,
)
from shuangbaodao_cli.ledger.privacy import consents
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import labels, lookup, rules
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.people import CONSENT, PERSON
from shuangbaodao_cli.values.days import today

DateOption = Annotated[str | None, typer.Option("--date", metavar="DATE", help="哪一天，不写是今天")]


def consent(
    key: KeyArgument,
    *,
    medium: Annotated[str | None, typer.Option("--medium", metavar="书面|网上|口头", help="怎样同意的")] = None,
    date: DateOption = None,
    purpose: Annotated[str | None, typer.Option("--purpose", metavar="TEXT", help="用途，如 志愿服务记录")] = None,
    session: LedgerOption,
) -> None:
    """登记本人同意使用个人信息：什么形式、哪一天、什么用途。

    例如：
      sbd person consent 张三 --medium 书面 --purpose 志愿服务记录
    """
    fields = {
        "medium": records_input.clean(CONSENT["medium"], require(medium, "--medium", "书面")),
        "since": today().isoformat() if date is None else records_input.clean(CONSENT["since"], date),
        "purpose": records_input.clean(CONSENT["purpose"], purpose) if purpose else None,
    }
    rules.check_not_future(fields["since"])
    with session.open() as connection, write_transaction(connection, session.command_line()) as entry:
        person = lookup.find(connection, PERSON, key)
        is_new = consents.insert_consent(entry, person, fields)
        label = labels.describe(connection, PERSON, person)
    if not is_new:
        echo(f"{label} 的这一条同意早已登记过，没有改动。")
        return
    form = CONSENT["medium"].type.show(fields["medium"])
    use = f"，用于{fields['purpose']}" if fields["purpose"] else ""
    echo(f"已登记 {label} 的同意：{form}，{fields['since']}{use}。")


def withdraw(key: KeyArgument, *, date: DateOption = None, reason: ReasonOption = None, session: LedgerOption) -> None:
    """登记本人撤回同意：从那一天起不再使用，依法要留的照留。

    例如：
      sbd person withdraw 张三 --reason 本人来电
    """
    day = today().isoformat() if date is None else records_input.clean(CONSENT["until"], date)
    reason = require(reason, "--reason", "本人来电")
    with session.open() as connection, write_transaction(connection, session.command_line(), reason) as entry:
        person = lookup.find(connection, PERSON, key)
        count = consents.withdraw(entry, person, day)
        label = labels.describe(connection, PERSON, person)
    if not count:
        echo(f"{label} 早已撤回同意，没有改动；这一次的原因已记下。")
        return
    echo(f"已登记 {label} 从 {day} 起撤回同意（{count} 条）。")
    echo("  从那一天起，不要再用这个人的信息：不派单、不公示、不上报名单。撤回以前做的仍然有效。")
    echo("  志愿服务记录依法至少保存十年（GB/T 40143—2021 第5.2.2条），仍留在台账里，各项数字不变。")
    echo(f"  本人要一份自己的信息：sbd person export {person} -o 文件；要求删除：sbd person forget {person}。")
