"""demo: plays a month of work on the example workbooks, in a ledger that is thrown away."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli.app import run
from shuangbaodao_cli.errors import FileError
from shuangbaodao_cli.files import make_folder

DEMO_TODAY = "2026-07-31"
"""The day of the demonstration: the last one of the last month of the examples."""

WORKBOOKS = ("1-places.xlsx", "2-orgs.xlsx", "3-teams.xlsx", "4-persons.xlsx", "5-activities.xlsx")

STEPS = (
    f"import {' '.join(f'examples/{name}' for name in WORKBOOKS)}",
    "init --office 承德市双桥区 --place 双桥区",
    "log activity 义务理发 --place 塔沟社区 --org 名士口腔 --date 昨天 --category 便民服务 --served 12 --hours 1.5",
    "list team",
    "report --month",
    "report --month --by place",
    "report outcomes --year",
    "export --month --to 月报",
)


def demo(
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="演示中导出的文件放在哪里")] = Path("sbd-demo"),
) -> None:
    """用样例演示一遍：导入、记录、报数、导出。

    用的是临时台账，不动你自己的。导出的表放在 sbd-demo 文件夹，可以打开看。
    """
    examples = _examples_folder()
    target = to.resolve()
    make_folder(target)
    with _demo_environment(examples):
        for step in STEPS:
            sys.stdout.write(f"\n$ sbd {step}\n")
            sys.stdout.flush()
            code = run(shlex.split(step))
            if code:
                raise typer.Exit(code)
        for file in sorted(Path("月报").iterdir()):
            shutil.copyfile(file, target / file.name)
    sys.stdout.write(f"\n导出的 {len(list(target.iterdir()))} 个文件在 {to}，可以打开看看。演示用的台账已经删掉。\n")


def _examples_folder() -> Path:
    """The folder of the example workbooks: in the installed package, or in the checkout. Raises FileError."""
    installed = Path(__file__).parents[1] / "examples"
    checkout = Path(__file__).parents[3] / "examples"
    for folder in (installed, checkout):
        if (folder / WORKBOOKS[-1]).is_file():
            return folder
    raise FileError("没有找到样例文件，请重新安装 sbd。")


@contextmanager
def _demo_environment(examples: Path) -> Iterator[None]:
    """Work in a temporary folder with the examples in it, on a ledger there and on the day of the demonstration."""
    here, previous = Path.cwd(), {name: os.environ.get(name) for name in ("SBD_LEDGER", "SBD_TODAY")}
    with tempfile.TemporaryDirectory(prefix="sbd-demo-") as folder:
        (Path(folder) / "examples").mkdir()
        for name in WORKBOOKS:
            shutil.copyfile(examples / name, Path(folder) / "examples" / name)
        os.environ |= {"SBD_LEDGER": str(Path(folder) / "ledger.db"), "SBD_TODAY": DEMO_TODAY}
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(here)
            for name, value in previous.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
