"""The laws of the architecture, read off the source itself."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import shuangbaodao_cli
from conftest import ROOT
from shuangbaodao_cli.errors import ERRORS
from shuangbaodao_cli.model.record import Field
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.problems import KINDS
from shuangbaodao_cli.reports.catalogue import REPORTS, Report
from shuangbaodao_cli.reports.queries import report_query

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(shuangbaodao_cli.__file__).parent
MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))
COMMAND_LINE = ("cli/", "__main__.py", "commands/")
"""Who may talk to the person at the keyboard."""
BELOW = [name for name in MODULES if not name.startswith(COMMAND_LINE)]
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|WITH|PRAGMA|BEGIN|COMMIT)\b(?! —)")


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((SOURCE / name).read_text(encoding="utf-8"))


def imported(name: str) -> Iterator[str]:
    """Every module that a module imports, anywhere in it."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def attributes(name: str, of: str) -> set[str]:
    """What a module takes from another by a dot: of ``sys`` perhaps ``stdout``."""
    return {
        node.attr
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == of
    }


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(name: str) -> Iterator[Function]:
    return (node for node in ast.walk(tree(name)) if isinstance(node, Function))


def statements(function: Function) -> list[ast.stmt]:
    """The body without its docstring."""
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


@pytest.mark.parametrize("name", BELOW)
def test_nothing_below_the_commands_prints(name: str) -> None:
    called = {
        node.func.id for node in ast.walk(tree(name)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"print", "input", "breakpoint"}
    allowed = {"output/terminal/screen.py": {"stdout"}, "intake/files/worker.py": {"stdin", "stdout"}}.get(name, set())
    assert attributes(name, "sys") & {"stdout", "stderr", "stdin", "__stdout__", "__stderr__"} <= allowed


@pytest.mark.parametrize("name", BELOW)
def test_nothing_below_the_commands_knows_typer(name: str) -> None:
    assert not [module for module in imported(name) if module.partition(".")[0] in {"typer", "click"}]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith("ledger/")])
def test_only_the_ledger_opens_sqlite(name: str) -> None:
    taken = attributes(name, "sqlite3") | {m[8:] for m in imported(name) if m.startswith("sqlite3.")}
    assert taken <= {"Connection", "Cursor"}
    assert not [module for module in imported(name) if module.startswith("sqlite_utils")]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith("ledger/")])
def test_no_statement_of_sql_stands_outside_the_ledger_and_the_reports(name: str) -> None:
    texts = [
        node.value for node in ast.walk(tree(name)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [text for text in texts if SQL.match(text)] == []


@pytest.mark.parametrize("path", sorted(SOURCE.glob("reports/*.sql")), ids=lambda path: path.name)
def test_the_sql_of_a_report_is_portable_and_only_reads(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    sql = "\n".join(line for line in text.splitlines() if not line.startswith("--")).upper()
    assert not re.search(
        r"\b(STRFTIME|JULIANDAY|JSON\w*|GLOB|IIF|GROUP_CONCAT|INSERT|UPDATE|DELETE|PRAGMA|ROWID)\b", sql
    )
    assert re.match(r"-- title: .+\n-- asks: .+\n-- columns: [a-z_ ]+\n", text)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_every_figure_of_a_report_can_be_traced(report: Report) -> None:
    """Its rows are listed, or its sources say how their rows give its figures."""
    assert report_query(report.name).title
    assert report.lists_rows != bool(report.sources)
    assert all(source.figures and report_query(source.query_name).sql for source in report.sources)


def test_every_sql_of_a_report_is_used() -> None:
    texts = [(SOURCE / name).read_text(encoding="utf-8") for name in MODULES if name.startswith("reports/")]
    named = {name for text in texts for name in re.findall(r'report_query\("(\w+)"\)', text)}
    sources = {source.query_name for report in REPORTS.values() for source in report.sources}
    assert {path.stem for path in SOURCE.glob("reports/*.sql")} == {*REPORTS} | named | sources


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith(("values/", "model/"))])
def test_values_and_the_model_import_nothing_of_ours_but_themselves_and_problems(name: str) -> None:
    ours = {module.split(".")[1] for module in imported(name) if module.startswith("shuangbaodao_cli.")}
    assert ours <= {"values", "model", "problems", "errors"}


MUTATING = {
    *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"),
    *("add", "discard", "update", "setdefault", "popitem", "appendleft", "extendleft"),
}
"""Methods that change a list, a dictionary, a set or a queue."""


def changed_in_place(function: Function) -> Iterator[ast.expr]:
    """What a function changes without making it: what it assigns into, deletes from or calls a mutating method of."""
    for node in ast.walk(function):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign | ast.Delete):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATING:
            yield node.func.value
        yield from (target.value for target in targets if isinstance(target, ast.Subscript))
        yield from (target for target in targets if isinstance(target, ast.Attribute))


