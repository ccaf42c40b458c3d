"""One command under way: the ledger that --ledger means, the words of the command, and what it read.

A session is made once for each command and handed along; nothing of it outlives the command.
"""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.storage import chain
from shuangbaodao_cli.ledger.storage.ledger_file import default_path, open_reporting_damage
from shuangbaodao_cli.ledger.storage.transactions import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence


class Session:
    """What a command knows of its ledger and of itself."""

    def __init__(self, ledger: Path | None, words: Sequence[str], notify: Callable[[str], None]) -> None:
        """``words`` are those of the command without ``sbd``; ``notify`` tells the person why a command waits."""
        self._ledger = ledger
        self._words = words
        self.notify = notify
        self.head: chain.Head | None = None
        """Where the chain ended when the ledger was last closed; None before that."""

    @property
    def path(self) -> Path:
        """The file that --ledger or SBD_LEDGER names, else the default place."""
        return self._ledger or default_path()

    @contextmanager
    def open(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """The ledger, open while it is used; ``create`` makes one where there is none. Raises LedgerError."""
        self.head = None
        with open_reporting_damage(self.path, create=create, notify=self.notify) as connection:
            yield connection
            self.head = chain.current_head(connection)

    @contextmanager
    def open_or_dry_run(self, *, dry_run: bool) -> Iterator[sqlite3.Connection]:
        """The ledger, made where there is none; a dry run is rolled back, and where there is no ledger none is made."""
        if not dry_run:
            with self.open(create=True) as connection:
                yield connection
            return
        from tempfile import TemporaryDirectory  # seldom needed, and a millisecond of every start

        with TemporaryDirectory(prefix="sbd-") as folder:
            path = self.path if self.path.exists() else Path(folder) / "trial.db"
            trial = Session(path, self._words, self.notify)
            with trial.open(create=True) as connection, transaction(connection) as outcome:
                outcome.commit = False
                yield connection

    def command_line(self, secrets: Iterable[str | None] = ()) -> str:
        """The command as it was typed, for the history, with every secret masked; secrets stand with their record.

        Where the ledger lies is left out: it is no part of what was done in it.
        """
        named = [index for index, word in enumerate(self._words) if word == "--ledger"]
        words = [
            word
            for index, word in enumerate(self._words)
            if index not in named and index - 1 not in named and not word.startswith("--ledger=")
        ]
        for secret in filter(None, secrets):
            words = [word.replace(secret, "＊＊") for word in words]
        return shlex.join(["sbd", *words])
