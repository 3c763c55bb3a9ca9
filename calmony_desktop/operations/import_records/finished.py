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

#: What must hold, in SQL, when a finished record of a kind, ``each``, is written as it is. It says
#: no more than that `settle_invoices` and the others would come to the same row.
IS_NEW: Final = {
    "customer": """
        each.is_finished IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM customers WHERE id = each.id)
    """,
    "invoice": """
        each.is_finished IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM invoices WHERE id = each.id)
        AND EXISTS (SELECT 1 FROM customers WHERE id = each.customer_id)
        AND NOT EXISTS (
            SELECT 1 FROM billed_periods WHERE subscription_id = each.subscription_id)
        AND NOT EXISTS (
            SELECT 1 FROM invoices WHERE number = each.number AND issued_here = 1)
    """,
    "payment_intent": """
        each.is_finished IS NOT NULL
        AND EXISTS (SELECT 1 FROM customers WHERE id = each.customer_id)
        AND NOT EXISTS (SELECT 1 FROM payment_intents WHERE id IN (each.id, each.charge_id))
        AND NOT EXISTS (SELECT 1 FROM payment_charges WHERE charge_id = each.charge_id)
        AND NOT EXISTS (SELECT 1 FROM charge WHERE names = each.id)
        AND NOT EXISTS (
            SELECT 1 FROM invoice_payment WHERE names IN (each.id, each.charge_id))
        AND NOT EXISTS (
            SELECT 1 FROM payment_intent AS other
            WHERE other.names = each.charge_id AND other.place <> each.place)
    """,
}


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
