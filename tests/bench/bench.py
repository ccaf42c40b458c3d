"""Measures ``sbd`` beside the least that would do: ratios of whole processes, run in turn, A B A B ….

``make bench``, or ``bench.py [--quick] [--only help,log,…]``. Nothing fails by being slow.
``ratio`` is of wall time; ``cpu``, of processor time, holds where the machine is busy. Peak memory
is that of a process and its children together (of the largest of them, where the system does not
tell), and never shown below that of this process, about 20 MB.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE, CACHE = Path(__file__).parent, Path(tempfile.gettempdir()) / "sbd-bench"
KINDS = ("help", "log", "undo", "month", "year", "place", "files", "course", "orders", "import")
PYTHON, SBD, WORK = sys.executable, Path(sys.executable).with_name("sbd"), CACHE / f"work-{os.getpid()}.db"
TWO_COMMANDS = """import typer
app = typer.Typer()
@app.command()
def hello(name: str, times: int = 1) -> None: typer.echo(f"{name} {times}")
@app.command()
def bye(name: str, *, formal: bool = False) -> None: typer.echo(f"{name} {formal}")
app()"""
CALAMINE = """import sqlite3, sys
from python_calamine import CalamineWorkbook
rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()"""
FLOOR = f"""{CALAMINE}
connection = sqlite3.connect(sys.argv[2])
connection.execute("CREATE TABLE person (a, b, c, d, e, f, g, h, i, j, k, l)")
connection.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows[1:])
connection.commit()"""
PANDAS = """import pandas, sqlite_utils, sys
frame = pandas.read_excel(sys.argv[1], engine="calamine", dtype=str)
sqlite_utils.Database(sys.argv[2])["person"].insert_all(frame.to_dict("records"))"""
BARE_SHEET = """import sqlite3, sys
from openpyxl import Workbook
book = Workbook(write_only=True)
sheet = book.create_sheet()
for row in sqlite3.connect(sys.argv[1]).execute(open(sys.argv[2], encoding="utf-8").read()):
    sheet.append(row)
