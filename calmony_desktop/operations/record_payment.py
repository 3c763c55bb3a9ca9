"""Record a payment that came for an open invoice outside the payment provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from calmony_desktop.billing.money import plain
from calmony_desktop.billing.periods import date_of, midnight
from calmony_desktop.billing.statuses import InvoiceStatus, SubscriptionStatus
from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.notes import tidied
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.operations.wording import day_in_words
from calmony_desktop.store import activity, business, database, settling
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.settling import InvoiceToSettle, NewPayment

_LONGEST_METHOD: Final = 500
_ACTIVE: Final = SubscriptionStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class RecordedPayment:
    """The invoice after the payment; amounts in minor units.

    ``is_active_again``: its subscription was late, and this brought it back.
    """

    invoice: InvoiceToSettle
    amount: int
    is_active_again: bool = False

    @property
    def sentence(self) -> str:
        """What a person is told."""
        said = f"{plain(self.amount, self.invoice.currency)} recorded for {self.invoice.number}"
        if self.invoice.status == InvoiceStatus.PAID:
            again = " Its subscription is active again." if self.is_active_again else ""
            return f"{said}, which is paid now.{again}"
        rest = plain(self.invoice.amount_remaining, self.invoice.currency)
        return f"{said}; {rest} are still owed."


@logged
def record_payment(
    invoice_id: str,
    *,
    method: str,
    received_on: date,
    operation_id: str,
    amount: int | None = None,
    note: str | None = None,
) -> RecordedPayment:
    """Record ``amount`` minor units, or all that is owed, as received on a day of the business.

    ``method`` is how it was paid, as the payment table shows it ("Bank transfer"). An invoice that
    nothing is left of becomes paid, and a subscription that was late because of it active again.
    ``operation_id`` is a UUID made before the person was asked: the same one again changes nothing
    and answers as the first time.

    Raises KnownError when there is no such invoice, it is not open, the amount is none or more than
    is owed, the day lies ahead, no method is given, the note is too long, or the file cannot be
    written.
    """
    method, note = " ".join(method.split()), tidied(note)
    with database.writing():
        found = _found(invoice_id)
        earlier = activity.find(operation_id)
        if earlier is not None:
            return RecordedPayment(
                found, earlier.after["payment"]["amount"], "subscription" in earlier.after
            )
        amount = found.amount_remaining if amount is None else amount
        at, time_zone = now(), business.time_zone()
        today = date_of(at, time_zone)
        _check(found, amount, method, received_on, today)
        received_at = at if received_on == today else midnight(received_on, time_zone)
        payment_id = settling.add_payment(
            NewPayment(amount, found.currency, found.customer_id, found.id, method, received_at)
        )
        settling.write_paid(
            found.id,
            amount_paid=found.amount_paid + amount,
            amount_remaining=found.amount_remaining - amount,
            at=received_at,
        )
        paid = _found(invoice_id)
        late = _late(paid, received_on)
        if late is not None:
            settling.write_active(late["id"])
        activity.add(
            ActivityEntry(
                operation_id=operation_id,
                at=at,
                operator=operator_name(),
                action="record_payment",
                object_kind="invoice",
                object_id=found.id,
                customer_id=found.customer_id,
                before=_state(found) | ({} if late is None else {"subscription": late}),
                after=_state(paid)
                | ({} if late is None else {"subscription": late | {"status": _ACTIVE}})
                | {
                    "number": found.number,
                    "payment": {
                        "id": payment_id,
                        "amount": amount,
                        "currency": found.currency,
                        "method": method,
                        "received_on": received_on.isoformat(),
                        "received_at": received_at,
                    },
                },
                note=note,
            )
        )
    return RecordedPayment(paid, amount, late is not None)


def _found(invoice_id: str) -> InvoiceToSettle:
    found = settling.read_to_settle(invoice_id)
    if found is None:
        raise KnownError(f"There is no invoice {invoice_id} any more. Nothing was changed.")
    return found


def _check(
    found: InvoiceToSettle, amount: int, method: str, received_on: date, today: date
) -> None:
    if found.status != InvoiceStatus.OPEN:
        raise KnownError(
            f"Invoice {found.number} is {found.status}, so no payment can be recorded on it."
        )
    if amount <= 0:
        raise KnownError("A payment is more than nothing. Enter an amount.")
    if amount > found.amount_remaining:
        raise KnownError(
            f"That is more than is owed: {plain(found.amount_remaining, found.currency)} are left "
            f"of invoice {found.number}."
        )
    if not 0 < len(method) <= _LONGEST_METHOD:
        raise KnownError("Say how it was paid, such as “Bank transfer”, in a few words.")
    if received_on > today:
        raise KnownError(
            f"{day_in_words(received_on)} lies ahead. Enter the day on which the money came."
        )


def _late(invoice: InvoiceToSettle, received_on: date) -> dict[str, Any] | None:
    """The subscription that this payment makes active again: its id, and its status until now.

    As at the payment provider: one that is past due becomes active once its latest invoice is paid,
    and one that is unpaid if that happens before the invoice's due date.
    https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses
    """
    if invoice.status != InvoiceStatus.PAID:
        return None
    status = settling.status_behind(invoice)
    is_in_time = invoice.due_on is None or received_on <= invoice.due_on
    if status is SubscriptionStatus.PAST_DUE or (
        status is SubscriptionStatus.UNPAID and is_in_time
    ):
        return {"id": invoice.subscription_id, "status": status}
    return None


def _state(invoice: InvoiceToSettle) -> dict[str, Any]:
    return {
        "status": invoice.status,
        "amount_paid": invoice.amount_paid,
        "amount_remaining": invoice.amount_remaining,
        "paid_at": invoice.paid_at,
    }
