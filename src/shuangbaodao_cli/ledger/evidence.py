"""What proves a step of an order: a photo, a signed sheet. Kept beside the ledger under its hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Unreadable, why
from shuangbaodao_cli.ledger import keeping

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

    from shuangbaodao_cli.ledger.database import Entry

LARGEST = 100 * 1024 * 1024
"""Bytes of a file that is kept; what is larger is a film."""


def read(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """The names and bytes of files; Unreadable where one is none, before anything is written."""
    found = []
    for path in paths:
        if str(path).startswith(("http:", "https:")):
            raise Unreadable(f"“{path}”是网址。凭据要存一份在台账旁边，请先下载再写文件名。没有改动。")
        try:
            if path.stat().st_size > LARGEST:
                raise Unreadable(f"凭据“{path}”太大（超过100兆），没有改动；请缩小后再存。")
            found.append((path.name, path.read_bytes()))
        except FileNotFoundError:
            raise Unreadable(f"没有“{path}”这个文件，没有改动，请核对文件名。") from None
        except OSError as error:
            raise Unreadable(f"凭据“{path}”读不了（{why(error)}），没有改动，请核对文件名。") from None
    return found


def keep(entry: Entry, event: int, files: Iterable[tuple[str, bytes]]) -> None:
    """Keep what was read with a step."""
    for name, content in files:
        sha256 = hashlib.sha256(content).hexdigest()
        keeping.keep(entry.connection, name, sha256, content)
        entry.connection.execute(
            "INSERT INTO evidence (event, sha256, file, entry) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (event, sha256, name, entry.id),
        )


def of_order(connection: sqlite3.Connection, order: int) -> dict[int, list[str]]:
    """Event → the names of the files kept with it, each with the beginning of its hash."""
    sql = (
        "SELECT v.event, v.file, v.sha256 FROM evidence AS v JOIN order_event AS e ON e.id = v.event "
        "WHERE e.ticket = ? ORDER BY v.event, v.file"
    )
    found: dict[int, list[str]] = {}
    for event, file, sha256 in connection.execute(sql, (order,)):
        found.setdefault(event, []).append(f"{file}（{sha256[:8]}）")
    return found
