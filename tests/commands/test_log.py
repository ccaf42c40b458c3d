"""``sbd log activity``: one line is one activity, understood aloud, or refused without a trace."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Result, Sbd

SBD = (sys.executable, "-m", "shuangbaodao_cli")


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Two communities of one street, a unit, a team, and two persons called 张三."""
    for words in (
        "place 名称=头道牌楼街道 级别=街道",
        "place 名称=文庙社区 级别=社区 上级=头道牌楼街道",
        "place 名称=塔沟社区 级别=社区 上级=头道牌楼街道",
        "org 单位名称=承德医学院",
        "team 队伍名称=健康教育志愿服务队 所属社区=文庙社区",
        "team 队伍名称=助老服务队 所属社区=文庙社区",
        "team 队伍名称=助老服务队 所属社区=塔沟社区",
        "person 姓名=张三 居住社区=文庙社区 联系电话=19900000001",
        "person 姓名=张三 居住社区=塔沟社区 联系电话=19900000002",
        "person 姓名=李四 居住社区=文庙社区",
        "person 姓名=王五",
    ):
        assert sbd("add", *words.split()).code == 0
    return sbd


def activities(sbd: Sbd) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sbd("list", "activity", "--format", "json").json()
    return found


def only(sbd: Sbd) -> dict[str, Any]:
    (found,) = activities(sbd)
    return found


def participations(sbd: Sbd) -> list[tuple[Any, ...]]:
    return [(p["person_id"], p["minutes"]) for p in sbd("list", "participation", "--format", "json").json()]


def test_one_line_is_kept_whole_and_said_back(office: Sbd) -> None:
    line = (
        "海姆立克急救培训 --place 文庙社区 --org 承德医学院 --team 健康教育志愿服务队 --date 2026-07-18 --served 30"
        " --resolved 2 --hours 1.5 --people 李四、王五 --leader 王某某 --category 卫生健康 --content 示范急救法"
        " --outcome 停车位200个 --note 天热"
    )
    result = office("log", "activity", *line.split())
    assert result.code == 0
    assert result.out == (
        "已记录 1：2026年7月18日（周六），海姆立克急救培训，文庙社区，承德医学院，健康教育志愿服务队，卫生健康，"
        "王某某，服务群众 30 人次，解决问题 2 件，参加 2 人，每人 1小时30分\n  参加：李四、王五\n"
    )
    assert result.err == ""
    expected = {
        "title": "海姆立克急救培训",
        "date": "2026-07-18",
        "place": "文庙社区",
        "org": "承德医学院",
        "team": "健康教育志愿服务队",
        "leader": "王某某",
        "category": "卫生健康",
        "content": "示范急救法",
        "minutes": 90,
        "headcount": 2,
        "served": 30,
        "resolved": 2,
        "volunteer": True,
        "note": "天热",
    }
    assert expected.items() <= only(office).items()
    (outcome,) = office("list", "outcome", "--format", "json").json()
    assert (outcome["what"], outcome["quantity"], outcome["unit"]) == ("停车位", 200, "个")


@pytest.mark.parametrize(
    ("typed", "day", "echo"),
    [
        ("昨天", "2026-07-30", "2026年7月30日（周四）"),
        ("前天", "2026-07-29", "2026年7月29日（周三）"),
        ("今天", "2026-07-31", "2026年7月31日（周五）"),
        ("7-18", "2026-07-18", "2026年7月18日（周六）"),
        ("7月18日", "2026-07-18", "2026年7月18日（周六）"),
        ("7.18", "2026-07-18", "2026年7月18日（周六）"),
        ("20260718", "2026-07-18", "2026年7月18日（周六）"),
        ("２０２６年７月１８日", "2026-07-18", "2026年7月18日（周六）"),
        ("12-31", "2025-12-31", "2025年12月31日（周三）"),
        ("2-29", "2024-02-29", "2024年2月29日（周四）"),
    ],
)
def test_a_day_is_echoed_as_it_was_understood(sbd: Sbd, typed: str, day: str, echo: str) -> None:
    logged = sbd("log", "activity", "义务理发", "--date", typed)
    assert logged.code == 0
    assert echo in logged.out
    assert only(sbd)["date"] == day


def test_without_a_date_it_is_today(sbd: Sbd) -> None:
    assert "2026年7月31日（周五）" in sbd("log", "activity", "义务理发").out
    assert only(sbd)["date"] == "2026-07-31"


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("1.5", 90), ("2小时30分", 150), ("14:30-16:30", 120), ("90分钟", 90), ("0.01", 0), ("2个半小时", 150)],
)
def test_hours_are_kept_in_minutes_and_never_rounded_up(sbd: Sbd, typed: str, minutes: int) -> None:
    assert sbd("log", "activity", "义务理发", "--hours", typed).code == 0
    assert only(sbd)["minutes"] == minutes


