"""What of a table may be handed on: to the superior only figures, to the public no more than a name in part.

《个人信息保护法》art. 6 (as little as needed), 25 (publishing needs a consent of its own), 28 (what is
sensitive). What nobody has classed does not go out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.model.record import OF_FIELD, class_of
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.reports.listings import CATEGORY_PREFIX
from shuangbaodao_cli.reports.model import UNSPECIFIED
from shuangbaodao_cli.values.masking import mask_name, mask_numbers
from shuangbaodao_cli.values.types import PRIVATE, PRIVATE_DAY, Class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.model.record import Field
    from shuangbaodao_cli.output.table import Column, Table

_IDENTIFIER_WORDS = r"身份证|证件号|电话|手机|住址|出生|年龄|phone|id_no|birth|address"
_CONDITION_WORDS = r"健康|疾病|残疾|低保|监护|health|guardian"
_NUMERIC_KINDS = {"count", "decimal", "hours"}


def classify_column(column: Column) -> Class:
    """The class of a column, by the type of the field that its name means, or else its heading.

    A figure is open: it says how many, not who. A column that no record knows stays inside, and is
    sensitive where its heading speaks of numbers of persons or of their state.
    """
    if column.kind == "count" and column.name.startswith(CATEGORY_PREFIX):
        return Class.OPEN  # an office's own category may well be called 电话问候
    said = f"{column.name} {column.label}"
    if re.search(_IDENTIFIER_WORDS, said) or (column.kind not in _NUMERIC_KINDS and re.search(_CONDITION_WORDS, said)):
        return Class.SENSITIVE
    if column.kind in _NUMERIC_KINDS:
        return Class.OPEN
    meanings = [class_of(field) for field in _candidate_fields(column)]
    return OF_FIELD.get(column.name, max(meanings, default=Class.INNER))


def _candidate_fields(column: Column) -> list[Field]:
    """The fields that a column may mean; those of people who are looked after where no other record has such a one."""
    private = {PRIVATE, PRIVATE_DAY}
    for guarded in (False, True):
        records = [r for r in RECORDS.values() if guarded == any(field.type in private for field in r.fields)]
        named = [field for record in records for field in record.fields if field.name == column.name]
        if named or (named := [field for record in records if (field := record.field(column.label))]):
            return named
    return []


def upward_table(table: Table) -> Table:
    """A table for the superior: figures. Raises Refused where a column names persons or says more of them."""
    for column in _visible_columns(table):
        if classify_column(column) in {Class.NAME, Class.SENSITIVE}:
            raise Refused(f"“{table.title}”有“{column.label}”一列，说的是个人，不能上报，没有写任何文件。")
    return table


def public_table(table: Table) -> Table:
    """A table for the notice board: names in part, no remarks, no numbers of persons.

    Raises Refused where a column is sensitive: nobody can see from a gap that something was left out.
    """
    kept: list[tuple[int, Class]] = []
    for at, column in enumerate(table.columns):
        if column.hidden:
            continue
        class_ = classify_column(column)
        if class_ is Class.SENSITIVE:
            raise Refused(f"“{table.title}”有“{column.label}”一列，属于敏感内容，不能公开，没有写任何文件。")
        if class_ is not Class.INNER:
            kept.append((at, class_))
    rows = [tuple(_mask(row[at], class_) for at, class_ in kept) for row in table.rows]
    totals = None if table.totals is None else [table.totals[at] for at, _ in kept]
    names = [table.columns[at].label for at, class_ in kept if class_ is Class.NAME]
    notes = [*table.notes, *([f"{'、'.join(names)}只公开一部分字。"] if names else [])]
    return replace(table, columns=[table.columns[at] for at, _ in kept], rows=rows, totals=totals, notes=notes)


def _visible_columns(table: Table) -> Iterator[Column]:
    return (table.columns[at] for at in table.shown())


def _mask(value: Any, class_: Class) -> Any:
    if not isinstance(value, str) or value == UNSPECIFIED:
        return value
    return mask_name(value) if class_ is Class.NAME else mask_numbers(value)
