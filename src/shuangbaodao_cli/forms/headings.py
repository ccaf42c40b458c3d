"""What a heading of a form asks for: one of our figures and the period it is of; or what the rows are.

A heading stands under others: 去年同期 over 服务次数, 理论宣讲 over 次数. It means what it says by itself only under
words that add nothing; a wrong number in the right cell is worse than an empty one.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.values.period_phrases import parse_period_phrase
from shuangbaodao_cli.values.text import fold_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shuangbaodao_cli.values.period import Period

FIGURE_HEADINGS: dict[str, tuple[str, ...]] = {
    "services": (
        *("服务次数", "活动次数", "开展活动次数", "志愿服务次数", "开展志愿服务次数", "活动场次", "次数", "活动数"),
        *("开展活动", "开展服务次数", "服务活动次数", "开展志愿服务活动次数", "志愿服务活动次数"),
    ),
    "served": (
        *("服务群众人次", "服务群众", "服务人次", "受益人次", "服务居民人次", "志愿服务人次", "人次"),
        *("服务群众人数", "受益群众人次"),
    ),
    "resolved": ("解决问题件数", "解决问题数", "解决问题", "群众问题解决", "解决群众问题", "化解问题", "解决件数"),
    "volunteers": ("参与人数", "参与党员", "参与党员人数", "志愿者人数", "参加人数", "参加党员人数", "参与志愿者人数"),
    "participations": ("志愿者人次", "参与党员人次", "参与人次", "参加人次", "志愿者参与人次", "参加党员人次"),
    "hours": ("服务时长", "志愿服务时长", "时长", "服务时间", "志愿时长", "服务总时长", "志愿服务时数", "服务时数"),
    "visits": ("走访次数", "走访", "入户走访次数", "走访慰问次数"),
    "meetings": ("联席会议次数", "联席会议", "召开联席会议次数", "党建联席会议次数", "召开联席会议"),
    "collected": (
        "收集需求",
        "收集需求数",
        "群众问题收集",
        "收集问题",
        "收集",
        "征集需求",
        "收集问题数",
        "收集群众问题",
    ),
    "closed": ("解决需求", "解决需求数", "需求解决", "办结需求"),
    "rate": ("解决率", "需求解决率"),
    "due": ("应报到", "应报到党员", "报到党员应报到", "应报到人数", "应报到党员数"),
    "reported": ("已报到", "已报到党员", "报到党员已报到", "已报到人数", "已报到党员数", "报到党员"),
    "checkin_rate": ("报到率", "党员报到率"),
    "units": ("报到单位数", "报到单位家数", "单位报到数"),
}
"""Our figure → the headings that forms have for it, its label first (design, §3.2 K and §4.4)."""
ROW_HEADINGS: dict[str, tuple[str, ...]] = {
    "activity": ("活动名称", "活动主题", "服务项目", "志愿项目名称"),
    "person": ("姓名", "党员姓名", "志愿者姓名"),
    "team": (
        *("服务队", "服务队名称", "志愿服务队", "志愿服务队名称", "队伍", "队伍名称", "志愿队伍", "服务队伍"),
        *("团队名称", "志愿者队伍", "志愿服务队伍"),
    ),
    "org": ("单位", "单位名称", "报到单位", "报到单位名称", "组织单位", "共建单位", "党组织名称"),
    "category": (
        *("服务类别", "类别", "服务类型", "活动类别", "活动类型", "志愿服务类别", "志愿服务类型", "服务类别名称"),
    ),
    "place": (
        *("社区", "社区（村）", "村（社区）", "社区名称", "所属社区", "村", "地点", "网格", "网格名称"),
        *("街道", "街道（镇）", "乡镇（街道）", "街道名称"),
    ),
}
"""What a row of a form may be, the narrowest first → the headings of the column that says which."""
SKIP = "skip"
"""The word for no figure: the column is left as it is."""

_SPAN = re.compile(
    r"截[至止](?:目前|[^()]{1,8}底)|本月份?|当月|本季度?|当季|本期|累计|年度|年初至今|今年以来|本年度?|今年|全年"
    r"|(?:20\d\d年)?(?:\d{1,2}月?[-—–~至到]\d{1,2}月份?|\d{1,2}月份?|第?[一二三四1-4]季度|[上下]半年)|20\d\d年度?"
)
_MONTH, _QUARTER = {"本月", "本月份", "当月"}, {"本季度", "本季", "当季"}
_YEAR = {"累计", "年度", "年初至今", "今年以来", "截至目前", "截止目前", "本年", "本年度", "今年", "全年"}
_BARE_YEAR = re.compile(r"20\d\d年")
_SERVICE_WORDS = r"双报到|志愿|服务|活动|开展|情况|工作|统计|数据|[“”\"'、和及()]|[一二三四五六七八九十]、"
_NEUTRAL = re.compile(rf"(?:{_SERVICE_WORDS}|报到|党员|在职|群众|居民|问题|需求|民情|诉求|办理|指标|成效|基本)*")
_SERVICE_ONLY = re.compile(f"(?:{_SERVICE_WORDS})*")
_AMBIGUOUS = {"次数", "人次", "时长", "活动数"}
"""Headings for trainings and meetings too: they count only under a heading that speaks of service."""
_FIGURE_BY_HEADING = {fold_header(word)[0]: name for name, words in FIGURE_HEADINGS.items() for word in words}
_KIND_BY_HEADING = {fold_header(word)[0]: kind for kind, words in ROW_HEADINGS.items() for word in words}


class Binding(NamedTuple):
    """What a column asks for: a figure, and the periods that its heading names, as they are written."""

    figure: str
    spans: tuple[str, ...] = ()
    is_explicit: bool = False
    """Whether the user named the figure."""


def heading_key(text: str) -> str:
    """The key by which a whole heading is remembered and compared: its parts joined and folded."""
    return fold_header(text.replace("/", ""))[0]


def find_binding(parts: Sequence[str], explicit: Mapping[str, str]) -> Binding | None:
    """What a heading asks for, given as its parts from the uppermost down; None where it is not understood.

    ``explicit`` has the figures that the user named: key of a heading → figure, or SKIP.
    """
    folded = [fold_header(part)[0] for part in parts]
    spans = tuple(span for part in folded for span in _SPAN.findall(part))
    named = explicit.get(heading_key("".join(parts)))
    if named is not None:
        return None if named == SKIP else Binding(named, spans, is_explicit=True)
    figure = _match([rest for part in folded if (rest := _SPAN.sub("", part))], _FIGURE_BY_HEADING)
    return Binding(figure, spans) if figure else None


def row_kind(parts: Sequence[str]) -> str | None:
    """What the rows are, where a heading says that its column names them; else None."""
    return _match([fold_header(part)[0] for part in parts], _KIND_BY_HEADING)


def _match(parts: Sequence[str], meanings: Mapping[str, str]) -> str | None:
    """The meaning of parent and child together, else of the child alone if the parts above it add nothing."""
    for start in range(len(parts)):
        for heading in _candidates(parts[start:]):
            if heading in meanings:
                allowed = _SERVICE_ONLY if heading in _AMBIGUOUS else _NEUTRAL
                above = (fold_header(part)[1] for part in parts[:start])
                return meanings[heading] if all(map(allowed.fullmatch, above)) else None
    return None


def _candidates(parts: Sequence[str]) -> Iterator[str]:
    yield "".join(parts)
    yield "".join(fold_header(part)[1] for part in parts)


class ColumnPeriod(Enum):
    """Of which period the figures of a column are: the one that is reported, the year to date, or another one."""

    REPORTED = "reported"
    YEAR_TO_DATE = "year to date"
    OTHER = "other"


def column_period(binding: Binding, period: Period, year: Period, month_start: int) -> ColumnPeriod:
    """The period of a column, by the first one that its heading names; ``year`` is the year to date of ``period``."""
    for span in binding.spans:
        if span in _MONTH | _QUARTER:
            is_reported = _whole_months(period) == (1 if span in _MONTH else 3)
            return ColumnPeriod.REPORTED if is_reported else ColumnPeriod.OTHER
    for span in binding.spans:
        if span not in _YEAR and span != "本期":
            return _named_period(span, period, year, month_start)
    is_year = any(span in _YEAR for span in binding.spans)
    return ColumnPeriod.YEAR_TO_DATE if is_year else ColumnPeriod.REPORTED


def _named_period(span: str, period: Period, year: Period, month_start: int) -> ColumnPeriod:
    """The same for one period that is named: 7月, 1-7月, 2026年."""
    prefix, words = (span[:2], span[2:]) if span.startswith("截") else ("", span)
    dated = words if words.startswith("20") else f"{period.last_day.year}年{words}"
    try:
        meant = parse_period_phrase(prefix + dated.removesuffix("份").replace("年度", "年"), month_start)
    except UsageError:
        return ColumnPeriod.OTHER
    if meant == period:
        return ColumnPeriod.REPORTED
    is_bare_year = _BARE_YEAR.match(span) and len(span) <= 6 and meant.start == year.start
    return ColumnPeriod.YEAR_TO_DATE if meant == year or is_bare_year else ColumnPeriod.OTHER


def _whole_months(period: Period) -> int:
    """How many whole months a period has; 0 where it does not begin and end on the same day of the month."""
    start, until = period.start, period.until
    return (until.year - start.year) * 12 + until.month - start.month if start.day == until.day else 0
