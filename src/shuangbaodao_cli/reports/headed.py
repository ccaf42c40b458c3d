"""What the headings of somebody's form ask for: which figure of ours, of which period, and what its rows are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.intake.headings import DEEPEST, headings_of, is_wordy
from shuangbaodao_cli.vocabulary.text import fold_header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.intake.headings import Parts
    from shuangbaodao_cli.intake.sheet import Sheet

SEARCHED = 15
"""Rows from the top in which the header of a form is looked for."""
FIGURES: dict[str, tuple[str, ...]] = {
    "services": (
        "服务次数",
        "活动次数",
        "开展活动次数",
        "志愿服务次数",
        "开展志愿服务次数",
        "活动场次",
        "次数",
        "活动数",
    ),
    "served": (
        "服务群众人次",
        "服务群众",
        "服务人次",
        "受益人次",
        "服务居民人次",
        "志愿服务人次",
        "人次",
        "服务群众人数",
    ),
    "resolved": ("解决问题件数", "解决问题数", "解决问题", "群众问题解决", "解决群众问题", "化解问题", "解决件数"),
    "volunteers": ("参与人数", "参与党员", "参与党员人数", "志愿者人数", "参加人数"),
    "participations": ("志愿者人次", "参与党员人次", "参与人次", "参加人次", "志愿者参与人次"),
    "hours": ("服务时长", "志愿服务时长", "时长", "服务时间", "志愿时长", "服务总时长"),
    "visits": ("走访次数", "走访", "入户走访次数", "走访慰问次数"),
    "meetings": ("联席会议次数", "联席会议", "召开联席会议次数", "党建联席会议次数"),
    "collected": ("收集需求", "收集需求数", "群众问题收集", "收集问题", "收集", "征集需求"),
    "closed": ("解决需求", "解决需求数", "需求解决", "办结需求"),
    "rate": ("解决率", "需求解决率"),
    "due": ("应报到", "应报到党员", "报到党员应报到", "应报到人数", "应报到党员数"),
    "reported": ("已报到", "已报到党员", "报到党员已报到", "已报到人数", "已报到党员数", "报到党员"),
    "checkin_rate": ("报到率", "党员报到率"),
    "units": ("报到单位数", "报到单位家数", "单位报到数"),
}
"""Our figure → the headings that forms have for it (design, §3.2 K and §4.4)."""
ROWS: dict[str, tuple[str, ...]] = {
    "place": (
        *("社区", "社区（村）", "村（社区）", "社区名称", "所属社区", "村", "地点", "网格"),
        *("街道", "街道（镇）", "乡镇（街道）"),
    ),
    "org": ("单位", "单位名称", "报到单位", "报到单位名称", "组织单位", "共建单位", "党组织名称"),
    "person": ("姓名", "党员姓名", "志愿者姓名"),
    "activity": ("活动名称", "活动主题", "服务项目", "活动"),
}
"""What a row of a form is → the headings of the column that says which."""
_PERIOD = re.compile(r"本月|当月|本季度|本期|本年度?|今年|累计|年度|截至目前|年初至今|今年以来")
_YEAR = re.compile(r"累计|年度|截至目前|年初至今|今年以来|本年|今年")


class Asked(NamedTuple):
    """What a column asks for: a figure, and whether of the year to date."""

    figure: str
    whole_year: bool


class Head(NamedTuple):
    """The header of a form: its last row, its headings, the column that names the rows, and what is asked."""

    row: int
    texts: dict[int, str]
    rows: str
    label: int | None
    asked: dict[int, Asked]

    @property
    def shape(self) -> str:
        """By which the form is known again."""
        return "表|" + "|".join(fold_header(text.replace("/", ""))[0] for text in self.texts.values())


_KNOWN = {fold_header(word)[0]: name for name, words in FIGURES.items() for word in words}
_LABELS = {fold_header(word)[0]: kind for kind, words in ROWS.items() for word in words}


def head_of(sheet: Sheet, said: Mapping[str, str]) -> Head | None:
    """The header of a form: where the most columns ask for something that we know.

    ``said`` are headings whose figure somebody named. None where fewer than two columns are known.
    """
    best, weight = None, (0, False, 0)
    for top in range(min(SEARCHED, len(sheet.rows))):
        for depth in range(1, DEEPEST + 1):
            if top + depth > len(sheet.rows) or not all(map(is_wordy, sheet.rows[top : top + depth])):
                break
            head = _head(headings_of(sheet.rows, top, depth, sheet.merges), top + depth - 1, said)
            # Of equal ones the one of fewer rows: a line above the header is none of it.
            mine = len(set(head.asked.values())), head.label is not None, -depth
            if best is None or mine > weight:
                best, weight = head, mine
    if best is None or len(best.asked) + (best.label is not None) < 2 or not best.asked:
        return None
    return best


def _head(parts: Mapping[int, Parts], row: int, said: Mapping[str, str]) -> Head:
    texts = {column: "/".join(one) for column, one in parts.items()}
    asked, kind, label = {}, "", None
    for column, words in parts.items():
        folded = [fold_header(word)[0] for word in words]
        if (given := said.get("".join(folded))) is not None:
            asked[column] = Asked(given, bool(_YEAR.search("".join(folded))))
        elif (figure := _meant(folded)) is not None:
            asked[column] = Asked(figure, bool(_YEAR.search("".join(folded))))
        elif not kind and (found := next((_LABELS[word] for word in reversed(folded) if word in _LABELS), "")):
            kind, label = found, column
    return Head(row, texts, kind, label, asked)


def _meant(folded: Sequence[str]) -> str | None:
    """The figure of a heading: parent and child together, then the child alone."""
    bare = [_PERIOD.sub("", word) for word in folded]
    bare = [word for word in bare if word]
    for start in range(len(bare)):
        for words in ("".join(bare[start:]), "".join(fold_header(word)[1] for word in bare[start:])):
            if words in _KNOWN:
                return _KNOWN[words]
    return None


def is_total(cell: Any) -> bool:
    """Whether a row is that of the sums."""
    return isinstance(cell, str) and re.sub(r"\s", "", cell) in {"合计", "总计", "小计", "总合计"}
