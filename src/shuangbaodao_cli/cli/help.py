"""Help pages in Chinese. Typer (its vendored Click) has no translations, and breaks lines at spaces alone."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from shuangbaodao_cli.values.text import display_width

_GAP = 2
_MAX_TERM_WIDTH = 28
"""Cells after which the explanation of an option begins on a line of its own."""


def _fold_lines(text: str, cells: int) -> list[str]:
    """Break text into lines of at most so many cells; Chinese breaks anywhere, words at spaces."""
    lines, line = [], ""
    for word in _unbreakable_pieces(text):
        if line and display_width(line + word) > cells and word not in "，。；、：）”":
            lines.append(line.rstrip())
            line = ""
        line += word if line or word != " " else ""
    return [*lines, line.rstrip()]


def _unbreakable_pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for char in text:
        if pieces and char.isascii() and char != " " and pieces[-1].isascii() and pieces[-1] != " ":
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _definition_lines(rows: Sequence[tuple[str, str]], columns: int) -> list[str]:
    """Terms with their explanations beside them, in two columns; a long term stands on a line of its own."""
    term_width = min(max(display_width(term) for term, _ in rows), _MAX_TERM_WIDTH) + _GAP
    lines = []
    for term, explanation in rows:
        folded = _fold_lines(explanation, max(columns - term_width - _GAP, 20))
        if display_width(term) + _GAP > term_width:
            lines.append(" " * _GAP + term)
        else:
            lines.append(" " * _GAP + term + " " * (term_width - display_width(term)) + folded.pop(0))
        lines += [" " * (_GAP + term_width) + more for more in folded if more]
    return [line.rstrip() for line in lines]


def _usage(command: TyperCommand | TyperGroup, ctx: typer.Context) -> str:
    return " ".join(piece.strip("{}") for piece in command.collect_usage_pieces(ctx) if piece)


def help_text(
    command: TyperCommand | TyperGroup, ctx: typer.Context, sections: Mapping[str, Sequence[tuple[str, str]]]
) -> str:
    """A help page: usage, the docstring, then each section as a list of terms and explanations."""
    columns = min(shutil.get_terminal_size().columns, 100) - 2  # punctuation may hang over
    lines = [f"用法：{ctx.command_path} {_usage(command, ctx)}", ""]
    for paragraph in inspect.cleandoc(command.help or "").split("\n"):
        indented = paragraph.startswith("  ")
        lines += [paragraph] if indented else _fold_lines(paragraph, columns)
    for heading, rows in sections.items():
        if rows:
            lines += ["", f"{heading}：", *_definition_lines(rows, columns)]
    return "\n".join(lines) + "\n"


def option_row(option: Any, ctx: typer.Context) -> tuple[str, str]:
    """An option for a section of the page: its names with its value, and what it does."""
    names = ", ".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else f" {option.make_metavar(ctx)}"
    return f"{names}{value}", option.help or ""


def with_chinese_help(help_option: Any) -> Any:
    """Click's --help option, explained in Chinese; None where a command has none."""
    if help_option is not None:
        help_option.help = "显示这份说明"
    return help_option
