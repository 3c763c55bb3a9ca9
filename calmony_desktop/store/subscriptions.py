"""Subscriptions: reading one for an operation, and writing that it was cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from calmony_desktop.store import database
from calmony_desktop.store.models import Customer, Invoice, Subscription


@dataclass(frozen=True, slots=True)
class SubscriptionToCancel:
    """What a person must see before they cancel: amounts in minor units, a calendar date.

    ``open_invoices`` counts the customer's open invoices of this subscription, which stay open.
    """

    id: str
    customer_id: str
    customer_name: str | None
    customer_email: str | None
    plan: str
    amount: int
    currency: str
    interval: str | None
    interval_count: int
    next_billing_date: date | None
    status: str
    raw_status: str
    canceled_at: int | None
    ended_at: int | None
    open_invoices: int


def to_cancel(subscription_id: str) -> SubscriptionToCancel | None:
    """The subscription as it is now; None if there is none with this id."""
    with database.reading():
        return read_to_cancel(subscription_id)


def read_to_cancel(subscription_id: str) -> SubscriptionToCancel | None:
    """`to_cancel`, inside a transaction that the caller holds."""
    row = (
        Subscription.select(Subscription, Customer)
        .join(Customer)
        .where(Subscription.id == subscription_id)
        .first()
    )
    if row is None:
        return None
    open_invoices = (
        Invoice.select()
        .where(Invoice.subscription_id == subscription_id, Invoice.status == "open")
        .count()
    )
    return SubscriptionToCancel(
        id=row.id,
        customer_id=row.customer.id,
        customer_name=row.customer.name,
        customer_email=row.customer.email,
        plan=row.plan,
        amount=row.amount,
        currency=row.currency,
        interval=row.interval,
        interval_count=row.interval_count,
        next_billing_date=row.next_billing_date,
        status=row.status,
        raw_status=row.raw_status,
        canceled_at=row.canceled_at,
        ended_at=row.ended_at,
        open_invoices=open_invoices,
    )


def mark_canceled(subscription_id: str, at: int) -> None:
    """Write that an operator cancelled the subscription at the instant ``at`` (UTC).

    The provider's raw status becomes ``canceled`` too: it is what the provider will be told.
    """
    Subscription.update(
        status="canceled",
        raw_status="canceled",
        next_billing_date=None,
        canceled_at=at,
        ended_at=at,
        canceled_here=True,
    ).where(Subscription.id == subscription_id).execute()
