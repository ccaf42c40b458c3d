"""Activities, who took part in them, and their outcomes.

The fields of an activity are those that 《志愿服务记录与证明出具办法（试行）》(民政部令67号) art. 7 requires
of a service record: 活动名称、日期、地点、服务内容、服务时间、活动组织单位、活动负责人.
"""

from __future__ import annotations

from shuangbaodao_cli.model.categories import CATEGORY
from shuangbaodao_cli.model.people import IDENTIFYING_FIELDS, NOTE
from shuangbaodao_cli.model.record import Field, Link, Record
from shuangbaodao_cli.values.types import COUNT, DAY, MINUTES, NAME, PERSON_NAME, TEXT, YES_NO

_MINUTES = Field(
    "minutes",
    "服务时长",
    MINUTES,
    (
        "志愿时",
        "志愿时长",
        "志愿服务时长",
        "时长",
        "服务时数",
        "工时",
        "小时数",
        "服务小时",
        "服务时间",
        "服务时长/小时",
    ),
    example="1.5",
)

ACTIVITY = Record(
    name="activity",
    label="服务活动",
    about="一次服务活动。服务时长是每人实际付出的时间，不含往返路程。",
    fields=(
        Field(
            "title",
            "活动名称",
            NAME,
            ("志愿项目名称", "志愿项目名称（全称）", "项目名称", "活动主题", "主题", "服务项目", "名称"),
            required=True,
            example="海姆立克急救培训",
        ),
        Field(
            "date",
            "活动日期",
            DAY,
            (
                "日期",
                "服务日期",
                "活动时间",
                "时间",
                "服务开始日期",
                "开始日期",
                "开展日期",
                "开展时间",
                "服务日期（xxxx/xx/xx）",
            ),
            required=True,
            example="2026-07-18",
        ),
        Field("end_date", "结束日期", DAY, ("服务结束日期", "服务截止日期", "截止日期")),
        Field(
            "place",
            "社区（村）",
            NAME,
            ("地点", "活动地点", "开展地点", "社区", "所在社区", "所在社区（村）", "服务地点", "社区名称", "所属社区"),
            to="place",
            example="文庙社区",
        ),
        Field(
            "org",
            "组织单位",
            NAME,
            (
                "活动组织单位",
                "举办单位",
                "单位",
                "单位名称",
                "报到单位",
                "主办单位",
                "承办单位",
                "参与单位",
                "所属单位",
                "开展单位",
            ),
            to="org",
            example="承德医学院",
        ),
        Field("team", "服务队", NAME, ("志愿服务队", "所属团体", "队伍名称", "所属服务队"), to="team"),
        Field("leader", "活动负责人", TEXT, ("负责人", "负责人姓名", "项目负责人姓名", "带队人"), example="王某某"),
        Field(
            "category",
            "服务类别",
            CATEGORY,
            ("活动类别", "志愿类别", "志愿活动类别", "志愿项目类别", "志愿服务类别", "服务类型", "活动类型", "类别"),
            example="卫生健康",
        ),
        Field("content", "服务内容", TEXT, ("活动内容", "内容", "活动详情"), example="示范海姆立克急救法，一对一指导"),
        _MINUTES,
        Field("headcount", "参加人数", COUNT, ("参与人数", "参加志愿者人数", "志愿者人数", "人数"), example="6"),
        Field(
            "served",
            "服务群众人次",
            COUNT,
            ("服务人次", "服务群众人数", "服务群众数", "受益人数", "服务人数", "服务群众", "受益人次"),
            example="30",
        ),
        Field(
            "resolved",
            "解决问题数",
            COUNT,
            ("解决问题件数", "解决问题", "解决群众问题", "解决急难愁盼问题"),
            example="1",
        ),
        Field("need", "针对需求", NAME, ("对应需求编号", "需求编号", "对应需求"), to="need"),
        Field("project", "所属项目", NAME, ("对应项目", "对应项目编号", "项目编号"), to="project"),
        Field("volunteer", "计入志愿服务", YES_NO, ("是否志愿服务",), default=1),
        NOTE,
    ),
    keys=(("title", "date", "place", "org"), ("title", "date", "place"), ("title", "date")),
    links=(
        Link(
            "participation",
            "activity",
            Field(
                "people",
                "参加人员",
                TEXT,
                ("参与人员", "参加人", "志愿者", "参加人员姓名", "参与党员", "参加党员", "志愿者姓名"),
                to="person",
                example="张三、李四",
            ),
            copied_fields=(("minutes", _MINUTES),),
        ),
        Link("outcome", "activity", Field("outcome", "成效", TEXT, ("活动成效", "成果"), example="停车位200个")),
    ),
    may_repeat=True,
    described_by=("date", "place"),
    priority=90,
    loaded_after=("order",),
)

PARTICIPATION = Record(
    name="participation",
    label="参与",
    about="谁参加了哪次活动，计多少时长。",
    fields=(
        Field("activity", "活动名称", NAME, ("活动",), required=True, to="activity", example="海姆立克急救培训"),
        Field("person", "姓名", PERSON_NAME, ("志愿者姓名", "参加人员"), required=True, to="person", example="张三"),
        _MINUTES,
        Field("role", "分工", TEXT, ("角色", "岗位"), example="讲解"),
        Field("rating", "评价", TEXT, ("服务评价", "服务质量评价"), example="好"),
        NOTE,
    ),
    keys=(("activity", "person"),),
    context_fields=(
        ACTIVITY["date"]._replace(required=False),
        ACTIVITY["place"],
        ACTIVITY["leader"],
        *IDENTIFYING_FIELDS,
        Field("start", "签到时间", TEXT, ("签到", "到场时间", "到岗时间"), example="9:00"),
        Field("end", "签退时间", TEXT, ("签退", "离场时间", "离岗时间"), example="11:30"),
    ),
    described_by=("person",),
    priority=45,
)

OUTCOME = Record(
    name="outcome",
    label="成效",
    about="活动或项目做成了什么：停车位200个，丁香120棵。",
    fields=(
        Field("what", "成果", NAME, ("成效", "内容"), required=True, example="停车位"),
        Field("activity", "活动名称", NAME, ("活动",), to="activity", example="停车位规划协商"),
        Field("project", "项目", NAME, ("项目编号", "项目名称"), to="project"),
        Field("quantity", "数量", COUNT, ("数目",), required=True, example="200"),
        Field("unit", "单位", TEXT, ("计量单位",), example="个"),
        NOTE,
    ),
    keys=(
        *(("activity", "what", "unit"), ("activity", "what")),
        *(("project", "what", "unit"), ("project", "what")),
    ),
    described_by=("quantity", "unit"),
    priority=41,
)
