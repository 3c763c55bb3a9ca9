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
        *("status", "raw_status", "is_paused", "next_billing_date", "current_period_end_at"),
        *("cancel_at_period_end", "cancel_at", "canceled_at", "ended_at"),
        *("amount", "currency", "interval", "interval_count"),
    ),
    "invoice": ("status", "raw_status", "amount_paid", "amount_remaining", "paid_at", "voided_at"),
}


def keep_ours(record: Record, here: Row | None, said: Row, ledger: Ledger, reason: str) -> None:
    """Leave what is here as it is, and put theirs beside it in the activity trail, once.

    ``here`` is None for a record that is left out because of another one that is here. ``said`` is
    what the row would be if the record had come in.
    """
    compared = _COMPARED[record.kind]
    ours = here and {key: here[key] for key in (*compared, "as_of")}
    theirs = {key: said.get(key) for key in compared} | {"as_of": record.as_of}
    entries = activity.of_object(record.kind, record.id)
    both = (_ACTION, ours, theirs)
    if not any((entry.action, entry.before, entry.after) == both for entry in entries):
        activity.add(
            ActivityEntry(
                operation_id=str(uuid.uuid4()),
                at=now(),
                operator=operator_name(),
                action=_ACTION,
                object_kind=record.kind,
                object_id=record.id,
                customer_id=record.values["customer_id"],
                before=ours,
                after=theirs,
            )
        )
        ledger.is_anything_kept = True
    ledger.count(record, Outcome.CONFLICTING, f"{reason}; ours stays, and both are on record")
