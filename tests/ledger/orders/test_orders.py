"""An order from the need to the look-back: what may follow what, what is kept, and what is counted."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import walk
from shuangbaodao_cli.cli.app import run

if TYPE_CHECKING:
    from conftest import Sbd

PICTURE = "2cea274d0bedc39ec4ab6ba9e59ec889e3ed6fb56a1cf088a64d9b383378dc97"
"""What sha256sum says of the bytes ``picture``."""
NEED, ORDER = "需-2026-0001", "单-2026-0001"
MAY = {
    "none": {"open"},
    "ticketed": {"plan", "cancel"},
    "planned": {"plan", "dispatch", "claim", "cancel"},
    "dispatched": {"claim", "return", "cancel"},
    "claimed": {"finish", "return", "cancel"},
    "finished": {"solved", "not-solved"},
    "reviewed": set(),
    "reopened": {"plan", "dispatch", "claim", "cancel"},
    "returned": {"plan", "dispatch", "claim", "cancel"},
    "cancelled": {"open"},
}
"""What may be done in each state, written down from the issue and the two programmes, not from the code."""
BECOMES = {
    "open": "ticketed",
    "plan": "planned",
    "dispatch": "dispatched",
    "claim": "claimed",
    "finish": "finished",
    "solved": "reviewed",
    "not-solved": "reopened",
    "return": "returned",
    "cancel": "cancelled",
}
NEEDS = {
    "plan": ["--plan", "硬化"],
    "dispatch": ["--to", "张三"],
    "claim": [],
    "finish": ["--result", "办完"],
    "solved": ["--solved"],
    "not-solved": ["--not-solved"],
    "return": ["--reason", "办不了"],
    "cancel": ["--reason", "不办了"],
}


@pytest.fixture
def raised(sbd: Sbd) -> Sbd:
    """A place, three persons, and a need raised on 1 July."""
    for name in ("张三", "李四", "王五"):
        assert sbd("add", "person", f"姓名={name}").code == 0
    assert sbd("log", "need", "路面坑洼", "--place", "文庙社区", "--on", "2026-07-01", "--new").code == 0
    return sbd


@pytest.fixture
def finished(raised: Sbd) -> Sbd:
    """Its order, finished by 张三 on 10 July, promised for the 9th."""
    for words in (
        f"open {NEED} --on 2026-07-02",
        f"plan {ORDER} --plan 硬化 --due 2026-07-09 --on 2026-07-03",
        f"claim {ORDER} --by 张三 --on 2026-07-04",
        f"finish {ORDER} --result 硬化了 --on 2026-07-10",
    ):
        assert raised("order", *words.split()).code == 0
    return raised


def order(sbd: Sbd, key: str = ORDER) -> dict[str, Any]:
    done = sbd("show", "order", key, "--format", "json")
    assert done.code == 0
    found: dict[str, Any] = done.json()
    return found


def figure(sbd: Sbd, *words: str) -> int:
    rows = sbd("report", "--month", "2026-07", *words, "--format", "json").json()["rows"]
    return sum(row["resolved"] for row in rows)


def dump(ledger: Path) -> list[str]:
    connection = sqlite3.connect(ledger)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_the_whole_way_is_kept_step_by_step(finished: Sbd) -> None:
    done = finished("order", "review", NEED, "--by", "李四", "--solved", "--satisfaction", "满意", "--on", "7-12")
    assert done.code == 0
    held = order(finished)
    assert (held["state"], held["closed"], held["holder"], held["due"]) == (
        "reviewed",
        "2026-07-12",
        "张三",
        "2026-07-09",
    )
    assert [(row["step"], row["date"], row["by"]) for row in held["events"]] == [
        ("ticketed", "2026-07-02", None),
        ("planned", "2026-07-03", None),
        ("claimed", "2026-07-04", "张三"),
        ("finished", "2026-07-10", "张三"),
        ("reviewed", "2026-07-12", "李四"),
    ]
    (need,) = finished("list", "need", "--format", "json").json()
    assert (need["number"], need["state"], need["closed"]) == (NEED, "reviewed", "2026-07-12")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (f"claim {ORDER} --by 李四", "不能认领"),
        (f"finish {ORDER} --result 又办", "不能办结"),
        (f"cancel {ORDER} --reason 不办", "不能取消"),
        (f"review {ORDER} --by 张三 --solved", "换一个人"),
        (f"review {ORDER} --by 李四 --solved --on 2026-07-09", "不能早于"),
        (f"review {ORDER} --by 李四 --solved --on 2026-08-01", "还没到"),
        (f"open {NEED}", "已经有工单"),
    ],
)
def test_what_the_rules_forbid_is_refused_with_the_reason_and_changes_nothing(
    finished: Sbd, own_ledger: Path, words: str, says: str
) -> None:
    before = own_ledger.read_bytes()
    done = finished("order", *words.split())
    assert (done.code, done.out) == (5, "")
    assert says in done.err
    assert own_ledger.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("claim 单-2026-0009 --by 张三", 4),
        ("claim 没有这件事 --by 张三", 4),
        (f"review {ORDER} --by 无名氏 --solved", 4),
        (f"review {ORDER} --by 李四", 2),
        (f"review {ORDER} --solved", 2),
        (f"review {ORDER} --by 李四 --solved --satisfaction 很蓝", 2),
        (f"review {ORDER} --by 李四 --solved --on 7月32日", 2),
        (f"review {ORDER} --by 李四 --solved --evidence 没有.jpg", 6),
        (f"review {ORDER} --by 李四 --solved --evidence https://example.org/a.jpg", 6),
        (f"return {ORDER}", 2),
        ("open", 2),
        (f"open {NEED} --project 甲", 2),
    ],
)
def test_bad_input_has_the_code_of_the_contract_and_writes_nothing(
    finished: Sbd, own_ledger: Path, words: str, code: int
) -> None:
    before = dump(own_ledger)
    done = finished("order", *words.split())
    assert (done.code, done.out) == (code, "")
    assert done.err
    assert dump(own_ledger) == before


def test_two_orders_of_one_name_are_not_guessed(raised: Sbd) -> None:
    raised("log", "need", "路面坑洼", "--place", "塔沟社区", "--on", "2026-07-01", "--new")
    for need in (NEED, "需-2026-0002"):
        assert raised("order", "open", need).code == 0
    done = raised("order", "plan", "路面坑洼", "--plan", "硬化")
    assert done.code == 4
    assert "需-2026-0001" not in done.out
    assert ORDER in done.err


def test_nobody_claims_what_somebody_has_or_what_was_sent_to_another(raised: Sbd) -> None:
    for words in (f"open {NEED}", f"plan {NEED} --plan 硬化", f"dispatch {NEED} --to 张三"):
        assert raised("order", *words.split()).code == 0
    done = raised("order", "claim", ORDER, "--by", "李四")
    assert done.code == 5
    assert "派给了张三" in done.err
    assert raised("order", "claim", ORDER, "--by", "张三").code == 0
    again = raised("order", "claim", ORDER, "--by", "李四")
    assert again.code == 5
    assert "已由张三" in again.err


def test_somebody_of_the_unit_it_was_sent_to_may_claim(raised: Sbd) -> None:
    raised("add", "org", "单位名称=承德医学院")
    raised("edit", "person", "李四", "工作单位=承德医学院")
    for words in (f"open {NEED}", f"plan {NEED} --plan 硬化", f"dispatch {NEED} --to 承德医学院"):
        assert raised("order", *words.split()).code == 0
    assert raised("order", "claim", ORDER, "--by", "王五").code == 5
    assert raised("order", "claim", ORDER, "--by", "李四").code == 0


def test_a_full_project_says_so(raised: Sbd) -> None:
    raised("add", "project", "项目名称=停车位规划", "认领名额=1")
    for _ in range(2):
        assert raised("order", "open", "--project", "停车位规划").code == 0
    for number in (1, 2):
        assert raised("order", "plan", f"单-2026-000{number}", "--plan", "划线").code == 0
    assert raised("order", "claim", "单-2026-0001", "--by", "张三").code == 0
    twice = raised("order", "claim", "单-2026-0002", "--by", "张三")
    assert (twice.code, "已经认领了" in twice.err) == (5, True)
    full = raised("order", "claim", "单-2026-0002", "--by", "李四")
    assert (full.code, "满" in full.err) == (5, True)
    assert raised("edit", "project", "停车位规划", "认领名额=2").code == 0
    assert raised("order", "claim", "单-2026-0002", "--by", "李四").code == 0


def test_who_gave_an_order_back_no_longer_has_it_in_hand(sbd: Sbd, tmp_path: Path) -> None:
    """Where no claim is required, whoever it was given to anew finishes it, and cannot look back on the own work."""
    rules = sbd("policy", "show").out
    required = next(line for line in rules.splitlines() if line.startswith("required"))
    (tmp_path / "p.toml").write_text(rules.replace(required, 'required = ["ticketed"]'), encoding="utf-8")
    for words in (
        "add org 单位名称=甲单位",
        "add org 单位名称=乙单位",
        "policy edit --from p.toml --reason 从简",
        "log need 路灯不亮 --on 2026-07-01",
        f"order open {NEED} --on 2026-07-02",
        f"order claim {ORDER} --by 甲单位 --on 2026-07-03",
        f"order return {ORDER} --reason 办不了 --on 2026-07-04",
        f"order dispatch {ORDER} --to 乙单位 --on 2026-07-05",
        f"order finish {ORDER} --result 修好了 --on 2026-07-06",
    ):
        assert sbd(*words.split()).code == 0, words
    (finish,) = sbd("list", "order_event", "步骤:办结", "--format", "json").json()
    assert finish["by"] == "乙单位"
    said = sbd("order", "review", ORDER, "--by", "乙单位", "--solved", "--on", "2026-07-07")
    assert (said.code, "换一个人" in said.err) == (5, True)
    assert sbd("order", "review", ORDER, "--by", "甲单位", "--solved", "--on", "2026-07-07").code == 0


def test_a_merged_person_is_one_and_cannot_look_back_on_the_own_work(finished: Sbd) -> None:
    assert finished("person", "merge", "张三", "李四", "--reason", "同一个人").code == 0
    done = finished("order", "review", ORDER, "--by", "李四", "--solved")
    assert done.code == 5


def test_a_step_taken_back_stays_in_the_course_and_counts_no_more(finished: Sbd) -> None:
    finished("order", "review", ORDER, "--by", "李四", "--solved", "--on", "2026-07-12")
    assert figure(finished) == 1
    assert finished("order", "withdraw", ORDER).code == 2
    assert finished("order", "withdraw", ORDER, "--reason", "看错了").code == 0
    held = order(finished)
    assert (held["state"], held["closed"], figure(finished)) == ("finished", None, 0)
    assert [row["stands"] for row in held["events"]][-2:] == [False, True]
    assert held["events"][-1]["step"] == "withdrawn"
    assert finished("order", "review", ORDER, "--by", "李四", "--not-solved", "--on", "2026-07-13").code == 0
    assert finished("list", "need", "--format", "json").json()[0]["state"] == "reopened"


def test_the_opening_is_not_taken_back_but_cancelled(raised: Sbd) -> None:
    raised("order", "open", NEED)
    assert raised("order", "withdraw", ORDER, "--reason", "错").code == 5
    assert raised("order", "cancel", ORDER, "--reason", "居民自己解决了").code == 0
    assert raised("order", "open", NEED).code == 0
    assert order(raised, NEED)["number"] == "单-2026-0002"


def test_no_step_can_be_edited_or_voided_by_hand(finished: Sbd, own_ledger: Path) -> None:
    before = own_ledger.read_bytes()
    assert finished("edit", "order_event", "1", "日期=2026-07-01").code == 2
    assert finished("void", "order_event", "1", "--reason", "错").code == 5
    assert finished("edit", "order", ORDER, "进展=已解决").code == 2
    assert finished("edit", "need", NEED, "解决日期=2026-07-12").code == 2
    assert finished("add", "order", "事项内容=甲").code == 2
    assert own_ledger.read_bytes() == before


def test_a_voided_order_gives_its_need_back(finished: Sbd) -> None:
    finished("order", "review", ORDER, "--by", "李四", "--solved", "--on", "2026-07-12")
    assert finished("void", "need", NEED, "--reason", "错").code == 5
    assert finished("void", "order", ORDER, "--reason", "登记错了").code == 0
    (need,) = finished("list", "need", "--format", "json").json()
    assert (need["state"], need["closed"], figure(finished)) == ("raised", None, 0)
    assert finished("void", "need", NEED, "--reason", "错").code == 0


def test_evidence_is_kept_by_its_hash_beside_the_ledger(finished: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    photo = tmp_path / "竣工.jpg"
    photo.write_bytes(b"picture")
    done = finished("order", "review", ORDER, "--by", "李四", "--solved", "--evidence", photo)
    assert done.code == 0
    kept = list(Path(f"{own_ledger}.files").iterdir())
    assert [one.name for one in kept] == [f"{PICTURE}.jpg"]
    assert kept[0].read_bytes() == b"picture"
    assert kept[0].stat().st_mode & 0o077 == 0
    photo.unlink()
    assert "竣工.jpg" in order(finished)["events"][-1]["evidence"][0]


def test_a_problem_is_counted_once_on_its_look_back(finished: Sbd) -> None:
    words = ("--date", "2026-07-08", "--place", "文庙社区", "--resolved", "1")
    assert finished("log", "activity", "协调", *words, "--need", NEED).code == 0
    assert figure(finished) == 0
    finished("order", "review", ORDER, "--by", "李四", "--solved", "--on", "2026-07-12")
    assert figure(finished) == 1
    assert finished("log", "activity", "修灯", *words).code == 0
    assert figure(finished) == 2
    for part in ("place", "org", "team", "category", "month"):
        said = finished("report", "--month", "2026-07", "--by", part, "--format", "json").json()
        assert sum(row["resolved"] for row in said["rows"]) == said["totals"]["resolved"] == 2
    assert figure(finished, "--place", "文庙社区") == 2
    listed = finished("report", "activities", "--month", "2026-07", "--format", "json").json()
    assert sum(row["resolved"] or 0 for row in listed["rows"]) == 1
    assert any("另有 1 件需求" in note for note in listed["notes"])
    assert len(finished("list", "need", "解决日期:2026-07-01..2026-07-31", "--format", "json").json()) == 1


def test_overdue_lists_what_is_past_its_day(finished: Sbd) -> None:
    """Ten working days after 10 July 2026 are over on the 24th: the look-back is late on the 31st."""
    (late,) = finished("list", "order", "逾期:是", "--format", "json").json()
    assert (late["number"], late["pending"]) == (ORDER, "2026-07-24")
    assert finished("list", "order", "overdue:no", "--format", "json").json() == []
    finished("order", "review", ORDER, "--by", "李四", "--solved", "--on", "2026-07-12")
    assert finished("list", "order", "overdue:yes", "--format", "json").json() == []


def test_a_shorter_chain_is_honest_about_what_was_left_out(raised: Sbd) -> None:
    assert raised("order", "claim", NEED, "--by", "张三").code == 4
    assert raised("policy", "edit", "--set", "order.required=claimed").code == 0
    assert raised("order", "claim", NEED, "--by", "张三").code == 0
    assert raised("order", "finish", NEED, "--result", "好了").code == 0
    assert raised("order", "review", NEED, "--by", "李四", "--solved").code == 0
    assert [row["step"] for row in order(raised, NEED)["events"]] == ["claimed", "finished", "reviewed"]


def test_a_need_told_twice_is_refused_and_one_alike_is_pointed_out(raised: Sbd) -> None:
    done = raised("log", "need", "路面坑洼", "--place", "文庙社区", "--on", "2026-07-01")
    assert (done.code, NEED in done.err) == (5, True)
    later = raised("log", "need", "路面坑洼", "--place", "文庙社区", "--on", "2026-07-20")
    assert (later.code, NEED in later.err) == (0, True)


@pytest.mark.parametrize("typed", ["需-2026-0001", "需-2026-1", "需2026-0001", "需－2026－0001", " 需-2026-0001 "])
def test_a_number_is_known_however_it_is_typed(raised: Sbd, typed: str) -> None:
    assert raised("show", "need", typed).code == 0


STEP = st.tuples(
    st.sampled_from(["open", *NEEDS]),
    st.sampled_from(["张三", "李四", None]),
    st.integers(1, 28),
)


@walk(40)
@given(st.lists(STEP, min_size=6, max_size=24))
def test_a_walk_at_random_never_reaches_what_the_rules_forbid(walk: list[tuple[str, str | None, int]]) -> None:
    """Against the table above and four plain rules; a day only counts where the walk may take the step."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = str(Path(folder) / "a.db")
        for words in ("add person 姓名=张三", "add person 姓名=李四", "log need 路面坑洼 --on 2026-07-01"):
            assert quiet(ledger, *words.split())[0] == 0
        state, last, doer, sent, solved = "none", 1, "", "", None
        for step, by, day in walk:
            allowed = step in MAY[state] and (day >= last or step == "open")
            if step == "claim":
                allowed = allowed and by is not None and (state != "dispatched" or by == sent)
            if step in {"solved", "not-solved"}:
                allowed = allowed and by is not None and by != doer
            verb = {"solved": "review", "not-solved": "review"}.get(step, step)
            typed = ["order", verb, NEED, *NEEDS.get(step, []), "--on", f"2026-07-{day:02d}"]
            code, _ = quiet(ledger, *typed, *(["--by", by] if by else []))
            assert (code == 0) == allowed, (step, state, by, day)
            if not allowed:
                assert code in {2, 4, 5}
                continue
            doer = by or doer if step in {"claim", "finish"} else doer
            doer = "" if step == "open" else doer
            sent = "张三" if step == "dispatch" else sent
            state, last = BECOMES[step], day
            solved = f"2026-07-{day:02d}" if step == "solved" else None
        code, out = quiet(ledger, "list", "need", "--format", "json")
        (need,) = json.loads(out)
        assert need["state"] == {"none": "raised"}.get(state, state)
        assert need["closed"] == solved