book.save(sys.argv[3])"""
SHELL = 'sqlite3 -csv -header "$1" < "$2" > "$3" && "$4" -c pass'
SUMS = "SELECT COUNT(*), SUM(served), SUM(resolved) FROM activity WHERE date >= '2026-01-01' AND date < '2027-01-01'"


class Run(NamedTuple):
    """What one process took, in seconds and megabytes, and what it printed."""

    wall: float
    cpu: float
    peak: float
    said: str


def run(*command: object) -> Run:
    """One whole process; one that fails ends the benchmark."""
    began, words = time.perf_counter(), list(map(str, command))
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as child:
        peaks = [0.0]
        watch = threading.Thread(target=_watch, args=(child.pid, peaks))
        watch.start()
        said = child.stdout.read() if child.stdout else ""
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    watch.join()
    if child.returncode not in {0, 3}:  # 3: taken, with rows refused
        sys.exit(f"{' '.join(words)}\n{said}")
    peak = used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return Run(wall, used.ru_utime + used.ru_stime, max(peak, *peaks), said)


def _watch(pid: int, peaks: list[float]) -> None:
    """Note the memory of a process and its own children together, where the system tells (Linux)."""
    statuses = Path(f"/proc/{pid}/task/{pid}/children")
    while True:
        try:
            those = [pid, *map(int, statuses.read_text().split())]
            pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in those)
        except (OSError, ValueError, IndexError):
            return
        peaks.append(pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20))
        time.sleep(0.02)


@dataclass(frozen=True)
class Case:
    """Ours beside theirs; ``ready`` clears the way for each process."""

    name: str
    ours: list[object]
    theirs: list[object]
    target: float | None = None
    pairs: int = 21
    ready: Callable[[], object] = int

    def measured(self, pairs: int) -> str:
        """Its line of the table; the first pair only warms up."""
        runs = [[(self.ready(), run(*side))[1] for side in (self.ours, self.theirs)] for _ in range(pairs + 1)]
        if SUMS in self.theirs:
            totals, sums = json.loads(runs[0][0].said)["totals"], runs[0][1].said.strip()
            assert sums.split("|") == [str(totals[of]) for of in ("services", "served", "resolved")], (totals, sums)
        ratios = sorted(ours.wall / theirs.wall for ours, theirs in runs[1:])
        cpu = median(ours.cpu / theirs.cpu for ours, theirs in runs[1:])
        wall, peak = (
            " / ".join(f"{median(run[at] for run in side) * scale:.0f}" for side in zip(*runs[1:], strict=True))
            for at, scale in ((0, 1000), (2, 1))
        )
        told = f"≤{self.target} {'ok' if median(ratios) <= self.target else 'miss'}" if self.target else ""
        spread = f"{ratios[0]:.2f}–{ratios[-1]:.2f}"
        return f"{self.name:<56}{median(ratios):>6.2f}{spread:>13}{cpu:>6.2f}{wall:>13}{peak:>11}  {told}"


def made(what: str, size: int, *year: int) -> Path:
    """A file in the cache, made where there is none of this size, recipe and schema."""
    schema = (HERE.parents[1] / "src/shuangbaodao_cli/ledger/storage/schema").glob("*.sql")
    recipe = b"".join(source.read_bytes() for source in [HERE / "fixtures.py", *sorted(schema)])
    key = "-".join(map(str, (size, *year, hashlib.sha256(recipe).hexdigest()[:8])))
    path = CACHE / f"{what}-{key}.{'db' if what in {'ledger', 'orders'} else 'xlsx'}"
    if not path.exists():
        sys.stderr.write(f"making {path}\n")
        run(PYTHON, HERE / "fixtures.py", what, size, half := path.with_suffix(f".{os.getpid()}"), *year)
        half.rename(path)
    return path


def bare(ledger: Path) -> Path:
    """The activities of a ledger as a table without indexes."""
    if not (path := ledger.with_suffix(".bare")).exists():
        half = path.with_suffix(f".{os.getpid()}")
        run("sqlite3", half, f"ATTACH '{ledger}' AS l; CREATE TABLE activity AS SELECT * FROM l.activity")
        half.rename(path)
    return path


def script(file: str, code: str) -> Path:
    (CACHE / file).write_text(code, encoding="utf-8")
    return CACHE / file


def cases(only: list[str], size: int, rows: int) -> Iterator[Case]:
    app = [PYTHON, script("two.py", TWO_COMMANDS), "hello", "张三"]
    if "help" in only:
        yield Case("sbd --help : two commands in Typer", [SBD, "--help"], app, 1.4)
    yield from entry_cases(only, app)
    if {"month", "year", "place"} & {*only}:
        yield from report_cases(only, size, app)
    if "files" in only:
        yield from file_cases(made("ledger", size), size // 10)
    if "course" in only:
        yield from course_cases(made("ledger", rows, 2026), rows)
    if "orders" in only:
        yield from order_cases(2 * rows, app)
    if "import" in only:
        roster = made("roster", rows)
        ours = [SBD, "import", roster, "--ledger", WORK]
        for file, code, target in (("floor", FLOOR, 2.5), ("insert_all", PANDAS, 1.0), ("calamine", CALAMINE, None)):
            theirs = [PYTHON, script(f"{file}.py", code), roster, WORK]
            yield Case(f"import of {rows:,} rows : {file}", ours, theirs, target, 5, clear)
        messy = [SBD, "import", made("messy", rows), "--ledger", WORK]
        yield Case(f"import of {rows:,} messy rows : clean ones", messy, ours, 2.0, 5, clear)
        empty = [SBD, "import", made("empty", 10 * rows), "--ledger", WORK]
        yield Case(f"import of {10 * rows:,} empty rows : two commands", empty, app, None, 3, clear)


def entry_cases(only: list[str], app: list[object]) -> Iterator[Case]:
    """One line logged, and taken back, in a small ledger."""
    if "log" in only:
        log = [SBD, "log", "activity", "扫雪", "--place", "第3社区", "--served", "3", "--ledger", WORK]
        small = made("ledger", 500)
        yield Case("sbd log : two commands", log, app, 1.4, ready=lambda: shutil.copy(small, WORK))
    if "undo" in only:
        logged = made("ledger", 500)

        def log_one() -> None:
            shutil.copy(logged, WORK)
            run(SBD, "log", "activity", "扫雪", "--served", "3", "--ledger", WORK)

        yield Case("sbd undo of one line : two commands", [SBD, "undo", "--ledger", WORK], app, None, ready=log_one)


def report_cases(only: list[str], size: int, app: list[object]) -> Iterator[Case]:
    """A month, a year, and a year by place in a ledger of so many activities, in ten years and in one."""
    for year in ((), (2026,)):
        ledger, of = made("ledger", size, *year), f"of {size:,} in {'one year' if year else 'ten years'}"
        report = [SBD, "report", "--ledger", ledger]
        if "month" in only:
            yield Case(f"report --month {of} : two commands", [*report, "--month", "2026-07"], app, 1.8)
        if "year" in only and shutil.which("sqlite3"):
            ours = [*report, "--year", "2026", "--format", "json"]
            yield Case(f"report --year {of} : sqlite3 shell", ours, ["sqlite3", bare(ledger), SUMS], 1.0, 11)
        elif "year" in only:
            sys.stdout.write(f"report --year {of}: left out, there is no sqlite3 shell here\n")
        if "place" in only:
            yield Case(
                f"--by place, a year {of} : two commands", [*report, "--by", "place", "--year", "2026"], app, 4, 7
            )


def order_cases(size: int, app: list[object]) -> Iterator[Case]:
    """What is due, and who fits, in a ledger of so many orders."""
    worked = made("orders", size)
    for words in (["due"], ["order", "suggest", "单-2026-000007"]):
        ours = [SBD, *words, "--ledger", worked]
        yield Case(f"{' '.join(words[:2])} of {size:,} orders : two commands", ours, app, 2.5)


def file_cases(ledger: Path, rows: int) -> Iterator[Case]:
    """A year's activities as a sheet and as text, beside the least that writes the same cells."""
    said = (HERE.parents[1] / "src/shuangbaodao_cli/reports/activities.sql").read_text(encoding="utf-8")
    for word, value in ((":start", "'2026-01-01'"), (":until", "'2027-01-01'"), (":place", "NULL")):
        said = said.replace(word, value)
    columns = "date, title, place, org, team, leader, category, content, minutes, headcount, served, resolved"
    query = script("activities.sql", f"SELECT {columns} FROM ({said})")
    ours = [SBD, "report", "activities", "--year", "2026", "--ledger", ledger, "-o"]
    out = [CACHE / f"out-{os.getpid()}{extension}" for extension in (".xlsx", ".csv", ".theirs")]

    def gone() -> None:
        for file in out:
            file.unlink(missing_ok=True)

    bare_sheet = [PYTHON, script("sheet.py", BARE_SHEET), ledger, query, out[2]]
    yield Case(f"{rows:,} activities to .xlsx : openpyxl", [*ours, out[0]], bare_sheet, 1.3, 5, gone)
    if shutil.which("sqlite3"):
        shell = ["sh", "-c", SHELL, "sh", ledger, query, out[2], PYTHON]
        yield Case(f"{rows:,} activities to .csv : sqlite3 shell", [*ours, out[1]], shell, 1.5, 7, gone)
    gone()


