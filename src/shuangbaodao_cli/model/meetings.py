"""The joint meeting (党建联席会议): attendance, topics, and resolutions with their results."""

from __future__ import annotations

from shuangbaodao_cli.model.people import NOTE
from shuangbaodao_cli.model.record import Field, Record
from shuangbaodao_cli.values.types import COUNT, DAY, FUTURE_DAY, NAME, TEXT, YES_NO

_MEETING = Field(
    "meeting", "会议", NAME, ("会议名称", "会议编号"), required=True, to="meeting", example="7月党建联席会议"
)

MEETING = Record(
    name="meeting",
    label="联席会议",
    about="党建联席会议、协商议事会。到会单位见 attendance，议题见 topic，议定事项见 resolution。",
    fields=(
        Field("title", "会议名称", NAME, ("会议主题",), required=True, example="7月党建联席会议"),
        Field("number", "会议编号", TEXT),
        Field("date", "会议日期", DAY, ("会议时间", "召开日期", "召开时间"), required=True, example="2026-07-10"),
        Field("place", "社区（村）", NAME, ("召开社区", "社区", "所在社区"), to="place", example="陕西营社区"),
        Field("venue", "会议地点", TEXT, ("地点", "召开地点"), example="党员活动室"),
        Field("host", "主持人", TEXT, ("主持",), example="王某某"),
        Field("recorder", "记录人", TEXT, ("记录",), example="李某某"),
        Field("headcount", "参会人数", COUNT, ("到会人数", "参加人数"), example="18"),
        Field("content", "讨论意见", TEXT, ("会议内容", "各方意见", "议题说明"), example="停车和绿化"),
        NOTE,
    ),
    keys=(("number",), ("title", "date", "place"), ("title", "date")),
    prefix="会",
    described_by=("number", "date", "place"),
    priority=25,
    shown_apart=True,
)

ATTENDANCE = Record(
    name="attendance",
    label="到会",
    about="哪个单位应到联席会议，到了没有，为什么没到。",
    fields=(
        _MEETING,
        Field("org", "单位", NAME, ("应到单位", "参会单位", "单位名称"), required=True, to="org", example="承德医学院"),
        Field("present", "是否到会", YES_NO, ("到会", "实到", "是否参会"), default=1, example="是"),
        Field("who", "参会人", TEXT, ("参会人员", "参会人姓名"), example="张某某"),
        Field("reason", "缺席原因", TEXT, ("未到原因", "请假原因")),
        NOTE,
    ),
    keys=(("meeting", "org"),),
    part_of="meeting",
    described_by=("org",),
    priority=22,
)

TOPIC = Record(
    name="topic",
    label="议题",
    about="联席会议的议题，由谁提出。",
    fields=(
        Field("title", "议题", NAME, ("议题内容", "议题名称"), required=True, example="停车难怎么办"),
        _MEETING,
        Field("org", "提出单位", NAME, ("议题提出单位",), to="org", example="承德医学院"),
        Field("proposer", "提出人", TEXT, ("议题提出人",)),
        Field("opinion", "讨论情况", TEXT, ("各方意见", "讨论意见")),
        NOTE,
    ),
    keys=(("meeting", "title"),),
    part_of="meeting",
    described_by=("meeting",),
    priority=23,
)

RESOLUTION = Record(
    name="resolution",
    label="议定事项",
    about="联席会议议定的事项：谁负责、几时办完、办得怎样。",
    fields=(
        Field("title", "议定事项", NAME, ("议定事项内容", "协商结果", "落实措施"), required=True, example="规划停车位"),
        Field("number", "议定事项编号", TEXT, ("事项编号",)),
        _MEETING._replace(required=True),
        Field("org", "责任单位", NAME, ("落实单位", "牵头单位"), to="org", example="承德医学院"),
        Field("owner", "责任人", TEXT, ("落实人",), example="王某某"),
        Field("due", "完成时限", FUTURE_DAY, ("完成期限", "办理时限", "落实期限"), example="2026-09-30"),
        Field("done_on", "完成日期", DAY, ("落实日期", "办结日期")),
        Field("result", "落实情况", TEXT, ("完成情况", "办理结果")),
        Field("project", "转为项目", NAME, ("项目编号",), to="project"),
        NOTE,
    ),
    keys=(("number",), ("meeting", "title")),
    prefix="议",
    part_of="meeting",
    described_by=("number", "meeting"),
    priority=24,
)
