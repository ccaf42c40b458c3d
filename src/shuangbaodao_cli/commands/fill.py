"""fill: a form that somebody sent, filled from the same reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import Format, FormatOption, LedgerOption
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.cli.periods import (
    FromOption,
    HalfOption,
    MonthOption,
    PeriodOption,
    PlaceOption,
    QuarterOption,
    ToOption,
    YearOption,
    make_scope,
)
from shuangbaodao_cli.errors import FileError, Refused, UsageError
from shuangbaodao_cli.files import write_bytes
from shuangbaodao_cli.forms import fill as forms_fill
from shuangbaodao_cli.forms import header
from shuangbaodao_cli.forms.docx.form import WordForm
from shuangbaodao_cli.forms.fill import read_form
from shuangbaodao_cli.forms.headings import SKIP, heading_key
from shuangbaodao_cli.forms.plan import FillTask
from shuangbaodao_cli.forms.summary import FIGURE_LABELS, summary_table
from shuangbaodao_cli.forms.xlsx.form import ExcelForm
from shuangbaodao_cli.intake.files.sheet import Sheet
from shuangbaodao_cli.intake.files.workbook import Workbook
from shuangbaodao_cli.ledger import remembered_headings
from shuangbaodao_cli.ledger.policy import month_start_day
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.transactions import read_transaction
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.values.period_phrases import resolve_period, year_to_date


def fill(
    form: Annotated[Path, typer.Argument(metavar="FORM", help="上级发来的空白表，.xlsx 或 .docx")],
    *,
    phrase: PeriodOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    half: HalfOption = None,
    year: YearOption = None,
    start: FromOption = None,
    until: ToOption = None,
    place: PlaceOption = None,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", metavar="NAME", help="填哪张工作表（Word 里叫 表1、表2）；不写就是认得出的第一张"),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="指标=表头", help="指明哪一列要什么，如 served=惠及群众；skip=表头 是不填；会记住"
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="OUT", help="写到哪里")] = None,
    format_: FormatOption = Format.TABLE,
    session: LedgerOption,
) -> None:
    """填别人发来的表：认出表头和行，用同一套报表的数填好，别的原样不动。

    例如：
      sbd fill 街道月报.xlsx --month last -o 街道月报-填好.xlsx
      sbd fill 区里的表.docx --month last -o 区里的表-填好.docx
    """
    target, explicit = _output_path(form, output), _parse_bindings(map_ or ())
    words = {"period": phrase, "month": month, "quarter": quarter, "half": half, "year": year}
    book, blank = read_form(form)
    _check_suffix(blank, target)
    with session.open() as connection:
        with read_transaction(connection):
            month_start = month_start_day(connection)
            scope = make_scope(connection, resolve_period(words, (start, until), month_start_day=month_start), place)
            remembered = remembered_headings.load_bindings(connection)
            (first, head), *others = _matching_sheets(book, blank, sheet, (explicit, remembered))
            _check_bindings(head, explicit, remembered)
            year_scope = Scope(connection, year_to_date(scope.period.until, month_start), scope.place)
            task = FillTask(first, blank.properties(first.name), head, scope, year_scope, month_start)
            forms_fill.fill(task)
            task.skipped += [(other.name, f"也认得出，没有填；要填请加 --sheet {other.name}") for other, _ in others]
        summary = summary_table(task, form.name)
        if not task.values:
            emit([summary], format_, None, head=session.head)
            raise Refused("没有填进一个数，原因见上。没有写文件。")
        write_bytes(target, blank.render(first.name, task.values))
        if explicit:
            with write_transaction(connection, session.command_line()) as entry:
                remembered_headings.save_bindings(entry, head.shape, explicit)
    emit([summary], format_, None, head=session.head)
    sys.stderr.write(f"已写入 {target}\n")


def _matching_sheets(
    book: Workbook,
    blank: ExcelForm | WordForm,
    sheet: str | None,
    bindings: tuple[dict[str, str], header.BindingsByShape],
) -> list[tuple[Sheet, header.Header]]:
    """The visible sheets of the form whose header is recognised. Raises FileError where there is none."""
    visible = [each for each in book.sheets if each.name in blank.sheets]
    if sheet is not None and sheet not in [each.name for each in visible]:
        names = "、".join(each.name for each in visible)
        raise FileError(f"“{book.file}”里没有叫“{sheet}”的工作表，有：{names or '没有表格'}。")
    heads = ((each, header.find_header(each, *bindings)) for each in visible if sheet in {None, each.name})
    if matching := [(each, head) for each, head in heads if head is not None]:
        return matching
    where = f"的工作表“{sheet}”" if sheet else ""
    raise FileError(
        f"“{book.file}”{where}里没有认得的表头（找了最上面 {header.SEARCHED_ROWS} 行）。表头要有两列以上是这里有的，"
        "如 社区、服务次数、服务群众人次；叫法不同的可以用 --map 指标=表头 指明。没有写文件。"
    )


def _output_path(form: Path, output: Path | None) -> Path:
    """Where to write the filled form. Raises UsageError or Refused for a path that cannot be."""
    if output is None:
        raise UsageError(f"还缺少 -o，例如 -o {form.stem}-填好{form.suffix or '.xlsx'}。原来的表不会改动。")
    if output.suffix.lower() not in {*ExcelForm.suffixes, *WordForm.suffixes}:
        raise UsageError(f"填好的表只能是 .xlsx 或 .docx，请把“{output.name}”改成和空白表一样的结尾。")
    if output.resolve() == form.resolve():
        raise Refused("填好的表不能盖掉空白表，请换一个文件名。")
    return output


def _check_suffix(blank: ExcelForm | WordForm, target: Path) -> None:
    """Refuse a name under which Excel or Word would not open the file."""
    if target.suffix.lower() not in blank.suffixes:
        raise UsageError(f"“{blank.name}”是 {blank.program} 的表，请把“{target.name}”改成以 {blank.suffix} 结尾。")
    if target.suffix.lower() != blank.suffix:
        macros = "带有宏" if blank.suffix == blank.suffixes[1] else "没有宏"
        raise UsageError(f"“{blank.name}”{macros}，请把“{target.name}”改成以 {blank.suffix} 结尾，不然打不开。")


def _parse_bindings(pairs: list[str] | tuple[str, ...]) -> dict[str, str]:
    """Key of a heading → figure, from 指标=表头 as typed."""
    names = {
        **{name: name for name in (*FIGURE_LABELS, SKIP)},
        **{label: name for name, label in FIGURE_LABELS.items()},
    }
    bindings = {}
    for pair in pairs:
        word, sign, heading = pair.replace("＝", "=", 1).partition("=")
        if not sign or word.strip() not in names or not heading.strip():
            offered = "、".join(f"{name}（{label}）" for name, label in FIGURE_LABELS.items())
            raise UsageError(f"“{pair}”应写成 指标=表头，例如 served=惠及群众。指标有：{offered}；不填写 {SKIP}。")
        bindings[heading_key(heading)] = names[word.strip()]
    return bindings


def _check_bindings(head: header.Header, explicit: dict[str, str], remembered: header.BindingsByShape) -> None:
    """Raise Refused for a heading that is named now and missing, or that an earlier edition had elsewhere."""
    present, texts = set(map(heading_key, head.texts.values())), "、".join(head.texts.values())
    bound = {heading for bindings in remembered.values() for heading in bindings}
    missing = [
        heading
        for heading, figure in explicit.items()
        if heading not in present and not (figure == SKIP and heading in bound)
    ]
    if missing:
        raise Refused(f"表里没有“{'、'.join(missing)}”这一列，和指明的对不上，没有写文件。表头有：{texts}。")
    if problems := header.binding_problems(head, explicit, remembered):
        raise Refused(
            f"这张表和以前指明过的一张差不多，但{'；'.join(problems)}，没有写文件。"
            f"核对后请用 --map 再指明一次；不要这一列了就写 --map {SKIP}=表头。表头有：{texts}。"
        )
