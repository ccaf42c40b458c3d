"""The files that were imported and what proves a step, each kept once under its hash in a folder beside the ledger."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import LedgerError, why
from shuangbaodao_cli.ledger.database import path_of
from shuangbaodao_cli.output.files import write_bytes

if TYPE_CHECKING:
    import sqlite3


def folder(connection: sqlite3.Connection) -> Path:
    """The folder of the files that went into a ledger: its own name with ``.files`` behind it."""
    return Path(f"{path_of(connection)}.files")


def keep(connection: sqlite3.Connection, name: str, sha256: str, content: bytes) -> None:
    """Keep the bytes of a file, for its owner alone; nothing happens where they are kept already."""
    if kept(connection, sha256) is not None:
        return
    beside = folder(connection)
    try:
        beside.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"导入的文件和凭据要在“{beside}”里留一份底，但这个文件夹建不了（{why(error)}），没有改动。"
        ) from None
    ending = Path(name).suffix.lower()
    ending = ending if re.fullmatch(r"\.[a-z0-9]{1,5}", ending) else ""
    write_bytes(beside / f"{sha256}{ending}", content, private=True)


def kept(connection: sqlite3.Connection, sha256: str) -> Path | None:
    """Where a file is kept, if it is."""
    return next(folder(connection).glob(f"{sha256}*"), None)
