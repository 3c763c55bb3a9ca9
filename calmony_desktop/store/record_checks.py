"""Do the records say what billing and cancelling promise? A sentence for each that does not.

Runs inside a transaction of the caller.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from peewee import fn

from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import (
    HAS_NEXT_BILLING_DATE,
    InvoiceStatus,
    PaymentStatus,
    SubscriptionStatus,
)
from calmony_desktop.store import business, cancellations
from calmony_desktop.store.models import (
    Activity,
    BilledPeriod,
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    InvoiceTax,
    PaymentIntent,
    Subscription,
)


def wrong_numbers() -> Iterator[str]:
    """Numbers issued here that are missing, used twice or outside of their series."""
    named: Any = Invoice.select(Invoice.number, Invoice.id, Invoice.issued_here).where(
        Invoice.number.is_null(False)
    )
    owners: dict[str, list[str]] = defaultdict(list)
    here: set[str] = set()
    for number, invoice_id, issued_here in named.tuples().iterator():
        owners[number].append(invoice_id)
        if issued_here:
            here.add(number)
    counted: set[str] = set()
    for row in _all(InvoiceSeries):
        for each in range(row.first, row.last + 1):
            number = f"{row.series}{each:04d}"
            counted.add(number)
            if number not in owners:
                yield f"Invoice number {number} is missing: the series has a gap."
    for number in sorted(here):
        if len(owners[number]) > 1:
            yield f"Invoice number {number} is used by several: {', '.join(owners[number])}."
        if number not in counted:
            yield f"Invoice {number} was issued here, but its number was never taken."
    nameless: Any = Invoice.select().where(Invoice.issued_here, Invoice.number.is_null())
    for row in nameless:
        yield f"Invoice {row.id} was issued here and has no number."


def wrong_periods() -> Iterator[str]:
    """Periods that are billed twice, overlap, or are kept without the invoice that bills them."""
    last: Any = None
    query: Any = BilledPeriod.select().order_by(
        BilledPeriod.subscription, BilledPeriod.period_start_on
    )
    invoices: set[str] = set()
    for row in query:
        invoices.add(row.invoice_id)
        if (
            last is not None
            and last.subscription_id == row.subscription_id
            and last.period_end_on > row.period_start_on
        ):
            yield (
                f"Subscription {row.subscription_id} is billed twice for the time from "
                f"{row.period_start_on} on."
            )
        last = row
    periods: Counter[tuple[str, Any]] = Counter()
    issued: Any = Invoice.select().where(Invoice.issued_here)
    for row in issued:
        periods[row.subscription_id, row.period_start_on] += 1
        if row.id not in invoices:
            yield f"Invoice {row.number} was issued here, but its period is not kept as billed."
    for (subscription_id, start), number in periods.items():
        if number > 1:
            yield (
                f"Subscription {subscription_id} has {number} invoices for the period from {start}."
            )


def wrong_totals() -> Iterator[str]:
    """Invoices issued here whose amounts do not add up."""
    lines: dict[str, list[Any]] = defaultdict(list)
    taxes: dict[str, list[Any]] = defaultdict(list)
    for model, found in ((InvoiceLine, lines), (InvoiceTax, taxes)):
        rows: Any = model.select(model).join(Invoice).where(Invoice.issued_here)
        for row in rows:
            found[row.invoice_id].append(row)
    received: Any = (
        PaymentIntent.select(PaymentIntent.invoice_id, fn.SUM(PaymentIntent.amount))
        .where(
            PaymentIntent.status == PaymentStatus.SUCCEEDED,
            PaymentIntent.invoice_id.is_null(False),
        )
        .group_by(PaymentIntent.invoice_id)
    )
    paid = dict(received.tuples())
    issued: Any = Invoice.select().where(Invoice.issued_here)
    for row in issued:
        for wrong in _wrong_amounts(row, lines[row.id], taxes[row.id], paid.get(row.id, 0)):
            yield f"Invoice {row.number}: {wrong}."


def wrong_subscriptions() -> Iterator[str]:
    """Subscriptions that would be billed although they must not be, or once too often."""
    dated: Any = Subscription.select().where(Subscription.next_billing_date.is_null(False))
    for row in dated:
        if row.status not in HAS_NEXT_BILLING_DATE:
            yield f"Subscription {row.id} is {row.status} and has a next billing date."
        elif row.is_paused or row.cancel_at_period_end:
            what = "paused" if row.is_paused else "set to end"
            yield f"Subscription {row.id} is {what} and has a next billing date."
    ours: Any = Subscription.select().where(
        Subscription.canceled_here, Subscription.status != SubscriptionStatus.CANCELED
    )
    for row in ours:
        yield f"Subscription {row.id} was cancelled here and is {row.status}."
    billed: Any = (
        Subscription.select(
            Subscription.id,
            Subscription.next_billing_date,
            fn.MAX(BilledPeriod.period_end_on).alias("billed_until"),
        )
        .join(BilledPeriod, on=(BilledPeriod.subscription == Subscription.id))
        .where(Subscription.next_billing_date.is_null(False))
        .group_by(Subscription.id)
    )
    for subscription_id, day, until in billed.tuples():
        if day < until:
            yield f"Subscription {subscription_id} is billed until {until}, but next on {day}."


def billed_after_cancellation() -> Iterator[str]:
    """Invoices issued here for a period after the subscription had ended."""
    time_zone = business.time_zone()
    query: Any = (
        Invoice.select(
            Invoice.number, Invoice.created_at, Invoice.period_start_on, Subscription.ended_at
        )
        .join(Subscription, on=(Subscription.id == Invoice.subscription_id))
        .where(
            Invoice.issued_here,
            Subscription.status == SubscriptionStatus.CANCELED,
            Subscription.ended_at.is_null(False),
        )
    )
    for number, created_at, start, ended_at in query.tuples():
        if created_at > ended_at and start >= date_of(ended_at, time_zone):
            yield f"Invoice {number} was issued for {start}, after its subscription had ended."


def wrong_to_activity() -> Iterator[str]:
    """Records that are not as the activity trail says this program left them."""
    invoices = {row.id: row for row in Invoice.select().where(Invoice.issued_here)}
    told: set[str] = set()
    is_canceled: dict[str, bool] = {}
    standing: dict[str, tuple[Any, ...]] = {}
    # Those that went on here, and no import since can have brought in that they were cancelled.
    goes_on: set[str] = set()
    time_zone = business.time_zone()
    for entry in Activity.select().order_by(Activity.id).iterator():
        if entry.action == "bill_subscription":
            if entry.after["invoices"] and is_canceled.get(entry.object_id):
                yield f"Subscription {entry.object_id} was billed after it was cancelled."
            end = _end_asked_for(standing.get(entry.object_id, ()), time_zone)
            for said in entry.after["invoices"]:
                told.add(said["id"])
                if end is not None and date.fromisoformat(said["period_start_on"]) >= end:
                    yield (
                        f"Invoice {said['number']} was issued for {said['period_start_on']}, and "
                        f"subscription {entry.object_id} was set here to end on {end}."
                    )
                yield from _wrong_invoice(said, invoices.get(said["id"]))
        elif entry.action == "import":
            counts = entry.after.get("subscription", {})
            if counts.get("new") or counts.get("updated"):
                goes_on.clear()
        elif entry.action == "void_invoice":
            row: Any = Invoice.get_or_none(Invoice.id == entry.object_id)
            if row is None or row.status not in (InvoiceStatus.VOID, InvoiceStatus.PAID):
                yield f"Invoice {entry.after['number']} was voided here and is not void."
        elif entry.action == "record_payment":
            yield from _wrong_payment(entry.after)
        if entry.action in _CANCELS:
            is_canceled[entry.object_id] = entry.after.get("status") == "canceled"
            standing[entry.object_id] = cancellations.standing_after(
                standing.get(entry.object_id, ()), entry
            )
            is_billed = entry.action == "bill_subscription" and not is_canceled[entry.object_id]
            if is_billed or entry.after.get("cancel_at_period_end") is False:
                goes_on.add(entry.object_id)
            else:
                goes_on.discard(entry.object_id)
    for invoice_id in sorted(invoices.keys() - told):
        yield f"No activity tells of invoice {invoices[invoice_id].number}, issued here."
    for row in Subscription.select().iterator():
        end = _end_asked_for(standing.get(row.id, ()), time_zone)
        if row.status != SubscriptionStatus.CANCELED:
            if is_canceled.get(row.id):
                yield f"Subscription {row.id} was cancelled here and is not canceled any more."
            elif end is not None and not (row.cancel_at_period_end and row.cancel_requested_here):
                yield f"Subscription {row.id} was set here to end on {end} and is not any more."
        if row.id in goes_on and (row.canceled_here or row.cancel_requested_here):
            yield f"No activity tells that subscription {row.id} was cancelled here, as it says."


_CANCELS = (
    "cancel_subscription",
    "undo_cancellation",
    "reinstate_subscription",
    "end_subscription",
    "bill_subscription",
)


def _end_asked_for(standing: tuple[Any, ...], time_zone: str) -> date | None:
    """When it ends by the latest standing cancellation at the end of a period."""
    ends = [each.after["cancel_at"] for each in standing if each.after.get("cancel_at_period_end")]
    return date_of(ends[-1], time_zone) if ends else None


def _wrong_amounts(invoice: Any, lines: list[Any], taxes: list[Any], paid: int) -> Iterator[str]:
    for line in lines:
        exact = (
            None
            if line.unit_amount is None
            else Fraction(line.unit_amount) * Fraction(line.quantity)
        )
        if exact is not None and abs(exact - line.amount) > Fraction(1, 2):
            yield f"its line “{line.description}” is not quantity times price"
    if sum(line.amount for line in lines) != invoice.subtotal:
        yield "its lines do not come to its subtotal"
    if sum(tax.amount for tax in taxes) != invoice.tax_amount:
        yield "its taxes do not come to its tax"
    for tax in taxes:
        exact = Fraction(tax.taxable_amount or 0) * Fraction(tax.rate or 0) / 100
        if abs(exact - tax.amount) > 1:
            yield f"its tax of {tax.rate}% is not that of {tax.taxable_amount}"
    net = invoice.subtotal - invoice.discount_amount
    taxable = sum(tax.taxable_amount or 0 for tax in taxes)
    is_included = bool(taxes) and taxable != net
    if invoice.total != (net if is_included else net + invoice.tax_amount):
        yield "its total is not its subtotal and tax"
    if invoice.amount_paid + invoice.amount_remaining != invoice.total:
        yield "what is paid and what is owed do not come to its total"
    if invoice.amount_paid != paid:
        yield "what is paid is not what its payments come to"
    is_settled = invoice.amount_remaining == 0
    if invoice.status in (InvoiceStatus.OPEN, InvoiceStatus.PAID) and is_settled != (
        invoice.status == InvoiceStatus.PAID
    ):
        yield f"it is {invoice.status}, and {invoice.amount_remaining} minor units are owed"


def _wrong_invoice(said: dict[str, Any], row: Any) -> Iterator[str]:
    if row is None:
        yield f"Invoice {said['number']} was issued here and is not there any more."
        return
    here = (row.number, row.total, row.currency, row.period_start_on.isoformat())
    if here != (said["number"], said["total"], said["currency"], said["period_start_on"]):
        yield f"Invoice {said['number']} was changed since it was issued."


def _wrong_payment(said: dict[str, Any]) -> Iterator[str]:
    payment = said["payment"]
    row: Any = PaymentIntent.get_or_none(PaymentIntent.id == payment["id"])
    if row is None or (row.amount, row.currency) != (payment["amount"], payment["currency"]):
        yield (
            f"The payment of invoice {said['number']} that was recorded here on "
            f"{payment['received_on']} was changed or removed."
        )


def _all(model: Any) -> list[Any]:
    return list(model.select())
