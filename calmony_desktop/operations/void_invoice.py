"""Void an open invoice: nobody owes it any more, and it stays on record with its number."""

from __future__ import annotations

from dataclasses import dataclass

from calmony_desktop.billing.money import plain
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.notes import tidied
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.store import activity, database, settling
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.settling import InvoiceToSettle


@dataclass(frozen=True, slots=True)
class VoidedInvoice:
    """The invoice as it is now."""

    invoice: InvoiceToSettle

    @property
    def sentence(self) -> str:
        """What a person is told."""
        amount = plain(self.invoice.amount_remaining, self.invoice.currency)
        return f"Invoice {self.invoice.number} is void: {amount} are not owed any more."


@logged
def void_invoice(invoice_id: str, *, operation_id: str, note: str | None = None) -> VoidedInvoice:
    """Void the invoice. Its period stays billed: it is not issued again.

    ``operation_id`` is a UUID made before the person was asked: the same one again changes nothing.
    ``note`` is why, as the operator put it.
    Raises KnownError when there is no such invoice, it is not open, something was paid of it, the
    note is too long, or the file cannot be written.
    """
    note = tidied(note)
    with database.writing():
        found = settling.read_to_settle(invoice_id)
        if found is None:
            raise KnownError(f"There is no invoice {invoice_id} any more. Nothing was changed.")
        if activity.has(operation_id):
            return VoidedInvoice(found)
        if found.status != InvoiceStatus.OPEN:
            raise KnownError(
                f"Invoice {found.number} is {found.status}. Only an open one can be voided."
            )
        if found.amount_paid:
            raise KnownError(
                f"{plain(found.amount_paid, found.currency)} were paid of invoice {found.number}, "
                "so it can’t be voided. Pay that back at the payment provider first."
            )
        at = now()
        settling.write_void(found.id, at)
        activity.add(
            ActivityEntry(
                operation_id=operation_id,
                at=at,
                operator=operator_name(),
                action="void_invoice",
                object_kind="invoice",
                object_id=found.id,
                customer_id=found.customer_id,
                before={"status": found.status, "voided_at": found.voided_at},
                after={
                    "status": InvoiceStatus.VOID,
                    "voided_at": at,
                    "number": found.number,
                    "total": found.total,
                    "currency": found.currency,
                },
                note=note,
            )
        )
        voided = settling.read_to_settle(found.id)
        assert voided is not None
    return VoidedInvoice(voided)
