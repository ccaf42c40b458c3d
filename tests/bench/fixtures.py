"""Makes what the benchmark reads, each in a process of its own.

``fixtures.py ledger|roster|messy|empty SIZE FILE [YEAR]``
"""

from __future__ import annotations

import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook

from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.model.categories import CATEGORIES
from shuangbaodao_cli.values.codes import id_check_character

DEEDS = ("清扫楼道", "义务理发", "政策宣讲", "反诈宣传", "急救培训", "夜间巡逻", "入户慰问", "课后辅导", "扫雪除冰")
TOLD = "组织在职党员和志愿者到小区，逐户走访、现场答疑，并把居民反映的问题当场登记、分头办理。"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁"
GIVEN = (
    "建国志军海明德永春树文斌立涛宏凯磊鹏飞宇浩泽峰亮庆山福成贵洪波东旭阳晨林松柏岩淑桂秀玉丽红霞敏静芳燕兰梅英华娟"
    "伟强勇杰平辉刚健俊龙超博鑫瑞祥和学良义仁忠信诚智嘉子梓轩涵诗雨欣怡佳琪婷雪琳慧颖洁萍凤云珍艳莉琴晶蓉菲薇妍彤"
)
HEADINGS = "序号，姓名，性别，身份证号，出生日期，政治面貌，工作单位，职务，联系电话，居住社区，居住地址，备注"
RNG = Random(1)  # noqa: S311  # the same every time


def name() -> str:
    """A name; in 100,000 the most common one stands some 30 times (张伟 stands about 20 times in China)."""
    return SURNAMES[int(len(SURNAMES) * RNG.random() ** 2)] + "".join(
        RNG.choices(GIVEN, k=RNG.choice((1, 2, 2, 2, 2, 2)))
    )


def activity(day: str) -> tuple[object, ...]:
    place, deed, category = RNG.randint(1, 300), RNG.choice(DEEDS), RNG.choice(list(CATEGORIES)[:14])
    figures = RNG.choice((60, 90, 120)), RNG.randint(1, 12), RNG.randint(0, 60), place % 3
    return f"第{place}社区{deed}志愿服务活动", day, place, RNG.randint(1, 50), category, TOLD, *figures


