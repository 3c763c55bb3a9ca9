"""Records that are written as they are, thousands at once, if they turn out to be new.

Most of a large import is new, and known in full from its own object alone. Whatever needs more,
its customer or price, another record, or a line in the report, is settled one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from calmony_desktop.operations.import_records.merge_payments import apply_intent
from calmony_desktop.operations.import_records.records import Record
from calmony_desktop.operations.import_records.rows import row_of
from calmony_desktop.store import new_rows
from calmony_desktop.store.batches import Row


def finished(record: Record) -> tuple[Any, ...]:
    """What a record is set aside with: its row, or nothing where it has to be settled."""
    make = _ROWS.get(record.kind)
    row = None if make is None or record.notes or not record.is_complete else make(record)
    return new_rows.unfinished(record.kind) if row is None else new_rows.finished(record.kind, row)


def _invoice(record: Record) -> Row | None:
    # Without them the business and the customer say who issues and who pays it.
    if record.links or not {"seller", "buyer"} <= record.exact.keys():
        return None
    row = row_of(record)
    row["issued_here"] = 0
    if row["subtotal"] is None:
        row["subtotal"] = row["total"]
    return None if row["changed_here"] else row


def _payment(record: Record) -> Row | None:
    if "charges" in record.exact:
        return None
    row = apply_intent(None, record)
    row.update((key, value) for key, value in record.exact.items() if key in row)
    return None if row["amount_refunded"] > row["amount"] else row


_ROWS: Final[dict[str, Callable[[Record], Row | None]]] = {
    "customer": row_of,
    "invoice": _invoice,
    "payment_intent": _payment,
}
