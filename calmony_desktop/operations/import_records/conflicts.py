"""What an operator did here stays, whatever a file says; then both sides are put on record."""

from __future__ import annotations

import uuid
from typing import Final

from calmony_desktop.operations.import_records.ledger import Ledger
from calmony_desktop.operations.import_records.records import Record
from calmony_desktop.operations.import_records.report import Outcome
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.store import activity
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.batches import Row

_ACTION: Final = "import_conflict"
_COMPARED: Final = {
    "subscription": (
        *("status", "raw_status", "current_period_end_at"),
        *("cancel_at_period_end", "canceled_at", "ended_at"),
    ),
    "invoice": ("status", "raw_status", "amount_paid", "amount_remaining", "paid_at", "voided_at"),
}


def keep_ours(record: Record, here: Row | None, ledger: Ledger, reason: str) -> None:
    """Leave what is here as it is, and put theirs beside it in the activity trail, once.

    ``here`` is None for a record that is left out because of another one that is here.
    """
    compared = _COMPARED[record.kind]
    theirs = {key: record.values.get(key) for key in compared} | {"as_of": record.as_of}
    entries = activity.of_object(record.kind, record.id)
    if not any(entry.action == _ACTION and entry.after == theirs for entry in entries):
        activity.add(
            ActivityEntry(
                operation_id=str(uuid.uuid4()),
                at=now(),
                operator=operator_name(),
                action=_ACTION,
                object_kind=record.kind,
                object_id=record.id,
                customer_id=record.values["customer_id"],
                before=here and {key: here[key] for key in (*compared, "as_of")},
                after=theirs,
            )
        )
        ledger.is_anything_kept = True
    ledger.count(record, Outcome.CONFLICTING, f"{reason}; ours stays, and both are on record")
