"""The pages for users: generated ones are current, links lead somewhere, all that exists is told."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from conftest import ROOT
from docs import browser
from shuangbaodao_cli.cli.app import ROOT as SBD
from shuangbaodao_cli.cli.lazy import Group
from shuangbaodao_cli.errors import ERRORS
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.problems import KINDS
from shuangbaodao_cli.reports.catalogue import all_reports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
BY_HAND = [page for page in PAGES if page.parent.name != "reference"]
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MACHINE = re.compile(r"(?<![\w.$])/(?:home|root|tmp|work|Users|var|opt)/|[A-Z]:\\")

every_picture = pytest.mark.parametrize("picture", sorted((DOCS / "images").iterdir()), ids=lambda one: one.name)
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", text(page))


def reference(name: str) -> str:
    return text(DOCS / "reference" / f"{name}.md")


def anchors(page: Path) -> set[str]:
    """The fragments that a page's headings can be reached by."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose(page)))
    return {heading.replace(" ", "-") for heading in kept}


def commands(group: Group, leading: str = "sbd") -> Iterator[str]:
    for word, command in group.commands.items():
        yield f"{leading} {word}"
        if isinstance(command, Group):
            yield from commands(command, f"{leading} {word}")


def test_generated_pages_are_current() -> None:
    checked = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if link.startswith("https://"):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), f"{link} leads nowhere"
        assert not fragment or fragment in anchors(target), f"{link} names no heading"


@every_page
def test_no_page_speaks_of_the_machine_it_was_written_on(page: Path) -> None:
    assert not MACHINE.search(text(page))


@every_picture
def test_nor_does_a_picture(picture: Path) -> None:
    assert not MACHINE.search(text(picture))


@every_picture
def test_a_picture_is_sound_and_fetches_nothing(picture: Path) -> None:
    ET.fromstring(text(picture))  # noqa: S314  # our own file
    outside = set(re.findall(r"https?://[^\"' <]+", text(picture)))
    assert outside <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"}
    assert not re.search(r"url\((?!#)|@import|<script|<image", text(picture))


@every_picture
def test_a_picture_is_shown_to_readers_of_either_language(picture: Path) -> None:
    shown = [page for page in BY_HAND if f"images/{picture.name})" in text(page)]
    assert {ROOT / "README.md"} < set(shown)


def test_a_browser_draws_the_picture_of_the_page(tmp_path: Path) -> None:
    _, drawn, asked = browser.opened(DOCS / "images" / "page.svg", tmp_path, size="1152,1385")
    assert asked == []
    seen = browser.colours(drawn)
    assert seen[bytes.fromhex("1f4e8c")] > 500  # large figures
    assert seen[bytes.fromhex("08306b")] > 500  # the darkest of the map
    assert seen[bytes.fromhex("3b6ea5")] > 10_000  # the course of the year


@every_page
def test_every_block_says_what_it_is(page: Path) -> None:
    kinds = {kind.split(" ")[0] for kind, _ in FENCE.findall(text(page))}
    assert kinds <= {"console", "csv", "python", "sh", "sql", "text"}


def test_every_command_is_told_twice() -> None:
    """Its help stands in the reference, and a page written by hand shows what it is for."""
    told = "\n".join(map(text, BY_HAND))
    for command in commands(SBD):
        assert f"\n## {command}\n" in reference("commands")
        assert re.search(rf"{command}\b", told), f"no page shows {command}"


def test_pages_speak_of_no_command_that_does_not_exist() -> None:
    known = {command.split()[1] for command in commands(SBD)}
    spoken = {word for page in BY_HAND for word in re.findall(r"(?:`|\$ |^)sbd (\w+)", text(page), re.MULTILINE)}
    assert spoken <= known


def test_every_record_report_problem_and_exit_code_is_told() -> None:
    for record in RECORDS.values():
        assert f"\n## {record.name}\n" in reference("records")
        assert all(f"| `{field.name}` | {field.label} |" in reference("records") for field in record.fields)
    assert all(f"| `{name}` |" in reference("reports") for name in all_reports())
    assert all(f"| `{kind}` | {meaning} |" in reference("problems") for kind, meaning in KINDS.items())
    assert all(f"| {error.exit_code} | {error.meaning} |" in reference("exit-codes") for error in ERRORS)


def test_every_page_can_be_reached_from_the_index() -> None:
    index = text(DOCS / "README.md")
    for page in DOCS.rglob("*.md"):
        assert page == DOCS / "README.md" or f"]({page.relative_to(DOCS).as_posix()})" in index
