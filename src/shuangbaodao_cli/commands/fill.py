"""fill: somebody's own form, filled from the same reports."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from shuangbaodao_cli.commands.report import MonthOption, PeriodOption, chosen_period, scoped
from shuangbaodao_cli.errors import Refused, Unreadable, UsageError
from shuangbaodao_cli.intake.sheet import Sheet
from shuangbaodao_cli.intake.workbook import Workbook, read_workbook
from shuangbaodao_cli.ledger import bindings
from shuangbaodao_cli.ledger.database import reading, writing
from shuangbaodao_cli.ledger.policy import month_starts
from shuangbaodao_cli.options import Format, FormatOption, LedgerPath, command_line, give, opened
from shuangbaodao_cli.output.files import write_bytes
from shuangbaodao_cli.output.form import Form
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports import filling, headed
from shuangbaodao_cli.reports.scope import Scope
from shuangbaodao_cli.vocabulary.spoken import to_date
from shuangbaodao_cli.vocabulary.text import fold_header

LABELS = {name: words[0] for name, words in headed.FIGURES.items()}
"""Figure → what it is called."""


def fill(  # noqa: PLR0913  # each is an option of the command
    form: Annotated[Path, typer.Argument(metavar="FORM.xlsx", help="上级发来的空白表")],
    *,
    words: PeriodOption = None,
    month: MonthOption = None,
    quarter: Annotated[str | None, typer.Option("--quarter", metavar="[YYYYQn|last]", help="哪个季度")] = None,
    half: Annotated[str | None, typer.Option("--half", metavar="[YYYYHn|last]", help="哪个半年")] = None,
    year: Annotated[str | None, typer.Option("--year", metavar="[YYYY|last]", help="哪一年；都不写就是今年")] = None,
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="只算这个地点和它下面的")] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="填哪张工作表；不写就是认得出的第一张")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="指标=表头", help="指明哪一列要什么，如 served=惠及群众；会记住"),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="OUT.xlsx", help="写到哪里")] = None,
    format_: FormatOption = Format.TABLE,
    ledger: LedgerPath = None,
) -> None:
    """填别人发来的表：认出表头和行，用同一套报表的数填好，别的原样不动。

    例如：
      sbd fill 街道月报.xlsx --month last -o 街道月报-填好.xlsx
    """
    target, said = _target(form, output), _said(map_ or ())
    period = {"period": words, "month": month, "quarter": quarter, "half": half, "year": year}
    book = read_workbook(form)
    blank = Form(book.content, form.name)
    with opened(ledger) as connection:
        with reading(connection):
            starts = month_starts(connection)
            scope = scoped(connection, chosen_period(period, starts=starts), place)
            one, head = _found(book, blank, sheet, bindings.recall(connection) | said)
            _check_bound(head, said, bindings.of_shape(connection, head.shape))
            whole = Scope(connection, to_date(scope.period.until, starts), scope.place)
            task = filling.Filling(one, blank.leaf(one.name), head, scope, whole)
            filling.fill(task)
        if not task.values:
            raise Refused("表里没有可填的空格子：要填的格子里都已经有内容，或是公式。没有写文件。")
        write_bytes(target, blank.filled(one.name, task.values))
        if said:
            with writing(connection, command_line()) as entry:
                bindings.remember(entry, head.shape, said)
    give([_told(task, form)], format_, None)
    sys.stderr.write(f"已写入 {target}\n")


def _found(book: Workbook, blank: Form, sheet: str | None, said: Mapping[str, str]) -> tuple[Sheet, headed.Head]:
    """The first visible sheet of the form whose header asks for something that we know."""
    for one in book.sheets:
        if sheet in {None, one.name} and one.name in blank.sheets and (head := headed.head_of(one, said)) is not None:
            return one, head
    where = f"的工作表“{sheet}”" if sheet else ""
    raise Unreadable(
        f"“{book.file}”{where}里没有认得的表头。表头要有两列以上是这里有的，如 社区、服务次数、服务群众人次；"
        "叫法不同的可以用 --map 指标=表头 指明。没有写文件。"
    )


def _target(form: Path, output: Path | None) -> Path:
    if output is None:
        raise UsageError(f"还缺少 -o，例如 -o {form.stem}-填好.xlsx。原来的表不会改动。")
    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"填好的表只能是 .xlsx，请把“{output.name}”改成以 .xlsx 结尾。")
    if output.resolve() == form.resolve():
        raise Refused("填好的表不能盖掉空白表，请换一个文件名。")
    return output


def _said(pairs: list[str] | tuple[str, ...]) -> dict[str, str]:
    """指标=表头 as typed → folded heading → figure."""
    names = {**{name: name for name in LABELS}, **{label: name for name, label in LABELS.items()}}
    said = {}
    for pair in pairs:
        word, signed, heading = pair.replace("＝", "=", 1).partition("=")
        if not signed or word.strip() not in names or not heading.strip():
            offered = "、".join(f"{name}（{label}）" for name, label in LABELS.items())
            raise UsageError(f"“{pair}”应写成 指标=表头，例如 served=惠及群众。指标有：{offered}。")
        said[fold_header(heading.replace("/", ""))[0]] = names[word.strip()]
    return said


def _check_bound(head: headed.Head, said: dict[str, str], bound: dict[str, str]) -> None:
    """Refuse a heading that was named now, or for a form of this shape before, and is not there."""
    there = {fold_header(text.replace("/", ""))[0] for text in head.texts.values()}
    if gone := [heading for heading in {**bound, **said} if heading not in there]:
        raise Refused(
            f"表里没有“{'、'.join(gone)}”这一列，和指明的对不上，没有写文件。表头有：{'、'.join(head.texts.values())}。"
        )


def _told(task: filling.Filling, form: Path) -> Table:
    """What was filled, what was left and why."""
    rows: list[tuple[Any, ...]] = []
    for column, text in task.head.texts.items():
        asked, count = task.head.asked.get(column), task.filled.get(column, 0)
        what = f"{'累计' if asked.whole_year else ''}{LABELS[asked.figure]}" if asked else None
        rows.append((text, what, count, None if count else _why_left(task, column)))
    rows += [(where, None, 0, why) for where, why in task.left]
    heads = [Column("heading", "表头或行"), Column("figure", "填的是"), Column("cells", "填了几格", "count")]
    heads.append(Column("left", "没填的原因"))
    return Table(f"已填“{form.name}”", heads, rows, subtitle=f"期间：{task.scope.period.days}")


def _why_left(task: filling.Filling, column: int) -> str:
    if column in task.head.asked:
        return "格子里已有内容或公式，或这样的行没有这个数"
    return "行的名称" if column == task.head.label else "不认识，没有填"
