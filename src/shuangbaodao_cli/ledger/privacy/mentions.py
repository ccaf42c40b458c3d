"""Finds mentions of a person in free text: by names that nobody else bears, id numbers and mobile numbers.

A name that others bear too, a landline and a number that somebody else has as well identify nobody and are not
looked for.
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
"""What may stand between two characters of a name: all that ``text.fold`` ignores."""
_DOTS = "·•‧∙⋅・･᛫●."
_ANONYMOUS_PREFIX = "已匿名-"
_FULL_WIDTH_OFFSET = 0xFEE0
"""Distance from a character to its full-width form."""


@dataclass(frozen=True, slots=True)
class MentionPatterns:
    """How a person is found in a text, and what replaces their name there once they are erased."""

    name_pattern: re.Pattern[str] | None
    number_pattern: re.Pattern[str] | None
    longer_names: frozenset[str]
    """Names of others, folded, that contain theirs and are not replaced: 张三丰 for 张三."""
    replacement: str
    namesakes: list[int]
    """Ids of others who bear one of their names, voided ones too; if there are any, no name is looked for."""
    loose_name_pattern: re.Pattern[str] | None
    """Their names anywhere in a text; a name of two characters may be a word there: 文明 in 文明劝导."""
    anywhere: bool
    """Whether such places are redacted too, and the names of things: 张三工作室."""

    def redact(self, text: str) -> str:
        """A text without the person: the anonymous name for theirs, a mask for each number."""
        return self._redact(self.name_pattern, text)

    def redact_request(self, text: str) -> str:
        """The command or reason of an erasure without the person: namesakes and words are not meant there."""
        return self._redact(self.loose_name_pattern, text)

    def _redact(self, name_pattern: re.Pattern[str] | None, text: str) -> str:
        if self.number_pattern is not None:
            text = self.number_pattern.sub(mask_private(""), text)
        if name_pattern is not None:
            text = name_pattern.sub(
                lambda match: match[0] if fold(match[0]) in self.longer_names else self.replacement, text
            )
        return text

    def is_ambiguous(self, text: str | None) -> bool:
        """Whether a text still has the name after redaction: of two characters, running on into other text."""
        return text is not None and self.has_name(self.redact(text))

    def has_name(self, text: str) -> bool:
        """Whether their name stands anywhere in a text; False where others bear it too."""
        if self.loose_name_pattern is None or self.namesakes:
            return False
        return any(fold(match[0]) not in self.longer_names for match in self.loose_name_pattern.finditer(text))

    def matches(self, text: str | None) -> bool:
        """Whether a text mentions the person in a way that ``redact`` takes out."""
        return text is not None and self.redact(text) != text


def anonymous_name(person: int) -> str:
    """The name of an erased person."""
    return f"{_ANONYMOUS_PREFIX}{person}"


def mention_patterns(connection: sqlite3.Connection, ids: Sequence[int], *, anywhere: bool = False) -> MentionPatterns:
    """The patterns that find a person in texts; ``ids`` are all their rows, the canonical one first.

    ``anywhere``: a name of two characters is the person also where it runs on into other text, and in the names of
    things.
    """
    names, codes, phones = (current_and_past_values(connection, ids, field) for field in ("name", "id_no", "phone"))
    others = [row for row in connection.execute("SELECT id, name, name_key, phone FROM person") if row[0] not in ids]
    keys = set(map(fold, names))
    namesakes = [id_ for id_, _, key, _ in others if key in keys]
    longer = {key: name for _, name, key, _ in others if any(own in key for own in keys) and key not in keys}
    phones |= set() if namesakes else _contact_phones(connection, keys)
    numbers = codes | {phone for phone in phones - {row[3] for row in others} if re.fullmatch(r"1\d{10}", phone)}
    searchable = sorted(name for name in names if len(fold(name)) > 1)
    # A longer name is matched before its part, so that the part is not taken for the person.
    by_length = sorted(longer.values(), key=len, reverse=True) if searchable else []
    longer_patterns = [_loose_name_pattern(name) for name in by_length]
    loose = _any_of([*longer_patterns, *map(_loose_name_pattern, searchable)])
    strict = _any_of([*longer_patterns, *map(_strict_name_pattern, searchable)])
    return MentionPatterns(
        name_pattern=None if namesakes else loose if anywhere else strict,
        number_pattern=_any_of(map(_number_pattern, sorted(numbers))),
        longer_names=frozenset(longer),
        replacement=anonymous_name(ids[0]),
        namesakes=namesakes,
        loose_name_pattern=loose,
        anywhere=anywhere,
    )


def current_and_past_values(connection: sqlite3.Connection, ids: Collection[int], *fields: str) -> set[str]:
    """The texts that some fields of the person's rows have, or had according to the history; no anonymous names."""
    values: set[Any] = set()
    for id_ in ids:
        values |= set(connection.execute(f"SELECT {', '.join(fields)} FROM person WHERE id = ?", (id_,)).fetchone())
        sql = "SELECT old, new FROM change WHERE record = 'person' AND record_id = ? AND field = ?"
        for field in fields:
            values |= {json.loads(value or "null") for pair in connection.execute(sql, (id_, field)) for value in pair}
    texts = {value for value in values if isinstance(value, str) and value}
    return {text for text in texts if not text.startswith(_ANONYMOUS_PREFIX)}


