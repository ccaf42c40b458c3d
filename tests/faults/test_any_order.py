"""P10: what several offices say makes one ledger in any order, said once or again; a contradiction is told.

This is of rosters and lists of services. To take over a whole ledger of another office is not possible yet.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from faults.harness import ROUNDS, Forker, Tally, copied

if TYPE_CHECKING:
    from pathlib import Path

    from faults.conftest import Promise

    Files = list[dict[str, list[dict[str, str]]]]

PERSONS = {"人1": "19900000001", "人2": "19900000002", "孙一": "19911110001", "孙二": "19911110002"}
"""Two that the ledger knows and two that it does not, each with a phone."""
SERVICES = {"修路灯": "2026-07-03", "急救培训": "2026-07-04"}
FACTS = {"gender": "性别", "address": "居住地址", "position": "职务", "skills": "特长"}
COUNTS = {"served": "服务群众人次", "resolved": "解决问题件数"}
TRUTH = {
    "gender": ("男", "女", "女", "男"),
    "address": ("文庙街1号", "西街2号", "东街3号", "南街4号"),
    "position": ("会计", "电工", "医生", "教师"),
    "skills": ("理发", "用电", "急救", "书法"),
    "served": ("30", "12"),
    "resolved": ("2", "0"),
    "people": ("人1、人2", "人3"),
}
"""Fact → what it is of each, person by person or service by service."""


def subset(of: dict[str, str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(of)), unique=True)


OFFICES = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(sorted(PERSONS)), subset(FACTS), min_size=1),
        st.dictionaries(st.sampled_from(sorted(SERVICES)), subset({**COUNTS, "people": ""}), min_size=1),
    ),
    min_size=2,
    max_size=3,
)
"""What each office knows: of whom and of which services, and what of them."""


def csv(named: tuple[str, str], known: dict[str, str], labels: dict[str, str], told: dict[str, list[str]]) -> str:
    """A file with the rows that an office can fill; what it does not know it leaves empty."""
    rows = [",".join((*named, *labels.values()))]
    for key, facts in told.items():
        at = list(known).index(key)
        rows.append(",".join((key, known[key], *(TRUTH[fact][at] if fact in facts else "" for fact in labels))))
    return "\n".join(rows)


def written(folder: Path, offices: list[Any]) -> list[str]:
    """The two files of each office; their names."""
    named: list[str] = []
    for at, (persons, services) in enumerate(offices):
        rosters = {
            f"{at}人员.csv": csv(("姓名", "联系电话"), PERSONS, FACTS, persons),
            f"{at}活动.csv": csv(("活动名称", "活动日期"), SERVICES, {**COUNTS, "people": "参加人员"}, services),
        }
        for name, text in rosters.items():
            (folder / name).write_text(text, encoding="utf-8")
        named += rosters
    return named


def told(offices: list[Any], of: int) -> dict[str, dict[str, str]]:
    """What all offices together say of each person (0) or service (1), by hand."""
    found: dict[str, dict[str, str]] = {}
    for office in offices:
        for key, facts in office[of].items():
            at = list((PERSONS, SERVICES)[of]).index(key)
            found.setdefault(key, {}).update({fact: TRUTH[fact][at] for fact in facts})
    return found


def kept(folder: Path, record: str, facts: dict[str, str], known: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """What the ledger says of them, in the order of their names."""
    title = {"person": "name", "activity": "title"}[record]
    rows = json.loads((folder / f"{record}.json").read_text(encoding="utf-8"))
    said = [(row[title], {fact: str(row[fact]) for fact in facts if row[fact] is not None}) for row in rows]
    return sorted((pair for pair in said if pair[0] in known), key=lambda pair: pair[0])


def imported(forker: Forker, folder: Path, tally: Tally, offices: list[Any], order: list[int], *changes: str) -> None:
    """Import the files of the offices in this order, and compare the ledger with what they say together."""
    names = written(folder, offices)
    files = [names[at % len(names)] for at in order]
    lists = [["list", record, "-o", f"{record}.json"] for record in ("person", "activity", "participation")]
    imports = [["import", name, "--yes", "--again"] for name in files]
    ended = forker.run(folder, *imports, *lists, changes=changes)
    assert ended.code == 0, ended
    persons, services = told(offices, 0), told(offices, 1)
    found = kept(folder, "person", FACTS, PERSONS)
    before: dict[str, dict[str, str]] = {"人1": {}, "人2": {}}
    tally.held(found == sorted((before | persons).items()), f"{files}: {found}")
    found = kept(folder, "activity", COUNTS, SERVICES)
    counted = {name: {fact: said for fact, said in facts.items() if fact in COUNTS} for name, facts in services.items()}
    tally.held(found == sorted(counted.items()), f"{files}: {found}")
    rows = json.loads((folder / "participation.json").read_text(encoding="utf-8"))
    took = sorted((row["activity"], row["person"]) for row in rows if row["activity"] in SERVICES)
    wanted = sorted((key, one) for key, facts in services.items() for one in facts.get("people", "").split("、") if one)
    tally.held(took == wanted, f"{files}: {took}")


def test_any_order_and_once_more_give_the_same_ledger(
    forker: Forker, base: Path, tmp_path: Path, promise: Promise
) -> None:
    """The mutant lets the last file win: what it leaves empty is gone."""
    tally, mutant = Tally(), Tally()

    @settings(max_examples=5 * ROUNDS, deadline=None, database=None, phases=[Phase.generate])
    @given(offices=OFFICES, data=st.data())
    def any_order(offices: list[Any], data: st.DataObject) -> None:
        again = data.draw(st.lists(st.integers(0, 5), max_size=2))
        order = data.draw(st.permutations([*range(2 * len(offices)), *again]))
        imported(forker, copied(base, tmp_path / "office"), tally, offices, order)
        if not mutant.losses:
            imported(forker, copied(base, tmp_path / "office"), mutant, offices, order, "last_one_wins")

    any_order()
    promise("P10 rosters of several offices, in any order and again", tally, mutant)


CONTRADICTIONS = {
    "address": ("姓名,联系电话,居住地址\n人1,19900000001,{}\n", ("文庙街1号", "西街2号")),
    "position": ("姓名,联系电话,职务\n人2,19900000002,{}\n", ("会计", "电工")),
    "served": ("活动名称,活动日期,服务群众人次\n理发,2026-07-31,{}\n", ("30", "20")),
}


def contradicted(forker: Forker, folder: Path, tally: Tally, pair: tuple[str, str], text: str, *changes: str) -> None:
    """Two files that contradict each other: both values are told with their cell, and the older one is kept."""
    for at, said in enumerate(pair):
        (folder / f"{at}.csv").write_text(text.format(said), encoding="utf-8")
    first, second = (["import", f"{at}.csv", "--yes", "--format", "json"] for at in (0, 1))
    forker.run(folder, first)
    ended = forker.run(folder, second, changes=changes)
    changed = json.loads(ended.out)["files"][0]["sheets"][0]["changes"]
    change: dict[str, Any] = changed[0] if changed else {}
    shown = (str(change.get("old")), str(change.get("new")), change.get("cell"))
    tally.held(ended.code == 0 and shown == (*pair, "Sheet1!C2"), f"{pair}: {ended}")
    record = "person" if text.startswith("姓名") else "activity"
    history = forker.run(folder, ["history", record, str(change.get("id", 1))]).out
    tally.held(all(said in history for said in pair), f"{pair}: {history}")


@pytest.mark.parametrize("fact", CONTRADICTIONS)
def test_a_contradiction_is_told_and_both_are_kept(
    forker: Forker, base: Path, tmp_path: Path, promise: Promise, fact: str
) -> None:
    """The mutant takes the later word for it without one of its own."""
    text, (one, other) = CONTRADICTIONS[fact]
    tally, mutant = Tally(), Tally()
    for pair in ((one, other), (other, one)):
        contradicted(forker, copied(base, tmp_path / "office"), tally, pair, text)
    contradicted(forker, copied(base, tmp_path / "office"), mutant, (one, other), text, "changed_without_a_word")
    promise(f"P10 a contradiction is told: {fact}", tally, mutant)
