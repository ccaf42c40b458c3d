"""A command as it was typed, as it may be told: numbers of persons masked, nothing of people who are looked after."""

from __future__ import annotations

import re
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.records.labels import MASKS, command_name, has_private_fields
from shuangbaodao_cli.model.registry import record_named
from shuangbaodao_cli.values.masking import mask_numbers, mask_phone, mask_private

if TYPE_CHECKING:
    from shuangbaodao_cli.model.record import Record

_RECORD_COMMANDS = {"add", "list", "show", "edit", "void", "history"}
"""The commands that name a kind of record and then what is said of it."""
_PAIR = re.compile(r"(.+?)([=＝:：])(.+)", re.DOTALL)


def mask_command(command: str) -> str:
    """What of a command may be seen without a reason.

    >>> mask_command("sbd add person 姓名=张三 联系电话=0314-2012345"), mask_command("sbd edit subject 张某 健康=好")
    ("sbd add person 姓名=张三 联系电话=**********45", 'sbd edit subject ＊＊')
    """
    words = split_words(command)
    record = record_of(words)
    if record is not None and has_private_fields(record):
        return f"sbd {words[1]} {record.name} {mask_private('')}"
    phones = {at + 1 for at, word in enumerate(words) if word == "--phone"}
    masked = [mask_phone(word) if at in phones else _mask_word(record, word) for at, word in enumerate(words)]
    return mask_numbers(" ".join(word if word and " " not in word else f'"{word}"' for word in masked))


def split_words(command: str) -> list[str]:
    """The words of a command; of one that somebody rewrote by hand, as far as they can be told apart."""
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def outline(command: str) -> str:
    """The words of a command that name nobody: sbd list person, sbd query."""
    record = record_of(split_words(command))
    return command_name(command) if record is None else f"{command_name(command)} {record.name}"


def record_of(words: list[str]) -> Record | None:
    """The kind of record that a command is about, as far as it names one; options may stand before it."""
    for word in words[2:] if words[1:2] and words[1] in _RECORD_COMMANDS else ():
        with suppress(UsageError):
            return record_named(word)
    return None


def _mask_word(record: Record | None, word: str) -> str:
    """A word, masked where it says what stands in a field that holds a number."""
    if word.startswith("--phone="):
        return f"--phone={mask_phone(word[8:])}"
    said = _PAIR.fullmatch(word)
    field = record.field(said[1]) if record and said else None
    if said is None or field is None or field.type.name not in MASKS:
        return word
    return f"{said[1]}{said[2]}{MASKS[field.type.name](said[3])}"
