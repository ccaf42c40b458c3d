"""Commands that are loaded only when they are called.

``sbd --help`` prints a static table; no command module is imported for it. Typer (its vendored
Click) has no options with an optional value, and lets no option stand before a command word; both are made here.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from shuangbaodao_cli.cli.help import help_text, option_row, with_chinese_help
from shuangbaodao_cli.errors import UsageError

Context = typer.Context
CommandTable = Mapping[str, "tuple[str, str] | Group"]
"""Command word → (``module:function``, one-line summary), or a group of further words."""

WORDS = "shuangbaodao_cli.words"
"""The key in Click's ``ctx.meta`` of the words of a command: what it is called, its arguments, then its options."""


class Command(TyperCommand):
    """A command with Chinese help. An option whose value is shown in brackets may stand without it."""

    subcommand_help: Mapping[str, str] = {}  # replaced, never changed
    """The command words that may stand behind this one → what each does."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:  # type: ignore[override]  # Click's own class is private
        """Give an empty value to an option whose value is optional and that stands without one."""
        optional = {name for p in self.params if (p.metavar or "").startswith("[") for name in p.opts if name[0] == "-"}
        filled = []
        for index, arg in enumerate(args):
            filled.append(arg)
            if arg in optional and (index + 1 == len(args) or args[index + 1].startswith("-")):
                filled.append("")
        ctx.meta[WORDS] = [*ctx.command_path.split()[1:], *self._options_last(filled)]
        self._refuse_repeated_options(ctx, filled)
        rest = super().parse_args(ctx, filled)
        if rest:
            raise UsageError(f"多写了“{' '.join(rest)}”。用 {ctx.command_path} --help 看用法。")
        return rest

    def _refuse_repeated_options(self, ctx: Context, args: list[str]) -> None:
        """Raise UsageError for an option that takes one value and was given several: none is dropped in silence."""
        _, _, given = self.make_parser(ctx).parse_args([*args])  # a copy: Click empties the list
        for param in self.params:
            takes_one = param.param_type_name == "option" and not (param.multiple or getattr(param, "is_flag", False))
            if takes_one and given.count(param) > 1:
                raise UsageError(f"{param.opts[0]} 写了 {given.count(param)} 次，只能写一次。请只留一个。")

    def _options_last(self, args: Sequence[str]) -> list[str]:
        """The arguments, and behind them the options with their values, wherever they stood."""
        options_with_value = {name for p in self.params if not getattr(p, "is_flag", True) for name in p.opts}
        arguments: list[str] = []
        options: list[str] = []
        is_value = False
        for arg in args:
            (options if is_value or arg[:1] == "-" else arguments).append(arg)
            is_value = arg in options_with_value and not is_value
        return [arg for arg in arguments + options if arg]

    def get_help_option(self, ctx: Context) -> Any:  # type: ignore[override]  # Click's own types are private
        """The --help option, explained in Chinese."""
        return with_chinese_help(super().get_help_option(ctx))

    def get_help(self, ctx: Context) -> str:  # type: ignore[override]  # Click's own types are private
        """The help page."""
        arguments = [p for p in self.params if p.param_type_name == "argument"]
        options = [p for p in self.get_params(ctx) if p.param_type_name == "option" and not getattr(p, "hidden", False)]
        return help_text(
            self,
            ctx,
            {
                "命令": list(self.subcommand_help.items()),
                "参数": [(p.make_metavar(ctx), getattr(p, "help", "") or "") for p in arguments],
                "选项": [option_row(option, ctx) for option in options],
            },
        )


class Stub(Command):
    """Stands for a command until it is called."""

    def __init__(self, name: str, target: str, summary: str) -> None:
        super().__init__(name=name, help=summary, rich_markup_mode=None)
        self.target = target

    def load(self) -> Command:
        """Import the module of the command and build the command."""
        module, _, function = self.target.partition(":")
        app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        callback = getattr(import_module(f"shuangbaodao_cli.commands.{module}"), function)
        settings = {"allow_extra_args": True}  # parse_args complains of them, in Chinese
        app.command(self.name, cls=Command, options_metavar="[选项]", context_settings=settings)(callback)
        command = typer.main.get_command(app)
        assert isinstance(command, Command)  # noqa: S101  # cls is given two lines above
        command.subcommand_help = self.subcommand_help
        return command

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Load the real command and let it parse its own arguments."""
        return self.load().make_context(info_name, args, parent=parent, **extra)