PROBLEM = st.tuples(
    st.sampled_from(["文庙社区", "塔沟社区"]),
    st.sampled_from(["环境卫生", "助老", None]),
    st.sampled_from([None, "2026-06-30", "2026-07-01", "2026-07-31"]),
    st.integers(0, 3),
    st.booleans(),
)


@walk(15)
@given(st.lists(PROBLEM, max_size=5))
def test_whatever_was_solved_is_counted_once_in_every_division(
    problems: list[tuple[str, str | None, str | None, int, bool]],
) -> None:
    """Counted by hand: the look-backs of July that said yes, and what activities claim that name no need.

    A problem is its place, its category, the day of such a look-back, and an activity beside it that
    claims so many, naming the need or not.
    """
    with tempfile.TemporaryDirectory() as folder:
        ledger = str(Path(folder) / "a.db")
        for words in (
            "add place 名称=文庙社区",
            "add place 名称=塔沟社区",
            "add person 姓名=张三",
            "add person 姓名=李四",
        ):
            quiet(ledger, *words.split())
        expected: dict[str, dict[str | None, int]] = {"place": {}, "category": {}}
        for number, (place, category, solved, claimed, named) in enumerate(problems, 1):
            need, about = f"需-2026-{number:04d}", ["--place", place, *(["--category", category] if category else [])]
            assert quiet(ledger, "log", "need", f"事{number}", "--on", "2026-06-01", *about)[0] == 0
            steps = [f"open {need}", f"plan {need} --plan 办", f"claim {need} --by 张三", f"finish {need} --result 好"]
            for step in [*steps, f"review {need} --by 李四 --solved"] if solved else []:
                day = solved if step.startswith("review") else "2026-06-02"
                assert quiet(ledger, "order", *step.split(), "--on", str(day))[0] == 0
            more = ["--date", "2026-07-10", "--resolved", str(claimed), *about, *(["--need", need] if named else [])]
            assert quiet(ledger, "log", "activity", f"办{number}", *more)[0] == 0
            counted = (solved is not None and solved >= "2026-07-01") + (0 if named else claimed)
            for part, key in (("place", place), ("category", category or "（未填）")):
                expected[part][key] = expected[part].get(key, 0) + counted
        for part, figures in expected.items():
            said = json.loads(quiet(ledger, "report", "--month", "2026-07", "--by", part, "--format", "json")[1])
            assert {row[part]: row["resolved"] for row in said["rows"] if row["resolved"]} == {
                key: count for key, count in figures.items() if count
            }
            assert said["totals"]["resolved"] == sum(figures.values())


def quiet(ledger: str, *words: str) -> tuple[int, str]:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        code = run([*words, "--ledger", ledger])
    return code, out.getvalue()
