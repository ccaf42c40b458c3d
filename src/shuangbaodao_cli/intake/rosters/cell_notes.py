"""The notes on one cell: what was changed, doubted or refused of it, and what is kept beside its value.

A note is a problem without its place: the same content in other cells of the column gets the same notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.intake.files.sheet import BrokenCell
from shuangbaodao_cli.values.cleaners import CleaningContext, as_text
from shuangbaodao_cli.values.day_spans import Span
from shuangbaodao_cli.values.days import lacks_year
from shuangbaodao_cli.values.numbers import FULL_DAY_MINUTES, HALF_DAY_MINUTES, MAX_PLAUSIBLE_MINUTES, Approx
from shuangbaodao_cli.values.phones import SeveralPhones
from shuangbaodao_cli.values.types import DAY, DAY_OR_MONTH, FUTURE_DAY, MINUTES, PERSON_NAME, format_minutes

if TYPE_CHECKING:
    from shuangbaodao_cli.model.record import Field
    from shuangbaodao_cli.problems import InvalidValue, Severity

EMPTY_WORDS = {"无", "/", "／", "-", "—", "——", "--", "暂无", "空", "没有"}
"""What people put into a cell when there is no number, day or name to write."""
MAX_EMPTY_WORD_LENGTH = max(map(len, EMPTY_WORDS))
SUSPECT_STARTS = "#= \t\n\u3000\xa0"
"""A cell that begins with one of these, or a short one, may be an error, a picture, or a word for nothing."""
DOUBTFUL_KINDS = {"id_masked", "phone_masked", "date_ambiguous"}
"""Kinds of problem for which a row is taken without the cell; its text is kept with the row."""
OTHER_PHONES = "其他电话"
_PICTURE = re.compile(r"=(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|[A-Z_]+!|GETTING_DATA)")


class Note(NamedTuple):
    """One problem of a cell, without its place."""

    severity: Severity
    kind: str
    message: str


@dataclass(slots=True)
class CellNotes:
    """All that is to be said of a cell's content wherever it stands in its column.

    ``extra`` is kept with the row: heading and text. ``until`` is the last of several days.
    """

    notes: list[Note] = field(default_factory=list)
    extra: tuple[str, str] | None = None
    until: str | None = None


def is_picture(cell: str) -> bool:
    """Whether a cell holds a picture that WPS put into it."""
    return _PICTURE.match(cell) is not None


def error_note(cell: str) -> Note | None:
    """The note on a cell that shows an error, or whose formula was never computed; None on any other."""
    if not isinstance(cell, BrokenCell) and not _ERROR.fullmatch(cell):
        return None
    if cell.startswith("="):
        remedy = "公式没有算出结果，请用 WPS 或 Excel 打开这个文件、保存一次再导入"
        return Note("error", "formula_uncomputed", remedy)
    return Note("error", "cell_error", f"这一格显示 {cell}，是公式出了错；请在表里改好这个公式再导入")


def empty_note(cell: str, column: Field) -> Note | None:
    """The note on a cell that counts as empty: a picture, or a word for nothing in a column not of text."""
    if is_picture(cell):
        return Note("fixed", "picture", f"{column.label}：这一格是图片，当作没有填")
    if cell.strip() in EMPTY_WORDS and (column.to or column.type.name not in {"text", "name", "person_name"}):
        return Note("fixed", "normalized", f"{column.label}：“{cell}”当作没有填")
    return None


def invalid_notes(cell: Any, column: Field, error: InvalidValue) -> CellNotes:
    """The notes on a cell that the type of its column cannot take."""
    is_labelled = error.message.startswith(column.label)
    message = error.message if is_labelled else f"{column.label}：{error.message}"
    if error.kind not in DOUBTFUL_KINDS:
        return CellNotes([Note("error", error.kind, message)])
    return CellNotes([Note("warning", error.kind, message)], (column.label, as_text(cell).strip()))


def value_notes(cell: Any, value: Any, column: Field, setting: CleaningContext) -> CellNotes | None:
    """The notes on a cell that was taken; None where it was taken just as it stands there."""
    cell_notes = CellNotes()
    type_ = column.type  # by identity: this is asked of every cell, and a type is slow to hash
    if type_ is DAY or type_ is FUTURE_DAY or type_ is DAY_OR_MONTH:
        _add_day_notes(cell_notes, cell, value, column, setting)
    elif type_ is MINUTES or isinstance(value, Approx):
        _add_number_notes(cell_notes, cell, value, column, setting)
    elif isinstance(value, SeveralPhones):
        _add_phone_note(cell_notes, cell, value, column)
    elif (shown := type_.show(value)) != as_text(cell):
        _add_text_note(cell_notes, cell, shown, column)
    return cell_notes if cell_notes.notes or cell_notes.until else None


def _add_text_note(cell_notes: CellNotes, cell: Any, shown: str, column: Field) -> None:
    kind, raw = "normalized", as_text(cell)
    if column.name == "category":
        kind, cell_notes.extra = "category_guessed", (column.label, raw.strip())
    elif column.type is PERSON_NAME and len(shown) < len(raw.strip()):
        kind, cell_notes.extra = "remark_kept", (column.label, raw.strip())
    cell_notes.notes.append(Note("fixed", kind, f"{column.label}：“{raw}”记为“{shown}”"))


def _add_phone_note(cell_notes: CellNotes, cell: Any, value: SeveralPhones, column: Field) -> None:
    cell_notes.extra = OTHER_PHONES, value.others
    message = f"{column.label}：“{cell}”里第一个能用的是 {value}，“{value.others}”附在这一行上"
    severity: Severity = "fixed" if value.others_valid else "warning"
    cell_notes.notes.append(Note(severity, "phone_several", message if value.others_valid else f"{message}，请核对"))


def _add_number_notes(cell_notes: CellNotes, cell: Any, value: int, column: Field, setting: CleaningContext) -> None:
    label, raw = column.label, as_text(cell)
    shown = column.type.show(int(value))
    if isinstance(value, Approx) and column.type is MINUTES and "天" in raw:
        policy = f"半天算{format_minutes(HALF_DAY_MINUTES)}、一天算{format_minutes(FULL_DAY_MINUTES)}"
        cell_notes.notes.append(
            Note("warning", "approximate", f"{label}：“{raw}”按 {shown}计入，标为约数（{policy}），请核对")
        )
    elif isinstance(value, Approx):
        cell_notes.notes.append(Note("fixed", "approximate", f"{label}：“{raw}”按 {shown} 计入，并标为约数"))
    elif isinstance(cell, float) and abs(cell * (60 if setting.unit == "小时" else 1) - value) > 1e-6:
        cell_notes.notes.append(Note("fixed", "normalized", f"{label}：“{raw}”按 {value} 分钟计，不进位"))
    elif isinstance(cell, str) and not re.fullmatch(r"[\d.]+", cell) and shown != cell:
        cell_notes.notes.append(Note("fixed", "normalized", f"{label}：“{raw}”记为“{shown}”"))
    if column.type is MINUTES and value > MAX_PLAUSIBLE_MINUTES:
        message = f"{label}：{raw} 超过一天，是不是把分钟写成了小时？请核对"
        cell_notes.notes.append(Note("warning", "number_invalid", message))


def _add_day_notes(cell_notes: CellNotes, cell: Any, value: str, column: Field, setting: CleaningContext) -> None:
    label, raw = column.label, as_text(cell)
    if isinstance(value, Span):
        cell_notes.until = value.until
    if column.name == "date" and setting.month and not _in_month(value, setting):
        title_month = f"{setting.year}年{setting.month}月" if setting.year else f"{setting.month}月"
        message = f"{label}：{value} 不在标题说的{title_month}里，照样收下，请核对"
        cell_notes.notes.append(Note("warning", "date_other_month", message))
    if isinstance(cell, date) or raw == value:
        return
    if lacks_year(raw):
        doubt = f"；也可能是 {raw}0，请核对" if isinstance(cell, float) and re.search(r"\.[123]$", raw) else ""
        severity: Severity = "warning" if doubt or setting.year is None else "fixed"
        cell_notes.notes.append(Note(severity, "year_assumed", f"{label}：“{raw}”没写年份，记为 {value}{doubt}"))
    elif cell_notes.until is None:
        cell_notes.notes.append(Note("fixed", "normalized", f"{label}：“{raw}”记为“{value}”"))


def _in_month(value: str, setting: CleaningContext) -> bool:
    return int(value[5:7]) == setting.month and (setting.year is None or int(value[:4]) == setting.year)
