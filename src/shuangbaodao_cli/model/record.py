"""The description of a record type: its fields, its keys, and the records linked to it.

Headers, cleaning, blank templates, list/show/edit, the dictionary of fields and the expected
schema are all derived from these descriptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.values.text import fold, fold_header
from shuangbaodao_cli.values.types import COUNT, MINUTES, PHONE, PrivacyClass, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELD_PRIVACY = {
    **dict.fromkeys(("address", "political"), PrivacyClass.SENSITIVE),
    **dict.fromkeys(
        ("leader", "contact", "secretary", "host", "recorder", "proposer", "owner", "raised_by"), PrivacyClass.NAME
    ),
    **dict.fromkeys(("who", "holder"), PrivacyClass.NAME),
    **dict.fromkeys(("unit", "month"), PrivacyClass.OPEN),
}
"""Fields of plain text whose privacy class is not that of their type."""


def privacy_class_of(field: Field) -> PrivacyClass:
    """The privacy class of a field: by what it refers to, else by its name, else by its type."""
    if "subject" in field.targets:
        return PrivacyClass.SENSITIVE
    if "person" in field.targets:
        return PrivacyClass.NAME
    return FIELD_PRIVACY.get(field.name, field.type.privacy)


DATE_RANGES = (("date", "end_date"), ("since", "until"))
"""Pairs of fields whose second day must not be before the first."""


class Field(NamedTuple):
    """One field of a record: JSON key and column, Chinese label, type, further accepted headings.

    ``to`` names the record types a reference may point to (``org``, or ``person org`` for either of two).
    ``example`` is shown in the blank template; ``default`` is stored where no value is given.
    """

    name: str
    label: str
    type: Type
    aliases: tuple[str, ...] = ()
    required: bool = False
    to: str = ""
    default: Any = None
    example: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """The record types a reference may point to; empty for a plain value."""
        return tuple(self.to.split())

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns in the table: one, or one for each record type it may point to."""
        targets = self.targets
        return (self.name,) if len(targets) < 2 else tuple(f"{self.name}_{target}" for target in targets)

    def accepted_names(self) -> Iterator[str]:
        """Every word that means this field, as a heading or in FIELD=VALUE."""
        yield from (self.name, self.label, *self.aliases)
        if self.type is MINUTES:
            yield "hours"


class Link(NamedTuple):
    """Part records that a row of a roster mentions: its team, its check-in, the people who took part.

    ``source_field`` is the column in the roster (one name, or several separated by 、); for each name a record
    of type ``record`` is inserted, whose ``owner`` field refers to the record of the row. ``copied_fields`` are
    further columns of the roster copied into it (its field, the column), ``fixed_values`` are values it always
    has; where ``required_column`` names a column, nothing is inserted while that column is empty.
    """

    record: str
    owner: str
    source_field: Field
    copied_fields: tuple[tuple[str, Field], ...] = ()
    fixed_values: tuple[tuple[str, Any], ...] = ()
    required_column: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns it adds to the roster."""
        return (self.source_field, *(field for _, field in self.copied_fields))


@dataclass(frozen=True, eq=False)  # equal only to itself: a cache by record must not hash all fields
class Record:
    """A record type.

    ``keys`` are tried in order, those whose fields are all filled: a row means the first record found that
    contradicts no earlier key. With ``may_repeat``, two rows of one sheet with the same key are two records,
    not a repetition. ``context_fields`` are columns of a roster that are not stored with the record: they
    identify the person or activity its references mean, or list the steps an order took.

    ``prefix`` begins the readable number of its records, 需 of 需-2026-0007. ``derived`` are fields that
    follow from other records (the state of an order): the program sets them, nobody types them.
    ``part_of`` is the reference to its owner, with which it is voided. ``command`` is the command that creates
    such records, where they are neither typed in nor imported.

    ``described_by`` are the fields shown to tell namesakes apart; none of them is an id or a phone number.
    A sheet that fits two record types equally well is taken for the one of the higher ``priority``, of equal
    ones for the one registered first. ``loaded_after`` names record types whose sheets are loaded before its
    own, besides those that its rows refer to; the ids of new records depend on this order. Its records are
    shown with those they point to, unless it is ``shown_apart`` (a place would show all its persons). The
    table of a ``mergeable`` type has a column ``same_as``.
    """

    name: str
    label: str
    about: str
    fields: tuple[Field, ...]
    keys: tuple[tuple[str, ...], ...]
    links: tuple[Link, ...] = ()
    may_repeat: bool = False
    context_fields: tuple[Field, ...] = ()
    prefix: str = ""
    derived: tuple[str, ...] = ()
    part_of: str = ""
    command: str = ""
    described_by: tuple[str, ...] = ()
    priority: int = 0
    loaded_after: tuple[str, ...] = ()
    shown_apart: bool = False
    mergeable: bool = False

    def field(self, word: str) -> Field | None:
        """The field that a word means: its name, its label or an alias; None where there is none."""
        wanted = fold(word)
        return next(
            (field for field in self.fields if any(fold(name) == wanted for name in field.accepted_names())), None
        )

    def __getitem__(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def reference_column(self, name: str, target: str) -> str:
        """The column by which a reference points to a record of one type."""
        columns = self[name].columns
        return columns[0] if len(columns) < 2 else f"{name}_{target}"

    @property
    def is_importable(self) -> bool:
        """Whether rosters of such records can be imported; those created by a command need context fields."""
        return not self.command or bool(self.context_fields)

    @property
    def title_field(self) -> Field:
        """The field with the name of such a record, or the reference to the record whose name it uses."""
        return self.fields[0]

    @property
    def has_name(self) -> bool:
        """Whether its records have a name of their own."""
        return not self.title_field.to

    @property
    def about_person(self) -> Field | None:
        """The reference to the person whom such a record is about, whose notes are then about that person.

        An optional reference to one of several types only names who did something, or who is to do it.
        """
        references = (f for f in self.fields if "person" in f.targets and (f.required or f.targets == ("person",)))
        return next(references, None)

    @property
    def contacts(self) -> tuple[tuple[Field, Field], ...]:
        """Pairs of a name field and the phone number that follows it."""
        pairs = pairwise(self.fields)
        return tuple(
            (name, phone)
            for name, phone in pairs
            if phone.type is PHONE and privacy_class_of(name) is PrivacyClass.NAME
        )

    @property
    def count_fields(self) -> tuple[str, ...]:
        """The names of the fields that may hold an approximate number."""
        return tuple(field.name for field in self.fields if field.type is COUNT or field.type is MINUTES)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its table that hold its fields."""
        return tuple(column for field in self.fields for column in field.columns)

    def roster_fields(self) -> tuple[Field, ...]:
        """Every column its roster can have: its own fields, the context fields, those of its links."""
        typed = (field for field in self.fields if field.name not in self.derived)
        return (*typed, *self.context_fields, *(field for link in self.links for field in link.fields))


@cache
def fields_by_heading(record: Record) -> dict[str, Field]:
    """Folded heading → field, for the roster of a record type; an earlier field wins a shared word."""
    found: dict[str, Field] = {}
    for field in record.roster_fields():
        for word in field.accepted_names():
            for folded in fold_header(word):
                found.setdefault(folded, field)
    return found
