"""Writing a file: by its extension, beside the old one and then in its place, never half."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Unreadable, UsageError, why
from shuangbaodao_cli.output import formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Table

EXTENSIONS = (".xlsx", ".csv", ".json", ".md", ".html")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def check_extension(path: Path) -> None:
    """Refuse, before any work is done, a file that we cannot write by its name."""
    if path.suffix.lower() not in EXTENSIONS:
        offered = "、".join(EXTENSIONS)
        raise UsageError(f"不知道“{path.name}”要写成什么格式，文件名请用这些结尾：{offered}")


def write_tables(path: Path, tables: Sequence[Table], *, private: bool = False) -> None:
    """Write tables to a file, in the format that its extension says; ``private`` is for its owner alone."""
    check_extension(path)
    write_bytes(path, rendered(path.suffix.lower(), tables), private=private)


def rendered(extension: str, tables: Sequence[Table]) -> bytes:
    """Tables as the content of a file of this extension."""
    if extension == ".xlsx":
        return _workbook(tables)
    if extension == ".csv":
        return "\r\n".join(
            text.removeprefix(formats.BOM) if at else text for at, text in enumerate(map(formats.csv_text, tables))
        ).encode()
    if extension == ".json":
        said = [formats.as_json(table) for table in tables]
        return formats.json_text(said[0] if len(said) == 1 else said).encode()
    if extension == ".html":
        from shuangbaodao_cli.output.page import page  # noqa: PLC0415  # seldom asked for

        return page(tables).encode()
    return "\n".join(map(formats.markdown, tables)).encode()


def _workbook(tables: Sequence[Table]) -> bytes:
    from shuangbaodao_cli.output.stamp import TooLargeError  # noqa: PLC0415  # seldom asked for
    from shuangbaodao_cli.output.workbook import workbook  # noqa: PLC0415  # likewise

    try:
        return workbook(tables)
    except OSError as error:  # XlsxWriter writes by way of temporary files
        raise Unreadable(f"电子表格写不了（{why(error)}），请腾出一些磁盘空间再试。") from None
    except TooLargeError as error:
        raise Unreadable(f"电子表格写不了：{error}。") from None


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> bool:
    """Write a file whole or not at all; an older file of the name stays until the new one is complete.

    Nothing is written, and False returned, where the same bytes are there already. Raises Unreadable where
    it cannot be.
    """
    import tempfile  # noqa: PLC0415  # most commands write no file

    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if not private:  # a temporary file is made for its owner alone
                Path(beside).chmod(0o666 & ~_umask())
            Path(beside).replace(path)
            _settle(path.parent)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Unreadable(f"“{path}”写不了（{why(error)}），请看看文件夹在不在、能不能写、是不是正被打开。") from None
    return True


def _settle(folder: Path) -> None:
    """Have the new name of a file on the disk too, where the system opens folders (Windows and some shares do not)."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return  # the file is whole and in its place; a share may know no syncing of folders
    finally:
        os.close(handle)


def _umask() -> int:
    """What the user's system takes off the mode of a new file; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, where there is none."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unreadable(f"文件夹“{path}”建不了（{why(error)}），请换一个可以写的地方。") from None


def append_line(path: Path, line: str) -> None:
    """Add one line to a file, in one piece also where two do so at once. Raises Unreadable."""
    make_folder(path.parent)
    try:
        with path.open("ab", buffering=0) as file:
            file.write(f"{line}\n".encode())
    except OSError as error:
        raise Unreadable(f"“{path}”写不了（{why(error)}），请看看文件夹在不在、能不能写。") from None


def slug(name: str) -> str:
    """A name as a part of a file name that every system takes and that stays in its folder."""
    clean = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", name).strip(" .-") or "_"
    clean = f"_{clean}" if _RESERVED.match(clean) else clean
    return clean.encode()[:160].decode(errors="ignore")
