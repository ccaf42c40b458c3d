"""Layouts: the columns that the chain hashes, frozen for each version of the schema.

A link is verified by the layout it was made under, whatever columns came later. So a released layout is never
edited, and a column that was hashed is never dropped. Each version of the schema has an item here, with all hashed
columns of the tables that it adds or extends; the item is empty where it adds and extends none::

    8: {"team": "name place leader kind note slogan extra entry voided"},

A column that a migration adds holds its default in older rows until a ``change`` says otherwise: a migration that
fills it in has to journal that.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Layout = Mapping[str, tuple[str, ...]]
    """Table → the columns of a row that are hashed after its id, in this order."""

VERSIONS: dict[int, dict[str, str]] = {
    7: {
        "entry": "at operator command reason",
        "change": "entry record record_id field old new",
        "batch": "entry file sha256 asked outcome",
        "policy": "text entry",
        "frozen": "number report title division start until place definitions date sha256 entry",
        "evidence": "event sha256 file entry",
        "forgotten": "record record_id leaf entry",
        "accepted": "finding entry",
        "place": "name level parent code kind note extra entry voided",
        "org": "name uscc kind branch leader contact phone members note approx same_as extra entry voided",
        "pairing": "org place since until note extra entry voided",
        "person": (
            "name gender id_type id_no birth_date phone org branch position political joined_party_on address "
            "community grid skills note same_as extra entry voided"
        ),
        "checkin": "who_person who_org place basis since until note extra entry voided",
        "team": "name place leader kind note extra entry voided",
        "member": "team person since until note extra entry voided",
        "activity": (
            "title date end_date place org team leader category content minutes headcount served resolved need "
            "project volunteer note approx extra entry voided"
        ),
        "participation": "activity person minutes role rating note approx extra entry voided",
        "outcome": "what activity project quantity unit note approx extra entry voided",
        "need": (
            "title number kind place category raised_on raised_by phone source urgency people owner note approx "
            "extra entry voided"
        ),
        "resource": (
            "title number owner_org owner_team owner_person kind category place quantity unit available contact "
            "phone until note approx extra entry voided"
        ),
        "project": (
            "title number need resource org leader place category since until people wanted done_on result rating "
            "note approx extra entry voided"
        ),
        "order": "title number need project resolution place category urgency note extra entry voided",
        "order_event": (
            "ticket step date by_person by_org by_team by_branch whom_person whom_org whom_team whom_branch said "
            "due satisfaction corrects note extra entry voided"
        ),
        "whistle": (
            "ticket number org kind blown sign_due signed contact_due contacted appear_due appeared pending note "
            "extra entry voided"
        ),
        "meeting": "title number date place venue host recorder headcount content note approx extra entry voided",
        "attendance": "meeting org present who reason note extra entry voided",
        "topic": "title meeting org proposer opinion note extra entry voided",
        "resolution": "title number meeting org owner due done_on result project note extra entry voided",
        "subject": (
            "number name gender birth_date kind level place address phone health guardian guardian_phone consent "
            "visitor_org visitor_team visitor_person note extra entry voided"
        ),
        "visit": (
            "subject number date visitor_person visitor_org visitor_team kind health mood safety hygiene home "
            "content found done changed next note extra entry voided"
        ),
        "branch": (
            "name number kind functional parent place secretary phone members since note approx extra entry voided"
        ),
        "area": (
            "person number place building households key_households duties since until note approx extra entry voided"
        ),
        "pledge": "person number promise post duties place date done note extra entry voided",
        "consent": "person purpose medium since until note extra entry voided",
    },
}
"""Version of the schema → table → its hashed columns."""

FIRST = min(VERSIONS)
"""The first version of the schema that has a chain."""
NEWEST = max(VERSIONS)
"""The version of the schema that this program writes."""


@cache
def layout_of(version: int) -> Layout:
    """The layout of a schema version; empty for one that is older than the chain."""
    layout: dict[str, tuple[str, ...]] = {}
    for number in range(FIRST, version + 1):
        layout |= {table: tuple(columns.split()) for table, columns in VERSIONS[number].items()}
    return layout
