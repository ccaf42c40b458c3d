"""The service categories, and the keywords by which free text is assigned to one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values import text
from shuangbaodao_cli.values.cleaners import CleaningContext, as_text
from shuangbaodao_cli.values.types import Type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CATEGORIES: dict[str, tuple[str, ...]] = {
    "理论政策宣讲": ("宣讲", "政策", "党课", "党日"),
    "环境卫生": ("环境", "卫生清", "清扫", "打扫", "清理", "小广告", "保洁", "垃圾", "绿化", "环保", "清雪", "扫雪"),
    "平安巡防": ("巡防", "巡逻", "平安", "安全", "消防", "反诈", "治安"),
    "矛盾调解": ("调解", "矛盾", "纠纷", "信访"),
    "法律服务": ("法律", "普法", "律师", "维权"),
    "卫生健康": ("健康", "急救", "义诊", "医疗", "体检", "防疫", "疫情", "献血"),
    "助老": ("老人", "老年", "养老", "敬老", "孤寡", "空巢", "助老", "扶老"),
    "助残": ("残疾", "助残", "扶残"),
    "助幼助学": ("儿童", "学生", "助学", "助幼", "支教", "辅导", "留守", "青少年"),
    "济困帮扶": ("帮扶", "济困", "慰问", "低保", "扶贫", "走访", "微心愿"),
    "文化体育": ("文化", "体育", "演出", "文艺", "皮影", "联欢", "节日", "读书"),
    "便民服务": ("理发", "维修", "代办", "帮办", "跑腿", "便民", "义剪", "修"),
    "应急救援": ("应急", "救援", "防汛", "救灾", "抢险"),
    "基层治理": ("议事", "网格", "文明", "治理", "协商", "联席", "创建", "停车"),
    "其他": (),
}
"""Category → keywords for it in free text; earlier categories win. The list follows the
categories seen in the 2024 opinion on volunteer service and in municipal practice."""

_FALLBACKS = {"宣传": "理论政策宣讲"}
"""Keywords used only where no other matches: 普法宣传 is 法律服务."""

_EXACT_NAMES = {text.fold(name): name for name in CATEGORIES} | {
    f"{number:02d}": name for number, name in enumerate(CATEGORIES, 1)
}


def category_names(office_categories: Mapping[str, Sequence[str]] | None) -> tuple[str, ...]:
    """The names of all categories, the office's own after the shipped ones."""
    return tuple(dict.fromkeys([*CATEGORIES, *(office_categories or ())]))


def _clean(value: object, context: CleaningContext) -> str:
    raw, office_categories = as_text(value), context.categories or {}
    folded = text.fold(raw)
    if folded in _EXACT_NAMES:
        return _EXACT_NAMES[folded]
    for name in office_categories:
        if text.fold(name) == folded:
            return name
    for name, needles in (*office_categories.items(), *CATEGORIES.items()):
        if any(text.fold(word) in folded for word in needles):
            return name
    for word, name in _FALLBACKS.items():
        if word in folded:
            return name
    choices = "、".join(category_names(office_categories))
    raise InvalidValue("choice_unknown", f"“{raw}”看不出属于哪个服务类别，可以填：{choices}")


def possible_categories(raw: str, office_categories: Mapping[str, Sequence[str]]) -> list[str]:
    """The categories that a text may mean: one where it is certain, several where it is not.

    Unlike when cleaning, a single character is no keyword here: 修 is in 进修 too, and nobody reviews the result.
    """
    folded = text.fold(raw)
    if folded in _EXACT_NAMES:
        return [_EXACT_NAMES[folded]]
    needles = [
        (text.fold(word), name)
        for categories in (office_categories, CATEGORIES)
        for name in categories
        for word in (name, *categories[name])
    ]
    exact = [name for word, name in needles if word == folded]
    matching = exact[:1] or [name for word, name in needles if len(word) > 1 and word in folded]
    return list(dict.fromkeys(matching or [name for word, name in _FALLBACKS.items() if word in folded]))


CATEGORY = Type("category", "服务类别", _clean, options=tuple(CATEGORIES))
