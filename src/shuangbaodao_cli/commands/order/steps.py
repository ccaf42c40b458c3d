"""order: an order from its opening to its review. Each command takes one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import LedgerOption, NewOption, echo, require
from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.orders import create, state, steps, timeline
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import labels
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.orders import ORDER, ORDER_EVENT, STEPS

OrderArgument = Annotated[str, typer.Argument(metavar="ORDER", help="工单的单号，也可以写它的需求编号")]
ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="谁做的：人、单位、服务队或党支部")]
OnOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help="哪天：昨天、7-18；不写就是今天")]
DueOption = Annotated[str | None, typer.Option("--due", metavar="DATE", help="哪天之前办完")]
EvidenceOption = Annotated[
    list[Path] | None,
    typer.Option("--evidence", metavar="FILE", help="凭据（照片、签字表），存一份在台账旁边，可写几次"),
]
STEP_HINTS = {
    "planned": "--plan 方案 --due 期限",
    "dispatched": "--to 单位",
    "claimed": "--by 谁",
    "finished": "--result 结果",
    "reviewed": "--by 谁 --solved",
}
"""Step → the options it needs, shown after the step before it."""
StepReasonOption = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="原因")]


def open_(
    need: Annotated[str | None, typer.Argument(metavar="[NEED]", help="需求编号或内容")] = None,
    *,
    project: Annotated[str | None, typer.Option("--project", metavar="PROJECT", help="从项目开单")] = None,
    resolution: Annotated[str | None, typer.Option("--resolution", metavar="ITEM", help="从会议议定事项开单")] = None,
    by: ByOption = None,
    day: OnOption = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="核实意见")] = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """开单子：一件需求、一个项目或一项会议决定，从这里开始办。

    例如：
      sbd order open 需-2026-0001 --by 王某某 --note 实地看过，属实
    """
    candidates = {"need": need, "project": project, "resolution": resolution}
    sources = [(kind, key) for kind, key in candidates.items() if key]
    if len(sources) != 1:
        raise UsageError("请写明从哪里开单，三样写一样：需求编号、--project 项目、--resolution 议定事项。")
    with session.open() as connection, write_transaction(connection, session.command_line()) as entry:
        values = records_input.parse_options(entry, ORDER_EVENT, {"by": by, "date": day, "said": note}, new=new)
        order = create.open_order(entry, sources[0], values)
        label = labels.describe(connection, ORDER, order)
        number = state.order_number(connection, order)
    echo(f"已开单 {label}")
    echo(f"  下一步：sbd order plan {number} --plan 方案 --due 期限")


def plan(
    order: OrderArgument,
    *,
    scheme: Annotated[str | None, typer.Option("--plan", metavar="TEXT", help="方案：怎么办")] = None,
    due: DueOption = None,
    by: ByOption = None,
    day: OnOption = None,
    files: EvidenceOption = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """定方案：怎么办、谁定的、哪天之前办完。

    例如：
      sbd order plan 单-2026-0001 --plan 硬化路面300米 --due 2026-09-30 --by 爱民路网格党支部
    """
    require(scheme, "--plan", "硬化路面300米")
    _take_step(session, order, "planned", {"said": scheme, "due": due, "by": by, "date": day}, files=files, new=new)


def dispatch(
    order: OrderArgument,
    *,
    to: Annotated[str | None, typer.Option("--to", metavar="NAME", help="派给谁：单位、服务队、人或党支部")] = None,
    due: DueOption = None,
    by: ByOption = None,
    day: OnOption = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """派单：交给一个单位、服务队或人去办。"""
    require(to, "--to", "承德医学院")
    _take_step(session, order, "dispatched", {"whom": to, "due": due, "by": by, "date": day}, new=new)


def claim(
    order: OrderArgument,
    *,
    by: ByOption = None,
    due: DueOption = None,
    day: OnOption = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """领任务（接单）：谁来办。"""
    _take_step(session, order, "claimed", {"by": by, "due": due, "date": day}, new=new)


def finish(
    order: OrderArgument,
    *,
    result: Annotated[str | None, typer.Option("--result", metavar="TEXT", help="办成了什么样")] = None,
    by: ByOption = None,
    day: OnOption = None,
    files: EvidenceOption = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """办结：办成了什么样。不写 --by 就是认领的人。

    例如：
      sbd order finish 单-2026-0001 --result 路面已硬化300米
    """
    require(result, "--result", "路面已硬化300米")
    _take_step(session, order, "finished", {"said": result, "by": by, "date": day}, files=files, new=new)


def review(
    order: OrderArgument,
    *,
    solved: Annotated[bool | None, typer.Option("--solved/--not-solved", help="解决了还是没有解决")] = None,
    satisfaction: Annotated[
        str | None, typer.Option("--satisfaction", metavar="满意|基本满意|不满意", help="居民满意不满意")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="怎么看的、居民怎么说")] = None,
    by: ByOption = None,
    day: OnOption = None,
    files: EvidenceOption = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """回头看：解决了没有。回头看的不能是办结的人；说没有解决，这张单就重办。

    例如：
      sbd order review 单-2026-0001 --by 李某某 --solved --satisfaction 满意
    """
    if solved is None:
        raise UsageError("还缺少 --solved（解决了）或 --not-solved（没有解决），二选一。")
    step = "reviewed" if solved else "reopened"
    _take_step(
        session, order, step, {"said": note, "satisfaction": satisfaction, "by": by, "date": day}, files=files, new=new
    )


def return_(
    order: OrderArgument,
    *,
    reason: StepReasonOption = None,
    by: ByOption = None,
    day: OnOption = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """退回：派给的或认领的办不了，写明原因，可以再派。"""
    require(reason, "--reason", "不是本单位的职责")
    _take_step(session, order, "returned", {"said": reason, "by": by, "date": day}, new=new)


def cancel(
    order: OrderArgument,
    *,
    reason: StepReasonOption = None,
    by: ByOption = None,
    day: OnOption = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """取消：不办了，写明原因。需求还在，可以重新开单。"""
    require(reason, "--reason", "居民说不需要了")
    _take_step(session, order, "cancelled", {"said": reason, "by": by, "date": day}, new=new)


def withdraw(
    order: OrderArgument,
    *,
    reason: StepReasonOption = None,
    by: ByOption = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """撤回记错的上一步。那一步仍留在经过里，注明已撤回。"""
    why = require(reason, "--reason", "日期记错了")
    with session.open() as connection, write_transaction(connection, session.command_line(), why) as entry:
        id_ = create.find_or_open_order(entry, order)
        values = records_input.parse_options(entry, ORDER_EVENT, {"said": why, "by": by}, new=new)
        step = steps.withdraw(entry, id_, values)
        label = labels.describe(connection, ORDER, id_)
    echo(f"已撤回“{STEPS[step][0]}”。工单 {label}")


def _take_step(
    session: Session,
    key: str,
    step: str,
    raw: Mapping[str, str | None],
    *,
    files: Sequence[Path] | None = None,
    new: bool,
) -> None:
    """Take a step of an order as it was typed, keep its evidence, and print what may follow."""
    evidence = timeline.read_evidence(files or ())
    with session.open() as connection, write_transaction(connection, session.command_line()) as entry:
        id_ = create.find_or_open_order(entry, key)
        taken = steps.take(entry, id_, step, records_input.parse_options(entry, ORDER_EVENT, raw, new=new))
        timeline.save_evidence(entry, taken.event_id, evidence)
        label = labels.describe(connection, ORDER, id_)
        number = state.order_number(connection, id_)
    echo(f"{taken.date} {STEPS[step][0]}：工单 {label}")
    following = [word for word in taken.next_steps if word in STEP_HINTS and word != step]
    if following:
        hints = (
            f"{steps.step_label(word)} sbd order {steps.COMMANDS[word]} {number} {STEP_HINTS[word]}"
            for word in following
        )
        echo(f"  下一步：{'，或 '.join(hints)}")
