"""By what somebody is known in running text: the names that are nobody else's, the id numbers, the mobile numbers.

A name that others bear too, a landline and a number that somebody else has as well say nothing sure, and are left.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.masking import mask_private
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence

_DIGIT_GAP = r"[ \-\u2010-\u2014]?"
"""What may have been typed between two digits of a number."""
_HAN = r"\u3400-\u9fff"
_LATIN = "A-Za-z"
_INVISIBLE = r"[\s\u200b-\u200f\u2060-\u2069\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]*"
"""What may stand between two letters of a name, as ``text.fold`` has it."""
_DOTS = "·•‧∙⋅・･᛫●."
_ANONYMOUS_PREFIX = "已匿名-"
_FULL_WIDTH_OFFSET = 0xFEE0
"""From a character to its full-width form."""


@dataclass(frozen=True, slots=True)
class MentionPatterns:
    """What tells of a person in a text, and what stands there once they are forgotten."""

    name_pattern: re.Pattern[str] | None
    number_pattern: re.Pattern[str] | None
    longer_names: frozenset[str]
    """Longer names of others, folded, in which theirs is no more than a part: 张三 in 张三丰."""
    replacement: str
    namesakes: list[int]
    """Who else bears one of their names, voided ones too; then no name is looked for."""
    loose_name_pattern: re.Pattern[str] | None
    """Their names wherever the letters stand; a name of two letters may be a word there: 文明 in 文明劝导."""
    anywhere: bool
    """Whether they are taken out there too, and out of what things are called: 张三工作室."""

    def redact(self, text: str) -> str:
        """A text without the person: a new name for the old one, marks for a number."""
        return self._redact(self.name_pattern, text)

    def redact_request(self, text: str) -> str:
        """The words of who asks for somebody to be forgotten, without them: namesakes are not meant there."""
        return self._redact(self.loose_name_pattern, text)

    def _redact(self, name_pattern: re.Pattern[str] | None, text: str) -> str:
        if self.number_pattern is not None:
            text = self.number_pattern.sub(mask_private(""), text)
        if name_pattern is not None:
            text = name_pattern.sub(lambda one: one[0] if fold(one[0]) in self.longer_names else self.replacement, text)
        return text

    def is_ambiguous(self, text: str | None) -> bool:
        """Whether a text may speak of the person where a name of two letters stands among others."""
        return text is not None and self.has_name(self.redact(text))

    def has_name(self, text: str) -> bool:
        """Whether the letters of their name stand anywhere in a text."""
        if self.loose_name_pattern is None or self.namesakes:
            return False
        return any(fold(one[0]) not in self.longer_names for one in self.loose_name_pattern.finditer(text))

    def matches(self, text: str | None) -> bool:
        """Whether a text speaks of the person."""
        return text is not None and self.redact(text) != text


def anonymous_name(person: int) -> str:
    """What somebody is called who was forgotten."""
    return f"{_ANONYMOUS_PREFIX}{person}"


def mention_patterns(connection: sqlite3.Connection, ids: Sequence[int], *, anywhere: bool = False) -> MentionPatterns:
    """The traces of a person, of whom ``ids`` are all the rows, the one that stays first.

    ``anywhere`` takes a name of two letters for the person also where it stands among other letters, and in
    the names of things.
    """
    names, codes, phones = (current_and_past_values(connection, ids, field) for field in ("name", "id_no", "phone"))
    others = [row for row in connection.execute("SELECT id, name, name_key, phone FROM person") if row[0] not in ids]
    keys = set(map(fold, names))
    shared = [id_ for id_, _, key, _ in others if key in keys]
    longer = {key: name for _, name, key, _ in others if any(one in key for one in keys) and key not in keys}
    phones |= set() if shared else _contact_phones(connection, keys)
    numbers = codes | {one for one in phones - {row[3] for row in others} if re.fullmatch(r"1\d{10}", one)}
    sought = sorted(name for name in names if len(fold(name)) > 1)
    spared = [_loose_name_pattern(one) for one in sorted(longer.values(), key=len, reverse=True)] if sought else []
    loose = _any_of([*spared, *map(_loose_name_pattern, sought)])
    name = None if shared else loose if anywhere else _any_of([*spared, *map(_strict_name_pattern, sought)])
    number = _any_of(map(_number_pattern, sorted(numbers)))
    return MentionPatterns(name, number, frozenset(longer), anonymous_name(ids[0]), shared, loose, anywhere)


def current_and_past_values(connection: sqlite3.Connection, ids: Collection[int], *fields: str) -> set[str]:
    """What fields of the person's rows say, and what the history knows that they said."""
    found: set[str | None] = set()
    for id_ in ids:
        found |= set(connection.execute(f"SELECT {', '.join(fields)} FROM person WHERE id = ?", (id_,)).fetchone())
        sql = "SELECT old, new FROM change WHERE record = 'person' AND record_id = ? AND field = ?"
        for field in fields:
            found |= {json.loads(said or "null") for pair in connection.execute(sql, (id_, field)) for said in pair}
    return {one for one in found if one and not one.startswith(_ANONYMOUS_PREFIX)}


def _contact_phones(connection: sqlite3.Connection, keys: Collection[str]) -> set[str]:
    """The numbers that stand beside a name in other records: of who raised a need, of a unit's contact."""
    found: set[str] = set()
    for record in RECORDS.values():
        for owner, number in record.contacts:
            sql = (
                f"SELECT {owner.name}, {number.name} FROM [{record.name}] "
                f"WHERE {owner.name} IS NOT NULL AND {number.name} IS NOT NULL"
            )
            found |= {phone for name, phone in connection.execute(sql) if fold(name) in keys}
    return found


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    whole = "|".join(patterns)
    return re.compile(whole) if whole else None


def _loose_name_pattern(name: str) -> str:
    """A name however it is written: 张　三, 阿•买提, LI LEI; in Latin letters it is no part of a longer word."""
    letters = [letter for letter in name if not re.fullmatch(_INVISIBLE, letter)]
    before, behind = (_LATIN if re.match(f"[{_LATIN}]", one) else "" for one in (letters[0], letters[-1]))
    return _delimited(_INVISIBLE.join(map(_letter_pattern, letters)), before, behind)


def _strict_name_pattern(name: str) -> str:
    """A name of two letters with no other Chinese letter before or behind it; a longer one anywhere."""
    return _delimited(_loose_name_pattern(name), _HAN, _HAN) if len(name) < 3 else _loose_name_pattern(name)


def _delimited(pattern: str, before: str, after: str) -> str:
    """What is looked for where none of some letters stands before it and none behind it."""
    return (f"(?<![{before}])" if before else "") + pattern + (f"(?![{after}])" if after else "")


def _letter_pattern(letter: str) -> str:
    """A letter in every form that ``text.fold`` takes for the same."""
    if letter in _DOTS:
        return f"[{_DOTS}]"
    if letter.isascii() and letter.isalpha():
        return "[{}]".format(
            "".join(f"{one}{chr(ord(one) + _FULL_WIDTH_OFFSET)}" for one in (letter.lower(), letter.upper()))
        )
    return re.escape(letter)


def _number_pattern(number: str) -> str:
    """A number however it is typed: with gaps, in wide digits, x for X, behind the code of the country."""
    said = (f"[{one}{one.lower()}{chr(ord(one) + _FULL_WIDTH_OFFSET)}]" for one in number)
    return rf"(?<!\d)(?:(?:\+|00)?86{_DIGIT_GAP})?{_DIGIT_GAP.join(said)}(?!\d)"


Edits = dict[tuple[str, int], dict[str, Any]]
"""Table and row → column → what is to stand there."""
