"""The product broken on purpose, one way each. What does not catch its mutant proves nothing.

They are applied to a child process of the tests alone; the product knows no switch for any of them. ``swap`` is the
one seam: it replaces a function wherever the product holds it, whoever imported it by name.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli import files
from shuangbaodao_cli.intake.files import workbook
from shuangbaodao_cli.ledger.history import undo_plan
from shuangbaodao_cli.ledger.imports import batches, importer, loader
from shuangbaodao_cli.ledger.records import identity, store
from shuangbaodao_cli.ledger.storage import chain, journal, ledger_file, sqlite_errors, transactions
from shuangbaodao_cli.output.xlsx import book
from shuangbaodao_cli.values import text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

said: list[Callable[[], None]] = []
"""How the command under way is acknowledged, for the mutant that does so too early."""


def swap(original: object, replacement: object, put: Callable[[Any, str, Any], None] = setattr) -> None:
    """Put something in the place of a function of the product, under every name that any module has for it.

    ``put`` may be the ``setattr`` of a monkeypatch, which takes it back.
    """
    for module in [module for name, module in sys.modules.items() if name.startswith("shuangbaodao_cli")]:
        for name in [name for name, value in vars(module).items() if value is original]:
            put(module, name, replacement)


def each_statement_for_itself() -> None:
    """No transaction: what a command did so far stays, whatever comes then."""
    transactions._TRANSACTION = ("SELECT 1", ("SELECT 1",), ("SELECT 1",))  # noqa: SLF001  # broken on purpose


def lock_taken_late() -> None:
    """A transaction that reads first and asks for the lock when it comes to writing."""
    transactions._TRANSACTION = ("BEGIN", ("COMMIT",), ("ROLLBACK",))  # noqa: SLF001  # broken on purpose


def told_before_it_is_kept() -> None:
    """Says that it is done, and then commits."""
    append = chain.append

    def early(*given: Any) -> None:
        append(*given)
        said[-1]()

    swap(chain.append, early)


def every_row_a_stranger() -> None:
    """An import that neither knows its file again nor whom its rows mean."""
    swap(importer.earlier_outcome, lambda *_: None)
    swap(importer.was_imported, lambda *_: False)
    swap(identity.not_voided_conditions, lambda _: ("FALSE",))


def every_value_is_news() -> None:
    """An edit that does not look whether the record says so already."""

    def news(connection: Any, record: Any, id_: int, values: Any) -> Any:
        old = store.load_values(connection, record, id_)
        return {column: (old[column], value) for column, value in values.items()}

    swap(store.differences, news)


def every_undo_is_the_first() -> None:
    """An import is taken back without a look whether it was so before."""

    def batch(connection: Any, number: int) -> Any:
        entry, file = connection.execute("SELECT entry, file FROM batch WHERE id = ?", (number,)).fetchone()
        return batches.Batch(number, entry, file, "")

    swap(batches.batch, batch)
    swap(undo_plan.check, lambda *_: None)


def last_one_wins() -> None:
    """What a file says of a record takes the place of all that was known of it: an empty cell erases."""
    update = store.update

    def whole(entry: Any, record: Any, id_: int, values: Any) -> Any:
        facts = [field for field in record.fields if not field.required and field.default is None and not field.to]
        erased = {column: None for field in facts for column in field.columns if column != "number"}
        changed = update(entry, record, id_, erased | values)
        return {column: pair for column, pair in changed.items() if column in values}

    swap(store.update, whole)


def changed_without_a_word() -> None:
    """A newer file changes what is known, and neither says nor remembers it."""
    load = loader.load
    swap(load, lambda *args, **options: replace(load(*args, **options), cell_changes=()))
    swap(journal.insert_changes, lambda *_: None)


def saved_in_place() -> None:
    """A file written over the old one, piece by piece, on a disk that takes its time."""

    def direct(path: Path, content: bytes, *, private: bool = False) -> bool:  # noqa: ARG001  # as the real one
        with path.open("wb", buffering=0) as file:
            for at in range(0, len(content), 1024):
                file.write(content[at : at + 1024])
                time.sleep(0.002)
        return True

    swap(files.write_bytes, direct)


def types_are_guessed() -> None:
    """Text that looks like a number is read as one, as a data frame would have it."""
    read = workbook.read_workbook

    def guessing(path: Path, *, encoding: str | None = None) -> Any:
        book = read(path, encoding=encoding)
        for one in book.sheets:
            one.rows[:] = [[float(c) if isinstance(c, str) and c.isdecimal() else c for c in row] for row in one.rows]
        return book

    swap(read, guessing)


def written_raw() -> None:
    """Text goes into the cells of a workbook as it comes: what begins with = is a formula."""
    swap(book.write_text, lambda raw, place, text, look: raw.write(*place, text, look))


def shown_raw() -> None:
    """Text goes to the terminal as it is."""
    swap(text.replace_controls, str)


def named_raw() -> None:
    """A name is a part of a path as it is."""
    swap(files.slug, str)


def busy_is_a_fault() -> None:
    """What SQLite says of a ledger that somebody else is writing to is handed on as it is."""
    swap(sqlite_errors.translate_errors, lambda *_: nullcontext())


def no_patience() -> None:
    """Somebody else is writing: give up at once."""
    transactions.BUSY_TIMEOUT_MS = 0


def waits_in_silence() -> None:
    """Somebody else is writing: wait and say nothing."""
    transactions.NOTIFY_AFTER_SECONDS = 3600.0


def any_version_will_do() -> None:
    """A ledger is opened whatever program wrote it."""
    swap(ledger_file._check_version, lambda *_: None)  # noqa: SLF001  # broken on purpose


def soon_out_of_patience() -> None:
    """No mutant: half a minute of waiting made short."""
    transactions.BUSY_TIMEOUT_MS = int(os.environ["TORTURE_PATIENCE"])


MUTANTS: dict[str, Callable[[], None]] = {
    made.__name__: made
    for made in (
        each_statement_for_itself,
        lock_taken_late,
        told_before_it_is_kept,
        every_row_a_stranger,
        every_value_is_news,
        every_undo_is_the_first,
        last_one_wins,
        changed_without_a_word,
        saved_in_place,
        types_are_guessed,
        written_raw,
        shown_raw,
        named_raw,
        busy_is_a_fault,
        no_patience,
        waits_in_silence,
        any_version_will_do,
        soon_out_of_patience,
    )
}
