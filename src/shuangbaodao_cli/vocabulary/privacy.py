"""How far a fact may go, said once for each type of value: lists, exports and the report on privacy go by it.

《个人信息保护法》art. 6 (as little as needed), 25 (publishing needs a consent of its own), 28 (what is
sensitive), 51 (data are kept by classes).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shuangbaodao_cli.vocabulary.record import Field


class Class(IntEnum):
    """How far a fact may go; of several meanings of one word the strictest counts."""

    OPEN = 0
    NAME = 1
    """Of a person a notice board shows a part of the name."""
    INNER = 2
    SENSITIVE = 3

    @property
    def label(self) -> str:
        """公开, 内部 or 敏感; a name is 内部 too, only that a part of it may be shown."""
        return ("公开", "内部", "内部", "敏感")[self]


OF_FIELD = {
    **dict.fromkeys(("address", "political"), Class.SENSITIVE),
    **dict.fromkeys(
        ("leader", "contact", "secretary", "host", "recorder", "proposer", "owner", "raised_by"), Class.NAME
    ),
    **dict.fromkeys(("who", "holder"), Class.NAME),
    **dict.fromkeys(("unit", "month"), Class.OPEN),
}
"""Fields of plain text that hold more, or less, than their type says."""


def class_of(field: Field) -> Class:
    """The class of a field: by whom it points to, else by its name, else by its type."""
    if "subject" in field.targets:
        return Class.SENSITIVE
    if "person" in field.targets:
        return Class.NAME
    return OF_FIELD.get(field.name, field.type.privacy)
