"""A workbook → the rosters in it: a table found on each sheet, its kind told by its headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import NotFound, Unreadable, UsageError
from shuangbaodao_cli.intake.cleaning import Roster, read_roster
from shuangbaodao_cli.intake.headers import SEARCHED, Header, find_header
from shuangbaodao_cli.vocabulary.record import headings
from shuangbaodao_cli.vocabulary.records import RECORDS
from shuangbaodao_cli.vocabulary.text import fold_header
from shuangbaodao_cli.vocabulary.types import words

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.workbook import Sheet, Workbook
    from shuangbaodao_cli.vocabulary.record import Record

ORDER = ("activity", "person", "org", "team", "place", "participation", "member", "checkin", "pairing", "outcome")
"""Kinds of record in the order in which a sheet is taken for one where two fit equally well."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rosters of a workbook, and its filled sheets that hold none that we know."""

    rosters: list[Roster]
    passed_over: list[str]


def find_rosters(book: Workbook, *, record: Record | None = None, sheet: str | None = None) -> Found:
    """Every roster of a workbook, cleaned. ``record`` and ``sheet`` say what to take it for.

    Raises Unreadable where no sheet has a table that we know, NotFound where the sheet is not there.
    """
    wanted = [record] if record else [RECORDS[name] for name in ORDER]
    found: list[tuple[Sheet, Header]] = []
    passed_over = []
    for one in _chosen(book, sheet):
        header = find_header(one.rows, wanted)
        if header is not None:
            _check_one_line_each(header, one, book.file)
            found.append((one, header))
        elif any(cell != "" for row in one.rows for cell in row):
            passed_over.append(one.name)
    if not found:
        raise Unreadable(_no_table(book, record))
    return Found([read_roster(one.name, one.rows, header) for one, header in found], passed_over)


def _chosen(book: Workbook, sheet: str | None) -> list[Sheet]:
    chosen = [one for one in book.sheets if sheet is None or one.name == sheet]
    if chosen:
        return chosen
    if sheet is None:
        raise Unreadable(f"“{book.file}”里没有可读的工作表。")
    names = "、".join(one.name for one in book.sheets)
    raise NotFound(f"“{book.file}”里没有叫“{sheet}”的工作表，有：{names}。")


def _check_one_line_each(header: Header, sheet: Sheet, file: str) -> None:
    """A list of who took part, one line a person, must not pass for one activity a line."""
    personal = {"姓名", "志愿者姓名", "签到时间", "签到"}
    if header.record.name == "activity" and personal & set(header.unknown.values()):
        raise UsageError(
            f"“{file}”的“{sheet.name}”像是签到表（一人一行），按活动台账导入会把次数算多。"
            "请先登记活动，再用 --as participation 导入参加人员。"
        )


def likeliest(sheets: list[Sheet]) -> Record:
    """The kind of record of which most headings are known, be it too few of them."""
    texts = {
        heading
        for sheet in sheets
        for row in sheet.rows[:SEARCHED]
        for cell in row
        for heading in fold_header(words(cell))
    }
    return max((RECORDS[name] for name in ORDER), key=lambda record: len(texts & headings(record).keys()))


def _no_table(book: Workbook, record: Record | None) -> str:
    kind = record or likeliest(book.sheets)
    needed = "、".join(field.label for field in kind.fields if field.required)
    return (
        f"“{book.file}”里没有认得出的表头。{kind.label}表至少要有这些列：{needed}；"
        f"可以用 sbd template {kind.name} -o 空白表.xlsx 看看怎样的表头能认出。"
    )
