"""The root command: the table of all commands, and the one sentence and exit code in which a failure ends."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import typer

from shuangbaodao_cli import __version__
from shuangbaodao_cli.cli.lazy import CommandWithSubcommands, Group, Stub
from shuangbaodao_cli.errors import SbdError, os_error_reason
from shuangbaodao_cli.values.text import replace_controls

CANCELLED = 130

LOG = Group(
    "log",
    "记录发生了的事",
    {
        "activity": ("log.activity:activity", "记一次服务活动"),
        "need": ("log.need:need", "记一件居民的需求、问题或微心愿"),
        "meeting": ("log.meeting:meeting", "记一次联席会议"),
        "visit": ("log.visit:visit", "记一次走访"),
    },
    {"--ledger": 1},
)

ORDER = Group(
    "order",
    "工单：从开单到回头看，一步一条",
    {
        "open": ("order.steps:open_", "开单子"),
        "plan": ("order.steps:plan", "定方案"),
        "dispatch": ("order.steps:dispatch", "派单"),
        "claim": ("order.steps:claim", "领任务（接单）"),
        "finish": ("order.steps:finish", "办结"),
        "review": ("order.steps:review", "回头看：解决了没有"),
        "return": ("order.steps:return_", "退回，可以再派"),
        "cancel": ("order.steps:cancel", "取消，不办了"),
        "suggest": ("order.suggest:suggest", "看谁合适办，写明理由"),
        "whistle": ("order.whistle:whistle", "吹哨，叫部门来报到"),
        "answer": ("order.whistle:answer", "部门签收、联系、到场"),
        "withdraw": ("order.steps:withdraw", "撤回记错的上一步"),
    },
    {"--ledger": 1},
)

POLICY = Group(
    "policy",
    "本单位的办法：步骤、时限、走访间隔",
    {
        "show": ("policy:show", "看现在用的办法和出处"),
        "edit": ("policy:edit", "改，旧的一版留底"),
        "check": ("policy:check", "核对一份办法写得对不对"),
    },
    {"--ledger": 1},
)

SCHEDULE = Group(
    "schedule",
    "定时任务：让电脑到时候自己导出",
    {
        "add": ("schedule:add", "加一条：每月、每周或每天"),
        "list": ("schedule:list_", "看有哪些，最近一次怎样"),
        "remove": ("schedule:remove", "去掉一条"),
    },
    {"--ledger": 1},
)

_DUPLICATE_COMMANDS = {
    "duplicates": ("person.merge:duplicates", "列出像是同一个的两条，写明理由"),
    "merge": ("person.merge:merge", "把 B 并入 A，从此按一个算"),
    "unmerge": ("person.merge:unmerge", "把并过去的拆开"),
    "not-the-same": ("person.merge:not_the_same", "记住两条不是同一个"),
}

PERSON = Group(
    "person",
    "人员：查重、合并，本人的同意、查阅、删除",
    {
        **_DUPLICATE_COMMANDS,
        "consent": ("person.consent:consent", "登记本人同意"),
        "withdraw": ("person.consent:withdraw", "登记本人撤回同意"),
        "export": ("person.export:export", "给本人一份自己的信息"),
        "forget": ("person.forget:forget", "应本人要求匿名，不能恢复"),
    },
    {"--ledger": 1},
)

ORG = Group("org", "单位：查重、合并、拆开", _DUPLICATE_COMMANDS, {"--ledger": 1})

PRIVACY = Group(
    "privacy",
    "个人信息：台账里有哪些，谁看过",
    {"report": ("person.privacy:report", "列出存了哪些个人信息、同意、查看和文件权限")},
    {"--ledger": 1},
)

REPORT = CommandWithSubcommands(
    Stub("report", "report.report:report", "报数：任何期间、任何分列"),
    {
        "freeze": ("report.snapshots:freeze", "报送时留底：以后怎么改，报送的都不变"),
        "frozen": ("report.snapshots:frozen", "看报送过什么，照原样再出一份"),
        "bridge": ("report.snapshots:bridge", "上次报送的数怎么变成了现在的数"),
    },
    {"--ledger": 1},
)

CHECK = CommandWithSubcommands(
    Stub("check", "check.check:check", "核对台账：有没有损坏、哪些记录要再看一看"),
    {"sample": ("check.sample:sample", "抽几条参与记录打电话回访")},
    {"--ledger": 1},
)

ROOT = Group(
    "sbd",
    "社区双报到工作记录：导入名册，一行记一次服务，随时报数，每个数都查得到来源。",
    {
        "init": ("office:init", "登记使用本台账的单位和社区（可以不做）"),
        "status": ("office:status", "看台账在哪里、有多少记录"),
        "import": ("imports.import_:import_", "导入名册和活动台账（电子表格）"),
        "imports": ("imports.list:imports", "列出每一批导入，撤销了没有"),
        "log": LOG,
        "order": ORDER,
        "due": ("due:due", "看有哪些事到期或逾期"),
        "add": ("records.edit:add", "登记一条记录：单位、人员、社区……"),
        "list": ("records.show:list_", "列出记录，可按条件查找"),
        "show": ("records.show:show", "看一条记录和它的改动经过"),
        "edit": ("records.edit:edit", "改一条记录，旧值留底"),
        "void": ("records.edit:void", "作废一条记录，写明原因"),
        "undo": ("history.undo:undo", "撤销最近一笔、某一笔或一批导入"),
        "history": ("history.history:history", "看谁改过什么、为什么，出更正单"),
        "person": PERSON,
        "org": ORG,
        "privacy": PRIVACY,
        "policy": POLICY,
        "report": REPORT,
        "check": CHECK,
        "fill": ("fill:fill", "填别人发来的表，别的原样不动"),
        "query": ("query:query", "用自己的 SQL 查台账，只读"),
        "browse": ("browse:browse", "在浏览器里看台账（要装 Datasette）"),
        "export": ("export:export", "导出一个月的汇总、台账和时长表"),
        "verify": ("integrity:verify", "核对台账有没有在别处被改动过"),
        "backup": ("integrity:backup", "备份台账，核对过才算数"),
        "restore": ("integrity:restore", "取回备份"),
        "schedule": SCHEDULE,
        "template": ("records.template:template", "生成发下去填的空白表"),
        "demo": ("demo:demo", "用样例演示一遍"),
    },
    {"--ledger": 1},
)


def main(args: list[str] | None = None) -> None:
    """Run ``sbd`` with the words of the command line, or ``args``, and exit with its code."""
    _replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        _configure_encoding(stream)
    code = run(_expand_globs(sys.argv[1:]) if args is None else args)
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries again when it shuts down
        # A broken pipe says that the reader (head, less) has seen enough.
        if code == 0 and not isinstance(error, BrokenPipeError):
            code = _print_unwritten(error)
    sys.exit(code)


def _replace_closed_streams() -> None:
    """Put the null device in the place of a stream that whoever started the program has closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # as long as the process