def test_everybody_who_took_part_gets_the_hours(office: Sbd) -> None:
    result = office("log", "activity", "义务理发", "--hours", "1.5", "--people", "李四，王五", "--people", "李四")
    assert "参加 2 人" in result.out
    assert participations(office) == [(3, 90), (4, 90)]
    totals = office("report", "--month", "--format", "json").json()["totals"]
    assert (totals["volunteers"], totals["participations"], totals["minutes"]) == (2, 2, 180)


def test_a_stated_headcount_stands_beside_the_named(office: Sbd) -> None:
    office("log", "activity", "义务理发", "--people", "李四", "--headcount", "9")
    assert only(office)["headcount"] == 9
    assert participations(office) == [(3, None)]


def test_a_namesake_is_chosen_by_the_place(office: Sbd) -> None:
    assert office("log", "activity", "义诊", "--place", "塔沟社区", "--people", "张三", "--hours", "1").code == 0
    assert participations(office) == [(2, 60)]


def test_a_namesake_is_found_in_what_is_below_the_place(office: Sbd) -> None:
    office("add", "place", "名称=西大街街道", "级别=街道")
    office("add", "person", "姓名=赵六", "居住社区=文庙社区", "联系电话=19900000003")
    office("add", "person", "姓名=赵六", "居住社区=西大街街道", "联系电话=19900000004")
    assert office("log", "activity", "义诊", "--place", "头道牌楼街道", "--people", "赵六").code == 0
    assert participations(office) == [(5, None)]


def test_a_team_of_a_common_name_is_the_one_of_the_place(office: Sbd) -> None:
    office("log", "activity", "陪伴", "--place", "塔沟社区", "--team", "助老服务队")
    assert only(office)["team_id"] == 3


def test_names_match_whatever_their_width_and_spaces(office: Sbd) -> None:
    assert office("log", "activity", "义诊", "--place", " 文 庙社区", "--people", "李　四").code == 0
    assert only(office)["place_id"] == 2


def test_a_number_means_the_record_of_that_number(office: Sbd) -> None:
    assert "塔沟社区" in office("log", "activity", "义诊", "--place", "3", "--people", "2").out
    assert participations(office) == [(2, None)]


def refused(sbd: Sbd, ledger: Path, *words: str) -> Result:
    """What a refusal says; it must leave the ledger as it was, byte for byte."""
    before = ledger.read_bytes() if ledger.exists() else b""
    result = sbd("log", "activity", *words)
    assert result.out == ""
    assert "Traceback" not in result.err
    assert (ledger.read_bytes() if ledger.exists() else b"") == before
    return result


def test_an_ambiguous_name_is_refused_with_its_candidates(office: Sbd, own_ledger: Path) -> None:
    result = refused(office, own_ledger, "义诊", "--people", "张三")
    assert result.code == 4
    assert "1（张三，文庙社区）" in result.err
    assert "2（张三，塔沟社区）" in result.err
    assert "19900000001" not in result.err


def test_an_ambiguous_name_stays_ambiguous_with_new(office: Sbd, own_ledger: Path) -> None:
    assert refused(office, own_ledger, "义诊", "--people", "张三", "--new").code == 4


