"""template: a blank workbook to be filled in, made from the description of a record type."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import LedgerOption, RecordArgument
from shuangbaodao_cli.cli.record_tables import COLUMN_KINDS
from shuangbaodao_cli.commands.imports.headings import remembered_mappings
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.files import slug, write_bytes
from shuangbaodao_cli.model.categories import CATEGORY, category_names
from shuangbaodao_cli.model.record import Field, Record
from shuangbaodao_cli.model.registry import resolve_record_type
from shuangbaodao_cli.output.xlsx.template import BlankColumn, render_template
from shuangbaodao_cli.values.cleaners import CleaningContext
from shuangbaodao_cli.values.types import MINUTES

_HINTS = {
    "day": "写成 2026-07-18",
    "day_or_month": "写成 2026-07-18，只知道年月就写 2026-07",
    "count": "填整数；约数可写 30余",
    "minutes": "每人的时长，单位是小时，如 1.5",
    "id_no": "18位，这一列已设为文本，直接输入即可",
    "uscc": "18位",
    "phone": "手机号或带区号的座机",
}


def template(
    record: RecordArgument,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="写到哪里，以 .xlsx 结尾")
    ] = None,
    session: LedgerOption,
) -> None:
    """生成发下去填的空白表，带下拉选项和一行示例（导入时会跳过示例）。

    例如：
      sbd template person -o 花名册.xlsx
    """
    kind = resolve_record_type(record)
    if not kind.is_importable:
        raise UsageError(f"{kind.label}不用填表，请用 {kind.command}。")
    path = output or Path(f"{slug(kind.label)}空白表.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"空白表只能是 .xlsx，请把“{path.name}”改成以 .xlsx 结尾。")
    fields = _roster_fields(kind)
    category_words = remembered_mappings(session)[1]
    content = render_template(
        f"{kind.label}登记表",
        [_blank_column(field, category_words) for field in fields],
        list(map(_example_value, fields)),
    )
    write_bytes(path, content)
    sys.stderr.write(f"已写入 {path}\n")


def _roster_fields(kind: Record) -> list[Field]:
    """The fields of the roster of a record type, each once, the note last."""
    fields = {field.name: field for field in kind.roster_fields()}
    note = fields.pop("note")
    return [*fields.values(), note]


def _blank_column(field: Field, categories: Mapping[str, Sequence[str]]) -> BlankColumn:
    label = f"{field.label}（小时）" if field.type is MINUTES else field.label
    kind = COLUMN_KINDS.get(field.type.name, "text")
    hint = _HINTS.get(field.type.name, "几个之间用、分开" if "、" in field.example else "")
    options = category_names(categories) if field.type is CATEGORY else field.type.options
    return BlankColumn(label, kind, options, field.required, hint)


def _example_value(field: Field) -> object:
    """The example of a field as the value of a cell."""
    kind = COLUMN_KINDS.get(field.type.name)
    if not field.example or kind in {None, "code", "date"}:
        return field.example or None
    return field.type.clean(field.example, CleaningContext())
