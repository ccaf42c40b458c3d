"""The summary as a sentence for a speech: 截至7月底，全区已开展志愿服务1330余次…, with the exact figures below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger import office, policy
from shuangbaodao_cli.ledger.records import labels
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.reports.model import MEASURES
from shuangbaodao_cli.reports.summary import summary_body
from shuangbaodao_cli.values.days import today
from shuangbaodao_cli.values.numbers import format_hours
from shuangbaodao_cli.values.period import add_months
from shuangbaodao_cli.values.period_phrases import year_to_date

if TYPE_CHECKING:
    from shuangbaodao_cli.reports.model import Scope

TEN_THOUSAND = 10_000
_PHRASES = {
    "services": "已开展志愿服务{0}次",
    "served": "服务群众{0}人次",
    "resolved": "解决群众急难愁盼问题{0}件",
    "hours": "志愿服务时长{0}小时",
}
"""Measure → how a speech says it."""


def format_rounded(number: float, exact_below: int) -> str:
    """A number as it is spoken: exact below a limit, then cut to tens with 余, from ten thousand on to 0.1万.

    It is never rounded up: 1339 is 1330余, 12999 is 1.2万. What is round already stays as it is: 1330, 1.2万.
    """
    if number < exact_below:
        return format_exact(number)
    if number < TEN_THOUSAND:
        tens = int(number) // 10 * 10
        return f"{tens}{'余' if number > tens else ''}"
    tenths = int(number) // 1000
    return f"{tenths // 10}.{tenths % 10}万" if tenths % 10 else f"{tenths // 10}万"


def format_exact(number: float) -> str:
    """A number as it is: 296, 4761.5."""
    return f"{number:.1f}".removesuffix(".0")


def sentence(scope: Scope) -> tuple[str, str]:
    """The sentence for a scope, and the note with the exact figures, the period and the rule of rounding."""
    body = summary_body(scope, None)
    figures: dict[str, Any] = {
        column.name: float(format_hours(value)) if column.kind == "hours" else value
        for column, value in zip(body.columns, body.rows[0], strict=True)
    }
    limit = policy.current(scope.connection).number("report", "exact_below")
    parts = [phrase.format(format_rounded(figures[name], limit)) for name, phrase in _PHRASES.items()]
    exact = "，".join(
        f"{MEASURES[name].label} {format_exact(figures[name])} {MEASURES[name].unit}" for name in _PHRASES
    )
    note = (
        f"注：准确数是{exact}；期间{scope.period.days_label}。{limit}以下照写，以上的只写到十位、加“余”，"
        "一万以上只写到0.1万，只舍不入。"
    )
    return f"{_period_phrase(scope)}，{_place_phrase(scope)}{'，'.join(parts)}。", note


def _period_phrase(scope: Scope) -> str:
    """截至7月底 for the year to the end of a month; else the label of the period."""
    month_start, period = policy.month_start_day(scope.connection), scope.period
    so_far = year_to_date(period.until, month_start)
    year = "" if period.start.year == period.last_day.year == today().year else f"{period.start.year}年"
    if month_start == 1 and period == so_far and period.until.day == 1 and period.until != add_months(period.start, 12):
        return f"截至{year}{period.last_day.month}月底"
    return year + period.label.removeprefix(f"{period.start.year}年")


def _place_phrase(scope: Scope) -> str:
    """The name of the place; for the whole ledger 全区 or 全街道, after the name of the office's place."""
    if scope.place is not None:
        return labels.name_of(scope.connection, PLACE, scope.place)
    name = office.place(scope.connection) or "辖区"
    ending = next((word for word in ("街道", "社区", "网格", "辖区") if name.endswith(word)), name[-1])
    return f"全{ending}"
