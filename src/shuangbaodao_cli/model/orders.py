"""Orders, the steps they take, and the whistles by which departments are called.

The steps are those of 神木市 (提问题、开单子、定方案、领任务、回头看) and of 派单/接单 in 双桥区.
A whistle is 街道吹哨、部门报到.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.model.people import NOTE
from shuangbaodao_cli.model.record import Field, Record
from shuangbaodao_cli.model.work import CATEGORY_FIELD, CLOSED_FIELD, PLACE_FIELD, STATE_FIELD, URGENCY
from shuangbaodao_cli.values.types import DAY, FUTURE_DAY, MOMENT, NAME, TEXT, choice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

ACTORS = "person org team branch"
"""The record types of those who may take a step or be assigned an order."""

STEPS: dict[str, tuple[str, ...]] = {
    "ticketed": ("开单", "开单子"),
    "planned": ("定方案",),
    "dispatched": ("派单",),
    "claimed": ("认领", "接单", "领任务"),
    "finished": ("办结",),
    "reviewed": ("回头看：已解决",),
    "reopened": ("回头看：未解决",),
    "returned": ("退回",),
    "cancelled": ("取消",),
    "withdrawn": ("撤回上一步",),
}
"""Step → its labels; the first is the one shown."""

STEP_SEQUENCE = ("raised", "ticketed", "planned", "dispatched", "claimed", "finished", "reviewed")
"""All steps of an order, in sequence. A step may be left out where the policy does not require it."""
SKIPPABLE_STEPS = STEP_SEQUENCE[1:5]
"""Steps that a policy may leave out; ``finished`` and ``reviewed`` are always required."""
RESUMES_AS = {"returned": "ticketed", "reopened": "ticketed"}
"""The state from which a returned or reopened order continues: an earlier plan remains valid."""


def allowed_next_steps(steps: Sequence[str], required: Collection[str]) -> tuple[str, ...]:
    """The steps that may follow those an order has taken, those of ``STEP_SEQUENCE`` first.

    ``required`` are the steps that must not be left out. When an order comes back, an earlier plan remains
    valid; the other required steps must be taken again.
    """
    state = steps[-1] if steps else "raised"
    if state in {"reviewed", "cancelled"}:
        return ()
    if state == "finished":
        return ("reviewed", "reopened")
    position = STEP_SEQUENCE.index(RESUMES_AS.get(state, state))
    needed = set(required) - ({"planned"} & set(steps))
    onward = [
        step
        for index, step in enumerate(STEP_SEQUENCE)
        if position < index < len(STEP_SEQUENCE) - 1 and not needed & set(STEP_SEQUENCE[position + 1 : index])
    ]
    replan = ["planned"] if state == "planned" else []
    back = ["returned"] if state in {"dispatched", "claimed"} else []
    return (*replan, *onward, *back, *(["cancelled"] if steps else []))


STEP = choice("step", "步骤", STEPS)
WHISTLE_KIND = choice(
    "whistle_kind",
    "哨声",
    {"advance": ("推进", "工作推进哨"), "assault": ("攻坚", "攻坚克难哨"), "emergency": ("应急", "应急处置哨")},
)
SATISFACTION = choice(
    "satisfaction", "满意度", {"good": ("满意", "非常满意"), "fair": ("基本满意", "一般"), "bad": ("不满意",)}
)

PENDING = Field("pending", "待办期限", DAY)
"""The day by which the next step is due; empty where none is due."""

SOLVED = choice(
    "solved",
    "是否解决",
    {"yes": ("已解决", "解决", "是", "已办结"), "no": ("未解决", "没有解决", "否", "需重办", "重办")},
)
_NEED = Field("need", "来源需求", NAME, ("来源需求编号", "需求编号", "对应需求编号"), to="need")
_DUE = Field("due", "承诺办结日期", FUTURE_DAY, ("办结时限", "完成时限", "承诺日期", "期限"), example="2026-07-30")
_HOLDER = Field(
    *("holder", "承办", NAME, ("承办单位", "承办单位/党员", "承办人", "领办人", "责任单位")),
    to=ACTORS,
    example="承德医学院",
)
_SATISFACTION = Field(
    "satisfaction", "满意度", SATISFACTION, ("申请人满意度", "群众满意度", "居民满意度"), example="满意"
)
STEP_FIELDS = (
    *(_NEED, _HOLDER, _DUE),
    Field("ticketed_on", "开单日期", DAY, ("开单时间", "登记日期"), example="2026-07-02"),
    Field("ticketed_by", "开单人", NAME, ("核实人",), to=ACTORS),
    Field("ticketed_said", "核实意见", TEXT),
    Field("planned_on", "方案日期", DAY, ("定方案日期", "会议日期")),
    Field("planned_said", "方案", TEXT, ("办理方案", "解决方案")),
    Field("dispatched_on", "派单日期", DAY, ("派单时间", "交办日期"), example="2026-07-03"),
    Field("dispatched_by", "派单单位", NAME, ("派单人",), to=ACTORS),
    Field("claimed_on", "接单日期", DAY, ("接单时间", "认领日期", "领办日期", "领办时间"), example="2026-07-04"),
    Field("finished_on", "办结日期", DAY, ("办结时间", "完成日期", "完成时间"), example="2026-07-18"),
    Field("finished_said", "办理结果", TEXT, ("办结情况", "办理情况"), example="路面已修好"),
    Field("looked_on", "回访日期", DAY, ("回访时间", "回头看日期")),
    Field("looked_by", "回访人", NAME, ("回头看的人",), to=ACTORS),
    Field("solved", "是否解决", SOLVED, ("回访结论", "回头看结论"), example="已解决"),
    _SATISFACTION,
    Field("looked_said", "社区评价", TEXT, ("回访情况", "回访意见")),
)
"""The columns of a roster of orders beside the order itself: the steps it took (design, §3.2 D and E)."""

ORDER = Record(
    name="order",
    label="工单",
    about="一件事怎样办：开单、定方案、派单、认领、办结、回头看。每一步见 order_event，只添不改。",
    fields=(
        Field(
            *("title", "事项内容", NAME, ("事项", "工单内容", "派单内容", "问题内容", "诉求内容")),
            required=True,
            example="修整爱民路路面",
        ),
        Field("number", "单号", TEXT, ("工单编号", "派单编号", "工单号")),
        _NEED,
        Field("project", "项目", NAME, ("项目编号", "项目名称"), to="project"),
        Field("resolution", "议定事项", NAME, ("议定事项编号",), to="resolution"),
        PLACE_FIELD,
        CATEGORY_FIELD._replace(label="事项类别", aliases=("类别",)),
        Field("urgency", "紧急程度", URGENCY, default="daily"),
        Field("opened_on", "开单日期", DAY, ("派单日期",)),
        _DUE,
        _HOLDER,
        STATE_FIELD._replace(default="ticketed"),
        PENDING,
        CLOSED_FIELD,
        NOTE,
    ),
    keys=(("number",), ("title", "need"), ("title", "place", "opened_on"), ("title", "opened_on")),
    context_fields=STEP_FIELDS,
    prefix="单",
    derived=("need", "project", "resolution", "opened_on", "due", "holder", "state", "pending", "closed"),
    command="sbd order open 需求编号",
    described_by=("number", "place", "state"),
    priority=-10,
)

ORDER_EVENT = Record(
    name="order_event",
    label="工单步骤",
    about="工单走过的一步：哪天、谁、做了什么。记下的不改；记错了用 sbd order withdraw 撤回，撤回也记一条。",
    fields=(
        Field("ticket", "工单", NAME, ("单号",), required=True, to="order", example="单-2026-0001"),
        Field("step", "步骤", STEP, required=True, example="办结"),
        Field("date", "日期", DAY, required=True, example="2026-07-18"),
        Field("by", "经办", NAME, ("经办人",), to=ACTORS),
        Field("whom", "派给", NAME, ("承办单位",), to=ACTORS),
        Field("said", "内容", TEXT, ("方案", "办理结果", "原因")),
        Field("due", "期限", FUTURE_DAY, ("承诺办结日期",)),
        _SATISFACTION,
        Field("corrects", "撤回哪一步", NAME, to="order_event"),
        NOTE,
    ),
    keys=(("ticket", "step", "date"),),
    derived=("ticket", "step", "date", "by", "whom", "said", "due", "satisfaction", "corrects"),
    may_repeat=True,
    part_of="ticket",
    command="sbd order 步骤 单号",
    described_by=("step", "date"),
    shown_apart=True,
)

WHISTLE = Record(
    name="whistle",
    label="吹哨",
    about="街道吹哨、部门报到：签收、联系、到场各有时限，按吹哨时的办法算。",
    fields=(
        Field("ticket", "工单", NAME, ("单号",), required=True, to="order", example="单-2026-0001"),
        Field("number", "哨号", TEXT, ("吹哨编号",)),
        Field("org", "部门", NAME, ("报到部门", "响应单位"), required=True, to="org", example="双桥区农业农村局"),
        Field("kind", "哨声", WHISTLE_KIND, ("吹哨类型",), required=True, example="推进"),
        Field("blown", "吹哨时间", MOMENT, required=True, example="2026-07-18 09:30"),
        Field("sign_due", "签收时限", MOMENT),
        Field("signed", "签收时间", MOMENT, ("签收",)),
        Field("contact_due", "联系时限", MOMENT),
        Field("contacted", "联系时间", MOMENT, ("联系",)),
        Field("appear_due", "到场时限", MOMENT),
        Field("appeared", "到场时间", MOMENT, ("到场", "报到时间")),
        PENDING._replace(type=MOMENT),
        NOTE,
    ),
    keys=(("number",), ("ticket", "org", "blown")),
    prefix="哨",
    derived=(
        *("ticket", "org", "kind", "blown", "sign_due", "signed", "contact_due", "contacted", "appear_due"),
        *("appeared", "pending"),
    ),
    part_of="ticket",
    command="sbd order whistle 单号 --to 部门 --kind 推进",
    described_by=("number", "org", "kind"),
)
