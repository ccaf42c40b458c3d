"""Rows of somebody's form that stand for something else than they seem to, and rows by team and by category."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from forms.test_fill import Blank, form, office
from forms.test_traps import JULY, cells, part, reworked

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Result, Sbd

__all__ = ["office"]
HEADS = ["社区", "服务次数", "服务人次"]


def filled(office: Sbd, folder: Path, rows: list[list[Any]], merges: tuple[str, ...] = (), *words: str) -> Result:
    """The table of what was filled, of a form written to 填好.xlsx."""
    blank = form(folder / "空表.xlsx", Blank(rows, {}, merges))
    return office("fill", blank, *JULY, *words, "-o", folder / "填好.xlsx", "--format", "json")


def reasons(said: Result) -> dict[str, str]:
    return {line["heading"]: line["left"] for line in said.json()}


def test_a_row_whose_name_is_reckoned_is_left(office: Sbd, tmp_path: Path) -> None:
    said = filled(office, tmp_path, [HEADS, ["=名单!A2", "", ""], ["=名单!A1", "", ""], ["文庙社区"]])
    assert said.code == 0, said.err
    assert cells(tmp_path / "填好.xlsx").keys() - {"A1", "B1", "C1", "A2", "A3", "A4"} == {"B4", "C4"}
    assert reasons(said)["第 2 行"] == "名称是公式算出来的，请改成文字"


def test_a_form_whose_names_are_all_reckoned_is_not_filled_in_our_order(office: Sbd, tmp_path: Path) -> None:
    said = filled(office, tmp_path, [HEADS, ["=名单!A2", "", ""], ["=名单!A1", "", ""]])
    assert (said.code, (tmp_path / "填好.xlsx").exists()) == (5, False)


def test_blank_rows_that_share_one_name_get_one_name(office: Sbd, tmp_path: Path) -> None:
    rows = [HEADS, *[["", "", ""]] * 4]
    said = filled(office, tmp_path, rows, ("A2:A3", "A4:A5"))
    assert said.code == 0, said.err
    now = {at: value for at, value in cells(tmp_path / "填好.xlsx").items() if at[1] != "1"}
    assert now == {"A2": "塔沟社区", "B2": 1, "C2": 30, "A4": "文庙社区", "B4": 1, "C4": 12}


def test_rows_of_one_name_are_parts_of_it_and_are_left(office: Sbd, tmp_path: Path) -> None:
    rows = [["社区", "服务内容", "服务次数"], ["塔沟社区", "义诊"], ["塔沟社区", "宣讲"], ["文庙社区", "理发"]]
    said = filled(office, tmp_path, rows)
    assert {at: value for at, value in cells(tmp_path / "填好.xlsx").items() if at[0] == "C"} == {
        "C1": "服务次数",
        "C4": 1,
    }
    assert reasons(said)["第 2 行 塔沟社区"] == "和第 3 行是同一个，看不出各填多少"
    assert reasons(said)["第 3 行 塔沟社区"] == "和第 2 行是同一个，看不出各填多少"


def test_the_sums_may_stand_above_the_rows(office: Sbd, tmp_path: Path) -> None:
    said = filled(office, tmp_path, [HEADS, ["合计"], ["塔沟社区"], ["文庙社区"]])
    assert said.code == 0, said.err
    now = {at: value for at, value in cells(tmp_path / "填好.xlsx").items() if at[0] in "BC" and at[1] != "1"}
    assert now == {"B2": 2, "C2": 42, "B3": 1, "C3": 30, "B4": 1, "C4": 12}


def test_a_sum_of_some_rows_is_left_and_told(office: Sbd, tmp_path: Path) -> None:
    said = filled(office, tmp_path, [HEADS, ["塔沟社区"], ["小计"], ["文庙社区"]])
    assert reasons(said)["第 3 行 小计"] == "小计的范围看不出，没有填"


class TestTheXml:
    """Sheets whose rows are written otherwise than Excel does."""

    ROWS = ([*HEADS, "备注"], ["塔沟社区"], ["文庙社区"])

    @pytest.fixture
    def blank(self, tmp_path: Path) -> Path:
        return form(tmp_path / "空表.xlsx", Blank(self.ROWS, {}))

    def test_rows_that_do_not_say_their_number_are_counted(self, office: Sbd, tmp_path: Path, blank: Path) -> None:
        path = reworked(blank, lambda _, data: re.sub(rb'<row r="\d+"', b"<row", data))
        assert office("fill", path, *JULY, "-o", tmp_path / "填好.xlsx").code == 0
        assert part(tmp_path / "填好.xlsx").count(b"<row") == 3
        assert {"B2": 1, "C2": 30, "B3": 1, "C3": 12}.items() <= cells(tmp_path / "填好.xlsx").items()

    def test_what_else_is_in_a_row_stays(self, office: Sbd, tmp_path: Path, blank: Path) -> None:
        more = b'<!--WPS--><extLst><ext uri="x"/></extLst></row>'
        path = reworked(blank, lambda _, data: data.replace(b"</row>", more))
        assert office("fill", path, *JULY, "-o", tmp_path / "填好.xlsx").code == 0
        assert part(tmp_path / "填好.xlsx").count(more) == 3
        read = CalamineWorkbook.from_path(str(tmp_path / "填好.xlsx")).get_sheet_by_index(0).to_python()
        assert [line[:3] for line in read[1:]] == [["塔沟社区", 1, 30], ["文庙社区", 1, 12]]

    def test_cells_that_the_row_does_not_hold_come_in_their_order(self, office: Sbd, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.worksheets[0].append(["序号", *HEADS, "备注"])
        book.worksheets[0]["B2"], book.worksheets[0]["E2"] = "塔沟社区", "含网格"
        book.save(tmp_path / "空表.xlsx")
        assert office("fill", tmp_path / "空表.xlsx", *JULY, "-o", tmp_path / "填好.xlsx").code == 0
        assert re.findall(rb'<c r="([A-Z]2)"', part(tmp_path / "填好.xlsx")) == [b"B2", b"C2", b"D2", b"E2"]


def test_a_unit_below_a_place_that_stands_only_once_is_left(office: Sbd, tmp_path: Path) -> None:
    rows = [["社区", "报到单位", "服务次数"], ["塔沟社区", "承德医学院"], ["", "供电公司"]]
    said = filled(office, tmp_path, rows)
    assert {at for at in cells(tmp_path / "填好.xlsx") if at[0] == "C"} == {"C1", "C2"}
    assert reasons(said)["第 3 行 供电公司"] == "前面没有写社区，看不出算哪里的"


class TestTeamsAndCategories:
    """Rows by 服务队 and by 服务类别: the figures of `sbd report teams` and `categories`."""

    @pytest.fixture
    def serving(self, office: Sbd) -> Sbd:
        """Beside what the office has: 助老 twice in July (塔沟 20, 文庙 5), 助残 once, 环境卫生 once in June."""
        for words in (
            "add team 名称=爱民服务队",
            "add team 名称=红马甲服务队 社区=塔沟社区",
            "add team 名称=红马甲服务队 社区=文庙社区",
            "log activity 看望 --date 7-3 --place 塔沟社区 --category 助老 --served 20 --hours 1 --people 张三",
            "log activity 陪诊 --date 7-4 --place 文庙社区 --category 助老 --served 5 --hours 2 --people 张三、李四",
            "log activity 修路 --date 7-5 --place 塔沟社区 --category 助残 --served 7 --team 爱民服务队",
            "log activity 清扫 --date 2026-06-06 --place 塔沟社区 --category 环境卫生 --served 9 --team 爱民服务队",
        ):
            assert office(*words.split()).code == 0, words
        (one, two) = (line["id"] for line in office("list", "team", "名称:红马甲服务队", "--format", "json").json())
        for team, served in ((one, 40), (two, 3)):
            words = f"log activity 巡逻 --date 7-6 --category 平安巡防 --served {served} --team {team}"
            place = ("--place", "塔沟社区" if team == one else "文庙社区")
            assert office(*words.split(), *place).code == 0
        return office

    def test_a_line_for_each_category(self, serving: Sbd, tmp_path: Path) -> None:
        heads = ["序号", "服务类别", "服务次数", "服务人次", "参与人数", "服务时长（小时）"]
        said = filled(serving, tmp_path, [heads, [1, "助老"], [2, "助残"], [3, "法律服务"], ["", "合计"]])
        assert said.code == 0, said.err
        now = {at: value for at, value in cells(tmp_path / "填好.xlsx").items() if at[0] in "CDEF" and at[1] != "1"}
        assert now == {
            "C2": 2,
            "D2": 25,
            "E2": 2,
            "F2": 5,
            "C3": 1,
            "D3": 7,
            "E3": 0,
            "F3": 0,
            "C4": 0,
            "D4": 0,
            "E4": 0,
            "F4": 0,
        }
        assert "有的活动没有写类别" in reasons(said)["C5 合计"]
        found = {
            row["category"]: row for row in serving("report", "categories", *JULY, "--format", "json").json()["rows"]
        }
        assert [found["助老"][name] for name in ("services", "served", "volunteers", "hours")] == [2, 25, 2, 5.0]

    def test_categories_in_somebody_elses_words(self, serving: Sbd, tmp_path: Path) -> None:
        rows = [["类别", "服务次数"], ["扶老敬老"], ["扶老助残"], ["治安巡逻"], ["进修"], ["其他"]]
        said = filled(serving, tmp_path, rows)
        now = {at: value for at, value in cells(tmp_path / "填好.xlsx").items() if at[0] == "B" and at[1] != "1"}
        assert now == {"B2": 2, "B4": 2}
        told = reasons(said)
        assert told["第 2 行 扶老敬老"] == "是按服务类别“助老”填的，请核对"
        assert told["第 3 行 扶老助残"] == "看不出是哪一类：助老、助残"
        assert told["第 5 行 进修"] == "看不出是哪个服务类别；本单位的说法可以写进办法：sbd policy edit"
        assert told["第 6 行 其他"] == "看不出包不包括表里没列的：助残"

    def test_words_of_the_offices_own_policy(self, serving: Sbd, tmp_path: Path) -> None:
        (tmp_path / "own.toml").write_text(
            '[category]\n"助老" = ["银龄关爱"]\n"河湖保护" = ["护河"]\n', encoding="utf-8"
        )
        assert serving("policy", "edit", "--from", tmp_path / "own.toml").code == 0
        words = "log activity 护河 --date 7-7 --category 河湖保护 --served 4"
        assert serving(*words.split()).code == 0
        said = filled(serving, tmp_path, [["服务类别", "服务人次"], ["银龄关爱"], ["河湖保护"], ["护河行动"]])
        assert said.code == 0, said.err
        assert cells(tmp_path / "填好.xlsx").get("B2") == 25
        assert reasons(said)["第 3 行 河湖保护"] == "和第 4 行是同一个，看不出各填多少"

    def test_categories_within_places(self, serving: Sbd, tmp_path: Path) -> None:
        rows = [["服务类别", "社区", "服务人次"], ["助老", "塔沟社区"], ["", "文庙社区"], ["助残", "文庙社区"]]
        assert filled(serving, tmp_path, rows, ("A2:A3",)).code == 0
        assert [cells(tmp_path / "填好.xlsx").get(f"C{row}") for row in (2, 3, 4)] == [20, 5, 0]

    def test_blank_lines_for_categories_and_teams(self, serving: Sbd, tmp_path: Path) -> None:
        assert filled(serving, tmp_path, [["序号", "服务类别", "服务次数"], *[[""] * 3] * 4]).code == 0
        now = cells(tmp_path / "填好.xlsx")
        assert [(now[f"B{row}"], now[f"C{row}"]) for row in (2, 3, 4)] == [("平安巡防", 2), ("助老", 2), ("助残", 1)]
        assert "B5" not in now
        assert filled(serving, tmp_path, [["序号", "服务队名称", "服务次数"], *[[""] * 3] * 4]).code == 0
        now = cells(tmp_path / "填好.xlsx")
        assert [now[f"B{row}"] for row in (2, 3, 4)] == ["爱民服务队", "红马甲服务队", "红马甲服务队"]
        assert [now[f"C{row}"] for row in (2, 3, 4)] == [1, 1, 1]

    def test_a_line_for_each_team(self, serving: Sbd, tmp_path: Path) -> None:
        heads = ["服务队", "本月服务人次", "累计服务人次"]
        said = filled(serving, tmp_path, [heads, ["爱民服务队"], ["红马甲服务队"], ["先锋队"]])
        now = cells(tmp_path / "填好.xlsx")
        assert (now["B2"], now["C2"]) == (7, 16)
        assert not {"B3", "B4"} & now.keys()
        assert reasons(said)["第 3 行 红马甲服务队"] == "台账里有 2 个同名的"
        rows = [["社区", "服务队", "服务人次"], ["塔沟社区", "红马甲服务队"], ["文庙社区", "红马甲服务队"]]
        assert filled(serving, tmp_path, rows).code == 0
        assert [cells(tmp_path / "填好.xlsx")[f"C{row}"] for row in (2, 3)] == [40, 3]

    def test_a_unit_that_is_divided_by_category_is_left(self, serving: Sbd, tmp_path: Path) -> None:
        rows = [["单位", "服务类别", "服务次数"], ["承德医学院", "助老"], ["供电公司", "事业单位"]]
        said = filled(serving, tmp_path, rows)
        assert {at for at in cells(tmp_path / "填好.xlsx") if at[0] == "C"} == {"C1", "C3"}
        assert reasons(said)["第 2 行 承德医学院"] == "按服务类别又分了几行，没有这样的报表"

    def test_the_kind_of_a_place_is_no_category(self, serving: Sbd, tmp_path: Path) -> None:
        rows = [["社区", "类别", "服务次数"], ["塔沟社区", "城市"], ["文庙社区", "农村"]]
        assert filled(serving, tmp_path, rows).code == 0
        assert [cells(tmp_path / "填好.xlsx")[f"C{row}"] for row in (2, 3)] == [4, 3]


class TestProblemsThatCameAndWent:
    """July: 塔沟 collected 路灯不亮 and closed it, closed 下水道堵 of June; an activity of no need solved 2."""

    PAIR = (["社区", "群众问题（件）", ""], ["", "收集", "解决"], ["塔沟社区"], ["文庙社区"], ["合计"])
    MERGES = ("A1:A2", "B1:C1")

    @pytest.fixture
    def solving(self, office: Sbd) -> Sbd:
        for words in (
            "policy edit --set order.required=claimed",
            "log need 下水道堵 --place 塔沟社区 --on 2026-06-20",
            "log need 电梯坏 --place 文庙社区 --on 2026-07-08",
        ):
            assert office(*words.split()).code == 0, words
        return office

    @pytest.fixture
    def solved(self, solving: Sbd) -> Sbd:
        """路灯不亮 and 下水道堵 are closed in July."""
        for need in ("需-2026-0001", "需-2026-0002"):
            for words in (
                f"order claim {need} --by 张三 --on 2026-07-02",
                f"order finish {need} --result 好了 --on 2026-07-03",
                f"order review {need} --by 李四 --solved --on 2026-07-04",
            ):
                assert solving(*words.split()).code == 0, words
        return solving

    def filled(self, sbd: Sbd, folder: Path, *words: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        said = filled(sbd, folder, [list(row) for row in self.PAIR], self.MERGES, *words)
        assert said.code == 0, said.err
        now = {at: value for at, value in cells(folder / "填好.xlsx").items() if at[0] in "BC" and at[1] > "2"}
        return now, said.json()

    def test_both_are_needs(self, solving: Sbd, tmp_path: Path) -> None:
        now, told = self.filled(solving, tmp_path)
        assert now == {"B3": 1, "C3": 0, "B4": 1, "C4": 0, "B5": 2, "C5": 0}
        assert {line["measure"] for line in told} >= {"collected", "closed"}

    def test_where_more_was_solved_than_came_it_is_told_how(self, solved: Sbd, tmp_path: Path) -> None:
        now, told = self.filled(solved, tmp_path)
        assert now == {"B3": 1, "C3": 2, "B4": 1, "C4": 0, "B5": 2, "C5": 2}
        assert told[-1]["left"] == "比收集的多：有以前提出、这段时间才解决的"

    def test_what_somebody_names_stays(self, solved: Sbd, tmp_path: Path) -> None:
        now, told = self.filled(solved, tmp_path, "--map", "resolved=群众问题（件）解决")
        assert [now[at] for at in ("C3", "C4", "C5")] == [4, 0, 4]  # two needs, and two of an activity without one
        assert told[-1]["left"].startswith("比收集的多：没有写明需求的活动")

    @pytest.mark.parametrize(
        ("heads", "figures"),
        [
            (["社区", "收集问题数", "解决问题数"], [1, 2]),
            (["社区", "收集需求", "解决需求", "解决问题件数"], [1, 2, 4]),
            (["社区", "收集需求", "解决问题件数"], [1, 4]),
            (["社区", "服务次数", "解决问题件数"], [1, 4]),
            (["社区", "本月收集问题", "累计解决问题"], [1, 5]),
        ],
    )
    def test_only_a_pair_is_a_pair(self, solved: Sbd, tmp_path: Path, heads: list[str], figures: list[int]) -> None:
        assert filled(solved, tmp_path, [heads, ["塔沟社区"]]).code == 0
        assert [cells(tmp_path / "填好.xlsx")[f"{at}2"] for at, _ in zip("BCD", figures, strict=False)] == figures

    def test_of_units_it_is_what_they_solved(self, solved: Sbd, tmp_path: Path) -> None:
        rows = [["单位", "收集问题", "解决问题"], ["承德医学院"]]
        said = filled(solved, tmp_path, rows)
        assert (cells(tmp_path / "填好.xlsx")["C2"], reasons(said)["收集问题"]) == (2, "B2 没有这个数")


@pytest.mark.parametrize(
    "rows",
    [
        [["服务次数", "", "服务群众人次", ""], ["备注", "", "", ""]],
        [["服务次数", "", "服务群众人次", ""], ["", "", "", ""]],
    ],
)
def test_a_form_with_a_blank_beside_each_word_is_no_table(office: Sbd, tmp_path: Path, rows: list[list[str]]) -> None:
    said = filled(office, tmp_path, rows)
    assert (said.code, "一格名称、一格空白" in said.err) == (5, True)


def test_of_several_cells_under_one_heading_none_is_guessed(office: Sbd, tmp_path: Path) -> None:
    rows = [["社区", "服务次数", "", "服务人次", ""], ["塔沟社区", "", "", "", ""]]
    said = filled(office, tmp_path, rows, ("B1:C1", "D1:E1", "D2:E2"))
    assert said.code == 0, said.err
    assert {at for at in cells(tmp_path / "填好.xlsx") if at[1] == "2"} == {"A2", "D2"}
    assert reasons(said)["服务次数"] == "C2 一个表头下有几格，看不出填哪格"


def test_cells_merged_at_the_end_of_a_row_make_no_note_of_it(office: Sbd, tmp_path: Path) -> None:
    rows = [["社区", "服务次数", "备注", ""], ["塔沟社区", "", "", ""], ["文庙社区", "", "", ""]]
    said = filled(office, tmp_path, rows, ("C1:D1", "C2:D2", "C3:D3"))
    assert said.code == 0, said.err
    assert [cells(tmp_path / "填好.xlsx")[f"B{row}"] for row in (2, 3)] == [1, 1]


@pytest.mark.parametrize("words", ["其中：网格员", "其中:机关党员"])
def test_a_part_of_the_row_above_ends_no_table_and_is_told(office: Sbd, tmp_path: Path, words: str) -> None:
    said = filled(office, tmp_path, [HEADS, ["塔沟社区"], [words], ["文庙社区"]])
    assert said.code == 0, said.err
    now = {at: value for at, value in cells(tmp_path / "填好.xlsx").items() if at[0] == "B" and at[1] != "1"}
    assert now == {"B2": 1, "B4": 1}
    assert any(words in heading and why for heading, why in reasons(said).items())
