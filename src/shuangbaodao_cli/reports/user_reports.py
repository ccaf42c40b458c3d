"""The user's own reports: .sql files in the folder beside the ledger, with a head like that of ours.

They are read in the sandbox of ``sbd query``: nothing is written, and what is private reads as empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import FileError, UsageError, os_error_reason
from shuangbaodao_cli.ledger.query import sql as query_sql
from shuangbaodao_cli.output.table import Column, Kind
from shuangbaodao_cli.reports.catalogue import SUBCOMMANDS, all_reports
from shuangbaodao_cli.reports.model import Body, Scope
from shuangbaodao_cli.reports.queries import parse_metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_NAME = re.compile(r"[^\s/\\.-][^\s/\\]*")
_REQUIRED = {"title": "标题", "asks": "回答什么", "columns": "有哪些列"}


@dataclass(frozen=True, slots=True)
class UserReport:
    """A report that the user wrote, as the head of its file describes it."""

    path: Path
    title: str
    asks: str
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    units: tuple[str, ...]
    sql: str


def report_files(folder: Path) -> dict[str, Path]:
    """Name of a report → its file, in the order of the names; names that the program uses itself are left out."""
    return {file.stem: file for file in _sql_files(folder) if not is_reserved(file.stem) and _NAME.fullmatch(file.stem)}


def _sql_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.sql")) if folder.is_dir() else []


def is_reserved(name: str) -> bool:
    """Whether a name is one of the program's own reports or commands."""
    return name in SUBCOMMANDS or name in all_reports()


def name_problems(folder: Path) -> list[str]:
    """A message for each file whose name cannot be that of a report."""
    files = _sql_files(folder)
    reserved = [
        f"“{file.name}”和程序自带的 {file.stem} 同名，没有收，请改个名字。" for file in files if is_reserved(file.stem)
    ]
    return reserved + [
        f"“{file.name}”的名字里有空格或以 - 开头，打不进命令里，没有收，请改个名字。"
        for file in files
        if not is_reserved(file.stem) and not _NAME.fullmatch(file.stem)
    ]


def list_reports(folder: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """Name and question of every report in a folder, and a message for each file that is none."""
    rows, messages = [], name_problems(folder)
    for name, file in report_files(folder).items():
        try:
            rows.append((name, load_report(file).asks))
        except FileError as error:
            messages.append(str(error))
    return rows, messages


def load_report(path: Path) -> UserReport:
    """The report in a file. Raises FileError, naming the file and what it lacks."""
    try:
        sql = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError(f"报表“{path}”读不了（{os_error_reason(error)}）。") from None
    except UnicodeDecodeError:
        raise FileError(f"报表“{path}”不是 UTF-8 的文字文件，请另存为 UTF-8 再试。") from None
    metadata = parse_metadata(sql)
    missing = [f"-- {key}: {meaning}" for key, meaning in _REQUIRED.items() if not metadata.get(key, "").strip()]
    if missing:
        raise FileError(f"报表“{path.name}”开头还缺少这样写的行：{'；'.join(missing)}。")
    columns = tuple(metadata["columns"].split())
    if invalid := [name for name in columns if not re.fullmatch(r"[a-z_][a-z0-9_]*", name)]:
        raise FileError(
            f"报表“{path.name}”的 columns 里“{'、'.join(invalid)}”不能作列名，请用小写英文、数字和下划线；"
            "表头的中文写在 -- labels: 里。"
        )
    if len(set(columns)) < len(columns):
        raise FileError(f"报表“{path.name}”的 columns 里有写了两次的列，请核对。")
    labels, units = (_column_texts(path, metadata, key, len(columns)) for key in ("labels", "units"))
    return UserReport(path, metadata["title"].strip(), metadata["asks"].strip(), columns, labels, units, sql)


def _column_texts(path: Path, metadata: dict[str, str], key: str, count: int) -> tuple[str, ...]:
    """The label or unit of each column; ``-`` is none."""
    texts = tuple("" if text == "-" else text for text in metadata.get(key, "").split())
    if texts and len(texts) != count:
        raise FileError(
            f"报表“{path.name}”有 {count} 列，-- {key}: 写了 {len(texts)} 个，请一列写一个，用空格分开，没有的写 -。"
        )
    return texts or ("",) * count


def run_report(scope: Scope, report: UserReport) -> Body:
    """The answer to a report: read with the parameters :start, :until and :place, and nothing written.

    Raises FileError where the statement fails or does not give the columns of the head.
    """
    try:
        answer = query_sql.run_query(scope.connection, report.sql, scope.parameters)
    except UsageError as error:
        raise FileError(f"报表“{report.path.name}”出不来：{error}") from None
    given = answer.columns
    # Our own files call whole minutes “minutes” and show them as hours.
    names = ["minutes" if name == "hours" and "hours" not in given else name for name in report.columns]
    if missing := [name for name in names if name not in given]:
        raise FileError(
            f"报表“{report.path.name}”的 columns 里写了 {'、'.join(missing)}，查询没有给出这样的列。"
            f"它给出的是：{'、'.join(given) or '（没有）'}。"
        )
    indexes = [given.index(name) for name in names]
    rows = [tuple(row[index] for index in indexes) for row in answer.rows]
    if any(isinstance(value, bytes) for row in rows for value in row):
        raise FileError(f"报表“{report.path.name}”的结果里有二进制的内容，不能列成表，请改一改查询。")
    columns = [_column(report, index, name, [row[index] for row in rows]) for index, name in enumerate(names)]
    return Body(columns, rows, None, [f"本单位自己的报表，口径见 {report.path.name}。证件号码、电话等个人信息不显示。"])


def _column(report: UserReport, index: int, source_name: str, values: Sequence[Any]) -> Column:
    """A column under its label; it is numeric where it holds nothing but numbers."""
    name = report.columns[index]
    kind: Kind = "text"
    if _all_of_type(values, int):
        kind = "hours" if name == "hours" and source_name == "minutes" else "count"
    elif _all_of_type(values, (int, float)):
        kind = "decimal"
    unit = report.units[index] or ("小时" if kind == "hours" else "")
    return Column(name, report.labels[index] or name, kind, unit)


def _all_of_type(values: Iterable[Any], type_: type | tuple[type, ...]) -> bool:
    """Whether there are values, and all but the empty ones are of a type."""
    present = [value for value in values if value is not None]
    return bool(present) and all(isinstance(value, type_) for value in present)
