"""What is wrong, doubtful or normalised in a file: a value with a kind, never an exception."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning", "fixed"]
"""``error``: the row is refused. ``warning``: taken, look at it. ``fixed``: normalised on the way in."""

KINDS: dict[str, str] = {
    "value_missing": "必填的格子是空的",
    "value_invalid": "格子里的内容看不懂",
    "date_invalid": "日期不存在或看不懂",
    "date_future": "日期在今天以后",
    "year_assumed": "日期没写年份，按标题或今年补上",
    "number_invalid": "人数、次数或时长看不懂",
    "approximate": "约数：按写出的数计入，并作标记",
    "id_invalid": "证件号码不对",
    "id_precision_lost": "身份证号存成了数字，末几位已经丢失",
    "uscc_invalid": "统一社会信用代码不对",
    "phone_invalid": "电话号码不对",
    "choice_unknown": "不在可选的几项里",
    "category_guessed": "服务类别按内容归入",
    "reference_new": "台账里原来没有，已新建",
    "reference_unknown": "台账里没有这个人或这一项",
    "reference_ambiguous": "台账里有几个同名的",
    "voided_before": "台账里已经作废的，没有再收",
    "key_conflict": "与台账里另一条记录冲突",
    "duplicate_row": "同一张表里有一样的行",
    "duplicate_header": "表头有两列同名",
    "unknown_header": "不认识的列，原样保存在这一行的附加内容里",
    "total_mismatch": "合计行与各行之和对不上",
    "normalized": "写法已统一",
}
"""Every kind of problem and what it means to the reader; the page of problems is made from it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in a file: ``cell`` reads ``Sheet!C17``, ``value`` is what stands there."""

    kind: str
    severity: Severity
    cell: str
    field: str
    value: str
    message: str

    def as_json(self) -> dict[str, str]:
        """The object of the contract's import JSON."""
        return asdict(self)


class Unfit(ValueError):  # noqa: N818  # reads as what it says of a value, not of the program
    """A value that its type cannot take: turned into a Problem in a file, told at the keyboard."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
