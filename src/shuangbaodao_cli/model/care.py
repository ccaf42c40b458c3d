"""Care recipients of the community, and the visits to them.

Outside the ledger a care recipient is a number: name, health and address are shown
only where a reason is given (《个人信息保护法》art. 28: health and all data of children under 14 are
sensitive; art. 31: a child's need the guardian's consent).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.model.people import GENDER, NOTE
from shuangbaodao_cli.model.record import Field, Record
from shuangbaodao_cli.values.types import DAY, FUTURE_DAY, NAME, PRIVATE, PRIVATE_DAY, TEXT, YES_NO, choice

if TYPE_CHECKING:
    from datetime import date

GUARDIAN_CONSENT_AGE = 14
"""The age in years below which a guardian's consent is required (《个人信息保护法》art. 31)."""
CARE_LEVEL = choice(
    "care_level",
    "关爱等级",
    {
        "high": ("高风险", "高", "一级", "红色"),
        "key": ("重点", "中", "二级", "黄色"),
        "general": ("一般", "低", "三级", "绿色"),
    },
)
GRADES = {"good": ("好", "良好", "正常"), "fair": ("一般", "尚可"), "bad": ("差", "不好", "异常")}
HEALTH = choice("health", "健康", GRADES)
GRADE = choice("grade", "情况", GRADES)
VISIT_KIND = choice(
    "visit_kind",
    "走访类型",
    {
        "routine": ("日常走访", "日常", "入户走访"),
        "follow_up": ("定期回访", "定期走访", "回访"),
        "special": ("特殊走访", "重大变化", "节日慰问"),
        "phone": ("电话走访", "电话"),
    },
)

_NOTE = NOTE._replace(type=PRIVATE)
"""A remark on a care recipient is as private as name and health."""

SUBJECT = Record(
    name="subject",
    label="重点服务对象",
    about="独居老人、残疾人、困境儿童等。出了台账只有编号：姓名、健康、住址须写明原因才显示。",
    fields=(
        Field("number", "对象编号", NAME, ("服务对象编号", "对象代码"), example="户-2026-0001"),
        Field(
            "name",
            "姓名",
            PRIVATE,
            ("走访对象姓名", "走访对象", "服务对象姓名", "老人姓名", "儿童姓名"),
            required=True,
            example="王某某",
        ),
        Field("gender", "性别", GENDER, example="女"),
        Field("birth_date", "出生日期", PRIVATE_DAY, ("出生年月", "生日"), example="1958-07-18"),
        Field("kind", "保障类别", TEXT, ("对象类别", "人员类别", "特殊人群类别"), example="空巢独居老人"),
        Field("level", "关爱等级", CARE_LEVEL, ("风险等级", "等级", "关爱级别"), default="general", example="重点"),
        Field(
            "place",
            "社区（网格）",
            NAME,
            ("网格", "社区", "所属网格", "所属村居（社区）", "社区（村）"),
            to="place",
            example="文庙社区",
        ),
        Field("address", "居住地址", PRIVATE, ("家庭住址", "住址", "地址"), example="塔沟小区3号楼2单元501"),
        Field("phone", "联系电话", PRIVATE, ("电话", "联系方式")),
        Field("health", "健康状况", PRIVATE, ("身体状况", "残疾类别", "疾病"), example="高血压"),
        Field("guardian", "监护人", PRIVATE, ("监护人姓名", "赡养人")),
        Field("guardian_phone", "监护人电话", PRIVATE, ("赡养人电话",)),
        Field("consent", "监护人同意", YES_NO, ("监护人是否同意",)),
        Field(
            "visitor",
            "固定走访人",
            NAME,
            ("走访人", "包联单位", "结对单位", "结对人"),
            to="org team person",
            example="承德医学院",
        ),
        _NOTE,
    ),
    keys=(("number",), ("name", "address"), ("name", "place"), ("name",)),
    prefix="户",
    described_by=("level", "place"),
    priority=20,
    shown_apart=True,
)

VISIT = Record(
    name="visit",
    label="走访",
    about="走访了谁，情况怎样，发现什么、做了什么，下次几时去。",
    fields=(
        Field(
            "subject",
            "对象",
            NAME,
            ("对象编号", "姓名", "走访对象", "走访对象编号", "走访对象姓名", "服务对象姓名", "老人姓名", "儿童姓名"),
            required=True,
            to="subject",
            example="户-2026-0001",
        ),
        Field("number", "走访编号", TEXT),
        Field("date", "走访日期", DAY, ("走访时间", "探访日期", "入户时间"), required=True, example="2026-07-18"),
        Field(
            "visitor", "走访人", NAME, ("走访人姓名", "走访单位", "探访人"), to="person org team", example="承德医学院"
        ),
        Field("kind", "走访类型", VISIT_KIND, ("走访方式",), default="routine", example="日常走访"),
        Field("health", "健康", HEALTH, ("健康情况",), example="好"),
        Field("mood", "精神", GRADE, ("精神状态", "精神状况"), example="好"),
        Field("safety", "安全", GRADE, ("安全情况",), example="好"),
        Field("hygiene", "卫生", GRADE, ("卫生状况",), example="好"),
        Field("home", "居住", GRADE, ("居住环境",), example="好"),
        Field("content", "走访内容", PRIVATE, ("走访情况", "探访内容"), example="陪老人聊天，量血压"),
        Field("found", "发现问题", PRIVATE, ("存在问题",), example="血压偏高"),
        Field("done", "处理措施", PRIVATE, ("处理情况", "解决措施"), example="陪同就医"),
        Field("changed", "重大变化", YES_NO, ("是否有重大变化",)),
        Field("next", "下次走访", FUTURE_DAY, ("下次走访日期", "下次日期"), example="2026-07-25"),
        _NOTE,
    ),
    keys=(("number",), ("subject", "date", "visitor"), ("subject", "date")),
    prefix="访",
    context_fields=tuple(
        SUBJECT[name] for name in ("gender", "birth_date", "level", "place", "address", "phone", "guardian", "consent")
    ),
    described_by=("number", "date"),
    priority=21,
)


def birth_date_cutoff(day: date) -> str:
    """The latest birth date (ISO) of those who are at least fourteen on a day."""
    return day.replace(
        year=day.year - GUARDIAN_CONSENT_AGE, day=min(day.day, 28) if day.month == 2 else day.day
    ).isoformat()


def lacks_consent(birth_date: str | None, consent: int | None, day: date) -> bool:
    """Whether a child under fourteen on a day lacks a guardian's consent; a year of birth means its last day."""
    if birth_date is None or consent:
        return False
    return birth_date + "-12-31"[len(birth_date) - 4 :] > birth_date_cutoff(day)
