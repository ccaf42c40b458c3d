"""Records of any kind as they are typed in: added, edited and voided, each with what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger.orders.state import refresh_after_void
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import labels, lookup, rules, store
from shuangbaodao_cli.ledger.records import void as records_void
from shuangbaodao_cli.ledger.work.activities import update_participant_minutes
from shuangbaodao_cli.model.orders import ORDER
from shuangbaodao_cli.model.service import ACTIVITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Record


class EditResult(NamedTuple):
    """A record that was edited: its label, column → (old, new), and how many participants' minutes followed."""

    label: str
    changes: dict[str, tuple[Any, Any]]
    participant_count: int


class VoidResult(NamedTuple):
    """A record that was to be voided: its label, and how many of each kind were, of its parts too; none if it was."""

    label: str
    counts: dict[str, int]


def add(entry: Entry, record: Record, assignments: Sequence[tuple[str, str]], *, new: bool = False) -> int:
    """Insert the record that FIELD=VALUE pairs describe and return its id; ``new`` lets unknown names in.

    Raises UsageError for a value that is none or lacks, NotFound for a name that is unknown or ambiguous,
    Refused where a rule forbids it or the ledger has it already.
    """
    connection = entry.connection
    rules.check_manual_insert(record)
    values = records_input.parse_assignments(entry, record, assignments, new=new)
    rules.check_complete(record, values)
    rules.check_dates(record, values)
    rules.check(connection, record, values)
    rules.check_duplicate(connection, record, values)
    return store.insert(entry, record, values)


def edit(
    entry: Entry, record: Record, key: str, assignments: Sequence[tuple[str, str]], *, new: bool = False
) -> EditResult:
    """Update the record that a name or number means by FIELD=VALUE pairs; errors as for ``add``.

    Participants of an activity whose minutes were those of the activity get its new ones.
    """
    connection = entry.connection
    id_ = lookup.find(connection, record, key)
    values = records_input.parse_assignments(entry, record, assignments, new=new)
    merged = store.load_values(connection, record, id_) | values
    rules.check_dates(record, merged)
    rules.check(connection, record, merged, id_)
    changes = store.update(entry, record, id_, values)
    count = 0
    if record is ACTIVITY and "minutes" in changes:
        count = update_participant_minutes(entry, id_, *changes["minutes"])
    return EditResult(labels.describe(connection, record, id_), changes, count)


def void(entry: Entry, record: Record, key: str) -> VoidResult:
    """Void the record that a name or number means, with its parts; the need of an order falls back to its other orders.

    Raises NotFound, and Refused while others rely on it.
    """
    connection = entry.connection
    id_ = lookup.find(connection, record, key, voided=True)
    label = labels.describe(connection, record, id_)
    counts = records_void.void(entry, record, id_)
    if record is ORDER:
        refresh_after_void(connection, id_)
    return VoidResult(label, counts)
