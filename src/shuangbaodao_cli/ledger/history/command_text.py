"""The stored text of a command: split into words, masked, or reduced to the words that name nobody.

Numbers of persons are masked; of commands about care recipients nothing is shown but what they did.
"""

from __future__ import annotations

import re
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.records.labels import MASKS, command_name, has_private_fields
from shuangbaodao_cli.model.registry import resolve_record_type
from shuangbaodao_cli.values.masking import mask_numbers, mask_phone, mask_private

if TYPE_CHECKING:
    from shuangbaodao_cli.model.record import Record

_RECORD_COMMANDS = {"add", "list", "show", "edit", "void", "history"}
"""The commands that take a record type as their first argument."""
_PAIR = re.compile(r"(.+?)([=＝:：])(.+)", re.DOTALL)


def mask_command(command: str) -> str:
    """A command as it may be shown without a reason.

    >>> mask_command("sbd add person 姓名=张三 联系电话=0314-2012345"), mask_command("sbd edit subject 张某 健康=好")
    ("sbd add person 姓名=张三 联系电话=**********45", 'sbd edit subject ＊＊')
    """
    words = split_words(command)
    record = record_of(words)
    if record is not None and has_private_fields(record):
        return f"sbd {words[1]} {record.name} {mask_private('')}"
    phones = {index + 1 for index, word in enumerate(words) if word == "--phone"}
    masked = [mask_phone(word) if index in phones else _mask_word(record, word) for index, word in enumerate(words)]
    return mask_numbers(" ".join(word if word and " " not in word else f'"{word}"' for word in masked))


def split_words(command: str) -> list[str]:
    """The words of a command, by the rules of a shell; split at blanks where its quotes were broken by hand."""
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def outline(command: str) -> str:
    """The words of a command that name nobody: sbd list person, sbd query."""
    record = record_of(split_words(command))
    return command_name(command) if record is None else f"{command_name(command)} {record.name}"


def record_of(words: list[str]) -> Record | None:
    """The record type that a command names, if any; options may stand before it."""
    for word in words[2:] if words[1:2] and words[1] in _RECORD_COMMANDS else ():
        with suppress(UsageError):
            return resolve_record_type(word)
    return None


def _mask_word(record: Record | None, word: str) -> str:
    """A word of a command, masked where it is a phone option, or FIELD=VALUE of a field that is masked."""
    if word.startswith("--phone="):
        return f"--phone={mask_phone(word[8:])}"
    match = _PAIR.fullmatch(word)
    field = record.field(match[1]) if record and match else None
    if match is None or field is None or field.type.name not in MASKS:
        return word
    return f"{match[1]}{match[2]}{MASKS[field.type.name](match[3])}"