def _expand_globs(args: list[str]) -> list[str]:
    """The arguments with ``*`` and ``?`` spelt out: the Windows shell leaves that to the program."""
    if os.name != "nt":
        return args
    import glob  # only there

    return [
        name
        for arg in args
        for name in (sorted(glob.glob(arg)) if "*" in arg else []) or [arg]  # noqa: PTH207  # names stay as typed
    ]


def _configure_encoding(stream: Any) -> None:
    """Make a stream take every character: UTF-8 instead of ASCII and Latin-1; in a code page a ? for what it lacks."""
    encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
    if encoding in {"ascii", "usascii", "ansi_x3.41968", "latin1", "iso88591", "cp1252"}:
        stream.reconfigure(encoding="utf-8")
    elif hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")


def run(args: list[str]) -> int:
    """Run one command and return its exit code. Nothing that a user can cause ends in a traceback."""
    try:
        code = ROOT.main(args, prog_name="sbd", standalone_mode=False) if args != ["--version"] else _print_version()
    except typer.Abort:
        code = CANCELLED
    except Exception as error:  # noqa: BLE001  # nothing stands between this and the user
        return _print_failure(error)
    if code == CANCELLED:
        return _print_error("已取消，什么都没有改动。", CANCELLED)
    return code if isinstance(code, int) else 0


def _print_failure(error: Exception) -> int:
    """Print in one sentence what went wrong; return the exit code for it."""
    if isinstance(error, SbdError):
        return _print_error(str(error), error.exit_code)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stdout.write(f"{error}\n")
        return 0
    if isinstance(error, typer.exceptions.TyperException):
        return _print_error(_usage_error_message(error), 2)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
        return _print_unwritten(error)
    if os.environ.get("SBD_DEBUG"):
        raise error
    details = f"{type(error).__name__}: {error}"
    return _print_error(f"程序自己出了错，没有做成，台账没有改动。请把这一行告诉开发者：{details}", 1)


def _print_unwritten(error: OSError) -> int:
    return _print_error(f"答案没有写完（{os_error_reason(error)}）。请换一个地方再试。", 1)


def _print_version() -> int:
    sys.stdout.write(f"sbd {__version__}\n")
    return 0


def _print_error(message: str, code: int) -> int:
    lines = "\n".join(map(replace_controls, message.splitlines()))
    sys.stderr.write(f"{lines}\n")
    return code


def _usage_error_message(error: Any) -> str:
    """Click's complaint about a command line, in Chinese: chosen by the class of the error, not by its words."""
    kind, ctx = type(error).__name__, getattr(error, "ctx", None)
    param = getattr(error, "param", None)
    option = param.opts[0] if param is not None and param.opts[0].startswith("-") else None
    hint = f"用 {ctx.command_path} --help 看用法。" if ctx is not None else ""
    if kind == "NoSuchOption":
        near = "、".join(error.possibilities or ())
        return f"没有 {error.option_name} 这个选项{f'，是不是 {near}？' if near else '。'}{hint}"
    if kind == "MissingParameter" and param is not None:
        return f"还缺少 {option or param.make_metavar(ctx)}。{hint}"
    if kind == "BadOptionUsage":
        return f"选项 {error.option_name} 后面要写上它的值。{hint}"
    if kind == "BadParameter" and param is not None:
        choices = getattr(param.type, "choices", None)
        offer = f"，可以用：{'、'.join(getattr(c, 'value', str(c)) for c in choices)}" if choices else ""
        return f"{option or param.make_metavar(ctx)} 的值不对{offer}。{hint}"
    return f"命令没有看懂：{error.format_message()}。{hint}"
