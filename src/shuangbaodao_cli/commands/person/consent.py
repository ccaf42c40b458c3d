"""person consent, withdraw, export: what people may ask of whoever keeps their data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import (
    Format,
    KeyArgument,
    LedgerOption,
    OutputOption,
    ReasonOption,
    echo,
    emit,
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
    said = {
        "medium": records_input.clean(CONSENT["medium"], require(medium, "--medium", "书面")),
        "since": today().isoformat() if date is None else records_input.clean(CONSENT["since"], date),
        "purpose": records_input.clean(CONSENT["purpose"], purpose) if purpose else None,
    }
    rules.check_not_future(said["since"])
    with session.open() as connection, write_transaction(connection, session.command_line()) as entry:
        person = lookup.find(connection, PERSON, key)
        fresh = consents.insert_consent(entry, person, said)
        told = labels.describe(connection, PERSON, person)
    form = CONSENT["medium"].type.show(said["medium"])
    what = f"，用于{said['purpose']}" if said["purpose"] else ""
    if fresh:
        echo(f"已登记 {told} 的同意：{form}，{said['since']}{what}。")
    else:
        echo(f"{told} 的这一条同意早已登记过，没有改动。")


def withdraw(key: KeyArgument, *, date: DateOption = None, reason: ReasonOption = None, session: LedgerOption) -> None:
    """登记本人撤回同意：从那一天起不再使用，依法要留的照留。

    例如：
      sbd person withdraw 张三 --reason 本人来电
    """
    day = today().isoformat() if date is None else records_input.clean(CONSENT["until"], date)
    why = require(reason, "--reason", "本人来电")
    with session.open() as connection, write_transaction(connection, session.command_line(), why) as entry:
        person = lookup.find(connection, PERSON, key)
        ended = consents.withdraw(entry, person, day)
        told = labels.describe(connection, PERSON, person)
    if not ended:
        echo(f"{told} 早已撤回同意，没有改动；这一次的原因已记下。")
        return
    echo(f"已登记 {told} 从 {day} 起撤回同意（{ended} 条）。")
    echo("  从那一天起，不要再用这个人的信息：不派单、不公示、不上报名单。撤回以前做的仍然有效。")
    echo("  志愿服务记录依法至少保存十年（GB/T 40143—2021 第5.2.2条），仍留在台账里，各项数字不变。")
    echo(f"  本人要一份自己的信息：sbd person export {person} -o 文件；要求删除：sbd person forget {person}。")


def export(
    key: KeyArgument, *, output: OutputOption = None, reason: ReasonOption = None, session: LedgerOption
) -> None:
    """应本人要求，把台账里关于一个人的全部信息写成一个文件，号码完整。

    包括并入的、参加的活动、报到、队伍、同意、改动经过和出处。要写明原因，记入台账；
    文件只有自己能读，请当面或用稳妥的办法交给本人。

    例如：
      sbd person export 张三 -o 张三.xlsx --reason 本人申请查阅
    """
    from shuangbaodao_cli.commands.person.export import personal_data  # noqa: PLC0415  # no other command here needs it
    from shuangbaodao_cli.output.files import check_extension  # noqa: PLC0415  # likewise

    path = Path(require(str(output or ""), "-o", "张三.xlsx"))
    check_extension(path)
    why = require(reason, "--reason", "本人申请查阅")
    with session.open() as connection:
        person = lookup.find(connection, PERSON, key, voided=True)
        tables, said = personal_data(connection, person)
        with write_transaction(connection, session.command_line(), why):
            pass
    emit(tables, Format.TABLE, path, head=session.head, json=said, private=True)
    echo("里面有完整的号码，交给本人以后，请删掉这一份。")
