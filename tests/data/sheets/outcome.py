"""What came of importing a file of this folder, in words short enough for a test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Sbd

HERE = Path(__file__).parent
PARTS = ("created", "updated", "unchanged", "rejected", "skipped")
"""What a row can come to; they add up to the rows that were read."""


def taken(sbd: Sbd, name: str, *options: str) -> list[dict[str, Any]]:
    """Import a file and give back its tables, in the contract's JSON."""
    [file] = sbd("import", HERE / name, *options, "--format", "json").json()["files"]
    sheets: list[dict[str, Any]] = file["sheets"]
    return sheets


def only(sbd: Sbd, name: str, *options: str) -> dict[str, Any]:
    """Import a file of one table."""
    [one] = taken(sbd, name, *options)
    return one


def numbers(one: dict[str, Any]) -> tuple[int, ...]:
    """Rows, created, updated, unchanged, rejected, skipped."""
    return tuple(one[name] for name in ("rows", *PARTS))


def told(one: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    """Severity and cell of every problem of one kind, from top to bottom."""
    return [(problem["severity"], problem["cell"]) for problem in one["problems"] if problem["kind"] == kind]


def refused(one: dict[str, Any]) -> list[tuple[str, str]]:
    """Kind and cell of everything for which a row was refused."""
    return [(problem["kind"], problem["cell"]) for problem in one["problems"] if problem["severity"] == "error"]


def said(one: dict[str, Any], kind: str) -> str:
    """All that is said of problems of one kind."""
    return "\n".join(problem["message"] for problem in one["problems"] if problem["kind"] == kind)


def stored(sbd: Sbd, record: str) -> list[dict[str, Any]]:
    """Every record of one kind in the ledger, ids and telephones in full."""
    listed = sbd("list", record, "--full", "--reason", "核对", "--format", "json")
    found: list[dict[str, Any]] = listed.json()
    return found


def column(sbd: Sbd, record: str, *fields: str) -> list[Any]:
    """One fact of every record, or several together."""
    rows = [tuple(one[name] for name in fields) for one in stored(sbd, record)]
    return [row[0] for row in rows] if len(fields) == 1 else rows