@pytest.mark.parametrize(
    ("option", "typed", "nearest"),
    [
        ("--place", "文庙", "文庙社区"),
        ("--org", "承德医学学院", "承德医学院"),
        ("--team", "健康教育服务队", "健康教育志愿服务队"),
        ("--people", "李四四", "李四"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(
    office: Sbd, own_ledger: Path, option: str, typed: str, nearest: str
) -> None:
    result = refused(office, own_ledger, "义诊", option, typed)
    assert result.code == 4
    assert nearest in result.err
    assert "--new" in result.err


def test_new_lets_unknown_names_in(office: Sbd) -> None:
    line = "义诊 --place 西坎村 --org 双桥区司法局 --team 应急服务队 --people 钱七、孙八 --hours 2 --new"
    assert office("log", "activity", *line.split()).code == 0
    (place,) = office("list", "place", "名称:西坎村", "--format", "json").json()
    (team,) = office("list", "team", "队伍名称:应急", "--format", "json").json()
    persons = office("list", "person", "居住社区:西坎村", "--format", "json").json()
    assert place["level"] == "village"
    assert team["place"] == "西坎村"
    assert [person["name"] for person in persons] == ["钱七", "孙八"]
    assert len(participations(office)) == 2


def test_new_makes_nothing_of_a_name_that_is_known(office: Sbd) -> None:
    office("log", "activity", "义诊", "--place", "文庙社区", "--people", "李四", "--new")
    assert len(office("list", "person", "--format", "json").json()) == 4
    assert len(office("list", "place", "--format", "json").json()) == 3


def test_a_new_name_on_a_refused_line_leaves_no_trace(office: Sbd, own_ledger: Path) -> None:
    assert refused(office, own_ledger, "义诊", "--place", "西坎村", "--new", "--outcome", "很多").code == 2


@pytest.mark.parametrize(
    ("option", "typed"),
    [
        ("--date", "2026-02-30"),
        ("--date", "下周"),
        ("--date", "7月"),
        ("--served", "许多"),
        ("--served", "-5"),
        ("--served", "1.5"),
        ("--resolved", "若干"),
        ("--headcount", "x"),
        ("--hours", "一会儿"),
        ("--hours", "16:30-14:30"),
        ("--hours", "-1"),
        ("--category", "不知道"),
        ("--outcome", "很多"),
        ("--content", "响\x07铃"),
    ],
)
def test_a_value_that_is_none_is_refused(office: Sbd, own_ledger: Path, option: str, typed: str) -> None:
    result = refused(office, own_ledger, "义诊", option, typed)
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "\x07" not in result.err


@pytest.mark.parametrize("typed", ["2026-08-01", "2027-07-31"])
def test_a_day_that_has_not_come_is_refused(office: Sbd, own_ledger: Path, typed: str) -> None:
    result = refused(office, own_ledger, "义诊", "--date", typed)
    assert result.code == 5
    assert typed in result.err


@pytest.mark.parametrize("words", [[], [""], ["  "]])
def test_without_a_title_and_a_terminal_the_title_is_asked_for_by_name(
    sbd: Sbd, own_ledger: Path, words: list[str]
) -> None:
    result = refused(sbd, own_ledger, *words)
    assert result.code == 2
    assert "活动名称" in result.err
    assert not own_ledger.exists()


@pytest.mark.parametrize("typed", ["30余", "约30", "30多人次", "近30人", "30左右"])
def test_an_approximate_number_counts_as_written_and_the_report_says_so(sbd: Sbd, typed: str) -> None:
    assert "30余" in sbd("log", "activity", "义诊", "--served", typed).out
    sbd("log", "activity", "义诊", "--served", "5", "--date", "昨天")
    result = sbd("report", "--month", "--format", "json").json()
    assert result["totals"]["served"] == 35
    assert [note for note in result["notes"] if "约数" in note and re.search(r"(?<!\d)1(?!\d)", note)]
    assert "30余" in sbd("list", "activity").out


def test_exact_numbers_bring_no_such_note(sbd: Sbd) -> None:
    sbd("log", "activity", "义诊", "--served", "30")
    assert not [note for note in sbd("report", "--month", "--format", "json").json()["notes"] if "约数" in note]


def test_the_same_activity_twice_is_taken_and_pointed_out(office: Sbd) -> None:
    office("log", "activity", "义诊", "--place", "文庙社区")
    result = office("log", "activity", "义诊", "--place", "文庙社区")
    assert result.code == 0
    assert "编号 1" in result.err
    assert "sbd void activity 2 --reason" in result.err
    assert len(activities(office)) == 2


def test_the_operator_the_moment_and_the_command_are_kept(office: Sbd) -> None:
    office("log", "activity", "义诊")
    past = office("show", "activity", "义诊").out
    assert "测试员" in past
    assert "登记" in past


# The questions of an interactive run, at a pseudo-terminal.


class Talk:
    """A run of ``sbd`` at a terminal of its own: waits for a question, types an answer."""

    def __init__(self, *words: str) -> None:
        pty = pytest.importorskip("pty", reason="there are no pseudo-terminals on Windows")
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen([*SBD, *words], stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
        os.close(theirs)
        self.heard = ""

    def hear(self, awaited: str, patience: float = 20.0) -> str:
        """Everything that is printed until the awaited words come."""
        until = time.monotonic() + patience
        data = b""
        while awaited not in self.heard:
            assert time.monotonic() < until, f"never heard {awaited!r}, only {self.heard!r}"
            if select.select([self.ours], [], [], 0.2)[0]:
                try:
                    data += os.read(self.ours, 4096)
                except OSError:
                    break
                self.heard = data.decode(errors="ignore")
        heard, self.heard = self.heard, ""
        return heard

    def answer(self, question: str, typed: str) -> str:
        """Wait for a question and type its answer; returns what was printed before it."""
        heard = self.hear(question)
        os.write(self.ours, typed.encode() if typed == "\x04" else f"{typed}\n".encode())
        return heard

    def leave(self) -> tuple[int, str]:
        """Press Ctrl-C, once the question is really being waited for."""
        time.sleep(0.3)
        self.process.send_signal(signal.SIGINT)
        return self.end()

    def end(self) -> tuple[int, str]:
        """How it ended, and the last words."""
        last = self.hear("\0")
        code = self.process.wait(20)
        os.close(self.ours)
        return code, last


def test_at_a_terminal_the_questions_are_asked_step_by_step(office: Sbd) -> None:
    office("log", "activity", "旧活动", "--place", "文庙社区", "--category", "助老", "--date", "7-1")
    talk = Talk("log", "activity")
    for question, typed in (
        ("活动名称:", "义务理发"),
        ("活动日期 [今天]:", "昨天"),
        ("社区（村）:", "1"),
        ("组织单位:", "承德医学院"),
        ("服务队:", ""),
        ("活动负责人:", ""),
        ("服务类别:", "便民服务"),
        ("服务内容:", "理发"),
        ("服务时长:", "2"),
        ("服务群众人次:", "12"),
        ("解决问题数:", ""),
        ("参加人员", "李四、王五"),
    ):
        talk.answer(question, typed)
    code, last = talk.end()
    assert code == 0
    assert "已记录 2：2026年7月30日（周四），义务理发，文庙社区，承德医学院" in last
    found = activities(office)[1]
    expected = {"title": "义务理发", "date": "2026-07-30", "place": "文庙社区", "minutes": 120, "served": 12}
    assert expected.items() <= found.items()
    assert participations(office) == [(3, 120), (4, 120)]


def test_at_a_terminal_a_wrong_answer_is_asked_again(office: Sbd) -> None:
    talk = Talk("log", "activity")
    talk.answer("活动名称:", "")
    assert "活动名称要填" in talk.answer("活动名称:", "义诊")
    talk.answer("活动日期 [今天]:", "2026-02-30")
    assert "不是一个存在的日期" in talk.answer("活动日期 [今天]:", "")
    talk.answer("社区（村）:", "文庙")
    assert "文庙社区" in talk.answer("社区（村）:", "文庙社区")
    for question in ("组织单位:", "服务队:", "活动负责人:", "服务类别:", "服务内容:", "服务时长:"):
        talk.answer(question, "")
    for question in ("服务群众人次:", "解决问题数:", "参加人员"):
        talk.answer(question, "")
    code, _ = talk.end()
    assert code == 0
    found = only(office)
    assert (found["title"], found["date"], found["place"], found["served"]) == ("义诊", "2026-07-31", "文庙社区", None)


def test_at_a_terminal_a_day_that_has_not_come_is_asked_again(office: Sbd) -> None:
    talk = Talk("log", "activity")
    talk.answer("活动名称:", "义诊")
    talk.answer("活动日期 [今天]:", "2026-08-01")
    heard = talk.hear(":")
    talk.leave()
    assert "还没到" in heard
    assert activities(office) == []


def test_at_a_terminal_a_team_of_a_common_name_is_the_one_of_the_place(office: Sbd) -> None:
    assert office("status").code == 0
    talk = Talk("log", "activity")
    for question, typed in (("活动名称:", "陪伴"), ("活动日期 [今天]:", ""), ("社区（村）:", "塔沟社区")):
        talk.answer(question, typed)
    talk.answer("组织单位:", "")
    talk.answer("服务队:", "助老服务队")
    heard = talk.hear(":")
    talk.leave()
    assert "活动负责人" in heard


def test_at_a_terminal_a_candidate_can_be_named_by_its_number(office: Sbd) -> None:
    office("log", "activity", "旧活动", "--team", "健康教育志愿服务队", "--date", "7-1")
    talk = Talk("log", "activity")
    for question, typed in (("活动名称:", "陪伴"), ("活动日期 [今天]:", ""), ("社区（村）:", ""), ("组织单位:", "")):
        talk.answer(question, typed)
    talk.answer("服务队:", "助老服务队")
    assert "3（助老服务队，塔沟社区）" in talk.answer("服务队:", "3")
    heard = talk.hear(":")
    talk.leave()
    assert "活动负责人" in heard


def test_leaving_half_way_keeps_nothing_and_says_so(office: Sbd, own_ledger: Path) -> None:
    assert office("status").code == 0
    before = own_ledger.read_bytes()
    talk = Talk("log", "activity")
    talk.answer("活动名称:", "义诊")
    talk.hear("活动日期 [今天]:")
    code, last = talk.leave()
    assert code == 130
    assert "已取消" in last
    assert "Traceback" not in last
    assert own_ledger.read_bytes() == before


def test_the_end_of_the_input_leaves_too(office: Sbd) -> None:
    talk = Talk("log", "activity")
    talk.answer("活动名称:", "\x04")
    code, _ = talk.end()
    assert code == 130
    assert activities(office) == []


def test_names_parted_by_a_space_are_two_persons_and_a_filled_name_is_one(office: Sbd) -> None:
    office("add", "person", "姓名=赵 六")
    result = office("log", "activity", "义诊", "--place", "文庙社区", "--people", "李四 王五、赵　六")
    assert result.code == 0
    assert "参加：李四、王五、赵 六" in result.out
