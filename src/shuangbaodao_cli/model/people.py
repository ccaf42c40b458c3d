"""Organisations, persons and volunteer teams, their check-ins, pairings, memberships and consents."""

from __future__ import annotations

from shuangbaodao_cli.model.record import Field, Link, Record
from shuangbaodao_cli.values.types import COUNT, DAY, DAY_OR_MONTH, ID_NO, NAME, PERSON_NAME, PHONE, TEXT, USCC, choice

NOTE = Field("note", "备注", TEXT, ("备注说明", "说明", "附注"))
GENDER = choice("gender", "性别", {"男": ("男", "男性", "M"), "女": ("女", "女性", "F")})
BASIS = choice(
    "basis",
    "报到方式",
    {"unit": ("单位报到", "单位", "单位包联"), "residence": ("居住地报到", "居住地", "居住", "个人报到")},
)
MEDIUM = choice(
    "medium",
    "同意形式",
    {"paper": ("书面", "纸质", "签字"), "online": ("网上", "线上", "网络"), "oral": ("口头", "电话")},
)
_SINCE = Field("since", "起始日期", DAY, ("开始日期", "加入日期"), example="2026-01-05")
_UNTIL = Field("until", "截止日期", DAY, ("结束日期", "退出日期", "有效期"))
_CHECKIN_SINCE = Field("checkin_since", "报到日期", DAY, ("报到时间", "登记日期"), example="2026-01-05")

ORG = Record(
    name="org",
    label="单位",
    about="到社区报到的机关、企事业单位、社会组织及其党组织。",
    fields=(
        Field(
            "name",
            "单位名称",
            NAME,
            ("名称", "报到单位", "双报到单位", "单位", "组织名称", "单位党组织名称", "包联单位"),
            required=True,
            example="承德医学院",
        ),
        Field("uscc", "统一社会信用代码", USCC, ("信用代码", "社会信用代码", "机构代码"), example="12130802MB0000001A"),
        Field("kind", "单位类别", TEXT, ("单位性质", "类别", "单位类型", "党组织类别"), example="事业单位"),
        Field("branch", "党组织名称", TEXT, ("党组织", "所在党组织", "党支部"), example="护理学院党总支"),
        Field("leader", "负责人", TEXT, ("单位负责人", "党组织负责人", "负责人姓名", "书记"), example="王某某"),
        Field("contact", "联络员", TEXT, ("联系人", "联络人", "联络员姓名"), example="李某某"),
        Field("phone", "联系电话", PHONE, ("联络员电话", "电话", "联系方式", "手机", "手机号"), example="0314-2290000"),
        Field(
            "members",
            "党员人数",
            COUNT,
            ("党员数", "党员总数", "党员数量", "在职党员人数", "应报到党员", "应报到", "应报到人数"),
            example="86",
        ),
        NOTE,
    ),
    keys=(("uscc",), ("name",)),
    links=(
        Link(
            "pairing",
            "org",
            Field(
                "pairing",
                "包联社区",
                TEXT,
                ("包联社区/网格", "包联社区（村）", "报到社区", "联系社区"),
                to="place",
                example="文庙社区",
            ),
        ),
        Link(
            "checkin",
            "who",
            Field("pairing", "包联社区", TEXT, (), to="place"),
            copied_fields=(("since", _CHECKIN_SINCE),),
            fixed_values=(("basis", "unit"),),
            required_column="checkin_since",
        ),
    ),
    described_by=("kind",),
    priority=70,
    shown_apart=True,
    mergeable=True,
)

TEAM = Record(
    name="team",
    label="志愿服务队",
    about="社区的志愿服务队伍；队员见 member。",
    fields=(
        Field(
            "name",
            "队伍名称",
            NAME,
            ("名称", "服务队名称", "志愿服务队", "服务队", "团队名称", "志愿者队伍"),
            required=True,
            example="环境保护志愿服务队",
        ),
        Field(
            "place", "所属社区", NAME, ("社区", "社区（村）", "社区名称", "所在社区"), to="place", example="塔沟社区"
        ),
        Field("leader", "队长", TEXT, ("负责人", "队长姓名", "负责人姓名", "带队人"), example="王某某"),
        Field("kind", "队伍类别", TEXT, ("类别", "队伍类型", "服务类别"), example="环境卫生"),
        NOTE,
    ),
    keys=(("name", "place"), ("name",)),
    described_by=("place",),
    priority=60,
    shown_apart=True,
)

COMMUNITY = Field(
    "community",
    "居住社区",
    NAME,
    ("所属社区", "社区名称", "报到社区", "社区（村）", "社区", "所在社区", "居住地社区", "居住区域"),
    to="place",
    example="塔沟社区",
)

