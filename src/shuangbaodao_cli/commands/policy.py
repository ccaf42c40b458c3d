"""policy: the rules of the office: shown, changed version by version, checked before they are taken."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from shuangbaodao_cli.cli.options import LedgerOption, echo, is_interactive
from shuangbaodao_cli.errors import FileError, NotFound, UsageError, os_error_reason
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.storage.journal import write_transaction


def show(
    *,
    version: Annotated[
        int | None, typer.Option("--version", metavar="N", help="看本单位以前的哪一版；0 是随程序带的")
    ] = None,
    session: LedgerOption,
) -> None:
    """看现在用的办法：每一项是多少，出处是什么；本单位改过几次，每一版都查得到。"""
    versions = []
    if session.path.exists():
        with session.open() as connection:
            versions = policy.versions(connection)
    if version:
        found = [stored for stored in versions if stored.number == version]
        if not found:
            raise NotFound(f"没有第 {version} 版办法。本单位改过 {len(versions)} 次，看全部：sbd policy show。")
        return echo(f"# {_version_label(found[0])}\n{found[0].text.rstrip()}")
    echo(policy.default_text().rstrip())
    if version == 0:
        return None
    if not versions:
        return echo("\n# 本单位没有另外规定，用的就是上面这一份（第 0 版）。")
    *previous, latest = versions
    for stored in previous:
        echo(f"\n# 以前的{_version_label(stored)}：sbd policy show --version {stored.number}")
    return echo(f"\n# ——本单位改的（{_version_label(latest)}），以下面写的为准——\n{latest.text.rstrip()}")


def _version_label(version: policy.Version) -> str:
    """A version in words: its number, when it was made, by whom, on what ground."""
    parts = (f"第 {version.number} 版", version.at[:16].replace("T", " "), version.operator, version.reason)
    return "，".join(filter(None, parts))


def edit(
    *,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="节.项=值", help="改一项，如 whistle.sign_hours=2，可写几次")
    ] = None,
    file: Annotated[Path | None, typer.Option("--from", metavar="FILE", help="用这个文件里写的")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="依据，如文号")] = None,
    session: LedgerOption,
) -> None:
    """改本单位的办法。旧的一版留底，已经算好的期限不变。

    例如：
      sbd policy edit --set visit.key_days=14 --reason 街道2026年3号文
    """
    with (
        session.open(create=True) as connection,
        write_transaction(connection, session.command_line(), reason) as entry,
    ):
        own = policy.office_text(connection)
        if assignments:
            text = policy.to_toml(_with_assignments(own or "", assignments))
        elif file is not None:
            text = _read_text(file)
        elif is_interactive():
            text = _edit_text(own or policy.default_text())
        else:
            raise UsageError("请写明改什么：--set 节.项=值，或 --from 文件。可改的见 sbd policy show。")
        number = policy.insert_version(entry, text)
    echo("和现在的一样，没有改动。" if number is None else f"办法已改，现在是第 {number} 版。")


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="要核对的办法文件（.toml）")],
) -> None:
    """核对一份办法写得对不对，不改台账。"""
    policy.check(_read_text(file))
    echo(f"{file.name} 写得对，可以用 sbd policy edit --from {file.name} 采用。")


def _edit_text(text: str) -> str:
    """The text after the user has edited it in the editor that VISUAL or EDITOR names. Raises UsageError for none."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise UsageError("没有设置编辑器（EDITOR）。请用 --set 节.项=值，或写好一个文件用 --from。")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "policy.toml"
        file.write_text(text, encoding="utf-8")
        subprocess.run([*shlex.split(editor), str(file)], check=False)  # noqa: S603  # the user's own editor
        return file.read_text(encoding="utf-8")


def _read_text(file: Path) -> str:
    """The text of a file of rules. Raises FileError where it is not there, or no UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileError(f"没有“{file}”这个文件，请核对文件名。") from None
    except OSError as error:
        raise FileError(f"“{file}”读不了（{os_error_reason(error)}）。") from None
    except UnicodeDecodeError:
        raise FileError(f"“{file}”不是 UTF-8 的文字文件，请另存为 UTF-8 再试。") from None


def _with_assignments(text: str, assignments: list[str]) -> dict[str, dict[str, Any]]:
    """The rules of the office, section → rule → value, with the assignments made. Raises UsageError."""
    rules = policy.parse(text)
    for item in assignments:
        path, equals, text = item.replace("＝", "=", 1).partition("=")
        section, dot, name = path.strip().partition(".")
        if not equals or not dot:
            raise UsageError(f"“{item}”应写成 节.项=值，例如 whistle.sign_hours=2。")
        default = policy.default_rules().get(section, {}).get(name)
        value: Any = int(text) if text.strip().isdecimal() else text.strip()
        if section == policy.CATEGORY_SECTION or isinstance(default, list):
            value = [word.strip() for word in text.replace("、", ",").split(",") if word.strip()]
        rules.setdefault(section, {})[name] = value
    return rules
