"""Chain heads found outside the ledger: typed from paper, printed in an exported file, or the end of a backup.

``sbd verify --against`` compares the ledger with one of them.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import FileError, NotFound, os_error_reason
from shuangbaodao_cli.ledger.integrity import untrusted
from shuangbaodao_cli.ledger.storage import chain, encryption
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRINTED_HEAD = re.compile(r"台账校验码 ?(\d{1,15})((?:-[0-9a-f]{4}){4})")
_TYPED_HEAD = re.compile(r"(?:台账)?(?:校验码)?:?(\d{1,15})((?:-[0-9a-f]{4}){4})")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")
"""What is typed for a hyphen on a Chinese keyboard."""
_MAX_BYTES = 64 << 20
"""Bytes up to which a file, or a part of a workbook once unpacked, is searched."""


def resolve_head(raw: str) -> chain.Head:
    """The head given by a text: typed from a printed report, or the path of an export or backup that has it.

    A file with several heads counts with the last of them. Raises FileError, NotFound where the file has none,
    LedgerError where it should be a backup and is not.
    """
    if match := _TYPED_HEAD.fullmatch(fold(raw).translate(_DASHES)):
        return _check_typed_head(_parse_match(match))
    path = Path(raw)
    try:
        if encryption.is_plain(path) or encryption.is_decryptable(path):
            return _backup_head(path)
        texts = list(_read_texts(path))
    except (OSError, zipfile.BadZipFile) as error:
        reason = os_error_reason(error) if isinstance(error, OSError) else "不是完好的电子表格"
        raise FileError(f"“{path}”读不了（{reason}）。校验码也可以照着打，例如 12-3f9a-0c12-88ab-0d1e。") from None
    heads = [_parse_match(match) for text in texts for match in _PRINTED_HEAD.finditer(text)]
    if not heads:
        hint = encryption.open_failure_hint(path) if path.suffix == ".db" else ""
        raise NotFound(f"“{path}”里没有台账校验码。.xlsx、.html、.md 的报表和 sbd backup 的备份里才有。{hint}")
    return max(heads)


def _check_typed_head(head: chain.Head) -> chain.Head:
    """The head itself. Raises NotFound where it is of entry 0, before any command, and is not ``START``."""
    if head.entry == 0 and not chain.START.startswith(head.hash):
        raise NotFound(f"校验码 {head} 打错了：前面的数是第几笔改动，从 1 起。请对照报表再打一遍。")
    return head


def _parse_match(match: re.Match[str]) -> chain.Head:
    """The head in a match; its hash has the digits that are shown."""
    return chain.Head(int(match[1]), match[2].replace("-", ""))


def _read_texts(path: Path) -> Iterator[str]:
    """The texts of a file that may hold a head: of a workbook its shared strings, else the whole. Raises FileError."""
    if path.stat().st_size > _MAX_BYTES:
        raise FileError(f"“{path}”太大，不像是导出的报表。校验码也可以照着打。")
    if not zipfile.is_zipfile(path):
        yield path.read_bytes().decode("utf-8", "replace")
        return
    with zipfile.ZipFile(path) as workbook:
        for part in workbook.infolist():
            if part.filename.endswith("sharedStrings.xml") and part.file_size <= _MAX_BYTES:
                with workbook.open(part) as strings:
                    yield strings.read(_MAX_BYTES).decode("utf-8", "replace")


def _backup_head(path: Path) -> chain.Head:
    """The head of a backup, read from a copy: SQLite may write to a file that it opens."""
    with TemporaryDirectory(prefix="sbd-") as folder:
        copy = Path(folder) / "copy.db"
        shutil.copyfile(path, copy)
        with untrusted.open_copy(copy, path) as ledger:
            return untrusted.head(ledger)
