"""Every record type by its name; the order in which their sheets are loaded; the likely type of an unknown name."""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.model.care import SUBJECT, VISIT
from shuangbaodao_cli.model.meetings import ATTENDANCE, MEETING, RESOLUTION, TOPIC
from shuangbaodao_cli.model.orders import ORDER, ORDER_EVENT, WHISTLE
from shuangbaodao_cli.model.party import AREA, BRANCH, PLEDGE
from shuangbaodao_cli.model.people import CHECKIN, CONSENT, MEMBER, ORG, PAIRING, PERSON, TEAM
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.model.service import ACTIVITY, OUTCOME, PARTICIPATION
from shuangbaodao_cli.model.work import NEED, PROJECT, RESOURCE
from shuangbaodao_cli.values.text import fold, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.model.record import Record

RECORDS: dict[str, Record] = {
    record.name: record
    for record in (
        *(PLACE, ORG, PAIRING, PERSON, CHECKIN, TEAM, MEMBER, ACTIVITY, PARTICIPATION, OUTCOME),
        *(NEED, RESOURCE, PROJECT, ORDER, ORDER_EVENT, WHISTLE, MEETING, ATTENDANCE, TOPIC, RESOLUTION),
        *(SUBJECT, VISIT, BRANCH, AREA, PLEDGE, CONSENT),
    )
}


@cache
def load_order() -> tuple[str, ...]:
    """The record types in the order in which the sheets of a workbook are loaded: referenced types come first."""
    order: dict[str, None] = {}
    for name in RECORDS:
        _add_to_load_order(name, order, set())
    return tuple(order)


def _add_to_load_order(name: str, order: dict[str, None], pending: set[str]) -> None:
    """Append a record type after all those it refers to; a cycle of references is cut where it closes."""
    if name in order or name in pending:
        return
    record = RECORDS[name]
    for target in (*(target for field in record.roster_fields() for target in field.targets), *record.loaded_after):
        _add_to_load_order(target, order, {*pending, name})
    order[name] = None


def resolve_record_type(word: str) -> Record:
    """The record type that a word means, in English or Chinese. Raises UsageError with the choices."""
    folded = fold(word)
    for record in RECORDS.values():
        if folded in {record.name, f"{record.name}s", fold(record.label)}:
            return record
    choices = "、".join(f"{record.name}（{record.label}）" for record in RECORDS.values())
    similar = difflib.get_close_matches(folded, RECORDS, n=1)
    hint = f"是不是 {similar[0]}？" if similar else ""
    raise UsageError(f"没有“{word}”这种记录。{hint}可以用：{choices}。")


_NAME_PATTERNS = {
    "branch": r"(?:党委|总支|支部|党小组|中心户)$",
    "team": r"(?:队|小组|志愿者团体)$",
    "org": r"(?:局|院|校|社|行|公司|所|中心|委|委员会|办|办公室|部|会|厂|站|集团|银行|口腔|医院|学校|幼儿园|队)$|.{5,}",
}


def guess_record_type(name: str, kinds: Sequence[str]) -> str:
    """The one of several record types that a name looks like: 爱民路网格党支部 is a branch, 张三 a person."""
    for kind, ending in _NAME_PATTERNS.items():
        if kind in kinds and pattern(ending).search(name):
            return kind
    return "person" if "person" in kinds else kinds[0]
