"""The decisions: numbered without a gap, listed in the index, short, and naming only what is there."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from conftest import ROOT

DECISIONS = ROOT / "docs" / "decisions"
CODE = ROOT / "src" / "shuangbaodao_cli"
ENTRY = re.compile(
    r"^## (?P<number>\d+) · (?P<title>.+)\n\n"
    r"(?P<day>\d{4}-\d\d-\d\d(?:, amended \d{4}-\d\d-\d\d)?) · (?P<status>.+)\n\n(?P<text>(?:.+\n)+)",
    re.MULTILINE,
)
STATUS = re.compile(r"accepted|(?:superseded|amended) by (\d+(?:(?:, | and )\d+)*)")
ROW = re.compile(r"^\| \[(\d+)\]\(([\w-]+)\.md#\S+\) \| (.+) \| (.+) \|$", re.MULTILINE)
PACKAGES = "|".join(path.name for path in CODE.iterdir() if path.is_dir() and (path / "__init__.py").is_file())


class Decision(NamedTuple):
    """One record of a topic's page."""

    number: int
    topic: str
    title: str
    status: str
    text: str


def decisions() -> list[Decision]:
    found = []
    for page in sorted(DECISIONS.glob("*.md")):
        if page.stem == "README":
            continue
        text = page.read_text(encoding="utf-8")
        entries = list(ENTRY.finditer(text))
        assert len(entries) == len(re.findall(r"^## ", text, re.MULTILINE)), f"{page.name}: an entry is not laid out"
        found += [Decision(int(e["number"]), page.stem, e["title"], e["status"], e["text"]) for e in entries]
    return sorted(found)


ALL = decisions()
every_decision = pytest.mark.parametrize("decision", ALL, ids=lambda one: str(one.number))


def test_decisions_are_numbered_through() -> None:
    assert [decision.number for decision in ALL] == list(range(1, len(ALL) + 1))


def test_the_index_lists_each_with_its_status() -> None:
    rows = ROW.findall((DECISIONS / "README.md").read_text(encoding="utf-8"))
    listed = sorted((int(number), topic, title, status) for number, topic, title, status in rows)
    assert listed == [decision[:4] for decision in ALL]


@every_decision
def test_a_decision_is_short_and_gives_its_reason(decision: Decision) -> None:
    assert 3 <= len(decision.text.splitlines()) <= 6
    assert re.search("because|instead of", decision.text, re.IGNORECASE)


@every_decision
def test_a_status_names_later_decisions(decision: Decision) -> None:
    status = STATUS.fullmatch(decision.status)
    assert status
    for number in re.findall(r"\d+", status[1] or ""):
        assert decision.number < int(number) <= len(ALL)


@every_decision
def test_a_decision_names_packages_that_are_there(decision: Decision) -> None:
    for name in re.findall(rf"`((?:{PACKAGES})(?:\.\w+)*)`", decision.text):
        path = CODE / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), f"{name} is not there"
    for name in re.findall(r"`(tests/[\w/]+\.py)`", decision.text):
        assert (ROOT / name).is_file(), f"{name} is not there"
