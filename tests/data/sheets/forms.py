"""The forms that offices hand out, with all their columns (登记册, 单位登记, 活动记录, 签到表, 记录卡)."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from data.sheets.paper import sheet
from data.sheets.people import CODES, PEOPLE

if TYPE_CHECKING:
    from pathlib import Path

FILLER = "填报单位（盖章）：　　填报人：　　联系电话：　　填报日期：2026年7月18日"
PERSONS = (
    "序号 姓名 性别 民族 出生年月 政治面貌(党员/预备) 入党时间 身份证号 工作单位 职务 所在党支部 "
    "居住小区(楼栋单元室) 联系电话 特长 认领岗位/服务意向 可服务时间 报到日期 是否报到 备注"
)
ORGS = (
    "序号 单位名称 统一社会信用代码 党组织名称 党组织类别 党员人数 负责人 职务 联系电话 联络员 联络员电话 "
    "包联社区/网格 报到时间 资源类型 共建项目 签订协议日期 备注"
)
ACTIVITIES = (
    "序号 活动名称 活动时间(起止) 活动地点 组织单位 活动负责人 联系电话 服务类别 服务内容 参加人数 服务对象 "
    "服务人次 服务时长(小时) 解决问题数 经费/物资 照片编号 备注"
)
SIGNING = "序号 姓名 单位 身份证号 联系电话 签到时间 签退时间 时长 签字 备注"
CARD = "姓名 单位 社区 服务日期 服务内容 时长 积分 社区党组织意见(盖章) 单位党组织意见"


def persons(path: Path) -> None:
    """Form A, 在职党员报到登记册."""
    heads = PERSONS.split()
    rows = [
        [
            at, one.name, one.sex, "汉", one.born[:7].replace("-", "."), "中共党员", "2015.07", one.id_no, "承德医学院",
            "教师", "护理学院党支部", f"文庙小区{at}号楼2单元501", one.phone, "急救、摄影", "健康宣传", "周末",
            "2026.1.5", "是", "",
        ]
        for at, one in enumerate(PEOPLE[:4], 1)
    ]  # fmt: skip
    title = ["双桥区头道牌楼街道文庙社区在职党员“双报到”登记册"]
    sheet(path, title, [FILLER], heads, *rows, ["合计", "4人"], merges=["A1:S1", "A2:S2"])


def orgs(path: Path) -> None:
    """Form B, 单位党组织报到登记."""
    heads = ORGS.split()
    names = ["双桥区农业农村局", "承德医学院", "名士口腔", "市热力集团"]
    rows = [
        [
            at, name, code, f"{name}党委", "党委", 20 * at, PEOPLE[at].name, "书记", f"0314-229000{at}",
            PEOPLE[at + 4].name, PEOPLE[at + 4].phone, "文庙社区", "2026年1月4日", "人才、场地", "健康义诊",
            "2026.1.10", "",
        ]
        for at, (name, code) in enumerate(zip(names, CODES, strict=True), 1)
    ]  # fmt: skip
    title = ["文庙社区共驻共建单位党组织报到登记表"]
    total = ["合计", "", "", "", "", 200]
    sheet(path, title, [FILLER], heads, *rows, total, merges=["A1:Q1", "A2:Q2"])


def activities(path: Path) -> None:
    """Form F, 志愿服务活动情况记录表."""
    heads = ACTIVITIES.split()
    when = ["2026.7.4 9:00-11:00", "2026年7月11日14:30—16:30", "2026.7.18-7.20"]
    rows = [
        [
            at, title, said, "文庙社区", "承德医学院", PEOPLE[at].name, PEOPLE[at].phone, kind, "现场服务", 4 + at,
            "居民", 30 * at, 2, at, "血压计2台", f"IMG_00{at}", "",
        ]
        for at, (title, said, kind) in enumerate(
            zip(["健康义诊", "义务理发", "防汛值守"], when, ["卫生健康", "便民服务", "应急救援"], strict=True), 1
        )
    ]  # fmt: skip
    total = ["合计", *[""] * 8, 18, "", 180, 6, 6]
    sheet(path, ["文庙社区志愿服务活动情况记录表"], [FILLER], heads, *rows, total, merges=["A1:Q1", "A2:Q2"])


def signing(path: Path) -> None:
    """Form F, 签到表 in one block, the caption cell by cell in two lines."""
    heads = SIGNING.split()
    rows = [
        [at, one.name, "承德医学院", one.id_no, one.phone, time(14, 30), time(16, 30), 2, "", ""]
        for at, one in enumerate(PEOPLE[:5], 1)
    ]
    sheet(
        path,
        ["志愿服务活动签到表"],
        ["活动名称", "健康义诊", "", "活动时间", date(2026, 7, 18)],
        ["活动地点", "文庙社区", "", "负责人", "王某某"],
        heads,
        *rows,
        ["签到人：", "", "", "负责人签字："],
        merges=["A1:J1", "B2:C2", "B3:C3"],
    )


def card(path: Path) -> None:
    """Form F, 党员服务记录卡: one member a line, each line a service."""
    heads = CARD.split()
    days = [date(2026, 7, 4), date(2026, 7, 11), date(2026, 7, 18)]
    rows = [[PEOPLE[0].name, "承德医学院", "文庙社区", day, "健康义诊", 2, 2, "", ""] for day in days]
    sheet(path, ["党员服务记录卡"], heads, *rows, merges=["A1:I1"])
