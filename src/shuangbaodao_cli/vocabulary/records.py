"""Every record type, by the one word that names it everywhere."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.vocabulary.care import SUBJECT, VISIT
from shuangbaodao_cli.vocabulary.liaison import ATTENDANCE, MEETING, RESOLUTION, TOPIC
from shuangbaodao_cli.vocabulary.orders import ORDER, ORDER_EVENT, WHISTLE
from shuangbaodao_cli.vocabulary.party import AREA, BRANCH, PLEDGE
from shuangbaodao_cli.vocabulary.people import CHECKIN, CONSENT, MEMBER, ORG, PAIRING, PERSON, TEAM
from shuangbaodao_cli.vocabulary.places import PLACE
from shuangbaodao_cli.vocabulary.service import ACTIVITY, OUTCOME, PARTICIPATION
from shuangbaodao_cli.vocabulary.text import fold
from shuangbaodao_cli.vocabulary.work import NEED, PROJECT, RESOURCE

if TYPE_CHECKING:
    from shuangbaodao_cli.vocabulary.record import Record

RECORDS: dict[str, Record] = {
    record.name: record
    for record in (
        *(PLACE, ORG, PAIRING, PERSON, CHECKIN, TEAM, MEMBER, ACTIVITY, PARTICIPATION, OUTCOME),
        *(NEED, RESOURCE, PROJECT, ORDER, ORDER_EVENT, WHISTLE, MEETING, ATTENDANCE, TOPIC, RESOLUTION),
        *(SUBJECT, VISIT, BRANCH, AREA, PLEDGE, CONSENT),
    )
}


def record_named(word: str) -> Record:
    """The record type that a word means, in English or Chinese; UsageError names the choices."""
    folded = fold(word)
    for record in RECORDS.values():
        if folded in {record.name, f"{record.name}s", fold(record.label)}:
            return record
    offered = "、".join(f"{record.name}（{record.label}）" for record in RECORDS.values())
    near = difflib.get_close_matches(folded, RECORDS, n=1)
    guess = f"是不是 {near[0]}？" if near else ""
    raise UsageError(f"没有“{word}”这种记录。{guess}可以用：{offered}。")
