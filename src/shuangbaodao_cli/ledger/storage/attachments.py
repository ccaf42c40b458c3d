"""Attachments: the imported files and the evidence of order steps, in a folder beside the ledger.

Each is stored once, under the SHA-256 of its bytes; under a passphrase it is encrypted like the ledger.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import FileError, LedgerError, NotFound, os_error_reason
from shuangbaodao_cli.files import write_bytes
from shuangbaodao_cli.ledger.storage import encryption
from shuangbaodao_cli.ledger.storage.transactions import path_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_MAX_PART_SIZE = 1 << 28
"""Bytes up to which a part of an attachment is searched for text."""

_HASH = re.compile("[0-9a-f]{64}")


def folder(connection: sqlite3.Connection) -> Path:
    """The folder of the attachments of a ledger: the ledger's path with ``.files`` appended."""
    return Path(f"{path_of(connection)}.files")


def save(connection: sqlite3.Connection, name: str, sha256: str, content: bytes) -> None:
    """Store the bytes of a file, readable by its owner alone, unless they are stored already.

    Raises LedgerError where the folder cannot be made, FileError where the file cannot be written.
    """
    if find(connection, sha256) is not None:
        return
    target = folder(connection)
    try:
        target.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"导入的文件和凭据要在“{target}”里留一份底，但这个文件夹建不了（{os_error_reason(error)}），没有改动。"
        ) from None
    suffix = Path(name).suffix.lower()
    suffix = suffix if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else ""
    write_bytes(target / f"{sha256}{suffix}", encryption.encrypt_bytes(content), private=True)


def find(connection: sqlite3.Connection, sha256: str) -> Path | None:
    """The path of the attachment with that hash; None where there is none."""
    return next(folder(connection).glob(f"{sha256}*"), None)


def paths_by_hash(connection: sqlite3.Connection) -> dict[str, Path]:
    """Hash → path of every attachment."""
    return {path.stem: path for path in folder(connection).glob("*")}


def read(connection: sqlite3.Connection, prefix: str) -> bytes:
    """The bytes of the attachment whose hash begins with at least eight given digits.

    Raises NotFound where there is none or several, FileError where it no longer matches its hash.
    """
    paths = list(folder(connection).glob(f"{prefix}*")) if re.fullmatch("[0-9a-f]{8,64}", prefix) else []
    if len(paths) != 1:
        raise NotFound(f"留底的文件里找不到指纹以“{prefix}”开头的那一个。指纹至少写8位，见 sbd imports --format json。")
    if not is_intact(paths[0]):
        raise FileError(f"留底的“{paths[0]}”不是原来的样子：损坏了，或是用另一个口令加密的。")
    return encryption.decrypt_file(paths[0])


def texts(path: Path) -> Iterator[str]:
    """The texts that may be read in an attachment: the XML parts of an Office file, else its bytes in each encoding."""
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
    """Copy the attachments that ``target`` lacks or has damaged: how many were copied, and the names of those skipped.

    Skipped are those that no longer match their hash. Raises LedgerError where one cannot be written.
    """
    count, skipped = 0, []
    try:
        for path in sorted(source.glob("*")) if source.is_dir() else ():
            if not _HASH.fullmatch(path.stem) or is_intact(target / path.name):
                continue
            if not is_intact(path):
                skipped.append(path.name)
                continue
            target.mkdir(mode=0o700, exist_ok=True)
            write_bytes(target / path.name, encryption.encrypt_bytes(encryption.decrypt_file(path)), private=True)
            count += 1
    except OSError as error:
        raise LedgerError(f"留底的文件没有都拷到“{target}”（{os_error_reason(error)}），台账本身已经拷好。") from None
    return count, skipped


def is_intact(path: Path) -> bool:
    """Whether an attachment exists and matches its name, the hash of its bytes."""
    return path.is_file() and hashlib.sha256(encryption.decrypt_file(path)).hexdigest() == path.stem
