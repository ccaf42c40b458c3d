"""The checks of a whole roster: required cells, days to come, spans, id numbers, head counts, printed totals.

Id numbers are judged by their column: digits may be lost though the check character fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.rosters.totals import check_totals
from shuangbaodao_cli.model.care import lacks_consent
from shuangbaodao_cli.model.record import DATE_RANGES
from shuangbaodao_cli.values.codes import birth_date_hint, has_known_province
from shuangbaodao_cli.values.days import today
from shuangbaodao_cli.values.numbers import Approx
from shuangbaodao_cli.values.text import has_unnamed_others, split_names
from shuangbaodao_cli.values.types import DAY_TYPES, FUTURE_DAY, ID_NO

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.problems import Problem

_IDS_PER_ROUND_ID = 20
"""One id of so many may end in 000, though only one in 1,100 does; where more do, digits were lost."""


def check_ids(roster: Roster) -> None:
    """Refuse ids that lost digits as numbers before they became text; warn of areas of no province."""
    for name in {field.name for field in roster.record.roster_fields() if field.type is ID_NO} & roster.columns.keys():
        _check_rounded(roster, name)
        _warn_mixed_types(roster, name)
        _check_areas(roster, name)


def _check_rounded(roster: Roster, name: str) -> None:
    """Refuse or warn of ids of 15 digits and three noughts, of which one in eleven passes its check.

    Where its column lost digits elsewhere, or too many end so, it is refused; so is every id with 000
    in the digits 15 to 17, which count the people born on a day in a place and begin with 001.
    """
    values = roster.columns[name]
    rounded = [
        index
        for index, id_no in enumerate(values)
        if id_no and len(id_no) == 18 and "000" in (id_no[15:], id_no[14:17])
    ]
    if not rounded:
        return
    are_others_lost = bool(_lost_ids(roster, name))
    count = len({values[index] for index in rounded})
    is_sure = are_others_lost or (count > 1 and count * _IDS_PER_ROUND_ID > len(set(values)))
    for index in rounded:
        value = values[index]
        if is_sure or value[14:17] == "000":
            known = birth_date_hint(value)
            message = f"身份证号末几位是 {value[14:]}，多半是存成数字时丢了{known}；请把这一列设为“文本”格式，重填18位"
            roster.add_problem(index, name, "error", "id_precision_lost", value, message)
        else:
            message = "身份证号末三位是 000，校验相符，照样收下；也可能是存成数字时丢了末几位，请核对"
            roster.add_problem(index, name, "warning", "id_precision_lost", value, message)


def _lost_ids(roster: Roster, name: str) -> list[Problem]:
    return [problem for problem in roster.problems if problem.kind == "id_precision_lost" and problem.field == name]


def _warn_mixed_types(roster: Roster, name: str) -> None:
    """Warn of a column with lost ids that holds numbers and texts: ids that end in X stay text by themselves."""
    column = next((column for column, field in roster.table.header.columns.items() if field.name == name), None)
    if column is None or not _lost_ids(roster, name):
        return
    cells = [row[column] for row in roster.table.body]
    numbers = [index for index, cell in enumerate(cells) if isinstance(cell, int | float)]
    texts = sum(isinstance(cell, str) and cell.strip() != "" for cell in cells)
    if numbers and texts:
        message = f"这一列有 {texts} 个证件号存成文字，{len(numbers)} 个存成数字；存成数字的末几位已经丢失"
        roster.add_problem(numbers[0], name, "warning", "id_precision_lost", cells[numbers[0]], message)


def _check_areas(roster: Roster, name: str) -> None:
    values = roster.columns[name]
    unknown = tuple(prefix for prefix in {id_no[:3] for id_no in values if id_no} if not has_known_province(prefix))
    if not unknown:
        return
    for index, value in enumerate(values):
        if value and value.startswith(unknown):
            message = f"身份证号开头的 {value[:2]} 不是哪个省的代码，照样收下，请核对"
            roster.add_problem(index, name, "warning", "id_area_unknown", value, message)


def check_roster(roster: Roster) -> None:
    """Add to a cleaned roster the problems of what is missing, impossible or at odds with the printed total."""
    _check_required(roster)
    _check_future(roster)
    _check_spans(roster)
    _check_consent(roster)
    check_ids(roster)
    _check_headcount(roster)
    check_totals(roster)


def _check_required(roster: Roster) -> None:
    for field in roster.record.fields:
        if not field.required or field.name not in roster.columns:
            continue
        for index, value in enumerate(roster.columns[field.name]):
            if value is None and (index, field.name) not in roster.rejected_cells:
                message = f"{field.label}没有填，这一行没有收进来，请补上"
                roster.add_problem(index, field.name, "error", "value_missing", "", message)


def _check_future(roster: Roster) -> None:
    """Warn of days to come; refuse the rows of those more than a year ahead."""
    now = today()
    this_day, limit = now.isoformat(), now.replace(year=now.year + 1, day=min(now.day, 28)).isoformat()
    for field in roster.record.roster_fields():
        values = roster.columns.get(field.name)
        if field.type not in DAY_TYPES - {FUTURE_DAY} or values is None or field.name in {"until", "end_date"}:
            continue
        for index, value in enumerate(values):
            if value is None or value <= this_day:
                continue
            if value > limit:
                message = f"{field.label} {value} 在一年以后，请核对"
                roster.add_problem(index, field.name, "error", "date_invalid", value, message)
            else:
                message = f"{field.label} {value} 还没到，请核对"
                roster.add_problem(index, field.name, "warning", "date_future", value, message)


def _check_spans(roster: Roster) -> None:
    """Refuse a row whose end stands before its beginning."""
    for start, end in DATE_RANGES:
        pairs = zip(roster.columns.get(start, ()), roster.columns.get(end, ()), strict=False)
        for index, (first, last) in enumerate(pairs):
            if first is not None and last is not None and last < first:
                message = f"{roster.record[end].label} {last} 在{roster.record[start].label} {first} 之前，请核对"
                roster.add_problem(index, end, "error", "date_invalid", last, message)


def _check_consent(roster: Roster) -> None:
    """Refuse a child under fourteen for whom no guardian has agreed."""
    if roster.record.name != "subject":
        return
    birth_dates, consents = roster.columns.get("birth_date") or [], roster.columns.get("consent")
    for index, birth_date in enumerate(birth_dates):
        if lacks_consent(birth_date, consents[index] if consents else None, today()):
            message = "不满14周岁，没有写明监护人同意，这一行没有收进来；同意了请在“监护人同意”一列填 是"
            roster.add_problem(index, "birth_date", "error", "consent_missing", "", message)


def _check_headcount(roster: Roster) -> None:
    """Point at an activity that names more or fewer people than it counts."""
    people, headcounts = roster.columns.get("people"), roster.columns.get("headcount")
    if roster.record.name != "activity" or people is None or headcounts is None:
        return
    for index, (names, headcount) in enumerate(zip(people, headcounts, strict=True)):
        if names is None or headcount is None or isinstance(headcount, Approx):
            continue
        named = len(split_names(names))
        if named > headcount or (named < headcount and not has_unnamed_others(names)):
            message = f"参加人数写的是 {headcount}，写出名字的有 {named} 人，请核对"
            roster.add_problem(index, "people", "warning", "headcount_mismatch", names, message)
