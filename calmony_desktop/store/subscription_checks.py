"""Is no period billed twice, and nothing that has ended? A sentence for each that is wrong.

Runs inside a transaction of the caller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from peewee import fn

from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import HAS_NEXT_BILLING_DATE, SubscriptionStatus
from calmony_desktop.store import business
from calmony_desktop.store.models import BilledPeriod, Invoice, Subscription


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
    issued: Any = Invoice.select(
        Invoice.id, Invoice.number, Invoice.subscription_id, Invoice.period_start_on
    ).where(Invoice.issued_here)
    for row in issued:
        periods[row.subscription_id, row.period_start_on] += 1
        if row.id not in invoices:
            yield f"Invoice {row.number} was issued here, but its period is not kept as billed."
    for (subscription_id, start), number in periods.items():
        if number > 1:
            yield (
                f"Subscription {subscription_id} has {number} invoices for the period from {start}."
            )
    of_issued: Any = (
        BilledPeriod.select(
            Invoice.number,
            BilledPeriod.subscription,
            BilledPeriod.period_start_on,
            BilledPeriod.period_end_on,
            Invoice.subscription_id,
            Invoice.period_start_on,
            Invoice.period_end_on,
        )
        .join(Invoice)
        .where(Invoice.issued_here)
    )
    for number, kept_for, kept_from, kept_until, *its_own in of_issued.tuples():
        last_day = kept_until - timedelta(days=1)
        if [kept_for, kept_from, last_day] != its_own:
            subscription_id, start, end = its_own
            yield (
                f"Invoice {number} is kept for {kept_from} to {last_day} of subscription "
                f"{kept_for}, and is itself for {start} to {end} of {subscription_id}."
            )


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
