"""The head that a file carries: an export has it printed in it, a backup is a ledger and ends in it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import NotFound, Unreadable, why
from shuangbaodao_cli.ledger.integrity import untrusted
from shuangbaodao_cli.ledger.storage import chain, encryption
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_SQLITE = b"SQLite format 3\0"
_PRINTED_HEAD = re.compile(r"台账校验码 ?(\d{1,15})((?:-[0-9a-f]{4}){4})")
_TYPED_HEAD = re.compile(r"(?:台账)?(?:校验码)?:?(\d{1,15})((?:-[0-9a-f]{4}){4})")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")
"""What a keyboard for Chinese gives for a hyphen."""
_MAX_BYTES = 64 << 20
"""Bytes of a file, and of what a workbook unpacks to, that are looked through."""


def resolve_head(raw: str) -> chain.Head:
    """The head that a person means: typed off a printed sheet, or a file that carries it.

    Raises Unreadable, NotFound where the file carries none, LedgerError for a backup that is none.
    """
    if typed := _TYPED_HEAD.fullmatch(fold(raw).translate(_DASHES)):
        return _check_typed_head(_parse_match(typed))
    path = Path(raw)
    try:
        with path.open("rb") as file:
            start = file.read(len(_SQLITE))
        if start == _SQLITE or encryption.is_decryptable(path):
            return _backup_head(path)
        texts = list(_read_texts(path))
    except (OSError, zipfile.BadZipFile) as error:
        told = why(error) if isinstance(error, OSError) else "不是完好的电子表格"
        raise Unreadable(f"“{path}”读不了（{told}）。校验码也可以照着打，例如 12-3f9a-0c12-88ab-0d1e。") from None
    found = [_parse_match(one) for text in texts for one in _PRINTED_HEAD.finditer(text)]
    if not found:
        hint = encryption.open_failure_hint(path) if path.suffix == ".db" else ""
        raise NotFound(f"“{path}”里没有台账校验码。.xlsx、.html、.md 的报表和 sbd backup 的备份里才有。{hint}")
    return max(found)


def _check_typed_head(head: chain.Head) -> chain.Head:
    """A head that was typed; before the first command there is only one that it can be."""
    if head.entry == 0 and not chain.START.startswith(head.hash):
        raise NotFound(f"校验码 {head} 打错了：前面的数是第几笔改动，从 1 起。请对照报表再打一遍。")
    return head


def _parse_match(match: re.Match[str]) -> chain.Head:
    return chain.Head(int(match[1]), match[2].replace("-", ""))


def _read_texts(path: Path) -> Iterator[str]:
    """What is written in a file, in pieces; of a workbook its strings."""
    if path.stat().st_size > _MAX_BYTES:
        raise Unreadable(f"“{path}”太大，不像是导出的报表。校验码也可以照着打。")
    if not zipfile.is_zipfile(path):
        yield path.read_bytes().decode("utf-8", "replace")
        return
    with zipfile.ZipFile(path) as book:
        for part in book.infolist():
            if part.filename.endswith("sharedStrings.xml") and part.file_size <= _MAX_BYTES:
                with book.open(part) as strings:
                    yield strings.read(_MAX_BYTES).decode("utf-8", "replace")


def _backup_head(path: Path) -> chain.Head:
    """Where the chain of a backup ends. It is copied first, since looking at it must not touch it."""
    import shutil  # noqa: PLC0415  # only here

    with TemporaryDirectory(prefix="sbd-") as folder:
        copy = Path(folder) / "copy.db"
        shutil.copyfile(path, copy)
        with untrusted.open_copy(copy, path) as ledger:
            return untrusted.head(ledger)
