"""Party organisations at all levels, the areas members are responsible for, and their pledges.

社区党总支 → 网格（小区）党支部 → 楼栋党小组 → 党员中心户; functional branches stand beside them.
"""

from __future__ import annotations

from shuangbaodao_cli.model.people import NOTE
from shuangbaodao_cli.model.record import Field, Record
from shuangbaodao_cli.values.types import COUNT, DAY, NAME, PERSON_NAME, PHONE, TEXT, YES_NO, choice

BRANCH_KINDS: dict[str, tuple[str, ...]] = {
    "general": ("社区党总支", "党总支", "社区党委", "党委"),
    "branch": ("网格党支部", "小区党支部", "网格（小区）党支部", "党支部"),
    "group": ("楼栋党小组", "党小组"),
    "household": ("党员中心户", "中心户"),
}
"""Level → its labels, the highest first; the parent of a Party organisation is of a higher level."""


def branch_kind_from_name(name: str) -> str:
    """The level that the name of a Party organisation implies; ``branch`` where it implies none."""
    return next((kind for kind, words in BRANCH_KINDS.items() if name.endswith(words)), "branch")


BRANCH = Record(
    name="branch",
    label="党组织",
    about="社区党总支、网格（小区）党支部、楼栋党小组、党员中心户，一级带一级。",
    fields=(
        Field(
            "name",
            "党组织名称",
            NAME,
            ("支部名称", "党支部名称", "网格党支部名称"),
            required=True,
            example="爱民路网格党支部",
        ),
        Field("number", "党组织编号", TEXT),
        Field(
            "kind",
            "组织层级",
            choice("branch_kind", "组织层级", BRANCH_KINDS),
            ("党组织层级", "党组织类型"),
            default="branch",
            example="网格党支部",
        ),
        Field("functional", "功能型", YES_NO, ("是否功能型", "功能型党支部")),
        Field("parent", "上级党组织", NAME, ("所属党总支", "隶属党组织"), to="branch", example="兴神路社区党总支"),
        Field(
            "place",
            "所在网格（社区）",
            NAME,
            ("网格", "所在网格", "社区", "覆盖网格"),
            to="place",
            example="爱民路网格",
        ),
        Field("secretary", "书记（组长）", TEXT, ("书记", "党支部书记", "组长", "负责人"), example="王某某"),
        Field("phone", "联系电话", PHONE, ("电话", "书记电话")),
        Field("members", "党员人数", COUNT, ("党员数",), example="23"),
        Field("since", "成立日期", DAY, ("成立时间",), example="2024-03-01"),
        NOTE,
    ),
    keys=(("number",), ("name", "place"), ("name",)),
    prefix="党",
    described_by=("kind", "place"),
    shown_apart=True,
)

AREA = Record(
    name="area",
    label="责任田",
    about="哪位党员包哪个网格、楼栋，多少户。",
    fields=(
        Field(
            "person",
            "责任党员",
            PERSON_NAME,
            ("党员姓名", "责任人", "包联党员"),
            required=True,
            to="person",
            example="张三",
        ),
        Field("number", "责任田编号", TEXT),
        Field(
            "place",
            "责任网格",
            NAME,
            ("网格", "责任楼栋", "网格/楼栋"),
            required=True,
            to="place",
            example="第二网格",
        ),
        Field("building", "楼栋单元", TEXT, ("楼栋", "单元"), example="3号楼2单元"),
        Field("households", "户数", COUNT, ("联系户数", "责任户数"), example="24"),
        Field("key_households", "重点户", TEXT, ("重点户数", "特殊人员"), example="2户"),
        Field("duties", "职责", TEXT, ("工作职责",), example="收集民情，每月走一遍"),
        Field("since", "起始日期", DAY, ("开始日期",), example="2026-01-05"),
        Field("until", "截止日期", DAY, ("结束日期",)),
        NOTE,
    ),
    keys=(("number",), ("person", "place", "building"), ("person", "place")),
    prefix="田",
    described_by=("number", "place", "building"),
)

PLEDGE = Record(
    name="pledge",
    label="三亮承诺",
    about="亮身份、亮职责、亮承诺：谁在什么岗位，承诺了什么，做到没有。",
    fields=(
        Field("person", "姓名", PERSON_NAME, ("党员姓名", "承诺人"), required=True, to="person", example="张三"),
        Field("number", "承诺编号", TEXT),
        Field("promise", "承诺事项", TEXT, ("承诺内容", "亮承诺"), required=True, example="每周义务巡逻一次"),
        Field("post", "岗位", TEXT, ("认领岗位", "亮身份", "服务岗位"), example="文明劝导岗"),
        Field("duties", "职责", TEXT, ("亮职责", "岗位职责"), example="劝导车辆有序停放"),
        Field("place", "公示地点", NAME, ("社区", "所在社区", "网格"), to="place", example="文庙社区"),
        Field("date", "承诺日期", DAY, ("公示日期",), example="2026-01-10"),
        Field("done", "完成情况", TEXT, ("践诺情况",)),
        NOTE,
    ),
    keys=(("number",), ("person", "promise")),
    prefix="诺",
    described_by=("number", "post"),
)
