"""privacy report: what is held of persons, on what consent, who saw it whole, who could read the files."""

from __future__ import annotations

import shlex
import sqlite3

from shuangbaodao_cli.cli.options import Format, FormatOption, LedgerOption, OutputOption, emit
from shuangbaodao_cli.ledger.history import command_text
from shuangbaodao_cli.ledger.privacy import consents, inventory
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.values.days import today

FILE_LABELS = {"ledger": "台账", "folder": "台账所在的文件夹", "files": "留底的文件夹", "file": "留底的文件"}
MAX_SHOWN = 20
"""How many of the times at which whole numbers were shown are listed, the latest ones."""


def report(*, format_: FormatOption = Format.TABLE, output: OutputOption = None, session: LedgerOption) -> None:
    """列出台账里存了哪些个人信息，同意的情况，谁看过完整号码，文件别人读不读得到。

    只数个数，不列出任何人。可以附在个人信息保护影响评估后面。
    """
    with session.open() as connection:
        found = {
            "columns": _columns_table(connection),
            "people": _people_table(connection),
            "reveals": _reveals_table(connection),
            "sent": _sent_table(connection),
            "files": _files_table(connection),
        }
    said = {name: formats.as_json(table) for name, table in found.items()}
    emit([table for table in found.values() if table.rows], format_, output, head=session.head, json=said)


def _columns_table(connection: sqlite3.Connection) -> Table:
    heads = [
        Column("record", "记录", hidden=True),
        Column("record_label", "记录"),
        Column("field", "项目", hidden=True),
        Column("field_label", "项目"),
        Column("class", "类别"),
        Column("filled", "填了的", "count", "条"),
    ]
    rows = [
        (one.record, one.record_label, one.field, one.field_label, one.privacy.label, one.filled)
        for one in inventory.personal_columns(connection)
    ]
    notes = ["敏感：不公开，上报前先问有没有必要；内部：本单位内用，公示时姓名只露一部分。公开的项目不列。"]
    return Table("台账里的个人信息", heads, rows, notes=notes if rows else ())


def _people_table(connection: sqlite3.Connection) -> Table:
    stand = consents.consent_counts(connection, today().isoformat())
    young, cared_for = inventory.child_counts(connection, today())
    files, size = inventory.kept_file_totals(connection)
    rows = [
        ("persons", "人员（不算已匿名的）", stand.persons),
        ("agreed", "其中登记了同意", stand.agreed),
        ("withdrawn", "其中撤回了同意", stand.withdrawn),
        ("unasked", "其中没有登记过同意", stand.unasked),
        ("under_14", "不满14周岁的人员（按出生日期）", young),
        ("subjects_under_14", "不满14周岁的重点服务对象", cared_for),
        ("files", "留底的原表和凭据（个）", files),
        ("files_kb", "留底的文件一共（KB）", -(-size // 1024)),
    ]
    young += cared_for
    notes = ["不满14周岁的，须监护人同意，并另有专门的处理规则（《个人信息保护法》第31条）。"] if young else []
    heads = [Column("what", "", hidden=True), Column("label", "项目"), Column("count", "数", "count")]
    return Table("人数和同意", heads, rows, notes=notes)


def _reveals_table(connection: sqlite3.Connection) -> Table:
    heads = [Column("at", "时间"), Column("operator", "经手人"), Column("reason", "原因"), Column("command", "命令")]
    rows = [
        (one.at, one.operator, one.reason, command_text.outline(one.command))
        for one in inventory.reveals(connection, MAX_SHOWN)
    ]
    notes = [f"只列最近 {MAX_SHOWN} 次。"] if len(rows) == MAX_SHOWN else []
    return Table("看过、给出过完整号码", heads, rows, notes=notes)


def _sent_table(connection: sqlite3.Connection) -> Table:
    heads = [Column("date", "日期", "date"), Column("report", "报送"), Column("recipient", "报给")]
    notes = ["只有用 sbd report freeze 留底的才列得出来；别的导出不留记录。"]
    rows = inventory.sent_reports(connection, MAX_SHOWN)
    return Table("最近报送", heads, rows, notes=notes if rows else ())


def _files_table(connection: sqlite3.Connection) -> Table:
    heads = [
        Column("what", "文件或文件夹", labels=FILE_LABELS),
        Column("path", "路径", hidden=True),
        Column("mode", "权限", "code"),
        Column("ok", "只有自己能读", labels={True: "是", False: "否"}),
    ]
    modes = inventory.file_modes(connection)
    rows = [(one.kind, str(one.path), f"{one.actual:04o}", not one.is_lax) for one in modes]
    return Table("文件权限", heads, rows, notes=[_remedy(one) for one in modes if one.is_lax])


def _remedy(mode: inventory.FileMode) -> str:
    """How to put right that others can read a file; the folder may hold other things too."""
    command = f"chmod {mode.expected:o} {shlex.quote(str(mode.path))}"
    if mode.kind == "folder":
        return f"别人进得了台账所在的文件夹。里面只放台账的话：{command}；不然请把台账另放一个文件夹。"
    return f"{FILE_LABELS[mode.kind]}改成只有自己能读：{command}"
