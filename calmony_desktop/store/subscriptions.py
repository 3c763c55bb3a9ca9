"""Subscriptions: reading one for an operation, and writing what an operator decided of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from calmony_desktop.billing.due_periods import Terms
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.store import business
from calmony_desktop.store.customer_entry import display_name
from calmony_desktop.store.due_subscriptions import terms_of
from calmony_desktop.store.models import Customer, Invoice, Subscription

_NOT_BINDING: Final = (InvoiceStatus.DRAFT, InvoiceStatus.VOID)


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An open invoice of a subscription; minor units, and the first day that it is for."""

    amount_remaining: int
    period_start_on: date | None


@dataclass(frozen=True, slots=True)
class SubscriptionToCancel:
    """What a person must see before they cancel: amounts in minor units, calendar dates.

    ``open`` are the open invoices of this subscription, which stay open. ``billed_through`` is the
    last day that its invoices are for, ``paid_through`` the last day of those that something was
    paid of. ``terms`` say when it bills and ends.
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
    open: tuple[OpenInvoice, ...]
    billed_through: date | None
    paid_through: date | None
    terms: Terms

    @property
    def customer_display_name(self) -> str:
        """What to call the customer."""
        return display_name(self.customer_name, self.customer_email, self.customer_id)

    @property
    def open_invoices(self) -> int:
        """How many of its invoices are open."""
        return len(self.open)

    @property
    def open_amount(self) -> int:
        """What they still ask for."""
        return sum(each.amount_remaining for each in self.open)


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
    invoices = _binding_invoices(subscription_id)
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
        open=tuple(
            OpenInvoice(each.amount_remaining, each.period_start_on)
            for each in invoices
            if each.status == InvoiceStatus.OPEN
        ),
        billed_through=_last_day(each for each in invoices if each.total),
        paid_through=_last_day(each for each in invoices if each.amount_paid),
        terms=terms_of(row, business.time_zone()),
    )


def _binding_invoices(subscription_id: str) -> list[Any]:
    query: Any = Invoice.select(
        Invoice.status,
        Invoice.total,
        Invoice.amount_paid,
        Invoice.amount_remaining,
        Invoice.period_start_on,
        Invoice.period_end_on,
    ).where(Invoice.subscription_id == subscription_id, Invoice.status.not_in(_NOT_BINDING))
    return list(query)


def _last_day(invoices: Iterable[Any]) -> date | None:
    days = (each.period_end_on for each in invoices)
    return max((each for each in days if each is not None), default=None)


def write(subscription_id: str, changes: Mapping[str, Any]) -> None:
    """Write what an operator decided: columns and their new values."""
    Subscription.update(**changes).where(Subscription.id == subscription_id).execute()
