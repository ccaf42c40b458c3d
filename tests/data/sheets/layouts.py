"""Where the table stands on the sheet: titles, headers of several rows, pages, blocks, months."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from data.sheets.others import biff, html, ods, ole, xml_2003
from data.sheets.paper import Leaf, book, delimited, sheet
from data.sheets.people import PEOPLE

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "双桥区头道牌楼街道文庙社区在职党员“双报到”登记册"
FILLER = "填报单位（盖章）：文庙社区　　填报人：王某某　　联系电话：19900000001　　填报日期：2026年7月18日"
HEADS = ["序号", "姓名", "身份证号", "工作单位", "联系电话"]
DEEDS = ["义诊", "理发", "宣讲", "清扫", "巡逻", "慰问"]


def _persons(first: int, last: int) -> list[list[Any]]:
    """Rows of a roster for the people from ``first`` on, numbered from 1."""
    return [[at, one.name, one.id_no, "承德医学院", one.phone] for at, one in enumerate(PEOPLE[first:last], first + 1)]


def titles(path: Path) -> None:
    notes = [["注：以上人员均已报到。"], ["社区党委书记签字：", "", "", "经办人签字："]]
    rows = [[TITLE], [FILLER], HEADS, *_persons(0, 3), ["合计", "3人"], *notes]
    sheet(path, *rows, merges=["A1:E1", "A2:E2", "A7:A7"])


TWO_ROWS: list[list[Any]] = [
    ["文庙社区2026年7月志愿服务活动情况表"],
    ["序号", "活动名称", "服务时间", "", "负责人", "", "服务情况", "", ""],
    ["", "", "开始日期", "结束日期", "姓名", "电话", "时长（小时）", "参加人数", "服务人次"],
    [1, "义诊", "2026.7.4", "2026.7.4", "张三", "19900005026", 2, 5, "40余"],
    [2, "理发", "2026.7.11", "2026.7.12", "李四", "19900007219", 1.5, 3, 20],
    ["合计", "", "", "", "", "", 3.5, 8, 60],
]


def two_rows(path: Path) -> None:
    merges = ["A1:I1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:I2"]
    sheet(path, *TWO_ROWS, merges=merges)


def two_rows_csv(path: Path) -> None:
    delimited(path, TWO_ROWS, "gb18030")


def three_rows(path: Path) -> None:
    sheet(
        path,
        ["文庙社区2026年7月志愿服务活动情况表"],
        ["序号", "活动名称", "活动日期", "服务开展情况", "", "", "", "备注"],
        ["", "", "", "人员", "", "成效", "", ""],
        ["", "", "", "参加人数", "服务时长(小时)", "服务群众人次", "解决问题数", ""],
        [1, "义诊", date(2026, 7, 4), 5, 2, 40, 0, "雨"],
        [2, "理发", date(2026, 7, 11), 3, 1.5, 20, 1, ""],
        merges=["A1:H1", "A2:A4", "B2:B4", "C2:C4", "D2:G2", "D3:E3", "F3:G3", "H2:H4"],
    )


def repeated_header(path: Path) -> None:
    rows = [[TITLE], HEADS, *_persons(0, 3), HEADS, *_persons(3, 6), HEADS, *_persons(6, 8)]
    sheet(path, *rows, merges=["A1:E1"])


def repeated_title(path: Path) -> None:
    page = [[TITLE], [FILLER], HEADS]
    pages = [[*page, *_persons(at, at + 3), [f"第 {at // 3 + 1} 页，共 2 页"], []] for at in (0, 3)]
    sheet(path, *pages[0], *pages[1], merges=["A1:E1", "A2:E2", "A9:E9", "A10:E10"])


SIGN_HEADS = ["序号", "姓名", "单位", "联系电话", "签到", "签退"]
SIGN_CAPTION = "活动名称：海姆立克急救培训　　时间：2026年7月18日 14:30—16:30　　地点：文庙社区　　负责人：王某某"


def sign_in(path: Path) -> None:
    """Twelve lines in two blocks, nine of them signed; 王五 came half an hour late."""
    rows = [_signed(at) + _signed(at + 6) for at in range(6)]
    sheet(
        path,
        ["文庙社区志愿服务活动签到表"],
        [SIGN_CAPTION],
        SIGN_HEADS * 2,
        *rows,
        ["签到负责人：", "", "", "", "", "", "活动负责人签字："],
        merges=["A1:L1", "A2:L2"],
    )


def _signed(at: int) -> list[Any]:
    """One line; the paper has numbers for more people than came."""
    if at >= 9:
        return [at + 1, "", "", "", "", ""]
    one = PEOPLE[at]
    return [at + 1, one.name, "承德医学院", one.phone, "15:00" if at == 2 else "14:30", "16:30"]


def spacers(path: Path) -> None:
    rows = [["" if at % 2 else row[at // 2] for at in range(9)] for row in (HEADS, *_persons(0, 4))]
    gaps: list[list[Any]] = [[""] * 9, [""] * 9]
    spaced = [gaps[0], [TITLE], gaps[0], rows[0], gaps[0], *rows[1:3], *gaps, *rows[3:]]
    sheet(path, *([["", *row] for row in spaced]))


def same_kind(path: Path) -> None:
    """Two rosters of one kind below each other, their columns in another order."""
    other = [[one.phone, one.name, "市邮储银行"] for one in PEOPLE[3:5]]
    first = [["一、承德医学院报到党员"], HEADS, *_persons(0, 3)]
    sheet(path, *first, [], ["二、市邮储银行报到党员"], ["联系电话", "姓名", "工作单位"], *other)


def other_kinds(path: Path) -> None:
    """Units, then persons, then activities, on one sheet."""
    sheet(
        path,
        ["一、报到单位"],
        ["单位名称", "党员人数", "联络员", "联系电话"],
        ["承德医学院", 86, "张三", "0314-2290000"],
        ["市邮储银行", 12, "李四", "0314-2290001"],
        [],
        ["二、报到党员"],
        HEADS,
        *_persons(0, 3),
        [],
        ["三、2026年7月活动"],
        ["活动名称", "活动日期", "社区", "服务人次"],
        ["义诊", "7.4", "文庙社区", 40],
        ["理发", "7.11", "文庙社区", 20],
    )


def months(path: Path) -> None:
    """Twelve sheets, the year in their title alone; the last five are empty forms."""
    book(path, *(Leaf(_month(number), f"{number}月", merges=["A1:E1", "B3:B4"]) for number in range(1, 13)))


def _month(number: int) -> list[list[Any]]:
    heads = ["序号", "活动名称", "活动日期", "社区（村）", "服务人次"]
    top: list[list[Any]] = [["文庙社区2025年度志愿服务活动台账"], heads]
    if number > 7:
        return top
    return [
        *top,
        [1, "独居老人走访慰问", f"{number}.4", "文庙社区", 10 + number],
        [2, "", f"{number}.11", "文庙社区", 10],
        [3, "义务理发", "18日", "文庙社区", 20],
        [4, "政策宣讲", f"{number}月25日", "文庙社区", 30],
    ]


def grids(path: Path) -> None:
    """A roster a grid and a hidden lookup sheet; ids half text, half number; names of two characters spaced out."""
    leaves = []
    for number, first in ((1, 4), (2, 6)):
        people = PEOPLE[first : first + 4]
        rows = [
            [at, "　".join(one.name) if len(one.name) == 2 else one.name, _half(one.id_no), one.phone]
            for at, one in enumerate(people, 1)
        ]
        leaves.append(Leaf([[f"文庙社区第{number}网格人员花名册"], HEADS[:3] + HEADS[4:], *rows], f"第{number}网格"))
    book(path, *leaves, Leaf([["性别", "政治面貌"], ["男", "中共党员"], ["女", "群众"]], "数据源", state="hidden"))


def _half(id_no: str) -> str | int:
    """Excel leaves an id that ends in X as text and makes a number of one that does not."""
    return id_no if id_no.endswith("X") else int(id_no)


NOTICE = "公示期：2026年7月24日至7月28日（5个工作日）　监督电话：0314-2290000"


def notice(path: Path) -> None:
    heads = ["序号", "姓名", "所在单位", "服务时长（小时）", "积分", "等次", "备注"]
    people = [[at, one.name, "承德医学院", 20 + at, 40 + at, "优秀", ""] for at, one in enumerate(PEOPLE[:3], 1)]
    title = ["文庙社区在职党员志愿服务积分公示"]
    sheet(path, title, [NOTICE], heads, *people, merges=["A1:G1", "A2:G2"])


def monthly(path: Path) -> None:
    """The monthly return of a community: a two-row header, numbers with 余, a total typed by hand and wrong."""
    sheet(
        path,
        ["双桥区头道牌楼街道文庙社区2026年7月“双报到”工作情况统计表"],
        ["填报单位（盖章）：文庙社区党委　　填报人：××　　填报日期：2026.7.31"],
        ["序号", "报到单位", "报到党员（人）", "", "志愿服务", "", "", "群众问题（件）", "", "备注"],
        ["", "", "应报到", "已报到", "次数", "人次", "时长(小时)", "收集", "解决", ""],
        [1, "承德医学院", 86, 86, 12, "140余", 280, 9, 8, ""],
        [2, "市邮储银行", 20, 18, 4, 40, 60, 3, 3, ""],
        [3, "市热力集团", 34, 30, 5, 61, 96.5, 6, 4, "供暖期外"],
        ["合计", "", 140, 135, 21, "240余", 436.5, 18, 15, ""],
        ["注：服务群众人次按次累计。　　社区党委书记签字："],
        merges=["A1:J1", "A2:J2", "A3:A4", "B3:B4", "C3:D3", "E3:G3", "H3:I3", "J3:J4"],
    )


PLAIN = [HEADS, *_persons(0, 3)]


def gbk(path: Path) -> None:
    delimited(path, PLAIN, "gbk")


def gb18030(path: Path) -> None:
    """A name with a character that GBK lacks."""
    delimited(path, [*PLAIN, [4, "𡈼玉", PEOPLE[3].id_no, "承德医学院", PEOPLE[3].phone]], "gb18030")


def utf8_mark(path: Path) -> None:
    delimited(path, [[TITLE, "", "", "", ""], *PLAIN], "utf-8-sig")


def utf16(path: Path) -> None:
    delimited(path, PLAIN, "utf-16", "\t")


def tsv(path: Path) -> None:
    delimited(path, PLAIN, "utf-8", "\t")


def semicolons(path: Path) -> None:
    path.write_bytes(("sep=;\r\n" + "".join(";".join(map(str, row)) + "\r\n" for row in PLAIN)).encode("gbk"))


def quoted(path: Path) -> None:
    """Ids wrapped so that Excel leaves them alone, a comma and a line break inside quotes."""
    rows = [f'{at},{name},"=""{id_no}""","承德医学院,\n护理学院",{phone}' for at, name, id_no, _, phone in PLAIN[1:]]
    path.write_bytes(("\r\n".join([",".join(HEADS), *rows]) + "\r\n").encode("utf-8"))


def html_xls(path: Path) -> None:
    html(path, PLAIN, title=TITLE.replace("“", "").replace("”", ""))


def tsv_xls(path: Path) -> None:
    delimited(path, PLAIN, "gbk", "\t")


def xml_xls(path: Path) -> None:
    xml_2003(path, "花名册", [[TITLE], *PLAIN])


def xlsx_xls(path: Path) -> None:
    sheet(path, [TITLE], *PLAIN)


def old_et(path: Path) -> None:
    biff(path, "花名册", [[TITLE], *PLAIN])


def open_document(path: Path) -> None:
    ods(path, "花名册", [[TITLE], *PLAIN])


def password(path: Path) -> None:
    """What a workbook with an opening password looks like from outside."""
    path.write_bytes(ole("EncryptedPackage", bytes(range(256)) * 8))
