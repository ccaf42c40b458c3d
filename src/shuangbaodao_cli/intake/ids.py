"""Id numbers judged by their company: digits lost though the check fits, areas that there are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.vocabulary.codes import area_known, still_known
from shuangbaodao_cli.vocabulary.types import ID_NO

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.roster import Roster

_BY_CHANCE = 20
"""Of so many ids one may end in 000, though but one in 1 100 does; where more do, digits were lost."""


def check_ids(roster: Roster) -> None:
    """Refuse ids that were kept as numbers before they became text; point at areas of no province."""
    for name in {column.name for column in roster.record.roster() if column.type is ID_NO} & roster.columns.keys():
        _check_rounded(roster, name)
        _tell_mixed(roster, name)
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
    sure = lost or (held > 1 and held * _BY_CHANCE > len(set(values)))
    for at in rounded:
        value = values[at]
        if sure or value[14:17] == "000":
            known = still_known(value)
            message = f"身份证号末几位是 {value[14:]}，多半是存成数字时丢了{known}；请把这一列设为“文本”格式，重填18位"
            roster.tell(at, name, "error", "id_precision_lost", value, message)
        else:
            message = "身份证号末三位是 000，校验相符，照样收下；也可能是存成数字时丢了末几位，请核对"
            roster.tell(at, name, "warning", "id_precision_lost", value, message)


def _tell_mixed(roster: Roster, name: str) -> None:
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
        roster.tell(numbers[0], name, "warning", "id_precision_lost", cells[numbers[0]], message)


def _check_areas(roster: Roster, name: str) -> None:
    values = roster.columns[name]
    unknown = tuple(prefix for prefix in {one[:3] for one in values if one} if not area_known(prefix))
    if not unknown:
        return
    for at, value in enumerate(values):
        if value and value.startswith(unknown):
            message = f"身份证号开头的 {value[:2]} 不是哪个省的代码，照样收下，请核对"
            roster.tell(at, name, "warning", "id_area_unknown", value, message)
