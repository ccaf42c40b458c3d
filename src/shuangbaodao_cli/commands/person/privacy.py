"""privacy report: what personal data there is, on what consent, who saw whole numbers, who can read the files."""

from __future__ import annotations

import shlex
import sqlite3

from shuangbaodao_cli.cli.options import Format, FormatOption, LedgerOption, OutputOption
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.ledger.history import command_text
from shuangbaodao_cli.ledger.privacy import consents, inventory
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.values.days import today

FILE_LABELS = {"ledger": "台账", "folder": "台账所在的文件夹", "files": "留底的文件夹", "file": "留底的文件"}
MAX_SHOWN = 20
"""How many reveals and how many frozen reports are listed, the latest ones."""


def report(*, format_: FormatOption = Format.TABLE, output: OutputOption = None, session: LedgerOption) -> None:
    """列出台账里存了哪些个人信息，同意的情况，谁看过完整号码，文件别人读不读得到。

    只数个数，不列出任何人。可以附在个人信息保护影响评估后面。
    """
    with session.open() as connection:
        tables = {
            "columns": _columns_table(connection),
            "people": _people_table(connection),
            "reveals": _reveals_table(connection),
            "sent": _sent_table(connection),
            "files": _files_table(connection),
        }
    json_value = {name: formats.as_json(table) for name, table in tables.items()}
    emit([table for table in tables.values() if table.rows], format_, output, head=session.head, json=json_value)


def _columns_table(connection: sqlite3.Connection) -> Table:
    columns = [
        Column("record", "记录", hidden=True),
        Column("record_label", "记录"),
        Column("field", "项目", hidden=True),
        Column("field_label", "项目"),
        Column("class", "类别"),
        Column("filled", "填了的", "count", "条"),
    ]
    rows = [
        (column.record, column.record_label, column.field, column.field_label, column.privacy.label, column.filled)
        for column in inventory.personal_columns(connection)
    ]
    notes = ["敏感：不公开，上报前先问有没有必要；内部：本单位内用，公示时姓名只露一部分。公开的项目不列。"]
    return Table("台账里的个人信息", columns, rows, notes=notes if rows else ())


def _people_table(connection: sqlite3.Connection) -> Table:
    counts = consents.consent_counts(connection, today().isoformat())
    person_children, subject_children = inventory.child_counts(connection, today())
    file_count, size = inventory.kept_file_totals(connection)
    rows = [
        ("persons", "人员（不算已匿名的）", counts.persons),
        ("agreed", "其中登记了同意", counts.agreed),
        ("withdrawn", "其中撤回了同意", counts.withdrawn),
        ("unasked", "其中没有登记过同意", counts.unasked),
        ("under_14", "不满14周岁的人员（按出生日期）", person_children),
        ("subjects_under_14", "不满14周岁的重点服务对象", subject_children),
        ("files", "留底的原表和凭据（个）", file_count),
        ("files_kb", "留底的文件一共（KB）", -(-size // 1024)),
    ]
    has_children = bool(person_children + subject_children)
    notes = ["不满14周岁的，须监护人同意，并另有专门的处理规则（《个人信息保护法》第31条）。"] if has_children else []
    columns = [Column("what", "", hidden=True), Column("label", "项目"), Column("count", "数", "count")]
    return Table("人数和同意", columns, rows, notes=notes)


def _reveals_table(connection: sqlite3.Connection) -> Table:
    columns = [Column("at", "时间"), Column("operator", "经手人"), Column("reason", "原因"), Column("command", "命令")]
    rows = [
        (reveal.at, reveal.operator, reveal.reason, command_text.outline(reveal.command))
        for reveal in inventory.reveals(connection, MAX_SHOWN)
    ]
    notes = [f"只列最近 {MAX_SHOWN} 次。"] if len(rows) == MAX_SHOWN else []
    return Table("看过、给出过完整号码", columns, rows, notes=notes)


def _sent_table(connection: sqlite3.Connection) -> Table:
    columns = [Column("date", "日期", "date"), Column("report", "报送"), Column("recipient", "报给")]
    notes = ["只有用 sbd report freeze 留底的才列得出来；别的导出不留记录。"]
    rows = inventory.sent_reports(connection, MAX_SHOWN)
    return Table("最近报送", columns, rows, notes=notes if rows else ())


def _files_table(connection: sqlite3.Connection) -> Table:
    columns = [
        Column("what", "文件或文件夹", labels=FILE_LABELS),
        Column("path", "路径", hidden=True),
        Column("mode", "权限", "code"),
        Column("ok", "只有自己能读", labels={True: "是", False: "否"}),
    ]
    modes = inventory.file_modes(connection)
    rows = [(mode.kind, str(mode.path), f"{mode.actual:04o}", not mode.is_lax) for mode in modes]
    return Table("文件权限", columns, rows, notes=[_remedy(mode) for mode in modes if mode.is_lax])


def _remedy(mode: inventory.FileMode) -> str:
    """The command that makes a file or folder private; the ledger's folder may have other things in it too."""
    command = f"chmod {mode.expected:o} {shlex.quote(str(mode.path))}"
    if mode.kind == "folder":
        return f"别人进得了台账所在的文件夹。里面只放台账的话：{command}；不然请把台账另放一个文件夹。"
    return f"{FILE_LABELS[mode.kind]}改成只有自己能读：{command}"
