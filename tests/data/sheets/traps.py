"""What stands in the cells of rosters that nobody was taught to write."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any

from data.sheets.paper import Leaf, book, rewrite, sheet
from data.sheets.people import PEOPLE

if TYPE_CHECKING:
    from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
TITLE = ["塔沟社区志愿者花名册"]
PERSON = ["序号", "姓名", "身份证号", "联系电话", "备注"]
ACTIVITY = ["活动名称", "活动日期", "服务时长(小时)", "服务人次"]
DAY_2026 = date(2026, 7, 18)
X, NUMBERS = PEOPLE[:6], PEOPLE[6:]
"""Persons whose ids end in X, and the others."""


def id_as_number(path: Path) -> None:
    first, second, text = NUMBERS[0], NUMBERS[1], X[1]
    heads = ["姓名", "出生日期", "身份证号", "联系电话"]
    rows = [[one.name, one.born, int(one.id_no), one.phone] for one in (first, second)]
    known = [first.name, first.born, first.id_no, first.phone]
    book(
        path,
        Leaf([TITLE, heads, *rows, [text.name, text.born, text.id_no, text.phone]], "花名册"),
        Leaf([heads, known], "入党材料"),
    )


def id_ends_000(path: Path) -> None:
    """The first passes the check digit all the same, the second does not, the third is sound."""
    ids = ["130802196301079000", "130802199003070000", PEOPLE[3].id_no]
    rows = [[at, PEOPLE[at].name, one, PEOPLE[at].phone, ""] for at, one in enumerate(ids, 1)]
    sheet(path, TITLE, PERSON, *rows)


def id_text_and_number(path: Path) -> None:
    people = [X[0], NUMBERS[0], X[1], NUMBERS[1], X[2]]
    ids = [one.id_no if one.id_no.endswith("X") else int(one.id_no) for one in people]
    rows = [[at, one.name, id_, one.phone, ""] for at, (one, id_) in enumerate(zip(people, ids, strict=True), 1)]
    sheet(path, TITLE, PERSON, *rows)


def id_rounded(path: Path) -> None:
    """Written in full, but by a program that holds numbers as doubles: 16 apart at 13…, 128 at 61…."""
    sheet(path, TITLE, PERSON, [1, "吴九", 1, NUMBERS[0].phone], [2, "郑十", 2, NUMBERS[1].phone])
    numbers = ("130802195907109904", "610881197202290176")
    changes = [
        (f'<c r="C{at + 3}" t="n"><v>{at + 1}', f'<c r="C{at + 3}"><v>{said}') for at, said in enumerate(numbers)
    ]
    rewrite(path, SHEET, *changes)


def id_spellings(path: Path) -> None:
    plain = [one.id_no for one in X]
    written = [
        plain[0].replace("X", "x"),
        plain[1].replace("X", "Ｘ"),
        plain[2].replace("X", "×"),
        plain[3].replace("X", "Х"),  # the Cyrillic letter
        f"'{plain[4]}\t ",
        f"{plain[5][:6]} {plain[5][6:14]} {plain[5][14:]}",
    ]
    rows = [[at, one.name, id_, one.phone] for at, (one, id_) in enumerate(zip(X, written, strict=True), 1)]
    sheet(path, TITLE, PERSON, *rows)


def id_masked(path: Path) -> None:
    one, other, third = X[:3]
    sheet(
        path,
        TITLE,
        PERSON,
        [1, one.name, f"{one.id_no[:6]}********{one.id_no[14:]}", one.phone],
        [2, other.name, f"{other.id_no[:4]}**********{other.id_no[14:]}", other.phone],
        [3, third.name, third.id_no, third.phone],
    )


def id_areas(path: Path) -> None:
    """Sound check digits; 神木 and 平泉 are areas of today that old tables lack, 999999 never was one."""
    ids = ["610881198808093660", "130881198808099064", "999999198808099061"]
    sheet(path, TITLE, PERSON, *([at, PEOPLE[at].name, one, PEOPLE[at].phone] for at, one in enumerate(ids)))


def phones(path: Path) -> None:
    said = [
        19900005026.0,
        "199-0000-7219",
        "19900003926/19900004043",
        "1990000281",
        "0314-2290000",
        "19900004746.0",
        "1.99E+10",
        "１９９０００００１２３",
    ]
    sheet(path, TITLE, PERSON, *([at + 1, PEOPLE[at].name, "", one] for at, one in enumerate(said)))


DATES = [
    "2023.7.18", "2023-7-18", "2023/7/18", "2023年7月18日", "7月18日", "7.18", "20230718", 20230718, 45125,
    "18日", "7月18-20日", "7月18日上午", "2023.7.18 9:00-11:00", "2023年７月１８日", date(2023, 7, 18), "2023年7月",
]  # fmt: skip
"""All of them 18 July 2023 under a title of that month, but for the last, which names no day."""


def dates(path: Path) -> None:
    title = ["塔沟社区2023年7月志愿服务活动台账"]
    rows = [[at, f"活动{at:02d}", said] for at, said in enumerate(DATES, 1)]
    sheet(path, title, ["填报单位（盖章）：塔沟社区"], ["序号", "活动名称", "活动日期"], *rows)


def date_formats(path: Path) -> None:
    """The built-in Chinese formats 57 and 58 and one of our own; the last is a count of days, no date."""
    shown = {"B2": 'yyyy"年"m"月"', "B3": 'm"月"d"日"', "B4": 'yyyy"年"m"月"d"日"', "C4": '0"天"'}
    rows = [[f"活动{at}", date(2026, 7, 18), 2] for at in (1, 2, 3)]
    sheet(path, ["活动名称", "活动日期", "解决问题数"], *rows, formats=shown)
    rewrite(path, "xl/styles.xml", ('(<xf numFmtId=")165', r"\g<1>57"), ('(<xf numFmtId=")166', r"\g<1>58"))


def month_or_tenth(path: Path) -> None:
    heads = ["姓名", "入党时间", "联系电话"]
    join = [1998.1, "1998.10", 2015.07, "1998年1月"]
    people = [[one.name, said, one.phone] for one, said in zip(PEOPLE, join, strict=False)]
    deeds: list[list[Any]] = [["理发", 7.1], ["清扫", "7.10"], ["宣讲", 7.18]]
    book(
        path,
        Leaf([heads, *people], "党员"),
        Leaf([["2026年活动台账"], ["活动名称", "活动日期"], *deeds], "活动"),
    )


def epoch_1904(path: Path) -> None:
    """A date, and the same day as a bare number of this calendar."""
    rows: list[list[Any]] = [["活动名称", "活动日期"], ["理发", date(2023, 7, 18)], ["清扫", 43663]]
    book(path, Leaf(rows), epoch_1904=True)


def full_width(path: Path) -> None:
    one = PEOPLE[11]
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    heads = ["序　号", "姓　名", "身份证号　", "联系电话", "出生日期", "居住地址（楼栋：单元）"]
    row = [
        "１",
        one.name,
        one.id_no.translate(wide),
        one.phone.translate(wide),
        "１９６５年１２月２７日",
        "３号楼：２单元",
    ]
    sheet(path, ["塔沟社区花名册（２０２６年）"], heads, row)


NAMES = ["张三", "张　三", "阿·买提", "阿•买提", "阿．买提", "李四（组长）", "★王五", "张三", "欧 阳 春"]


def names(path: Path) -> None:
    """Rows 1 and 2 are one person (the telephone says so), so are 3 to 5; row 8 is a namesake."""
    phones = [0, 0, 1, 1, 1, 2, 3, 4, 5]
    rows = [[said, PEOPLE[at].phone] for said, at in zip(NAMES, phones, strict=True)]
    sheet(path, ["姓名", "联系电话"], *rows)


def merged(path: Path) -> None:
    """Unit, day and title stand once for their rows; hours and people stand once for all together."""
    heads = ["序号", "组织单位", "活动名称", "活动日期", "社区（村）", "服务时长(小时)", "服务人次"]
    sheet(
        path,
        ["塔沟社区2026年7月活动台账"],
        heads,
        [1, "承德医学院", "义诊", DAY_2026, "塔沟社区", 3, 40],
        [2, "", "", "", "文庙社区", "", ""],
        [3, "", "理发", date(2026, 7, 19), "塔沟社区", 1.5, 12],
        [4, "市邮储银行", "", "", "文庙社区", 2, ""],
        [5, "", "宣讲", date(2026, 7, 20), "塔沟社区", "", 9],
        merges=["A1:G1", "B3:B5", "C3:C4", "D3:D4", "F3:F4", "G3:G4", "C5:C6", "D5:D6", "G5:G6", "B6:B7", "F6:F7"],
    )


def totals(path: Path) -> None:
    """Two blocks of one table, each with its 小计: the first right, the second wrong; 合计 wrong in one column."""
    heads = ["序号", "活动名称", "活动日期", "服务时长(小时)", "参加人数", "服务人次"]
    sheet(
        path,
        ["塔沟社区2026年7月活动台账"],
        heads,
        [1, "义诊", DAY_2026, 2, 5, 40],
        [2, "理发", DAY_2026, 1.5, 2, 20],
        ["小计", "", "", 3.5, 7, 60],
        [3, "宣讲", DAY_2026, 1, 3, 30],
        [4, "清扫", DAY_2026, 2, 6, 0],
        ["小计", "", "", 3, 9, 35],
        ["合　计", "", "", 6.5, 16, 95],
        ["注：服务群众人次按次累计。"],
        ["社区党委书记签字：", "", "", "", "填表人：王某某"],
    )


def names_in_a_cell(path: Path) -> None:
    heads = ["活动名称", "活动日期", "参加人员", "参加人数"]
    sheet(
        path,
        heads,
        ["义诊", DAY_2026, "张三、李四，王五", 3],
        ["理发", DAY_2026, "张三;李四 王五/赵六", 4],
        ["宣讲", DAY_2026, "张　三 李四\n王五", 3],
        ["清扫", DAY_2026, "张三、李四", 5],
        ["巡逻", DAY_2026, "王五、赵六等8人", 8],
    )


DURATIONS = [
    "2小时", "2h", "2.5个小时", "120分钟", "2小时30分", "1个半小时", "14:30—16:30", "14：30-16：30", "150分钟",
    time(1, 30), "半天", "一天", "工时+1", 1.5,
]  # fmt: skip


def durations(path: Path) -> None:
    heads = ["活动名称", "活动日期", "服务时长(小时)"]
    rows = [[f"活动{at:02d}", DAY_2026, said] for at, said in enumerate(DURATIONS, 1)]
    sheet(path, heads, *rows)


COUNTS = ["30余人", "约30人", "近百人", "1.2万人次", "三十人", "30人次", "1330余次", "800多亩", "８支", "1,200", "若干"]


def counts(path: Path) -> None:
    heads = ["活动名称", "活动日期", "服务群众人次"]
    rows = [[f"活动{at:02d}", DAY_2026, said] for at, said in enumerate(COUNTS, 1)]
    sheet(path, heads, *rows)


def errors(path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "姓名", "工作单位", "联系电话", "家庭人口"],
        [1, "张三", "=NA()", PEOPLE[0].phone, 3],
        [2, "李四", "承德医学院", "=#REF!", 2],
        [3, "=NA()", "承德医学院", PEOPLE[2].phone, 4],
        [4, "赵六", "承德医学院", PEOPLE[3].phone, "=1/0"],
        [5, "孙七", "承德医学院", PEOPLE[4].phone, 5],
    ]
    sheet(path, *rows)
    shown = {"C2": "#N/A", "D3": "#REF!", "B4": "#N/A", "E5": "#DIV/0!"}
    rewrite(path, SHEET, *((_formula(at), _cell(at, said, ' t="e"')) for at, said in shown.items()))


def uncomputed(path: Path) -> None:
    """Formulas that no program has computed yet, one that looks into another file, and one computed."""
    sheet(
        path,
        ["活动名称", "活动日期", "社区（村）", "服务人次"],
        ["义诊", DAY_2026, "塔沟社区", "=20+20"],
        ["理发", "=DATE(2026,7,18)", "塔沟社区", 12],
        ["宣讲", DAY_2026, "=VLOOKUP(A4,[1]总表!A:B,2,0)", 30],
        ["清扫", DAY_2026, "塔沟社区", "=5*6"],
        ["合计", "", "", "=SUM(D2:D5)"],
    )
    rewrite(path, SHEET, (_formula("D5"), '<c r="D5"><f>5*6</f><v>30</v></c>'))


def _formula(cell: str) -> str:
    return rf'<c r="{cell}"( s="\d+")?><f>[^<]*</f><v ?(/>|></v>)</c>'


def _cell(cell: str, shown: str, kind: str) -> str:
    return f'<c r="{cell}"{kind}><f>OF</f><v>{shown}</v></c>'


def pictures(path: Path) -> None:
    """Pictures in cells as WPS keeps them: a formula whose cached text is the formula."""
    formula = "_xlfn.DISPIMG"
    sheet(
        path,
        ["活动名称", "活动日期", "照片", "成效"],
        ["义诊", DAY_2026, f'={formula}("ID_1A2B",1)', "义诊20人"],
        ["理发", DAY_2026, f'={formula}("ID_3C4D",1)', f'={formula}("ID_5E6F",1)'],
    )
    changes = []
    for cell, name in (("C2", "1A2B"), ("C3", "3C4D"), ("D3", "5E6F")):
        said = f'DISPIMG("ID_{name}",1)'.replace('"', "&quot;")
        changes.append((_formula(cell), f'<c r="{cell}" t="str"><f>_xlfn.{said}</f><v>={said}</v></c>'))
    rewrite(path, SHEET, *changes)


def wps_dimension(path: Path) -> None:
    rows = [[at, one.name, one.id_no, one.phone] for at, one in enumerate(PEOPLE[:3], 1)]
    sheet(path, TITLE, PERSON, *rows)
    rewrite(path, SHEET, ('<dimension ref="[^"]*" ?/>', '<dimension ref="A1:A1"/>'))


def hidden(path: Path) -> None:
    people = [[at, one.name, one.id_no, one.phone] for at, one in enumerate(PEOPLE[:6], 1)]
    lookup = [["单位名称", "联系电话"], ["承德医学院", "0314-2290000"]]
    book(
        path,
        Leaf([TITLE, PERSON, *people], "花名册", hidden_rows=[5, 6], hidden_columns=["C"], filtered="A2:E8"),
        Leaf(lookup, "数据源", state="hidden"),
        Leaf(lookup, "字典", state="veryHidden"),
        Leaf([TITLE, PERSON, *people[:4]], "花名册 (2)"),
    )


def unit_spellings(path: Path) -> None:
    units = ["承德市公安局旅游分局", "旅游分局", "承德医学院"]
    places = ["文庙社区", "文庙", "塔沟社区"]
    rows = [[one.name, one.phone, units[at % 3], places[at % 3]] for at, one in enumerate(PEOPLE[:6])]
    sheet(path, ["姓名", "联系电话", "工作单位", "居住社区"], *rows)


def copied_month(path: Path) -> None:
    heads = ["活动名称", "活动日期", "社区（村）", "服务时长(小时)", "参加人数", "服务人次", "照片编号"]
    months = [Leaf([heads, *_month(at)], f"{at}月") for at in (6, 7)]
    book(path, *months)


def _month(number: int) -> list[list[Any]]:
    same: list[list[Any]] = [
        ["义诊", "塔沟社区", 2, 6, 43, "IMG_0412"],
        ["清扫楼道", "塔沟社区", 1.5, 9, 120, "IMG_0413"],
        ["反诈宣讲", "文庙社区", 1, 4, 65, "IMG_0414"],
    ]
    return [[row[0], date(2026, number, 8 + at), *row[1:]] for at, row in enumerate(same)]


def comments(path: Path) -> None:
    """A comment on a name, one on a telephone, one on the header; red means 未报到."""
    rows = [[at, one.name, one.id_no, one.phone, ""] for at, one in enumerate(PEOPLE[:3], 1)]
    said = {"B2": "已搬走，7月起不再参加", "D4": "换号了，待核实", "C1": "务必填18位"}
    sheet(path, PERSON, *rows, comments=said, fills={"B3": "FFFF0000"})


def categories(path: Path) -> None:
    said = ["环境卫生", "打扫卫生、清理小广告", "普法宣传", "关爱留守儿童", "05", "帮办跑腿", "看望孤寡老人", "随手拍"]
    rows = [[f"活动{at}", DAY_2026, one] for at, one in enumerate(said, 1)]
    sheet(path, ["活动名称", "活动日期", "服务类别"], *rows)
