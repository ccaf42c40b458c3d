"""Needs of residents, resources of organisations and members, and the projects that match the two.

The three lists of 双桥区: 需求清单、资源清单、项目清单. A 微心愿 is a small need of one person.
"""

from __future__ import annotations

from shuangbaodao_cli.model.categories import CATEGORY
from shuangbaodao_cli.model.people import NOTE
from shuangbaodao_cli.model.record import Field, Record
from shuangbaodao_cli.values.types import COUNT, DAY, FUTURE_DAY, NAME, PHONE, TEXT, choice

STATES: dict[str, tuple[str, ...]] = {
    "raised": ("已提出", "提出", "提问题"),
    "ticketed": ("已开单", "开单", "开单子"),
    "planned": ("已定方案", "定方案"),
    "dispatched": ("已派单", "派单"),
    "claimed": ("已认领", "接单", "领任务", "办理中"),
    "finished": ("已办结", "办结"),
    "reviewed": ("已解决", "回头看确认"),
    "reopened": ("重办", "回头看未解决"),
    "returned": ("已退回", "退回"),
    "cancelled": ("已取消", "取消"),
}
"""State of a need or an order (the last step taken) → its labels."""

STATE = choice("state", "进展", STATES)
URGENCY = choice(
    "urgency", "紧急程度", {"daily": ("日常", "一般"), "major": ("重大", "重要"), "urgent": ("紧急", "急")}
)
NEED_KIND = choice("need_kind", "需求种类", {"need": ("需求", "问题", "民情"), "wish": ("微心愿", "心愿")})
RESOURCE_KIND = choice(
    "resource_kind",
    "资源类别",
    {
        "talent": ("人才", "人力"),
        "venue": ("场地", "阵地"),
        "goods": ("物资", "物品"),
        "funds": ("资金", "经费"),
        "technology": ("技术",),
        "service": ("服务",),
        "information": ("信息",),
    },
)
PLACE_FIELD = Field(
    "place", "社区（网格）", NAME, ("网格", "网格/楼栋", "所属网格", "社区", "社区（村）", "所在社区"), to="place"
)
CATEGORY_FIELD = Field(
    "category", "需求类别", CATEGORY, ("类别", "事项类别", "问题类别", "心愿类别", "服务类别"), example="环境卫生"
)
STATE_FIELD = Field("state", "进展", STATE, default="raised")
CLOSED_FIELD = Field("closed", "解决日期", DAY)

NEED = Record(
    name="need",
    label="需求",
    about="居民提出的需求、问题和微心愿。解决没有，以回头看为准。",
    fields=(
        Field(
            "title",
            "需求内容",
            NAME,
            ("心愿内容", "问题内容", "诉求内容", "需求事项", "问题描述", "居民需求"),
            required=True,
            example="爱民路路面坑洼，雨天难走",
        ),
        Field("number", "需求编号", TEXT, ("心愿编号", "问题编号", "诉求编号")),
        Field("kind", "种类", NEED_KIND, ("需求种类",), default="need"),
        PLACE_FIELD._replace(example="文庙社区"),
        CATEGORY_FIELD,
        Field("raised_on", "提出日期", DAY, ("征集日期", "收集日期", "反映日期", "登记日期"), example="2026-07-02"),
        Field(
            "raised_by", "提出人", TEXT, ("心愿人", "诉求人", "诉求人姓名", "反映人", "提出人姓名"), example="王某某"
        ),
        Field("phone", "联系电话", PHONE, ("电话", "联系方式", "提出人电话")),
        Field("source", "来源", TEXT, ("需求来源", "问题来源", "收集渠道"), example="走访"),
        Field("urgency", "紧急程度", URGENCY, ("缓急",), default="daily", example="日常"),
        Field("people", "涉及人数", COUNT, ("受益人数", "涉及户数", "惠及人数"), example="120"),
        Field("owner", "责任人", TEXT, ("负责人",), example="李某某"),
        STATE_FIELD,
        CLOSED_FIELD,
        NOTE,
    ),
    keys=(("number",), ("title", "place", "raised_on"), ("title", "place"), ("title",)),
    prefix="需",
    derived=("state", "closed"),
    described_by=("number", "place", "state"),
    priority=30,
    loaded_after=("branch",),
    shown_apart=True,
)