def own_names(function: Function) -> set[str]:
    """The parameters of a function and of those in it, and what is assigned or imported there."""
    stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {argument.arg for argument in ast.walk(function) if isinstance(argument, ast.arg)}


def shared_names(name: str) -> tuple[set[str], set[str]]:
    """What a module assigns at its top or takes from another module of ours; and the modules among that."""
    ours = [n for n in ast.walk(tree(name)) if isinstance(n, ast.ImportFrom) and (n.module or "").startswith("shuang")]
    imports = {alias.asname or alias.name: f"{node.module}.{alias.name}" for node in ours for alias in node.names}
    modules = {word for word, path in imports.items() if f"{'/'.join(path.split('.')[1:])}.py" in MODULES}
    assigned = [s for s in tree(name).body if not isinstance(s, Function | ast.ClassDef)]
    top = {n.id for statement in assigned for n in ast.walk(statement) if isinstance(n, ast.Name)}
    return {*imports, *top}, modules


@pytest.mark.parametrize("name", MODULES)
def test_no_module_holds_what_changes_while_the_program_runs(name: str) -> None:
    """What a command knows goes from hand to hand; two commands in one process share nothing that either changes."""
    assert not [node for node in ast.walk(tree(name)) if isinstance(node, ast.Global)]
    shared, modules = shared_names(name)
    for function in functions(name):
        for changed in changed_in_place(function):
            root = changed
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            is_function_of_a_module = isinstance(changed, ast.Name) and changed.id in modules
            if isinstance(root, ast.Name) and root.id in shared - own_names(function) and not is_function_of_a_module:
                pytest.fail(f"{function.name} changes {ast.unparse(changed)}, which the whole process shares")


def test_a_field_has_at_most_eight_attributes() -> None:
    assert len(Field._fields) <= 8


@pytest.mark.parametrize("record", RECORDS)
def test_every_word_of_a_record_means_one_field(record: str) -> None:
    said = [word for field in RECORDS[record].fields for word in (field.name, field.label)]
    assert len(set(said)) == len(said)
    for field in RECORDS[record].fields:
        assert RECORDS[record].field(field.name) is field
        assert RECORDS[record].field(field.label) is field


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_short_and_begins_with_what_it_holds(name: str) -> None:
    text = (SOURCE / name).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert not text.strip() or ast.get_docstring(tree(name))


@pytest.mark.parametrize("folder", sorted({Path(name).parent.as_posix() for name in MODULES}))
def test_a_folder_can_be_taken_in_at_a_glance(folder: str) -> None:
    held = [name for name in MODULES if Path(name).parent.as_posix() == folder and not name.endswith("__init__.py")]
    assert len(held) <= {"reports": 16}.get(folder, 14)


@pytest.mark.parametrize("name", MODULES)
def test_a_function_is_at_most_forty_lines(name: str) -> None:
    long = [
        f"{function.name}: {lines}"
        for function in functions(name)
        if (body := statements(function)) and (lines := (body[-1].end_lineno or 0) - body[0].lineno + 1) > 40
    ]
    assert long == []


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_says_what_it_is(name: str) -> None:
    inner = {node for function in functions(name) for node in ast.walk(function) if node is not function}
    silent = [
        node.name
        for node in ast.walk(tree(name))
        if isinstance(node, Function | ast.ClassDef) and node not in inner
        if not node.name.startswith("_") and ast.get_docstring(node) is None
    ]
    assert silent == []


@pytest.mark.parametrize("name", MODULES)
def test_every_kind_of_problem_that_is_told_is_explained(name: str) -> None:
    """The kind is the first argument of InvalidValue and of Problem."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"InvalidValue", "Problem"}:
            kind = node.args[0] if node.args else None
            if isinstance(kind, ast.Constant):
                assert kind.value in KINDS


def test_the_exit_codes_are_those_of_the_contract() -> None:
    codes = {error.__name__: error.exit_code for error in ERRORS}
    assert codes == {
        "SbdError": 1,
        "UsageError": 2,
        "DataProblem": 3,
        "NotFound": 4,
        "Refused": 5,
        "FileError": 6,
        "LedgerError": 7,
    }


@pytest.mark.parametrize("name", MODULES)
def test_every_sentence_that_is_raised_is_chinese(name: str) -> None:
    told = {error.__name__ for error in ERRORS}
    for node in ast.walk(tree(name)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in told and node.args):
            continue
        literals = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
        texts = [text for text in literals if isinstance(text, str) and text.strip()]
        said = " ".join(texts)
        assert re.search(r"[\u4e00-\u9fff]", said) or not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", said)


def test_the_imports_run_one_way() -> None:
    linter = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    if linter is None:
        pytest.skip("import-linter is not installed here")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
