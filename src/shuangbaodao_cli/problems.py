"""Problems found in a file: what is wrong, doubtful or normalised is a value with a kind, never an exception.

Also the exception of a single value, and the marks by which an import knows our file of rejected rows.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "fixed"]
"""``error``: the row is rejected. ``warning``: imported, but needs a look. ``fixed``: normalised on import."""

KINDS: dict[str, str] = {
    "value_missing": "必填的格子是空的",
    "value_invalid": "格子里的内容看不懂",
    "date_invalid": "日期不存在或看不懂",
    "date_future": "日期在今天以后",
    "date_other_month": "日期不在标题说的那个月里",
    "date_ambiguous": "年月有两种读法，先空着",
    "date_range": "一格里写的是一段日期",
    "year_assumed": "日期没写年份，按标题或今年补上",
    "number_invalid": "人数、次数或时长看不懂",
    "approximate": "约数：按写出的数计入，并作标记",
    "id_invalid": "证件号码不对",
    "id_precision_lost": "身份证号存成了数字，末几位已经丢失",
    "id_area_unknown": "身份证号开头不是哪个省的代码",
    "id_masked": "证件号打了码，没有凭它认人",
    "uscc_invalid": "统一社会信用代码不对",
    "phone_invalid": "电话号码不对",
    "phone_masked": "电话号码打了星号，没有采用",
    "phone_several": "一格里不止一个电话，其余的附在这一行上",
    "choice_unknown": "不在可选的几项里",
    "category_guessed": "服务类别按内容归入",
    "consent_missing": "不满14周岁，没有监护人同意",
    "reference_new": "台账里原来没有，已新建",
    "reference_unknown": "台账里没有这个人或这一项",
    "reference_ambiguous": "台账里有几个同名的",
    "weak_match": "只凭姓名和单位或社区认出的人",
    "missing_now": "上次的名册里有、这次没有的，台账没有改动",
    "people_left_out": "这一行不再提到的参加人员，台账没有改动",
    "voided_before": "台账里已经作废的，没有再收",
    "key_conflict": "与台账里另一条记录冲突",
    "duplicate_row": "同一张表里有一样的行",
    "duplicate_header": "表头有两列同名",
    "unknown_header": "不认识的列，原样保存在这一行的附加内容里",
    "hidden": "隐藏的行或列，也一起读了",
    "copied_month": "活动和同一文件里另一张表几乎一样，只有日期不同",
    "colour": "有的格子标了颜色，颜色的意思没有收进来",
    "merged_not_filled": "人数或时长合并在几行上，只记在第一行",
    "step_invalid": "工单的这一步不可能是这样",
    "step_missing": "办法要求的步骤，表里没有写",
    "look_back_unsaid": "回访没有写全，没有算作回访",
    "course_differs": "台账里工单的经过和表里不同，没有改动",
    "total_mismatch": "合计行与各行之和对不上",
    "headcount_mismatch": "参加人数与写出的人名个数对不上",
    "cell_error": "格子里的公式出了错",
    "formula_uncomputed": "格子里的公式没有算出结果",
    "picture": "格子里是图片，当作没有填",
    "comment": "格子上有批注，附在这一行上",
    "remark_kept": "名字旁边的说明不算名字，附在这一行上",
    "normalized": "写法已统一",
}
"""Every kind of problem and what it means to the reader; the page of problems is generated from it."""


REJECT_HEADING = "问题"
"""The heading of the column, in a file of rejected rows, that says what is wrong with a row."""
REJECT_COMMENT_PREFIX = "sbd："
"""How the comment on a wrong cell of such a file begins; an import knows it for ours and ignores it."""


class Problem(NamedTuple):
    """One problem in a file: ``cell`` reads ``Sheet!C17``, ``value`` is the content of that cell."""

    kind: str
    severity: Severity
    cell: str
    field: str
    value: str
    message: str
    proposal: str = ""
    """A suggested value, such as a whole id number; unmasked only in the file of rejected rows."""

    def as_json(self) -> dict[str, str]:
        """The problem as an object of the import JSON; of a proposal only its two ends."""
        # Not asdict, which copies deeply: a messy roster has half a million problems.
        values = {
            "kind": self.kind,
            "severity": self.severity,
            "cell": self.cell,
            "field": self.field,
            "value": self.value,
            "message": self.message,
        }
        if self.proposal:
            values["proposal"] = f"{self.proposal[:6]}***********{self.proposal[-1]}"
        return values


class InvalidValue(ValueError):  # noqa: N818  # it describes a value, not the program
    """A value that its type rejects: becomes a Problem in a file, an error message on the command line."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
