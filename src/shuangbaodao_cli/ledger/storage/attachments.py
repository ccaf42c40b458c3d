"""The files that were imported and what proves a step, each kept once under its hash in a folder beside the ledger."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import LedgerError, NotFound, Unreadable, why
from shuangbaodao_cli.files import write_bytes
from shuangbaodao_cli.ledger.storage import encryption
from shuangbaodao_cli.ledger.storage.transactions import path_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_MAX_PART_SIZE = 1 << 28
"""Bytes up to which a part of a kept file is read through."""

_HASH = re.compile("[0-9a-f]{64}")


def folder(connection: sqlite3.Connection) -> Path:
    """The folder of the files that went into a ledger: its own name with ``.files`` behind it."""
    return Path(f"{path_of(connection)}.files")


def save(connection: sqlite3.Connection, name: str, sha256: str, content: bytes) -> None:
    """Keep the bytes of a file, for its owner alone; nothing happens where they are kept already."""
    if find(connection, sha256) is not None:
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
    write_bytes(beside / f"{sha256}{ending}", encryption.encrypt_bytes(content), private=True)


def find(connection: sqlite3.Connection, sha256: str) -> Path | None:
    """Where a file is kept, if it is."""
    return next(folder(connection).glob(f"{sha256}*"), None)


def paths_by_hash(connection: sqlite3.Connection) -> dict[str, Path]:
    """Hash → where that file is kept, of all that are."""
    return {one.stem: one for one in folder(connection).glob("*")}


def read(connection: sqlite3.Connection, prefix: str) -> bytes:
    """The bytes of the kept file whose hash begins so.

    Raises NotFound where there is none, or several, Unreadable where it is not what it was.
    """
    found = list(folder(connection).glob(f"{prefix}*")) if re.fullmatch("[0-9a-f]{8,64}", prefix) else []
    if len(found) != 1:
        raise NotFound(f"留底的文件里找不到指纹以“{prefix}”开头的那一个。指纹至少写8位，见 sbd imports --format json。")
    if not is_intact(found[0]):
        raise Unreadable(f"留底的“{found[0]}”不是原来的样子：损坏了，或是用另一个口令加密的。")
    return encryption.decrypt_file(found[0])


def texts(path: Path) -> Iterator[str]:
    """What can be read in a kept file whatever it is: the parts of a workbook or document, else its bytes as text."""
    content = encryption.decrypt_file(path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for part in parts.infolist():
                if part.filename.endswith(".xml") and part.file_size < _MAX_PART_SIZE:
                    yield parts.read(part).decode(errors="ignore")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error):
        for encoding, start in (("utf-8", 0), ("gb18030", 0), ("utf-16-le", 0), ("utf-16-le", 1)):
            yield content[start:].decode(encoding, errors="ignore")


def copy_all(source: Path, target: Path) -> tuple[int, list[str]]:
    """Copy the kept files that ``target`` does not hold whole yet: how many, and the names of those left out.

    Left out is what is not what its name says. Raises LedgerError where one cannot be written.
    """
    done, left = 0, []
    try:
        for one in sorted(source.glob("*")) if source.is_dir() else ():
            if not _HASH.fullmatch(one.stem) or is_intact(target / one.name):
                continue
            if not is_intact(one):
                left.append(one.name)
                continue
            target.mkdir(mode=0o700, exist_ok=True)
            write_bytes(target / one.name, encryption.encrypt_bytes(encryption.decrypt_file(one)), private=True)
            done += 1
    except OSError as error:
        raise LedgerError(f"留底的文件没有都拷到“{target}”（{why(error)}），台账本身已经拷好。") from None
    return done, left


def is_intact(path: Path) -> bool:
    """Whether a kept file is there and is what its name, the hash of its bytes, says."""
    return path.is_file() and hashlib.sha256(encryption.decrypt_file(path)).hexdigest() == path.stem
