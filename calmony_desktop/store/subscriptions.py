"""Subscriptions: reading one for an operation, and writing what an operator decided of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import fn

from calmony_desktop.billing.due_periods import Terms
from calmony_desktop.store import business
from calmony_desktop.store.due_subscriptions import terms_of
from calmony_desktop.store.models import Customer, Invoice, Subscription
from calmony_desktop.store.rows import display_name


@dataclass(frozen=True, slots=True)
class SubscriptionToCancel:
    """What a person must see before they cancel: amounts in minor units, a calendar date.

    ``open_invoices`` counts the customer's open invoices of this subscription, which stay open, and
    ``open_amount`` is what they still ask for. ``terms`` say when it bills and ends.
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
    cancel_at_period_end: bool
    cancel_at: int | None
    canceled_at: int | None
    ended_at: int | None
    canceled_here: bool
    cancel_requested_here: bool
    cancellation_reason: str | None
    cancellation_note: str | None
    open_invoices: int
    open_amount: int
    terms: Terms

    @property
    def customer_display_name(self) -> str:
        """What to call the customer."""
        return display_name(self.customer_name, self.customer_email, self.customer_id)


def read_to_cancel(subscription_id: str) -> SubscriptionToCancel | None:
    """The subscription as it is now, None if there is none; in the caller's transaction."""
    row: Any = (
        Subscription.select(Subscription, Customer)
        .join(Customer)
        .where(Subscription.id == subscription_id)
        .first()
    )
    if row is None:
        return None
    open_invoices: Any = Invoice.select(
        fn.COUNT(Invoice.id), fn.COALESCE(fn.SUM(Invoice.amount_remaining), 0)
    ).where(Invoice.subscription_id == subscription_id, Invoice.status == "open")
    ((count, amount),) = open_invoices.tuples()
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
        cancel_at_period_end=row.cancel_at_period_end,
        cancel_at=row.cancel_at,
        canceled_at=row.canceled_at,
        ended_at=row.ended_at,
        canceled_here=row.canceled_here,
        cancel_requested_here=row.cancel_requested_here,
        cancellation_reason=row.cancellation_reason,
        cancellation_note=row.cancellation_note,
        open_invoices=count,
        open_amount=amount,
        terms=terms_of(row, business.time_zone()),
    )


def write(subscription_id: str, changes: Mapping[str, Any]) -> None:
    """Write what an operator decided: columns and their new values."""
    Subscription.update(**changes).where(Subscription.id == subscription_id).execute()
