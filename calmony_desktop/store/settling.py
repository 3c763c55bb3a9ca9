"""Open invoices: reading one for an operation, and writing a payment of it or that it is void.

Everything runs inside a transaction that the caller holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from calmony_desktop.billing.statuses import InvoiceStatus, PaymentStatus, SubscriptionStatus
from calmony_desktop.store.models import (
    MADE_HERE,
    Customer,
    Invoice,
    PaymentIntent,
    Subscription,
)


@dataclass(frozen=True, slots=True)
class InvoiceToSettle:
    """What a person must see of an invoice before they record a payment or void it."""

    id: str
    number: str
    subscription_id: str | None
    customer_id: str
    customer_name: str | None
    status: str
    raw_status: str
    currency: str
    total: int
    amount_paid: int
    amount_remaining: int
    issued_on: date
    due_on: date | None
    paid_at: int | None
    voided_at: int | None


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment as an operator recorded it: minor units, and when it was received."""

    amount: int
    currency: str
    customer_id: str
    invoice_id: str
    method: str
    received_at: int


def read_to_settle(invoice_id: str) -> InvoiceToSettle | None:
    """The invoice as it is now; None where there is none with this id."""
    row: Any = (
        Invoice.select(Invoice, Customer).join(Customer).where(Invoice.id == invoice_id).first()
    )
    if row is None:
        return None
    return InvoiceToSettle(
        id=row.id,
        number=row.number or row.id,
        subscription_id=row.subscription_id,
        customer_id=row.customer.id,
        customer_name=row.customer.name,
        status=row.status,
        raw_status=row.raw_status,
        currency=row.currency,
        total=row.total,
        amount_paid=row.amount_paid,
        amount_remaining=row.amount_remaining,
        issued_on=row.issued_on,
        due_on=row.due_on,
        paid_at=row.paid_at,
        voided_at=row.voided_at,
    )


def add_payment(payment: NewPayment) -> str:
    """Write the payment; returns its id."""
    payment_id = f"pi_{uuid4().hex}"
    PaymentIntent.create(
        id=payment_id,
        customer=payment.customer_id,
        invoice_id=payment.invoice_id,
        amount=payment.amount,
        currency=payment.currency,
        status=PaymentStatus.SUCCEEDED,
        raw_status=PaymentStatus.SUCCEEDED,
        payment_method=payment.method,
        created_at=payment.received_at,
        as_of=payment.received_at,
        api_version=MADE_HERE,
    )
    return payment_id


def write_paid(invoice_id: str, *, amount_paid: int, amount_remaining: int, at: int) -> None:
    """Write what was paid of the invoice; with nothing left it is paid since the instant ``at``."""
    changes: dict[str, Any] = {"amount_paid": amount_paid, "amount_remaining": amount_remaining}
    if amount_remaining == 0:
        changes |= {"status": InvoiceStatus.PAID, "raw_status": InvoiceStatus.PAID, "paid_at": at}
    _write(invoice_id, changes)


def write_void(invoice_id: str, at: int) -> None:
    """Write that the invoice was voided at the instant ``at``. What it asked for stays legible."""
    _write(
        invoice_id,
        {"status": InvoiceStatus.VOID, "raw_status": InvoiceStatus.VOID, "voided_at": at},
    )


def status_behind(invoice: InvoiceToSettle) -> SubscriptionStatus | None:
    """The status of the invoice's subscription, where no newer invoice of that is owed.

    None where there is a newer one, or no subscription.
    """
    if invoice.subscription_id is None:
        return None
    owed: Any = Invoice.status.in_((InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE))
    newest: Any = (
        Invoice.select(Invoice.id)
        .where(
            Invoice.subscription_id == invoice.subscription_id, owed | (Invoice.id == invoice.id)
        )
        .order_by(
            Invoice.issued_on.desc(),
            Invoice.created_at.desc(),
            # Of several that were issued at once, the one for the latest period.
            Invoice.period_start_on.desc(),
            Invoice.id,
        )
        .first()
    )
    row: Any = Subscription.get_or_none(Subscription.id == invoice.subscription_id)
    return SubscriptionStatus(row.status) if row and newest.id == invoice.id else None


def write_active(subscription_id: str) -> None:
    """Write that the subscription is active."""
    active = SubscriptionStatus.ACTIVE
    changed = Subscription.update(status=active, raw_status=active)
    changed.where(Subscription.id == subscription_id).execute()


def _write(invoice_id: str, changes: dict[str, Any]) -> None:
    Invoice.update(**changes, changed_here=True).where(Invoice.id == invoice_id).execute()
