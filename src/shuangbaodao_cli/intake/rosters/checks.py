"""What a whole roster must satisfy: required cells, days that have been, spans, ids in full, head counts.

Id numbers are judged by their company: digits lost though the check fits, areas that there are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.rosters.totals import check_totals
from shuangbaodao_cli.model.care import lacks_consent
from shuangbaodao_cli.model.record import SPANS
from shuangbaodao_cli.values.codes import area_known, still_known
from shuangbaodao_cli.values.days import today
from shuangbaodao_cli.values.numbers import Approx
from shuangbaodao_cli.values.text import names_others, parted
from shuangbaodao_cli.values.types import COMING, DAYS, ID_NO

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.rosters.roster import Roster

_IDS_PER_ROUND_ID = 20
"""Of so many ids one may end in 000, though but one in 1 100 does; where more do, digits were lost."""


def check_ids(roster: Roster) -> None:
    """Refuse ids that were kept as numbers before they became text; point at areas of no province."""
    for name in {column.name for column in roster.record.roster() if column.type is ID_NO} & roster.columns.keys():
        _check_rounded(roster, name)
        _warn_mixed_types(roster, name)
        _check_areas(roster, name)


def _check_rounded(roster: Roster, name: str) -> None:
    """Tell of ids of 15 digits and three noughts, of which one in eleven passes its check.

    Where its column lost digits elsewhere, or too many end so, it is refused; so is every id with 000
    in the digits 15 to 17, which count the people born on a day in a place and begin with 001.
    """
    values = roster.columns[name]
    rounded = [at for at, one in enumerate(values) if one and len(one) == 18 and "000" in (one[15:], one[14:17])]
    if not rounded:
        return
    lost = any(one.kind == "id_precision_lost" and one.field == name for one in roster.problems)
    held = len({values[at] for at in rounded})
    sure = lost or (held > 1 and held * _IDS_PER_ROUND_ID > len(set(values)))
    for at in rounded:
        value = values[at]
        if sure or value[14:17] == "000":
            known = still_known(value)
            message = f"身份证号末几位是 {value[14:]}，多半是存成数字时丢了{known}；请把这一列设为“文本”格式，重填18位"
            roster.add_problem(at, name, "error", "id_precision_lost", value, message)
        else:
            message = "身份证号末三位是 000，校验相符，照样收下；也可能是存成数字时丢了末几位，请核对"
            roster.add_problem(at, name, "warning", "id_precision_lost", value, message)


def _warn_mixed_types(roster: Roster, name: str) -> None:
    """Count the ids that a column keeps as numbers and as text: those that end in X stay text by themselves."""
    lost = [one for one in roster.problems if one.kind == "id_precision_lost" and one.field == name]
    at = next((at for at, one in roster.table.header.columns.items() if one.name == name), None)
    if not lost or at is None:
        return
    cells = [row[at] for row in roster.table.body]
    numbers = [line for line, cell in enumerate(cells) if isinstance(cell, int | float)]
    texts = sum(isinstance(cell, str) and cell.strip() != "" for cell in cells)
    if numbers and texts:
        message = f"这一列有 {texts} 个证件号存成文字，{len(numbers)} 个存成数字；存成数字的末几位已经丢失"
        roster.add_problem(numbers[0], name, "warning", "id_precision_lost", cells[numbers[0]], message)


def _check_areas(roster: Roster, name: str) -> None:
    values = roster.columns[name]
    unknown = tuple(prefix for prefix in {one[:3] for one in values if one} if not area_known(prefix))
    if not unknown:
        return
    for at, value in enumerate(values):
        if value and value.startswith(unknown):
            message = f"身份证号开头的 {value[:2]} 不是哪个省的代码，照样收下，请核对"
            roster.add_problem(at, name, "warning", "id_area_unknown", value, message)


def check_roster(roster: Roster) -> None:
    """Tell what is missing, impossible or at odds with the printed total."""
    _check_required(roster)
    _check_future(roster)
    _check_spans(roster)
    _check_consent(roster)
    check_ids(roster)
    _check_headcount(roster)
    check_totals(roster)


def _check_required(roster: Roster) -> None:
    for column in roster.record.fields:
        if not column.required or column.name not in roster.columns:
            continue
        for at, value in enumerate(roster.columns[column.name]):
            if value is None and (at, column.name) not in roster.rejected_cells:
                roster.add_problem(
                    at, column.name, "error", "value_missing", "", f"{column.label}没有填，这一行没有收进来，请补上"
                )


def _check_future(roster: Roster) -> None:
    now = today()
    this_day, limit = now.isoformat(), now.replace(year=now.year + 1, day=min(now.day, 28)).isoformat()
    for column in roster.record.roster():
        values = roster.columns.get(column.name)
        if column.type not in DAYS - {COMING} or values is None or column.name in {"until", "end_date"}:
            continue
        for at, value in enumerate(values):
            if value is None or value <= this_day:
                continue
            if value > limit:
                roster.add_problem(
                    at, column.name, "error", "date_invalid", value, f"{column.label} {value} 在一年以后，请核对"
                )
            else:
                roster.add_problem(
                    at, column.name, "warning", "date_future", value, f"{column.label} {value} 还没到，请核对"
                )


def _check_spans(roster: Roster) -> None:
    """Refuse a row whose end stands before its beginning."""
    for start, end in SPANS:
        pairs = zip(roster.columns.get(start, ()), roster.columns.get(end, ()), strict=False)
        for at, (first, last) in enumerate(pairs):
            if first is not None and last is not None and last < first:
                message = f"{roster.record[end].label} {last} 在{roster.record[start].label} {first} 之前，请核对"
                roster.add_problem(at, end, "error", "date_invalid", last, message)


def _check_consent(roster: Roster) -> None:
    """Refuse a child under fourteen for whom no guardian has agreed."""
    if roster.record.name != "subject":
        return
    born, agreed = roster.columns.get("birth_date") or [], roster.columns.get("consent")
    for at, day in enumerate(born):
        if lacks_consent(day, agreed[at] if agreed else None, today()):
            message = "不满14周岁，没有写明监护人同意，这一行没有收进来；同意了请在“监护人同意”一列填 是"
            roster.add_problem(at, "birth_date", "error", "consent_missing", "", message)


def _check_headcount(roster: Roster) -> None:
    """Point at an activity that names more or fewer people than it counts."""
    named, counted = roster.columns.get("people"), roster.columns.get("headcount")
    if roster.record.name != "activity" or named is None or counted is None:
        return
    for at, (names, count) in enumerate(zip(named, counted, strict=True)):
        if names is None or count is None or isinstance(count, Approx):
            continue
        found = len(parted(names))
        if found > count or (found < count and not names_others(names)):
            message = f"参加人数写的是 {count}，写出名字的有 {found} 人，请核对"
            roster.add_problem(at, "people", "warning", "headcount_mismatch", names, message)