PERSON = Record(
    name="person",
    label="人员",
    about="在职党员、志愿者和其他参加服务的人。同名的人各记各的，凭证件号码或电话区分。",
    fields=(
        Field(
            "name",
            "姓名",
            PERSON_NAME,
            ("志愿者姓名", "党员姓名", "党员干部姓名", "服务人员", "参与人员", "人员姓名"),
            required=True,
            example="张三",
        ),
        Field("gender", "性别", GENDER, example="男"),
        Field("id_type", "证件类型", TEXT, ("证件类别",), example="居民身份证"),
        Field(
            "id_no",
            "身份证号",
            ID_NO,
            ("身份证号码", "身份证", "公民身份号码", "公民身份证号码", "证件号码", "证件号", "身份证件号码"),
            example="13080219900307001X",
        ),
        Field(
            "birth_date", "出生日期", DAY_OR_MONTH, ("生日", "出生年月", "出生时间", "出生年月日"), example="1990-03-07"
        ),
        Field(
            "phone",
            "联系电话",
            PHONE,
            ("电话", "联系方式", "联系方式（电话）", "手机号", "手机", "手机号码", "移动电话", "电话号码"),
            example="19900001234",
        ),
        Field("org", "工作单位", NAME, ("所属单位", "单位", "单位名称", "所在单位"), to="org", example="承德医学院"),
        Field(
            "branch",
            "所在党支部",
            TEXT,
            ("所属组织名称", "党组织", "党支部", "组织关系所在支部", "所在党组织"),
            example="护理学院学生党支部",
        ),
        Field("position", "职务", TEXT, ("职务职级", "岗位"), example="教师"),
        Field("political", "政治面貌", TEXT, ("人员类别", "党员类别"), example="中共党员"),
        Field("joined_party_on", "入党时间", DAY_OR_MONTH, ("入党日期", "入党年月"), example="2015-07"),
        Field(
            "address",
            "居住地址",
            TEXT,
            ("家庭住址", "地址", "现住址", "居住小区", "住址", "居住小区（楼栋单元室）"),
            example="塔沟小区3号楼2单元501",
        ),
        COMMUNITY,
        Field("grid", "网格", TEXT, ("所属网格", "责任网格", "网格名称"), example="第二网格"),
        Field("skills", "特长", TEXT, ("专业技能", "专长", "个人专长", "技能", "服务意向"), example="急救、摄影"),
        NOTE,
    ),
    keys=(("id_no",), ("name", "phone"), ("name", "org"), ("name", "community"), ("name",)),
    links=(
        Link(
            "member",
            "person",
            Field(
                "team",
                "志愿服务队",
                NAME,
                ("服务队", "所属服务队", "所在服务队", "队伍名称", "志愿者服务队", "所属队伍"),
                to="team",
                example="健康教育志愿服务队",
            ),
        ),
        Link(
            "checkin",
            "who",
            COMMUNITY,
            copied_fields=(("since", _CHECKIN_SINCE),),
            fixed_values=(("basis", "residence"),),
            required_column="checkin_since",
        ),
    ),
    described_by=("org", "community", "position"),
    priority=80,
    shown_apart=True,
    mergeable=True,
)

IDENTIFYING_FIELDS = (PERSON["id_no"], PERSON["phone"], PERSON["org"])
"""The columns that tell a person from namesakes in a roster that names persons."""

PAIRING = Record(
    name="pairing",
    label="包联",
    about="单位包联哪个社区、村或网格，从何时到何时。",
    fields=(
        Field("org", "单位", NAME, ("单位名称", "包联单位"), required=True, to="org", example="承德医学院"),
        Field(
            "place",
            "包联社区",
            NAME,
            ("社区", "社区（村）", "包联社区/网格"),
            required=True,
            to="place",
            example="文庙社区",
        ),
        _SINCE,
        _UNTIL,
        NOTE,
    ),
    keys=(("org", "place"),),
    described_by=("place",),
    priority=42,
    loaded_after=("person",),
)

CHECKIN = Record(
    name="checkin",
    label="报到",
    about="双报到：单位到包联社区报到，党员到居住地社区报到。",
    fields=(
        Field(
            "who",
            "报到人或单位",
            NAME,
            ("姓名", "党员姓名", "单位名称"),
            required=True,
            to="person org",
            example="张三",
        ),
        Field(
            "place", "报到社区", NAME, ("社区", "社区（村）", "社区名称"), required=True, to="place", example="塔沟社区"
        ),
        Field("basis", "报到方式", BASIS, ("报到类型",), required=True, example="居住地报到"),
        Field("since", "报到日期", DAY, ("报到时间", "登记日期"), example="2026-01-05"),
        _UNTIL,
        NOTE,
    ),
    keys=(("who", "place", "basis"),),
    context_fields=(*IDENTIFYING_FIELDS[:2], PERSON["org"]._replace(aliases=("所属单位", "所在单位"))),
    described_by=("place",),
    priority=43,
)

MEMBER = Record(
    name="member",
    label="队员",
    about="谁在哪个志愿服务队，从何时到何时。",
    fields=(
        Field(
            "team", "志愿服务队", NAME, ("队伍名称", "服务队"), required=True, to="team", example="健康教育志愿服务队"
        ),
        Field("person", "姓名", PERSON_NAME, ("队员", "队员姓名"), required=True, to="person", example="张三"),
        _SINCE,
        _UNTIL,
        NOTE,
    ),
    keys=(("person", "team"),),
    context_fields=IDENTIFYING_FIELDS,
    described_by=("person",),
    priority=44,
)

CONSENT = Record(
    name="consent",
    label="同意",
    about="本人同意登记和使用个人信息：用途、形式、从何时起；撤回了的，何时撤回。",
    fields=(
        Field("person", "姓名", PERSON_NAME, ("同意人", "志愿者姓名"), required=True, to="person", example="张三"),
        Field("purpose", "用途", TEXT, ("使用目的", "同意事项", "同意内容"), example="志愿服务记录"),
        Field("medium", "形式", MEDIUM, ("同意形式", "同意方式"), example="书面"),
        Field("since", "同意日期", DAY, ("签字日期", "签署日期", "告知日期"), required=True, example="2026-01-05"),
        Field("until", "撤回日期", DAY, ("撤回同意日期",)),
        NOTE,
    ),
    keys=(("person", "purpose", "since"), ("person", "since")),
    context_fields=IDENTIFYING_FIELDS,
    part_of="person",
    described_by=("purpose", "since"),
)
