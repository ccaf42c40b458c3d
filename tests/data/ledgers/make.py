# run by its path
"""Makes the ledger of a version with a checkout of the program as it then was. See README.md.

    python tests/data/ledgers/make.py CHECKOUT

plays what story.txt says of that version, and leaves the ledger as ``N.db.gz`` beside this file; of a program that
makes backups also one from the middle of the story, ``N-backup.db.gz``.
"""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CHAINED = 7
"""The first version whose program makes backups."""
BACKUP = "backup.db"
"""What story.txt calls it."""

SHEETS = {
    "报到名册.xlsx": (
        ("姓名", "性别", "证件号码", "联系电话", "工作单位", "居住社区"),
        ("马秀兰", "女", "130821196803029942", "19800000101", "承德医学院", "塔沟社区"),
        ("孙建国", "男", "130802197511209891", "19800000102", "承德医学院", "塔沟社区"),
        ("郑红霞", "女", "130824199006019947", "19800000103", "水泉沟信用社", "塔沟社区"),
        ("周文斌", "男", "130821198301159674", "19800000104", "水泉沟信用社", "塔沟社区"),
        ("吴敏静", "女", "130802197908089584", "19800000105", "承德医学院", "文庙社区"),
        ("何宇浩", "男", "130803199504309312", "19800000106", "承德医学院", "文庙社区"),
        ("林桂玉", "女", "130821196212249206", "19800000107", "水泉沟信用社", "文庙社区"),
        ("高鹏飞", "男", "130802198809099618", "19800000108", "水泉沟信用社", "文庙社区"),
        ("罗欣怡", "女", "130825200002299488", "19800000109", "承德医学院", "塔沟社区"),
        ("宋福成", "男", "130802197107079730", "19800000110", "承德医学院", "塔沟社区"),
    ),
    "活动台账.xlsx": (
        (
            "活动名称",
            "日期",
            "社区",
            "组织单位",
            "服务类别",
            "参加人员",
            "参加人数",
            "服务时长",
            "服务人次",
            "解决问题数",
        ),
        ("健康义诊", "2026-06-10", "塔沟社区", "承德医学院", "卫生健康", "马秀兰、孙建国", None, 2, 24, None),
        ("环境清洁日", "2026-06-20", "塔沟社区", "水泉沟信用社", "环境卫生", "周文斌", None, 1.5, 10, 1),
        ("反诈宣传", "2026-06-28", "文庙社区", "水泉沟信用社", "平安巡防", None, 5, 1, "40余", None),
    ),
    "志愿者.xlsx": (
        ("热心人", "性别", "联系电话", "居住社区"),
        ("冯春荣", "女", "19800000111", "塔沟社区"),
        ("曹立涛", "男", "19800000112", "塔沟社区"),
    ),
    "错发台账.xlsx": (
        ("活动名称", "日期", "社区", "组织单位", "参加人员", "服务时长", "服务人次"),
        ("广场舞教学", "2026-07-02", "文庙社区", "承德医学院", "何宇浩", 3, 99),
    ),
}
"""The workbooks that are imported: everybody is made up, and the ids have valid check digits."""


def main(checkout: Path) -> None:
    """Play the story with the program of ``checkout``."""
    version = len(list((checkout / "src").rglob("schema/*.sql")))
    if not version:
        raise SystemExit(f"{checkout} is no checkout of this program.")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _prepare(work)
        for words in _story(version):
            _play(words, checkout, work)
        _keep(work / "ledger.db", HERE / f"{version}.db.gz")
        if version >= CHAINED:
            _keep(work / BACKUP, HERE / f"{version}-backup.db.gz")


def _story(version: int) -> Iterator[str]:
    """The commands of a version, in their order."""
    for line in (HERE / "story.txt").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[(\d+)\]", line):
            if int(heading[1]) > version:
                return
        elif line and not line.startswith("#"):
            yield line


def _prepare(work: Path) -> None:
    for name, rows in SHEETS.items():
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in rows:
            sheet.append(list(row))
        book.save(work / name)
    (work / "现场.jpg").write_bytes(b"four lamps")


def _play(words: str, checkout: Path, work: Path) -> None:
    """Run a command as it is run in a shell; stop where it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SBD_")} | {
        "PYTHONPATH": str((checkout / "src").resolve()),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SBD_LEDGER": "ledger.db",
        "SBD_OPERATOR": "王干事",
        "SBD_TODAY": "2026-07-20",
    }
    command = [sys.executable, "-m", "shuangbaodao_cli", *words.split()]
    done = subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(f"sbd {words}\n{done.stdout}{done.stderr}")


def _keep(ledger: Path, target: Path) -> None:
    target.write_bytes(gzip.compress(ledger.read_bytes(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
