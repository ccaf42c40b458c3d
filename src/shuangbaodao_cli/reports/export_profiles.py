"""What may be handed on of a table: to the superior only figures, to the public names only in part.

《个人信息保护法》art. 6 (as little as needed), 25 (publishing needs a consent of its own), 28 (what is
sensitive). What has no class does not go out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.model.record import FIELD_PRIVACY, privacy_class_of
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.reports.listings import CATEGORY_PREFIX
from shuangbaodao_cli.reports.model import UNSPECIFIED
from shuangbaodao_cli.values.masking import mask_name, mask_numbers
from shuangbaodao_cli.values.types import PRIVATE, PRIVATE_DAY, PrivacyClass

if TYPE_CHECKING:
    from shuangbaodao_cli.model.record import Field
    from shuangbaodao_cli.output.table import Column, Table

_IDENTIFIER_WORDS = r"身份证|证件号|电话|手机|住址|出生|年龄|phone|id_no|birth|address"
_CONDITION_WORDS = r"健康|疾病|残疾|低保|监护|health|guardian"
_NUMERIC_KINDS = {"count", "decimal", "hours"}


def classify_column(column: Column) -> PrivacyClass:
    """The privacy class of a column, by the type of the field that its name means, or else its heading.

    A figure is open: it says how many, not who. A column that no record knows is for inside use, and
    sensitive where its heading speaks of personal numbers or of somebody's condition.
    """
    if column.kind == "count" and column.name.startswith(CATEGORY_PREFIX):
        return PrivacyClass.OPEN  # an office's own category may well be called 电话问候
    heading = f"{column.name} {column.label}"
    is_numeric = column.kind in _NUMERIC_KINDS
    if re.search(_IDENTIFIER_WORDS, heading) or (not is_numeric and re.search(_CONDITION_WORDS, heading)):
        return PrivacyClass.SENSITIVE
    if is_numeric:
        return PrivacyClass.OPEN
    meanings = [privacy_class_of(field) for field in _candidate_fields(column)]
    return FIELD_PRIVACY.get(column.name, max(meanings, default=PrivacyClass.INTERNAL))


def _candidate_fields(column: Column) -> list[Field]:
    """The fields that a column may mean; those of care recipients only where no other record has such a field."""
    private = {PRIVATE, PRIVATE_DAY}
    for guarded in (False, True):
        records = [
            record for record in RECORDS.values() if guarded == any(field.type in private for field in record.fields)
        ]
        by_name = [field for record in records for field in record.fields if field.name == column.name]
        if fields := by_name or [field for record in records if (field := record.field(column.label))]:
            return fields
    return []


def upward_table(table: Table) -> Table:
    """A table for the superior, unchanged. Raises Refused where a column names persons or says more of them."""
    for column in (table.columns[index] for index in table.shown_indexes()):
        if classify_column(column) in {PrivacyClass.NAME, PrivacyClass.SENSITIVE}:
            raise Refused(f"“{table.title}”有“{column.label}”一列，说的是个人，不能上报，没有写任何文件。")
    return table


def public_table(table: Table) -> Table:
    """A table for the notice board: names in part, no remarks, no numbers of persons.

    Raises Refused where a column is sensitive: nobody can see from a gap that something was left out.
    """
    public: list[tuple[int, PrivacyClass]] = []
    for index, column in enumerate(table.columns):
        if column.hidden:
            continue
        class_ = classify_column(column)
        if class_ is PrivacyClass.SENSITIVE:
            raise Refused(f"“{table.title}”有“{column.label}”一列，属于敏感内容，不能公开，没有写任何文件。")
        if class_ is not PrivacyClass.INTERNAL:
            public.append((index, class_))
    rows = [tuple(_mask(row[index], class_) for index, class_ in public) for row in table.rows]
    totals = None if table.totals is None else [table.totals[index] for index, _ in public]
    names = [table.columns[index].label for index, class_ in public if class_ is PrivacyClass.NAME]
    notes = [*table.notes, *([f"{'、'.join(names)}只公开一部分字。"] if names else [])]
    columns = [table.columns[index] for index, _ in public]
    return replace(table, columns=columns, rows=rows, totals=totals, notes=notes)


def _mask(value: Any, class_: PrivacyClass) -> Any:
    if not isinstance(value, str) or value == UNSPECIFIED:
        return value
    return mask_name(value) if class_ is PrivacyClass.NAME else mask_numbers(value)
