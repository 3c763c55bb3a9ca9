"""Everything the window shows of one customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from peewee import JOIN

from calmony_desktop.billing.money import Money
from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import CAN_STILL_BILL, InvoiceStatus, PaymentStatus
from calmony_desktop.store import business, database
from calmony_desktop.store.due_subscriptions import terms_of
from calmony_desktop.store.models import Customer, Invoice, PaymentIntent, Subscription
from calmony_desktop.store.queries import rows
from calmony_desktop.store.rows import (
    CustomerDetail,
    CustomerProfile,
    InvoiceRow,
    NextCharge,
    PaymentRow,
    SubscriptionRow,
)


def count() -> int:
    """How many customers there are."""
    with database.reading():
        return int(Customer.select().count())


def exists(customer_id: str) -> bool:
    """Whether there is a customer with this very id."""
    with database.reading():
        return bool(Customer.select().where(Customer.id == customer_id).exists())


def detail(customer_id: str) -> CustomerDetail | None:
    """The profile, payments, subscriptions and invoices of a customer; None if there is none.

    One read transaction and five indexed queries, and two for each subscription that is set to end.
    Raises KnownError when the file cannot be read.
    """
    with database.reading():
        customer = Customer.select().where(Customer.id == customer_id).dicts().first()
        if customer is None:
            return None
        time_zone = business.time_zone()
        payments = _payments(customer_id, time_zone)
        subscriptions = _subscriptions(customer_id, time_zone)
        invoices = _invoices(customer_id)
    return CustomerDetail(
        customer=_profile(customer, time_zone, payments, subscriptions, invoices),
        payments=payments,
        subscriptions=subscriptions,
        invoices=invoices,
    )


#: `PaymentRow` up to its instant; the calendar date of that follows, and then the rest.
_THROUGH_CREATED_AT = (
    PaymentIntent.id,
    PaymentIntent.charge_id,
    PaymentIntent.invoice_id,
    Invoice.number,
    PaymentIntent.amount,
    PaymentIntent.amount_refunded,
    PaymentIntent.currency,
    PaymentIntent.status,
    PaymentIntent.raw_status,
    PaymentIntent.created_at,
)
_AFTER_CREATED_ON = (
    PaymentIntent.description,
    PaymentIntent.failure_message,
    PaymentIntent.payment_method,
)


def _payments(customer_id: str, time_zone: str) -> tuple[PaymentRow, ...]:
    query = (
        PaymentIntent.select(*_THROUGH_CREATED_AT, *_AFTER_CREATED_ON)
        .join(Invoice, JOIN.LEFT_OUTER, on=(Invoice.id == PaymentIntent.invoice_id))
        .where(PaymentIntent.customer == customer_id)
        .order_by(PaymentIntent.created_at.desc(), PaymentIntent.id)
    )
    # Straight from the cursor: a customer can have very many, and none of it needs converting.
    execute: Any = database.database.execute
    first = len(_THROUGH_CREATED_AT)
    return tuple(
        PaymentRow(*(*row[:first], date_of(row[first - 1], time_zone), *row[first:]))
        for row in execute(query)
    )


def _subscriptions(customer_id: str, time_zone: str) -> tuple[SubscriptionRow, ...]:
    query: Any = (
        Subscription.select()
        .where(Subscription.customer == customer_id)
        .order_by(Subscription.created_at.desc(), Subscription.id)
    )
    return tuple(
        SubscriptionRow(
            id=each.id,
            plan=each.plan,
            amount=each.amount,
            currency=each.currency,
            interval=each.interval,
            interval_count=each.interval_count,
            next_billing_date=each.next_billing_date,
            ends_on=_ends_on(each, time_zone),
            status=each.status,
            raw_status=each.raw_status,
            created_at=each.created_at,
            cancel_at_period_end=each.cancel_at_period_end,
            cancel_at=each.cancel_at,
            canceled_at=each.canceled_at,
            ended_at=each.ended_at,
        )
        for each in query
    )


def _ends_on(subscription: Any, time_zone: str) -> date | None:
    is_set_to_end = subscription.cancel_at_period_end or subscription.cancel_at is not None
    if subscription.status not in CAN_STILL_BILL or not is_set_to_end:
        return None
    return terms_of(subscription, time_zone).ends_on


def _invoices(customer_id: str) -> tuple[InvoiceRow, ...]:
    query = (
        Invoice.select(
            Invoice.id,
            Invoice.number,
            Invoice.total.alias("amount"),
            Invoice.amount_paid,
            Invoice.amount_remaining,
            Invoice.currency,
            Invoice.status,
            Invoice.raw_status,
            Invoice.issued_on,
            Invoice.due_on,
            Invoice.paid_at,
            Invoice.subscription_id,
        )
        .where(Invoice.customer == customer_id)
        .order_by(Invoice.issued_on.desc(), Invoice.created_at.desc(), Invoice.id)
    )
    return rows(query, InvoiceRow)


def _profile(
    customer: dict[str, Any],
    time_zone: str,
    payments: Iterable[PaymentRow],
    subscriptions: Iterable[SubscriptionRow],
    invoices: Iterable[InvoiceRow],
) -> CustomerProfile:
    shown = {name: customer[name] for name in _PROFILE_COLUMNS}
    return CustomerProfile(
        **shown,
        created_on=date_of(customer["created_at"], time_zone),
        total_paid=_per_currency(
            Money(row.amount - row.amount_refunded, row.currency)
            for row in payments
            if row.status == PaymentStatus.SUCCEEDED
        ),
        open_balance=_per_currency(
            Money(row.amount_remaining, row.currency)
            for row in invoices
            if row.status == InvoiceStatus.OPEN
        ),
        next_charge=_next_charge(subscriptions),
    )


_PROFILE_COLUMNS = (
    "id name email phone line1 line2 city region postal_code country tax_id description "
    "created_at deleted_at"
).split()


def _next_charge(subscriptions: Iterable[SubscriptionRow]) -> NextCharge | None:
    dated = [(row.next_billing_date, row) for row in subscriptions if row.next_billing_date]
    if not dated:
        return None
    earliest = min(on for on, _ in dated)
    amounts = (Money(row.amount, row.currency) for on, row in dated if on == earliest)
    return NextCharge(earliest, _per_currency(amounts))


def _per_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The sum of each currency, the largest first; currencies that come to nothing left out."""
    sums: dict[str, int] = defaultdict(int)
    for amount, currency in amounts:
        sums[currency] += amount
    largest_first = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Money(amount, currency) for currency, amount in largest_first if amount)