RESOURCE = Record(
    name="resource",
    label="资源",
    about="单位和党员能拿出来的人才、场地、物资、资金、技术、服务、信息。",
    fields=(
        Field("title", "资源内容", NAME, ("资源名称", "服务内容"), required=True, example="急救培训讲师 6 名"),
        Field("number", "资源编号", TEXT),
        Field(
            "owner",
            "提供单位（人）",
            NAME,
            ("提供单位", "提供单位/党员", "提供人", "资源单位", "提供单位（党员）"),
            to="org team person",
            example="承德医学院",
        ),
        Field("kind", "资源类别", RESOURCE_KIND, ("资源种类", "资源类型"), example="人才"),
        Field("category", "可服务类别", CATEGORY, ("服务类别",), example="卫生健康"),
        PLACE_FIELD._replace(label="服务范围", aliases=("服务社区", "范围", "服务对象/范围"), example="文庙社区"),
        Field("quantity", "数量", COUNT, ("资源数量",), example="6"),
        Field("unit", "计量单位", TEXT, (), example="名"),
        Field("available", "可提供时间", TEXT, ("提供时间", "可服务时间"), example="周三下午"),
        Field("contact", "联系人", TEXT, ("联络员", "联系人姓名"), example="李某某"),
        Field("phone", "联系电话", PHONE, ("电话", "联系方式"), example="0314-2290000"),
        Field("until", "有效期", FUTURE_DAY, ("有效期至", "截止日期"), example="2026-12-31"),
        NOTE,
    ),
    keys=(("number",), ("title", "owner"), ("title",)),
    prefix="资",
    described_by=("number", "kind", "place"),
    priority=30,
    shown_apart=True,
)

PROJECT = Record(
    name="project",
    label="项目",
    about="需求和资源对接成的项目，由一家牵头，可以几家认领。",
    fields=(
        Field("title", "项目名称", NAME, ("共建项目", "服务项目名称"), required=True, example="小区停车位规划"),
        Field("number", "项目编号", TEXT),
        Field("need", "对应需求", NAME, ("对应需求编号", "需求编号", "来源需求编号"), to="need"),
        Field("resource", "对应资源", NAME, ("对应资源编号", "资源编号"), to="resource"),
        Field("org", "牵头单位", NAME, ("承办单位", "实施单位"), to="org", example="承德医学院"),
        Field("leader", "负责人", TEXT, ("项目负责人",), example="王某某"),
        PLACE_FIELD._replace(label="实施地点", aliases=("社区", "社区（村）", "实施社区"), example="文庙社区"),
        CATEGORY_FIELD._replace(label="项目类别", aliases=("类别",)),
        Field("since", "计划开始", DAY, ("计划开始日期", "开始日期", "启动日期"), example="2026-04-01"),
        Field(
            "until",
            "计划完成",
            FUTURE_DAY,
            ("计划完成日期", "完成时限", "计划结束日期", "截止日期"),
            example="2026-09-30",
        ),
        Field("people", "受益人数", COUNT, ("目标人数", "目标/受益人数"), example="300"),
        Field("wanted", "认领名额", COUNT, ("需要几家", "名额"), default=1, example="2"),
        Field("done_on", "完成日期", DAY, ("实际完成日期", "办结日期")),
        Field("result", "成效", TEXT, ("项目成效", "完成情况")),
        Field("rating", "群众评价", TEXT, ("评价",)),
        NOTE,
    ),
    keys=(("number",), ("title", "place"), ("title",)),
    prefix="项",
    described_by=("number", "place"),
    priority=30,
)