class Group(TyperGroup):
    """A command word followed by another. An option between the two is handed to the command."""

    def __init__(
        self,
        name: str,
        help: str,  # noqa: A002  # Click's word
        table: CommandTable,
        leading_options: Mapping[str, int] | None = None,
    ) -> None:
        commands = {word: entry if isinstance(entry, Group) else Stub(word, *entry) for word, entry in table.items()}
        super().__init__(
            name=name,
            help=help,
            commands=dict(commands),
            rich_markup_mode=None,
            no_args_is_help=True,
            options_metavar="",
            subcommand_metavar="命令 …",
        )
        self.leading_options = leading_options or {}

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:  # type: ignore[override]  # Click's own types are private
        """Move an option such as --ledger from before the command word to behind it."""
        if len(args) == 1 and args[0] in self.leading_options:
            raise UsageError(f"选项 {args[0]} 后面要写上它的值。")
        leading, rest = self.split_leading_options(args)
        return super().parse_args(ctx, [*rest[:1], *leading, *rest[1:]] if rest else rest)

    def split_leading_options(self, args: Sequence[str]) -> tuple[list[str], list[str]]:
        """The options before the command word with their values, and the rest from the command word on."""
        leading: list[str] = []
        rest = list(args)
        while rest and rest[0].partition("=")[0] in self.leading_options and len(rest) > 1:
            count = 1 if "=" in rest[0] else 1 + self.leading_options[rest[0]]
            leading, rest = [*leading, *rest[:count]], rest[count:]
        return leading, rest

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:  # type: ignore[override]  # Click's own types are private
        """The command that the first word means. Raises UsageError that names the nearest one and all there are."""
        if args[0] not in self.commands:
            near = difflib.get_close_matches(args[0], self.commands, n=1)
            guess = f"是不是 {near[0]}？" if near else ""
            raise UsageError(f"没有“{args[0]}”这个命令。{guess}可以用：{'、'.join(self.commands)}。")
        return super().resolve_command(ctx, args)

    def get_help_option(self, ctx: Context) -> Any:  # type: ignore[override]  # Click's own types are private
        """The --help option, explained in Chinese."""
        return with_chinese_help(super().get_help_option(ctx))

    def get_help(self, ctx: Context) -> str:  # type: ignore[override]  # Click's own types are private
        """The help page: one line for each command."""
        rows = [(word, (command.help or "").splitlines()[0]) for word, command in self.commands.items()]
        options = [option_row(p, ctx) for p in self.get_params(ctx)]
        if ctx.parent is None:
            options += [("--ledger PATH", "台账文件，写在命令前后都行"), ("--version", "显示版本")]
        return help_text(self, ctx, {"命令": rows, "选项": options})


class CommandWithSubcommands(Group):
    """A command that works by itself and has further commands behind it: report, report freeze."""

    def __init__(
        self, main_command: Stub, table: CommandTable, leading_options: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(main_command.name or "", main_command.help or "", table, leading_options)
        self.main_command = main_command
        self.main_command.subcommand_help = {word: command.help or "" for word, command in self.commands.items()}

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of a further command where its word follows, else of the command itself."""
        _, rest = self.split_leading_options(args)
        if rest and rest[0] in self.commands:
            return super().make_context(info_name, args, parent=parent, **extra)
        return self.main_command.make_context(info_name, args, parent=parent, **extra)
