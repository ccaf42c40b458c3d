"""Writes the reference pages and the pictures from the program itself (``make docs``).

What a machine can say of the program is never typed by hand. ``--check`` writes nothing and fails
where a page is not as the program has it today.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pictures import pictures
from running import away, spoken
from shuangbaodao_cli.cli.app import ROOT as SBD
from shuangbaodao_cli.cli.lazy import Group
from shuangbaodao_cli.errors import ERRORS
from shuangbaodao_cli.model.record import privacy_class_of
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.problems import KINDS
from shuangbaodao_cli.reports.catalogue import all_reports
from shuangbaodao_cli.reports.model import MEASURES
from shuangbaodao_cli.reports.queries import DIVISIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shuangbaodao_cli.model.record import Field, Record

DOCS = Path(__file__).parent
MADE = "<!-- 由 docs/generate.py 生成，请不要手改；重新生成：make docs -->"


def main(args: Sequence[str]) -> int:
    """Write every page, or with ``--check`` name those that are not current."""
    stale = []
    for path, text in pages().items():
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(str(path.relative_to(DOCS.parent)))
        if "--check" not in args:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    if stale:
        sys.stdout.write(f"{'not current (make docs)' if '--check' in args else 'written'}: {' '.join(stale)}\n")
    return 1 if stale and "--check" in args else 0


def pages() -> dict[Path, str]:
    """Every generated file and what is to stand in it."""
    made = {
        "commands": commands(),
        "records": records(),
        "reports": reports(),
        "exit-codes": exit_codes(),
        "problems": problems(),
    }
    texts = {DOCS / "reference" / f"{name}.md": "\n".join([MADE, "", *lines]) + "\n" for name, lines in made.items()}
    return texts | {DOCS / "images" / f"{name}.svg": svg for name, svg in pictures().items()}


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


# Pages -------------------------------------------------------------------------------------------


def words_of(group: Group, leading: str = "sbd") -> Iterator[str]:
    """Every command with what stands before it, in the order of the help."""
    yield leading
    for word, command in group.commands.items():
        if isinstance(command, Group):
            yield from words_of(command, f"{leading} {word}")
        else:
            yield f"{leading} {word}"


def commands() -> list[str]:
    """What ``--help`` says of every command."""
    lines = ["# 命令", "", "每条命令加 `--help` 就能看到的说明，集中在这里。"]
    with away():
        for words in words_of(SBD):
            help_text = spoken(f"{words} --help")
            lines += ["", f"## {words}", "", "```text", help_text.rstrip(), "```"]
    return lines


def records() -> list[str]:
    """The dictionary of data: every record, its fields and the headings that are known for them."""
    lines = [
        "# 记录",
        "",
        "台账里的每一种记录有哪些项。命令里写项的时候（如 `服务人次=35`），字段、标签和可认的表头都行。",
        "每种记录另有一个编号，由程序给。带“指向”的项填名称，例如组织单位填单位的名称。",
        "“类别”是能给谁看：公开的可以公示；内部的只在本单位用，公示时姓名只露一部分；敏感的不公开。",
        "",
        *table(["记录", "标签", "是什么"], ([f"[{r.name}](#{r.name})", r.label, r.about] for r in RECORDS.values())),
    ]
    for record in RECORDS.values():
        lines += ["", f"## {record.name}", "", f"**{record.label}**：{record.about}", ""]
        lines += table(["字段", "标签", "类型", "类别", "必填", "指向", "可认的表头"], map(described, record.fields))
        lines += ["", f"怎样认出是同一条（依次比对，填了的才比）：{keys(record)}。"]
        further = {field.name: (field, RECORDS[link.record]) for link in record.links[::-1] for field in link.fields}
        rows = [
            [*described(field)[1:4], *described(field)[5:], f"{kept.label} {kept.name}"]
            for name, (field, kept) in further.items()
            if name not in {own.name for own in record.fields}
        ]
        if rows:
            lines += ["", "名册里还可以有下面的列，各自记成另一种记录：", ""]
            lines += table(["标签", "类型", "类别", "指向", "可认的表头", "记成"], rows)
    return lines


def described(field: Field) -> list[str]:
    """One field as a row of its record's table."""
    kind = "、".join(field.type.options) or field.type.label
    default = "" if field.default is None else f"；不填是“{field.type.show(field.default)}”"
    return [
        f"`{field.name}`",
        field.label,
        f"{kind}{default}",
        privacy_class_of(field).label,
        "是" if field.required else "",
        " 或 ".join(f"{RECORDS[target].label} {target}" for target in field.targets),
        "、".join(field.aliases),
    ]


def keys(record: Record) -> str:
    """By what two of its records are told apart, in words."""
    return "；".join(" + ".join(record[name].label for name in key) for key in record.keys)


def reports() -> list[str]:
    """The catalogue of reports, the ways to divide them, and what each figure means."""
    lines = [
        "# 报表和口径",
        "",
        "`sbd report 名称`，期间用 `--month` `--quarter` `--half` `--year` 或 `--from` `--to`。",
        "",
    ]
    with away():
        spoken("sbd init")
        rows = []
        for name, asks in all_reports().items():
            shown = json.loads(spoken(f"sbd report {name} --format json"))
            rows.append([f"`{name}`", shown["title"], asks, "、".join(column["label"] for column in shown["columns"])])
    lines += table(["报表", "标题", "回答什么", "列"], rows)
    lines += ["", "## 按什么分列", "", "`sbd report --by 词`：", ""]
    divided = [[f"`{word}`", part.label, f"`{part.report_name}`"] for word, part in DIVISIONS.items()]
    lines += table(["词", "分成", "也可以写作报表"], [*divided, ["`person`", "人", "`people`"]])
    lines += ["", "## 数字的口径", "", "每张报表下面都印着这些话，看表的人不用猜。", ""]
    measures = ([f"`{name}`", one.label, one.unit, one.definition] for name, one in MEASURES.items())
    lines += table(["字段", "标签", "单位", "口径"], measures)
    return lines


def exit_codes() -> list[str]:
    """How a command ends, for scripts."""
    rows = [["0", "做成了，或者本来就没有要做的"], *([str(e.exit_code), e.meaning] for e in ERRORS)]
    return [
        "# 退出码",
        "",
        "命令结束时交给系统的一个数，写脚本、放进定时任务时用得着。出错时，屏幕上另有一句话说明原因和办法。",
        "",
        *table(["退出码", "意思"], [*rows, ["130", "中途按 Ctrl+C 取消，什么都没有改动"]]),
    ]


def problems() -> list[str]:
    """Every kind of problem an import can report."""
    return [
        "# 导入时的提示",
        "",
        "导入一个文件，程序把看到的问题一次说全，每一处都指明工作表和格子。轻重有三种：",
        "",
        *table(
            ["屏幕上", "JSON 里", "意思"],
            [
                ["退回", "`error`", "这一行没有收进来，改好再导入"],
                ["请核对", "`warning`", "已经收进来，但请看一眼"],
                ["已统一", "`fixed`", "写法换成了统一的样子，意思没变；加 `--verbose` 才逐处列出"],
            ],
        ),
        "",
        "用 `--format json` 导入时，每一处的 `kind` 是下面的一种：",
        "",
        *table(["kind", "意思"], ([f"`{kind}`", meaning] for kind, meaning in KINDS.items())),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
