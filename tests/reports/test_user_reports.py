"""A user's own .sql beside the ledger: in the catalogue, answered like ours, and able to read only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from shuangbaodao_cli.reports.catalogue import all_reports

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

HEAD = "-- title: 陪伴情况\n-- asks: 各社区陪伴了多少次？\n-- columns: place services\n"
SQL = (
    "SELECT p.name AS place, COUNT(*) AS services FROM activity AS a JOIN place AS p ON p.id = a.place\n"
    "WHERE a.voided IS NULL AND a.date >= :start AND a.date < :until\n"
    "  AND (:place IS NULL OR a.place IN (SELECT place FROM place_tree WHERE ancestor = :place))\n"
    "GROUP BY p.name ORDER BY p.name\n"
)
PHONE, CHILD = "13912345678", "王小二"


@pytest.fixture
def folder(own_ledger: Path) -> Path:
    beside = own_ledger.with_name("ledger.db.reports")
    beside.mkdir()
    return beside


@pytest.fixture
def office(sbd: Sbd, folder: Path) -> Sbd:
    """Three activities in two communities, a person with a phone, and a care recipient."""
    assert folder.is_dir()
    sbd("add", "place", "名称=塔沟社区")
    sbd("add", "place", "名称=文庙社区")
    for line in (
        "陪聊 --date 2026-07-01 --place 塔沟社区 --hours 1.5",
        "代购 --date 2026-07-31 --place 塔沟社区",
        "陪诊 --date 2026-07-15 --place 文庙社区",
        "旧事 --date 2026-06-30 --place 文庙社区",
    ):
        assert sbd("log", "activity", *line.split()).code == 0
    sbd("add", "person", "姓名=张三", f"电话={PHONE}", "证件号码=11010519491231002X")
    sbd("add", "org", "单位名称=承德医学院", f"电话={PHONE}")
    sbd("add", "subject", f"姓名={CHILD}", "健康状况=高血压", "居住地址=3号楼", "联系电话=03142290000", "备注=独居")
    sbd("edit", "person", "张三", "电话=13912345679", "--reason", f"原号 {PHONE} 停用")
    assert sbd("log", "visit", "户-2026-0001", "--found", "血压高", "--on", "2026-07-02").code == 0
    return sbd


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.sql").write_text(text, encoding="utf-8")


def asked(sbd: Sbd, name: str = "陪伴", *words: str) -> dict[str, Any]:
    said = sbd("report", name, "--month", "2026-07", *words, "--format", "json")
    assert (said.code, said.err) == (0, "")
    found: dict[str, Any] = said.json()
    return found


def test_it_is_in_the_catalogue_and_answers_in_the_json_of_the_contract(office: Sbd, folder: Path) -> None:
    write(folder, "陪伴", f"{HEAD}-- labels: 社区 陪伴次数\n-- units: - 次\n{SQL}")
    listed = office("report", "--list", "--format", "json").json()
    assert [row["name"] for row in listed] == [*all_reports(), "陪伴"]
    assert listed[-1]["asks"] == "各社区陪伴了多少次？"
    said = asked(office)
    assert said["notes"]
    assert {key: value for key, value in said.items() if key != "notes"} == {
        "report": "陪伴",
        "title": "陪伴情况",
        "period": {"from": "2026-07-01", "until": "2026-08-01"},
        "place": None,
        "columns": [
            {"name": "place", "label": "社区", "unit": ""},
            {"name": "services", "label": "陪伴次数", "unit": "次"},
        ],
        "rows": [{"place": "塔沟社区", "services": 2}, {"place": "文庙社区", "services": 1}],
        "totals": {},
    }


def test_period_and_place_are_those_that_were_asked_for(office: Sbd, folder: Path) -> None:
    write(folder, "陪伴", HEAD + SQL)
    assert asked(office, "陪伴", "--place", "文庙社区")["rows"] == [{"place": "文庙社区", "services": 1}]
    year = office("report", "陪伴", "--year", "2026", "--format", "json").json()
    assert [row["services"] for row in year["rows"]] == [2, 2]


def test_it_is_written_into_files_and_kept_when_it_is_sent(office: Sbd, folder: Path, tmp_path: Path) -> None:
    write(folder, "陪伴", HEAD + SQL)
    assert office("report", "陪伴", "--month", "-o", "陪伴.xlsx").code == 0
    values = [list(row) for row in openpyxl.load_workbook(tmp_path / "陪伴.xlsx").worksheets[0].values]
    assert ["塔沟社区", 2] in [row[:2] for row in values]
    before = office("report", "陪伴", "--month").out
    assert office("report", "freeze", "陪伴", "--month").code == 0
    (folder / "陪伴.sql").unlink()
    assert office("report", "frozen", "last").out == before
    assert office("report", "bridge", "冻-2026-0001").code == 2


def test_columns_are_what_stands_in_them(office: Sbd, folder: Path) -> None:
    write(
        folder,
        "各样",
        "-- title: 各样\n-- asks: 各样？\n-- columns: hours mean word none\n"
        "SELECT 90 AS minutes, 1.5 AS mean, '=1+1' AS word, NULL AS none, 'x' AS unasked",
    )
    said = asked(office, "各样")
    assert said["rows"] == [{"hours": 1.5, "minutes": 90, "mean": 1.5, "word": "=1+1", "none": None}]
    assert "'=1+1" in office("report", "各样", "--format", "csv").out
    write(folder, "空", f"{HEAD}SELECT 'a' AS place, 1 AS services WHERE 0")
    assert asked(office, "空")["rows"] == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM activity",
        "UPDATE activity SET served = 9",
        "INSERT INTO policy (text, entry) VALUES ('', 1)",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "DROP TABLE activity",
        "ATTACH 'other.db' AS other",
        "VACUUM INTO 'copy.db'",
        "PRAGMA journal_mode = WAL",
        "PRAGMA query_only = OFF",
        "SELECT name AS place, 1 AS services FROM pragma_table_info('person')",
        "SELECT load_extension('x') AS place, 1 AS services",
        "BEGIN",
        "COMMIT",
        "WITH x AS (SELECT 1) INSERT INTO policy (text, entry) SELECT 'x', 1 FROM x",
        "EXPLAIN SELECT 1",
        "SELECT zeroblob(99000000) AS place, 1 AS services",
    ],
)
def test_it_can_only_read(office: Sbd, folder: Path, own_ledger: Path, statement: str) -> None:
    write(folder, "坏", HEAD + statement)
    before = own_ledger.read_bytes()
    said = office("report", "坏", "--month")
    assert (said.code, said.out, "坏.sql" in said.err) == (6, "", True)
    assert office("report", "freeze", "坏", "--month").code == 6
    assert own_ledger.read_bytes() == before
    assert {path.name for path in own_ledger.parent.iterdir()} == {"ledger.db", "ledger.db.reports"}


def test_numbers_and_what_is_private_cannot_be_read(office: Sbd, folder: Path) -> None:
    """Whatever a query names: the column, all columns, a subquery, the history or the key a name is found by."""
    shown = {
        "stars": "SELECT place, services FROM (SELECT c.*, 1 AS place, 2 AS services FROM change AS c) WHERE place > 1",
        "person": "SELECT id_no AS place, phone AS services FROM person",
        "upper": "SELECT ID_NO AS place, [Phone] AS services FROM Person",
        "org": "SELECT phone AS place, 1 AS services FROM org",
        "subject": "SELECT name || address AS place, health AS services FROM subject",
        "key": "SELECT name_key AS place, note AS services FROM subject",
        "visit": "SELECT found AS place, content AS services FROM visit",
        "inner": "SELECT (SELECT x.phone FROM person AS x) AS place, (SELECT MAX(health) FROM subject) AS services",
        "cte": "WITH w AS (SELECT * FROM person) SELECT w.phone AS place, w.id_no AS services FROM w",
        "change": "SELECT old AS place, new AS services FROM change WHERE record = 'person' AND field = 'phone'",
        "found": f"SELECT 1 AS place, 2 AS services FROM person WHERE phone = '13912345679' OR phone LIKE '139%' "
        f"OR id_no IS NOT NULL UNION SELECT 1, 2 FROM subject WHERE name = '{CHILD}'",
        "whole": "SELECT group_concat(quote(phone)) AS place, NULL AS services FROM person",
    }
    for name, sql in shown.items():
        write(folder, name, HEAD + sql)
        said = office("report", name, "--month")
        if name == "stars":
            assert asked(office, name)["rows"] == []
            continue
        assert (said.code, said.out, "不外露" in said.err, f"{name}.sql" in said.err) == (6, "", True, True), name
        assert not [word for word in (PHONE, "13912345679", CHILD, "高血压", "血压高", "3号楼") if word in said.err]
    write(folder, "name", f"{HEAD}SELECT name AS place, org AS services FROM person")
    assert asked(office, "name")["rows"] == [{"place": "张三", "services": None}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT 1", "-- title:"),
        ("-- title: 甲\n-- asks: 乙\nSELECT 1", "-- columns:"),
        ("-- title: \n-- asks: 乙\n-- columns: a\nSELECT 1 AS a", "-- title:"),
        ("-- title: 甲\n-- asks: 乙\n-- columns: 社区\nSELECT 1 AS 社区", "社区"),
        ("-- title: 甲\n-- asks: 乙\n-- columns: a a\nSELECT 1 AS a", "两次"),
        (f"{HEAD}-- labels: 社区\n{SQL}", "2 列"),
        (f"{HEAD}-- units: 次 次 次\n{SQL}", "2 列"),
        (f"{HEAD}SELEKT 1", "SELEKT"),
        (f"{HEAD}SELECT * FROM nothing", "nothing"),
        (f"{HEAD}SELECT 1 AS place", "services"),
        (f"{HEAD}{SQL}; {SQL}", "一次只能查一句"),
        (f"{HEAD}SELECT :month AS place, 1 AS services", ":start"),
        (f"{HEAD}SELECT ? AS place, 1 AS services", ":start"),
        (f"{HEAD}SELECT x'00ff' AS place, 1 AS services", "二进制"),
        (f"{HEAD}SELECT phone AS place, 1 AS services FROM person FULL JOIN org USING (phone)", "LEFT JOIN"),
        (f"{HEAD}SELECT p.name AS place, 1 AS services FROM person AS p JOIN org AS o USING (phone)", "JOIN … ON"),
        (f"{HEAD}SELECT phone AS place, 1 AS services FROM person NATURAL right /* */\nOUTER JOIN org", "LEFT JOIN"),
        (HEAD, "还没有写要查什么"),
        (f"{HEAD}SELECT abs(-9223372036854775808) AS place, 1 AS services", "overflow"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_name(office: Sbd, folder: Path, text: str, told: str) -> None:
    write(folder, "坏", text)
    said = office("report", "坏", "--month")
    assert (said.code, said.out) == (6, "")
    assert "坏.sql" in said.err
    assert told in said.err
    assert office("report", "--month").code == 0


def test_rows_without_end_are_stopped(office: Sbd, folder: Path) -> None:
    endless = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS place, 1 AS services FROM c"
    write(folder, "坏", HEAD + endless)
    said = office("report", "坏", "--month")
    assert (said.code, said.out, "坏.sql" in said.err) == (6, "", True)


def test_a_text_that_no_cell_can_hold_is_named_and_the_old_file_stays(
    office: Sbd, folder: Path, tmp_path: Path
) -> None:
    write(
        folder,
        "长文",
        "-- title: 长文\n-- asks: 多长？\n-- columns: text\nSELECT REPLACE(HEX(ZEROBLOB(32768)), '00', '长') AS text",
    )
    file = tmp_path / "长文.xlsx"
    file.write_bytes(b"old")
    said = office("report", "长文", "--month", "2026-07", "-o", file)
    assert (said.code, file.read_bytes()) == (6, b"old")
    assert "长文!A4 的文字超过 32767 字" in said.err
    assert office("report", "长文", "--month", "2026-07", "-o", file.with_suffix(".csv")).code == 0


def test_a_file_that_is_no_text_is_told(office: Sbd, folder: Path) -> None:
    (folder / "坏.sql").write_bytes(HEAD.encode("gbk"))
    assert (office("report", "坏").code, "UTF-8" in office("report", "坏").err) == (6, True)
    (folder / "好.sql").write_bytes(("\ufeff" + HEAD + SQL).encode().replace(b"\n", b"\r\n"))
    assert len(asked(office, "好")["rows"]) == 2
    (folder / "夹.sql").mkdir()
    assert office("report", "夹").code == 6
    if os.name == "posix" and os.geteuid():
        (folder / "好.sql").chmod(0)
        assert office("report", "好").code == 6


def test_the_list_shows_the_good_ones_and_tells_of_the_others(office: Sbd, folder: Path) -> None:
    write(folder, "陪伴", HEAD + SQL)
    write(folder, "坏", "SELECT 1")
    write(folder, "places", HEAD + SQL)
    write(folder, "freeze", HEAD + SQL)
    write(folder, "两 词", HEAD + SQL)
    (folder / "说明.txt").write_text("不是报表", encoding="utf-8")
    said = office("report", "--list", "--format", "json")
    assert said.code == 0
    assert [row["name"] for row in said.json()] == [*all_reports(), "陪伴"]
    assert all(name in said.err for name in ("坏.sql", "places.sql", "freeze.sql", "两 词.sql"))
    assert "说明" not in said.err


@pytest.mark.parametrize("name", ["places", "summary", "gap"])
def test_a_name_of_ours_is_not_taken(office: Sbd, folder: Path, name: str) -> None:
    before = office("report", name, "--month", "--format", "json").out
    write(folder, name, HEAD + SQL)
    said = office("report", name, "--month", "--format", "json")
    assert (said.code, said.out, f"{name}.sql" in said.err) == (0, before, True)


def test_what_is_unknown_names_our_reports_and_theirs(office: Sbd, folder: Path) -> None:
    write(folder, "陪伴情况", HEAD + SQL)
    said = office("report", "陪伴")
    assert (said.code, "是不是 陪伴情况" in said.err, "summary" in said.err) == (4, True, True)
    assert office("report", "../ledger.db.reports/陪伴情况").code == 4
    assert office("report", "陪伴情况", "--by", "place").code == 2


def test_without_a_folder_or_a_ledger_the_list_is_ours(sbd: Sbd) -> None:
    assert [row["name"] for row in sbd("report", "--list", "--format", "json").json()] == [*all_reports()]
