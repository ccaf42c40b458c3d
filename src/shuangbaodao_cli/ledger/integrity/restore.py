"""Restore: a verified backup takes the place of the ledger, and the former ledger is set aside."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.errors import Busy, FileError, LedgerError, os_error_reason
from shuangbaodao_cli.ledger.integrity import untrusted
from shuangbaodao_cli.ledger.storage import backup as storage_backup
from shuangbaodao_cli.ledger.storage import chain, encryption, sqlite_errors
from shuangbaodao_cli.ledger.storage.driver import ignore_message, sqlite3
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from collections.abc import Callable


class Plan(NamedTuple):
    """What a restore would do; shown to the user for confirmation."""

    head: chain.Head
    """The head of the backup."""
    current_head: chain.Head | None
    """The head of the present ledger; None where there is none, or it cannot be read."""
    extends: bool
    """Whether the ledger continues the backup, so that only what came later would be lost."""
    open_failure: str = ""
    """Why the present ledger cannot be read; empty where it can."""


class RestoreResult(NamedTuple):
    """The head of the restored ledger, and where the former one was set aside."""

    head: chain.Head
    previous_ledger: Path | None
    """None where there was no ledger."""


def restore(
    source: Path,
    path: Path,
    command: str,
    confirm: Callable[[Plan], bool],
    notify: Callable[[str], None] = ignore_message,
) -> RestoreResult | None:
    """Put a backup in the place of the ledger, once ``confirm`` agrees to the plan. None where it does not.

    The backup is copied beside the ledger; the copy is checked, migrated, and written over the ledger in one
    transaction of SQLite's. Raises LedgerError or FileError; then the ledger is as it was.
    """
    with tempfile.TemporaryDirectory(dir=_make_folder(path), prefix=".sbd-") as folder:
        copy = Path(folder) / "copy.db"
        try:
            shutil.copyfile(source, copy)
            copy.chmod(0o600)
        except OSError as error:
            raise FileError(f"备份“{source}”读不了（{os_error_reason(error)}），台账没有动。") from None
        with untrusted.open_copy(copy, source) as backup:
            untrusted.check(backup, source)
            head = untrusted.head(backup)
            untrusted.upgrade(backup, source)
            plan = _plan(head, path, notify)
            if not confirm(plan):
                return None
            previous_ledger = _set_aside(path, damaged=bool(plan.open_failure))
            _write_ledger(backup, copy, path)
    with closing(open_ledger(path, notify=notify)) as connection:
        former_head = plan.current_head or "（读不了）"
        with write_transaction(connection, command, f"从备份 {plan.head} 取回，原来的台账到 {former_head}"):
            pass
        return RestoreResult(chain.current_head(connection), previous_ledger)


def _make_folder(path: Path) -> Path:
    """The folder of the ledger, created where there is none. LedgerError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise LedgerError(f"台账“{path}”建不了（{os_error_reason(error)}），请换一个可以写的文件夹。") from None
    return path.parent


def _plan(head: chain.Head, path: Path, notify: Callable[[str], None]) -> Plan:
    """What the restore of a backup with that head would do to the ledger at ``path``. Raises Busy or LedgerError."""
    if not path.exists() or path.stat().st_size == 0:
        return Plan(head, None, extends=True)
    if encryption.passphrase() is not None and encryption.is_plain(path):
        raise LedgerError(f"台账“{path}”没有加密，却给了口令。请把它移到别处，再取回备份。")
    try:
        with closing(open_ledger(path, notify=notify)) as connection:
            if damage := sqlite_errors.integrity_errors(connection):
                return Plan(head, None, extends=False, open_failure=damage[0])
            return Plan(head, chain.current_head(connection), extends=chain.has_head(connection, head))
    except Busy:  # the ledger is in use, not damaged: it must not be set aside
        raise
    except (LedgerError, sqlite3.Error) as error:
        return Plan(head, None, extends=False, open_failure=str(error))


def _set_aside(path: Path, *, damaged: bool) -> Path | None:
    """Copy a sound ledger, or move a damaged one, to a new file beside it; returns that, None without a ledger."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    label = "damaged" if damaged else "before-restore"
    target = storage_backup.unused_path(path.with_name(f"{path.name}.{label}-{today():%Y%m%d}.db"))
    if damaged:
        path.replace(target)
        if (journal := path.with_name(f"{path.name}-journal")).exists():
            journal.replace(target.with_name(f"{target.name}-journal"))
        return target
    with closing(open_ledger(path)) as connection:
        return storage_backup.copy(connection, target).path


def _write_ledger(backup: sqlite3.Connection, copy: Path, path: Path) -> None:
    """Write an open backup, the file ``copy``, over the ledger; encrypted where there is a passphrase."""
    path.touch(mode=0o600)
    if encryption.passphrase() is not None and encryption.is_plain(copy):
        encrypted_path = copy.with_name("sealed.db")
        encryption.encrypt_ledger(backup, encrypted_path)
        with closing(encryption.connect(encrypted_path)) as encrypted:
            _copy_into(encrypted, path)
    else:
        _copy_into(backup, path)


def _copy_into(backup: sqlite3.Connection, path: Path) -> None:
    """Overwrite the ledger with every page of the backup. Raises LedgerError; then the ledger is as it was."""
    with closing(encryption.connect(path)) as target:
        target.execute("PRAGMA busy_timeout = 30000")
        target.execute("PRAGMA synchronous = FULL")
        try:
            backup.backup(target)
        except sqlite3.Error as error:
            raise LedgerError(f"备份没有取回（{error}），台账还是原来的。请看看磁盘和权限，再试一次。") from None
