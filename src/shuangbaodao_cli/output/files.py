"""Writing tables to a file, in the format that its extension names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import FileError, UsageError, os_error_reason
from shuangbaodao_cli.files import write_bytes
from shuangbaodao_cli.output import formats

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shuangbaodao_cli.output.table import Table

EXTENSIONS = (".xlsx", ".csv", ".json", ".md", ".html")


def check_extension(path: Path) -> None:
    """Raise UsageError, before any work is done, for an extension that cannot be written."""
    if path.suffix.lower() not in EXTENSIONS:
        choices = "、".join(EXTENSIONS)
        raise UsageError(f"不知道“{path.name}”要写成什么格式，文件名请用这些结尾：{choices}")


def write_tables(path: Path, tables: Sequence[Table], *, private: bool = False) -> None:
    """Write tables to a file; only its owner may read a ``private`` one. Raises UsageError or FileError."""
    check_extension(path)
    write_bytes(path, render(path.suffix.lower(), tables), private=private)


def render(extension: str, tables: Sequence[Table]) -> bytes:
    """The content of a file with this extension that holds the tables."""
    if extension == ".xlsx":
        return _render_workbook(tables)
    if extension == ".csv":
        return "\r\n".join(
            text.removeprefix(formats.BOM) if index else text
            for index, text in enumerate(map(formats.csv_text, tables))
        ).encode()
    if extension == ".json":
        objects = [formats.as_json(table) for table in tables]
        return formats.json_text(objects[0] if len(objects) == 1 else objects).encode()
    if extension == ".html":
        from shuangbaodao_cli.output.html.page import render_page  # seldom asked for

        return render_page(tables).encode()
    return "\n".join(map(formats.markdown, tables)).encode()


def _render_workbook(tables: Sequence[Table]) -> bytes:
    from shuangbaodao_cli.output.xlsx.book import TooLargeError  # seldom asked for
    from shuangbaodao_cli.output.xlsx.workbook import render_workbook  # likewise

    try:
        return render_workbook(tables)
    except OSError as error:  # XlsxWriter writes by way of temporary files
        raise FileError(f"电子表格写不了（{os_error_reason(error)}），请腾出一些磁盘空间再试。") from None
    except TooLargeError as error:
        raise FileError(f"电子表格写不了：{error}。") from None
