"""Writes every file of this folder: ``python -m data.sheets.make_sheets``, called in ``tests/``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from data.sheets import forms, layouts, traps

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
FILES: dict[str, Callable[[Path], None]] = {
    "t01-id-as-number.xlsx": traps.id_as_number,
    "t03-id-ends-000.xlsx": traps.id_ends_000,
    "t04-id-text-and-number.xlsx": traps.id_text_and_number,
    "t05-id-rounded.xlsx": traps.id_rounded,
    "t06-id-spellings.xlsx": traps.id_spellings,
    "t06-id-areas.xlsx": traps.id_areas,
    "t07-id-masked.xlsx": traps.id_masked,
    "t08-phones.xlsx": traps.phones,
    "t09-dates.xlsx": traps.dates,
    "t09-date-formats.xlsx": traps.date_formats,
    "t10-month-or-tenth.xlsx": traps.month_or_tenth,
    "t11-1904.xlsx": traps.epoch_1904,
    "t12-full-width.xlsx": traps.full_width,
    "t13-names.xlsx": traps.names,
    "t14-merged.xlsx": traps.merged,
    "t15-titles.xlsx": layouts.titles,
    "t15-two-header-rows.xlsx": layouts.two_rows,
    "t15-two-header-rows.csv": layouts.two_rows_csv,
    "t15-three-header-rows.xlsx": layouts.three_rows,
    "t15-header-on-each-page.xlsx": layouts.repeated_header,
    "t15-title-on-each-page.xlsx": layouts.repeated_title,
    "t15-sign-in-two-blocks.xlsx": layouts.sign_in,
    "t15-spacers.xlsx": layouts.spacers,
    "t15-tables-of-one-kind.xlsx": layouts.same_kind,
    "t15-tables-of-three-kinds.xlsx": layouts.other_kinds,
    "t15-monthly-return.xlsx": layouts.monthly,
    "t15-public-notice.xlsx": layouts.notice,
    "t16-totals.xlsx": traps.totals,
    "t17-names-in-a-cell.xlsx": traps.names_in_a_cell,
    "t18-durations.xlsx": traps.durations,
    "t18-counts.xlsx": traps.counts,
    "t18-categories.xlsx": traps.categories,
    "t19-errors.xlsx": traps.errors,
    "t19-uncomputed.xlsx": traps.uncomputed,
    "t20-pictures.xlsx": traps.pictures,
    "t21-wps-dimension.xlsx": traps.wps_dimension,
    "t22-gbk.csv": layouts.gbk,
    "t22-gb18030.csv": layouts.gb18030,
    "t22-utf8-mark.csv": layouts.utf8_mark,
    "t22-utf16.csv": layouts.utf16,
    "t22-tabs.tsv": layouts.tsv,
    "t22-semicolons.csv": layouts.semicolons,
    "t22-quoted.csv": layouts.quoted,
    "t22-html.xls": layouts.html_xls,
    "t22-tabs.xls": layouts.tsv_xls,
    "t22-xml-2003.xls": layouts.xml_xls,
    "t22-xlsx.xls": layouts.xlsx_xls,
    "t22-biff8.et": layouts.old_et,
    "t22-open.ods": layouts.open_document,
    "t23-hidden.xlsx": traps.hidden,
    "t23-twelve-months.xlsx": layouts.months,
    "t23-grids.xlsx": layouts.grids,
    "t25-password.xlsx": layouts.password,
    "t26-unit-spellings.xlsx": traps.unit_spellings,
    "t27-copied-month.xlsx": traps.copied_month,
    "t28-comments.xlsx": traps.comments,
    "form-a-persons.xlsx": forms.persons,
    "form-b-orgs.xlsx": forms.orgs,
    "form-f-activities.xlsx": forms.activities,
    "form-f-sign-in.xlsx": forms.signing,
    "form-f-card.xlsx": forms.card,
}
"""The file → what writes it. ``t`` and a number name the trap of the design, ``form`` a form."""


def write(folder: Path) -> None:
    """Write them all into a folder."""
    for name, make in FILES.items():
        make(folder / name)


if __name__ == "__main__":
    write(HERE)