def _contact_phones(connection: sqlite3.Connection, keys: Collection[str]) -> set[str]:
    """The phones of contacts in other records (who raised a need, a unit's contact) with one of the folded names."""
    phones: set[str] = set()
    for record in RECORDS.values():
        for owner, phone in record.contacts:
            sql = (
                f"SELECT {owner.name}, {phone.name} FROM [{record.name}] "
                f"WHERE {owner.name} IS NOT NULL AND {phone.name} IS NOT NULL"
            )
            phones |= {number for name, number in connection.execute(sql) if fold(name) in keys}
    return phones


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    alternatives = "|".join(patterns)
    return re.compile(alternatives) if alternatives else None


def _loose_name_pattern(name: str) -> str:
    """A name however it is written (张　三, 阿•买提, LI LEI); in Latin letters not within a longer word."""
    letters = [letter for letter in name if not re.fullmatch(_INVISIBLE, letter)]
    before, after = (_LATIN if re.match(f"[{_LATIN}]", letter) else "" for letter in (letters[0], letters[-1]))
    return _delimited(_INVISIBLE.join(map(_letter_pattern, letters)), before, after)


def _strict_name_pattern(name: str) -> str:
    """A name of two characters with no Chinese character before or after it; a longer one anywhere."""
    return _delimited(_loose_name_pattern(name), _HAN, _HAN) if len(name) < 3 else _loose_name_pattern(name)


def _delimited(pattern: str, before: str, after: str) -> str:
    """A pattern that must not follow a character of ``before``, nor precede one of ``after``; both may be empty."""
    return (f"(?<![{before}])" if before else "") + pattern + (f"(?![{after}])" if after else "")


def _letter_pattern(letter: str) -> str:
    """A character in every form that ``text.fold`` takes for the same."""
    if letter in _DOTS:
        return f"[{_DOTS}]"
    if letter.isascii() and letter.isalpha():
        return "[{}]".format(
            "".join(f"{form}{chr(ord(form) + _FULL_WIDTH_OFFSET)}" for form in (letter.lower(), letter.upper()))
        )
    return re.escape(letter)


def _number_pattern(number: str) -> str:
    """A number however it is typed: with gaps, in full-width digits, x for X, after the country code."""
    digits = (f"[{digit}{digit.lower()}{chr(ord(digit) + _FULL_WIDTH_OFFSET)}]" for digit in number)
    return rf"(?<!\d)(?:(?:\+|00)?86{_DIGIT_GAP})?{_DIGIT_GAP.join(digits)}(?!\d)"


Edits = dict[tuple[str, int], dict[str, Any]]
"""Planned edits of rows: table and id → column → its new value."""