def course_cases(ledger: Path, rows: int) -> Iterator[Case]:
    """Every place in every month of a year, beside the same entries in hledger."""
    if not shutil.which("hledger"):
        sys.stdout.write("report monthly: left out, there is no hledger here\n")
        return
    journal = ledger.with_suffix(".journal")
    if not journal.exists():
        entry = "{} {}\n    {}  {} 人次\n    服务\n"
        asked = "SELECT a.date, a.title, p.name, a.served FROM activity AS a JOIN place AS p ON p.id = a.place"
        with sqlite3.connect(ledger) as connection:
            journal.write_text("\n".join(entry.format(*row) for row in connection.execute(asked)), encoding="utf-8")
    ours = [SBD, "report", "monthly", "--year", "2026", "--ledger", ledger]
    yield Case(f"report monthly of {rows:,} : hledger", ours, ["hledger", "-f", journal, "balance", "-M"], None, 3)


def clear() -> None:
    """No ledger, and none of the files that it kept."""
    WORK.unlink(missing_ok=True)
    shutil.rmtree(f"{WORK}.files", ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a third of the runs, a tenth of the rows")
    parser.add_argument("--only", default=",".join(KINDS), help="cases, parted by commas")
    asked = parser.parse_args()
    CACHE.mkdir(exist_ok=True)
    os.environ |= {"SBD_TODAY": "2026-12-31", "SBD_OPERATOR": "bench", "PYTHONPYCACHEPREFIX": str(CACHE / "pyc")}
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.stdout.write(f"{'ours : theirs':<56}{'ratio':>6}{'min–max':>13}{'cpu':>6}{'ms':>13}{'peak MB':>11}  target\n")
    shrunk = 10 if asked.quick else 1
    for case in cases(asked.only.split(","), 1_000_000 // shrunk, 100_000 // shrunk):
        sys.stdout.write(case.measured(max(3, case.pairs // 3) if asked.quick else case.pairs) + "\n")
        sys.stdout.flush()
        clear()


if __name__ == "__main__":
    main()