def fill_ledger(path: Path, size: int, years: range) -> None:
    """A ledger of so many activities in 300 places by 50 units, five people each, spread evenly over the years."""
    first, persons = date(years.start, 1, 1), size // 50
    days = (date(years.stop, 1, 1) - first).days
    dates = [(first + timedelta(at * days // size)).isoformat() for at in range(size)]
    connection = open_ledger(path, create=True)
    with write_transaction(connection, "bench") as entry:
        for table, names in {
            "place (level, name": [("community", f"第{at}社区") for at in range(1, 301)],
            "org (kind, name": [("机关", f"双桥区第{at}单位") for at in range(1, 51)],
            "person (gender, name": [("男", name()) for _ in range(persons)],
        }.items():
            connection.executemany(f"INSERT INTO {table}, name_key, entry) VALUES (?1, ?2, ?2, {entry.id})", names)
        connection.execute("INSERT INTO place_tree SELECT id, id, 0 FROM place")
        connection.executemany(
            "INSERT INTO activity (title, date, place, org, category, content, minutes, headcount, served, resolved,"
            f" volunteer, name_key, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, ?1, {entry.id})",
            map(activity, dates),
        )
        connection.executemany(
            f"INSERT INTO participation (activity, person, minutes, date, entry) VALUES (?, ?, 90, ?, {entry.id})",
            (
                (at + 1, 1 + (first_one + each * 7) % persons, dates[at])
                for at in range(size)
                for first_one in (RNG.randrange(persons),)
                for each in range(5)
            ),
        )
    connection.close()


def fill_orders(path: Path, size: int) -> None:
    """A ledger of so many needs with their orders in two years, one in seven still open, 300 places and 50 units."""
    fill_ledger(path, 500, range(2026, 2027))
    connection = open_ledger(path)
    kinds = list(CATEGORIES)[:14]
    states = ("reviewed",) * 12 + ("claimed", "finished")
    day = [(date(2025, 1, 1) + timedelta(at * 700 // size)).isoformat() for at in range(size)]
    due = [(date.fromisoformat(one) + timedelta(60)).isoformat() for one in day]
    with write_transaction(connection, "bench") as entry:
        made = f", name_key, entry) VALUES (?1, ?2, ?3, ?4, ?1, {entry.id})"
        connection.executemany(
            f"INSERT INTO resource (title, number, owner_org, category{made}",
            ((f"第{at}项资源", f"资-2026-{at:04d}", RNG.randint(1, 50), RNG.choice(kinds)) for at in range(1, 501)),
        )
        connection.executemany(
            f"INSERT INTO pairing (org, place, entry) VALUES (?, ?, {entry.id})",
            ((RNG.randint(1, 50), at) for at in range(1, 301)),
        )
        connection.executemany(
            f"INSERT INTO team (name, kind, place, name_key, entry) VALUES (?1, ?2, ?3, ?1, {entry.id})",
            ((f"第{at}服务队", RNG.choice(kinds), at) for at in range(1, 301)),
        )
        connection.execute("UPDATE person SET community = id % 300 + 1, skills = '急救、维修'")
        held = [(RNG.randint(1, 300), RNG.choice(kinds), states[at % 14], RNG.randint(1, 50)) for at in range(size)]
        connection.executemany(
            "INSERT INTO need (title, number, kind, place, category, raised_on, urgency, state, closed, name_key,"
            f" entry) VALUES (?1, ?2, 'need', ?3, ?4, ?5, 'daily', ?6, ?7, ?1, {entry.id})",
            (
                (
                    f"第{at}件事",
                    f"需-2026-{at:06d}",
                    place,
                    kind,
                    day[at],
                    state,
                    due[at] if state == "reviewed" else None,
                )
                for at, (place, kind, state, _) in enumerate(held)
            ),
        )
        connection.executemany(
            "INSERT INTO [order] (title, number, need, place, category, opened_on, due, holder_org, state, pending,"
            f" closed, urgency, name_key, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'daily', ?1,"
            f" {entry.id})",
            (
                (
                    *(f"第{at}件事", f"单-2026-{at:06d}", at + 1, place, kind, day[at], due[at], org, state),
                    None if state == "reviewed" else due[at],
                    due[at] if state == "reviewed" else None,
                )
                for at, (place, kind, state, org) in enumerate(held)
            ),
        )
        connection.executemany(
            f"INSERT INTO order_event (ticket, step, date, by_org, entry) VALUES (?, ?, ?, ?, {entry.id})",
            (
                (at + 1, step, day[at], org)
                for at, (_, _, state, org) in enumerate(held)
                for step in ("ticketed", "planned", "claimed", "finished", "reviewed")[
                    : 5 if state == "reviewed" else 4
                ]
            ),
        )
    connection.close()


def write_roster(path: Path, size: int) -> None:
    """A clean roster of 200 units and 50 communities: every cell as it is stored, no two ids alike."""
    book = Workbook(write_only=True)
    fill(book.create_sheet("在职党员"), size)
    book.save(path)


def fill(sheet: Any, size: int) -> None:
    """Write the heading and the rows of the clean roster."""
    sheet.append(HEADINGS.split("，"))
    for number, at in enumerate(RNG.sample(range(size), size), 1):
        born = (date(1950, 1, 1) + timedelta(at % 20_000)).isoformat()
        id_no = f"130802{born.replace('-', '')}{901 + at // 20_000}"
        political, position = RNG.choice(("中共党员", "共青团员", "群众")), RNG.choice(("教师", "科员", "医生"))
        unit, community = f"双桥区第{RNG.randint(1, 200)}单位", f"第{RNG.randint(1, 50)}社区"
        who = number, name(), RNG.choice("男女"), id_no + id_check_character(id_no), born, political, unit, position
        home = f"{RNG.randint(1, 20)}号楼{RNG.randint(1, 6)}单元{at % 18}02"
        sheet.append((*who, f"1990{at:07d}", community, home, "" if at % 10 else "流动党员"))


def soiled(row: tuple[object, ...], at: int) -> tuple[object, ...]:
    """A row as forty units would have written it: nothing in it but its names is written as it is stored."""
    number, who, gender, id_no, born, political, unit, position, phone, community, home, note = map(str, row)
    year, month, day = born.split("-")
    spelt = (f"{year}.{int(month)}.{int(day)}", f"{year}年{int(month)}月{int(day)}日", f"{year}/{month}/{day}")[at % 3]
    marked = (who, f"{who}（组长）", f"★{who}", " ".join(who))[at % 4]
    split = (f"{id_no[:6]} {id_no[6:14]} {id_no[14:]}", id_no.lower(), f"{id_no}\u3000", f"'{id_no}")[at % 4]
    ring = (f"{phone[:3]}-{phone[3:7]}-{phone[7:]}", f"{phone}/0314-2290000", f"+86 {phone}", f"手机：{phone}")[at % 4]
    wrong = {7: (3, f"{id_no[:-1]}*"), 11: (8, phone[:-1]), 13: (3, 1.3080219900307e17)}.get(at % 200)
    cells: list[object] = [float(number), marked, f"{gender}性", split, spelt, political, unit, position, ring]
    cells += [community, home, note]
    if wrong:
        cells[wrong[0]] = wrong[1]
    return tuple(cells)


def write_messy(path: Path, size: int) -> None:
    """The same roster as offices write it: title, a header on each page, subtotals, every cell in its own way."""
    rows: list[tuple[object, ...]] = []
    fill(rows, size)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("在职党员")
    sheet.append(["双桥区在职党员报到登记册（2026年）"])
    sheet.append(["填报单位（盖章）：　　填报人：　　联系电话：　　填报日期：2026.7.31"])
    for at, row in enumerate(rows[1:]):
        if at % 40 == 0:
            sheet.append([f"{heading}\n" for heading in HEADINGS.split("，")])
        sheet.append(soiled(row, at))
        if at % 40 == 39:
            sheet.append(["小计", 40])
    book.save(path)


def write_empty(path: Path, size: int) -> None:
    """One person above so many formatted rows without a word."""
    write_roster(path, 1)
    with zipfile.ZipFile(path) as book:
        held = {name: book.read(name) for name in book.namelist()}
    rows = "".join(f'<row r="{at}"><c r="A{at}" s="0"/><c r="B{at}" s="0"/></row>' for at in range(3, size + 3))
    part = "xl/worksheets/sheet1.xml"
    held[part] = held[part].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in held.items():
            book.writestr(name, content)


if __name__ == "__main__":
    what, count, file, *only = sys.argv[1:]
    if what in {"roster", "messy", "empty"}:
        {"roster": write_roster, "messy": write_messy, "empty": write_empty}[what](Path(file), int(count))
    elif what == "orders":
        fill_orders(Path(file), int(count))
    else:
        fill_ledger(Path(file), int(count), range(int(only[0]), int(only[0]) + 1) if only else range(2017, 2027))
