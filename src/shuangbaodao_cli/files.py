"""Durable file writes: a file is written whole or not at all, and synced to disk before it gets its name."""

from __future__ import annotations

import os
import re
from pathlib import Path

from shuangbaodao_cli.errors import FileError, os_error_reason


def replace_durably(temporary: Path, target: Path) -> None:
    """Replace ``target`` by a complete file and sync both to disk; a power failure leaves one of the two.

    Raises OSError; the old file is then unchanged.
    """
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(target)
    if os.name == "nt":
        return  # Windows cannot open a folder
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


_RESERVED_NAME = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> bool:
    """Write a file whole or not at all; an older file of this name stays until the new one is complete.

    Returns False, and writes nothing, where the file holds these bytes already. Raises FileError.
    """
    import tempfile  # most commands write no file

    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            if not private:  # mkstemp lets only the owner read it
                Path(temporary).chmod(0o666 & ~_umask())
            replace_durably(Path(temporary), path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(
            f"“{path}”写不了（{os_error_reason(error)}），请看看文件夹在不在、能不能写、是不是正被打开。"
        ) from None
    return True


def _umask() -> int:
    """The user's umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def make_folder(path: Path) -> None:
    """Create a folder and its parents where they are missing. Raises FileError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"文件夹“{path}”建不了（{os_error_reason(error)}），请换一个可以写的地方。") from None


def append_line(path: Path, line: str) -> None:
    """Append one line to a file in a single write, so that concurrent writers do not mix. Raises FileError."""
    make_folder(path.parent)
    try:
        with path.open("ab", buffering=0) as file:
            file.write(f"{line}\n".encode())
    except OSError as error:
        raise FileError(f"“{path}”写不了（{os_error_reason(error)}），请看看文件夹在不在、能不能写。") from None


def slug(text: str) -> str:
    """The text as a part of a file name that is valid on every system and stays in its folder."""
    clean = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", text).strip(" .-") or "_"
    clean = f"_{clean}" if _RESERVED_NAME.match(clean) else clean
    return clean.encode()[:160].decode(errors="ignore")
