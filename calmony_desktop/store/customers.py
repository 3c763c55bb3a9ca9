"""Everything the window shows of one customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from calmony_desktop.billing.money import Money
from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import CAN_STILL_BILL, InvoiceStatus, PaymentStatus
from calmony_desktop.store import database
from calmony_desktop.store.models import (
    Business,
    Customer,
    Invoice,
    PaymentIntent,
    Subscription,
)
from calmony_desktop.store.queries import GIVEN, read
from calmony_desktop.store.rows import (
    CustomerDetail,
    CustomerProfile,
    InvoiceRow,
    NextCharge,
    PaymentRow,
    SubscriptionRow,
)

#: So many are counted within a millisecond or two, from whatever disk.
_COUNTED_AT_ONCE: Final = 20_000


def count() -> int:
    """How many customers there are."""
    with database.reading():
        return int(Customer.select().count())


def are_many() -> bool:
    """Whether to count them takes longer than a window may stand still."""
    with database.reading():
        last = Customer.select(Customer.key).order_by(Customer.key.desc()).tuples().first()
        return last is not None and last[0] > _COUNTED_AT_ONCE


def exists(customer_id: str) -> bool:
    """Whether there is a customer with this very id."""
    with database.reading():
        return bool(Customer.select().where(Customer.id == customer_id).exists())


def detail(customer_id: str, *, most_payments: int | None = None) -> CustomerDetail | None:
    """The profile, payments, subscriptions and invoices of a customer; None if there is none.

    With ``most_payments`` only so many payments, the newest, and no sum of what was paid where
    there are more. One read transaction and five indexed queries, and two for each subscription
    that is set to end. Raises KnownError when the file cannot be read.
    """
    with database.reading():
        customer = next(read(_customer_query, customer_id), None)
        if customer is None:
            return None
        shown = dict(zip(_PROFILE_COLUMNS, customer, strict=True))
        ((time_zone,),) = read(_time_zone_query, 1)
        subscriptions = _subscriptions(customer_id, time_zone)
        invoices = tuple(_invoice(row) for row in read(_invoice_query, customer_id))
        one_more = _ALL if most_payments is None else most_payments + 1
        found = _newest_payments(customer_id, time_zone, one_more, invoices)
    has_more = most_payments is not None and len(found) > most_payments
    return CustomerDetail(
        customer=CustomerProfile(
            **shown,
            created_on=date_of(shown["created_at"], time_zone),
            total_paid=() if has_more else _total_paid(found),
            open_balance=_open_balance(invoices),
            next_charge=_next_charge(subscriptions),
        ),
        payments=found[:most_payments],
        subscriptions=subscriptions,
        invoices=invoices,
        has_more_payments=has_more,
    )


_PROFILE_COLUMNS = (
    "id name email phone line1 line2 city region postal_code country tax_id description "
    "created_at deleted_at"
).split()


def _customer_query() -> Any:
    columns = (getattr(Customer, name) for name in _PROFILE_COLUMNS)
    return Customer.select(*columns).where(Customer.id == GIVEN)


def _time_zone_query() -> Any:
    return Business.select(Business.time_zone).where(Business.id == GIVEN)


def _newest_payments(
    customer_id: str, time_zone: str, most: int, invoices: Iterable[InvoiceRow]
) -> tuple[PaymentRow, ...]:
    """The newest payments, with the numbers of these invoices, so that none is read twice."""
    found = list(read(_newest_payment_query, customer_id, most))
    numbers = {invoice.id: invoice.number for invoice in invoices}
    elsewhere = {row[_INVOICE_ID] for row in found} - numbers.keys() - {None}
    if elsewhere:
        query: Any = Invoice.select(Invoice.id, Invoice.number).where(Invoice.id << elsewhere)
        numbers.update(query.tuples())
    known: Known = {}
    return tuple(payment_row(row, numbers.get(row[_INVOICE_ID]), time_zone, known) for row in found)


#: Words and dates that other rows have, too: each is kept once.
Known = dict[Any, Any]


def payment_row(row: Sequence[Any], number: str | None, time_zone: str, known: Known) -> PaymentRow:
    """A payment from its `PAYMENT_COLUMNS` and the number of its invoice."""
    id_, charge_id, invoice_id, amount, refunded, *words, created_at, text, failure, method = row
    said = (*words, date_of(created_at, time_zone), text, failure, method)
    currency, status, raw_status, *others = (known.setdefault(each, each) for each in said)
    values: tuple[Any, ...] = (
        *(id_, charge_id, invoice_id, number, amount, refunded),
        *(currency, status, raw_status, created_at, *others),
    )
    return PaymentRow(*values)


#: `PaymentRow` without the invoice's number and the calendar date.
PAYMENT_COLUMNS: Final = (
    "id charge_id invoice_id amount amount_refunded currency status raw_status created_at "
    "description failure_message payment_method"
).split()
_INVOICE_ID: Final = PAYMENT_COLUMNS.index("invoice_id")


def _newest_payment_query() -> Any:
    return (
        PaymentIntent.select(*(getattr(PaymentIntent, name) for name in PAYMENT_COLUMNS))
        .where(PaymentIntent.customer == GIVEN)
        .order_by(PaymentIntent.created_at.desc(), PaymentIntent.id)
        .limit(GIVEN)
    )


_ALL: Final = 2**62


def _subscription_query() -> Any:
    return (
        Subscription.select(
            Subscription.id,
            Subscription.plan,
            Subscription.amount,
            Subscription.currency,
            Subscription.interval,
            Subscription.interval_count,
            Subscription.next_billing_date,
            Subscription.status,
            Subscription.raw_status,
            Subscription.created_at,
            Subscription.cancel_at_period_end,
            Subscription.cancel_at,
            Subscription.canceled_at,
            Subscription.ended_at,
        )
        .where(Subscription.customer == GIVEN)
        .order_by(Subscription.created_at.desc(), Subscription.id)
    )


def _subscriptions(customer_id: str, time_zone: str) -> tuple[SubscriptionRow, ...]:
    found = list(read(_subscription_query, customer_id))
    return tuple(_subscription(row, time_zone) for row in found)


def _subscription(row: tuple[Any, ...], time_zone: str) -> SubscriptionRow:
    (*plan, next_date, status, raw_status, created_at, at_period_end, cancel_at,
     canceled_at, ended_at) = row  # fmt: skip
    is_set_to_end = status in CAN_STILL_BILL and (at_period_end or cancel_at is not None)
    ends_on = _ends_on(row[0], time_zone) if is_set_to_end else None
    values: tuple[Any, ...] = (
        *(*plan, _date(next_date), ends_on, status, raw_status, created_at, bool(at_period_end)),
        *(cancel_at, canceled_at, ended_at),
    )
    return SubscriptionRow(*values)


def _ends_on(subscription_id: str, time_zone: str) -> date | None:
    # All of billing, for few subscriptions: the window is there sooner without.
    from calmony_desktop.store.due_subscriptions import terms_of

    return terms_of(Subscription.get_by_id(subscription_id), time_zone).ends_on


def _invoice_query() -> Any:
    return (
        Invoice.select(
            Invoice.id,
            Invoice.number,
            Invoice.total,
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
        .where(Invoice.customer == GIVEN)
        .order_by(Invoice.issued_on.desc(), Invoice.created_at.desc(), Invoice.id)
    )


def _invoice(row: tuple[Any, ...]) -> InvoiceRow:
    *amounts, issued_on, due_on, paid_at, subscription_id = row
    dates = date.fromisoformat(issued_on), _date(due_on)
    return InvoiceRow(*(*amounts, *dates, paid_at, subscription_id))


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _total_paid(payments: Iterable[PaymentRow]) -> tuple[Money, ...]:
    return per_currency(
        Money(row.amount - row.amount_refunded, row.currency)
        for row in payments
        if row.status == PaymentStatus.SUCCEEDED
    )


def _open_balance(invoices: Iterable[InvoiceRow]) -> tuple[Money, ...]:
    return per_currency(
        Money(row.amount_remaining, row.currency)
        for row in invoices
        if row.status == InvoiceStatus.OPEN
    )


def _next_charge(subscriptions: Iterable[SubscriptionRow]) -> NextCharge | None:
    dated = [(row.next_billing_date, row) for row in subscriptions if row.next_billing_date]
    if not dated:
        return None
    earliest = min(on for on, _ in dated)
    amounts = (Money(row.amount, row.currency) for on, row in dated if on == earliest)
    return NextCharge(earliest, per_currency(amounts))


def per_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The sum of each currency, the largest first; currencies that come to nothing left out."""
    sums: dict[str, int] = defaultdict(int)
    for amount, currency in amounts:
        sums[currency] += amount
    largest_first = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Money(amount, currency) for currency, amount in largest_first if amount)
