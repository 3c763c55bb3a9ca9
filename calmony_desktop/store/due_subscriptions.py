"""Subscriptions as billing sees them: which may be due, and all that an invoice is made of.

Everything but `due_ids` runs inside a transaction that the caller holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from calmony_desktop.billing.due_periods import Terms
from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.billing.new_invoice import Item
from calmony_desktop.billing.periods import Interval, current_period_end, date_of
from calmony_desktop.billing.statuses import (
    CAN_STILL_BILL,
    HAS_NEXT_BILLING_DATE,
    InvoiceStatus,
    SubscriptionStatus,
)
from calmony_desktop.billing.taxes import Exemption, TaxRule, tax_rule
from calmony_desktop.store import database
from calmony_desktop.store.models import (
    BilledPeriod,
    Customer,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    Price,
    Product,
    Subscription,
    SubscriptionItem,
)

_NOT_BINDING: Final = (InvoiceStatus.DRAFT, InvoiceStatus.VOID)


@dataclass(frozen=True, slots=True)
class ProviderInvoice:
    """An invoice that the provider issued for a subscription; its last day is inclusive."""

    id: str
    number: str | None
    period_start_on: date
    period_end_on: date


@dataclass(frozen=True, slots=True)
class SubscriptionToBill:
    """A subscription with all that its next invoice is made of.

    ``obstacle`` says why this program can't tell what to charge, where that is so.
    """

    id: str
    customer_id: str
    customer_name: str | None
    plan: str
    currency: str
    status: SubscriptionStatus
    next_billing_date: date | None
    terms: Terms
    items: tuple[Item, ...]
    obstacle: str | None
    tax: TaxRule | None
    buyer: Party
    provider_invoices: tuple[ProviderInvoice, ...]


def due_ids(through: date) -> list[str]:
    """The subscriptions that may have something due on or before ``through``, by date.

    Those with an end set are among them, for it may have come. Raises KnownError when the file
    cannot be read.
    """
    is_due: Any = Subscription.status.in_(sorted(HAS_NEXT_BILLING_DATE)) & (
        Subscription.next_billing_date <= through
    )
    may_end: Any = Subscription.status.in_(sorted(CAN_STILL_BILL)) & (
        Subscription.cancel_at_period_end | Subscription.cancel_at.is_null(False)
    )
    query: Any = (
        Subscription.select(Subscription.id)
        .where(is_due | may_end)
        .order_by(Subscription.next_billing_date, Subscription.id)
    )
    with database.reading():
        return [each for (each,) in query.tuples()]


def read_to_bill(subscription_id: str, time_zone: str) -> SubscriptionToBill | None:
    """The subscription as it is now; None where it is gone."""
    row: Any = Subscription.get_or_none(Subscription.id == subscription_id)
    if row is None:
        return None
    customer: Any = Customer.get(Customer.id == row.customer_id)
    items = _items(subscription_id)
    return SubscriptionToBill(
        id=row.id,
        customer_id=customer.id,
        customer_name=customer.name,
        plan=row.plan,
        currency=row.currency,
        status=SubscriptionStatus(row.status),
        next_billing_date=row.next_billing_date,
        terms=terms_of(row, time_zone),
        items=tuple(
            Item(
                description=each.price_name or each.product_name or each.product_id or each.price,
                quantity=Decimal(1) if each.quantity is None else each.quantity,
                unit_amount=each.unit_amount or Decimal(0),
                price_id=each.price,
            )
            for each in items
        ),
        obstacle=_obstacle(row, customer, items, time_zone),
        tax=tax_rule(
            Exemption(customer.tax_exempt),
            customer.tax_rate,
            _known_taxes(row, {each.price for each in items}),
        ),
        buyer=_buyer(customer),
        provider_invoices=_provider_invoices(subscription_id),
    )


def terms_of(row: Any, time_zone: str) -> Terms:
    """What decides when the subscription of this row bills."""

    def day(instant: int | None) -> date | None:
        return None if instant is None else date_of(instant, time_zone)

    status = SubscriptionStatus(row.status)
    ends: Any = SubscriptionItem.select(SubscriptionItem.current_period_end_at).where(
        SubscriptionItem.subscription == row.id
    )
    period_ends = [each for (each,) in ends.tuples() if each is not None]
    if not period_ends and row.current_period_end_at is not None:
        period_ends = [row.current_period_end_at]
    period_ends_on = day(
        current_period_end(status, period_ends=period_ends, trial_end=row.trial_end_at)
    )
    billed: Any = _last_billed(row.id)
    if billed is not None and (period_ends_on is None or period_ends_on < billed.period_end_on):
        period_ends_on = billed.period_end_on
    anchors = (
        day(row.trial_end_at) if status is SubscriptionStatus.TRIALING else None,
        day(row.billing_cycle_anchor_at),
        day(row.current_period_start_at),
    )
    return Terms(
        status=status,
        interval=None if row.interval is None else Interval(row.interval),
        interval_count=row.interval_count,
        next_billing_date=row.next_billing_date,
        is_paused=row.is_paused,
        cancel_at_period_end=row.cancel_at_period_end,
        period_ends_on=period_ends_on,
        cancel_on=day(row.cancel_at),
        billed_until=None if billed is None else billed.period_end_on,
        billed_anchor=None if billed is None else billed.anchor_on,
        anchors=tuple(each for each in anchors if each is not None),
    )


def billed_until(subscription_ids: Sequence[str]) -> dict[str, date]:
    """The end of the last period of each subscription that billing here has dealt with."""
    query: Any = (
        BilledPeriod.select(BilledPeriod.subscription, BilledPeriod.period_end_on)
        .where(BilledPeriod.subscription.in_(subscription_ids))
        .order_by(BilledPeriod.period_end_on)
    )
    return dict(query.tuples())


def _items(subscription_id: str) -> list[Any]:
    query: Any = (
        SubscriptionItem.select(
            SubscriptionItem.price,
            SubscriptionItem.quantity,
            SubscriptionItem.current_period_end_at,
            Price.name.alias("price_name"),
            Price.product_id,
            Price.unit_amount,
            Price.currency,
            Price.interval,
            Price.interval_count,
            Product.name.alias("product_name"),
        )
        .join(Price)
        .left_outer_join(Product, on=(Product.id == Price.product_id))
        .where(SubscriptionItem.subscription == subscription_id)
        .order_by(SubscriptionItem.position)
    )
    return list(query.namedtuples())


def _obstacle(row: Any, customer: Any, items: list[Any], time_zone: str) -> str | None:
    """Why it can't be billed here, as the end of a sentence; None where it can."""
    ends = {
        date_of(each.current_period_end_at, time_zone)
        for each in items
        if each.current_period_end_at is not None
    }
    if customer.deleted_at is not None:
        return "its customer was deleted at the payment provider"
    if not items or any(each.unit_amount is None for each in items):
        return "a price in it depends on usage or tiers, which only the payment provider knows"
    if any(each.currency != row.currency for each in items):
        return f"a price in it is not in {row.currency}"
    if row.interval is None:
        return "its price is not charged again after the first time"
    if any(
        (each.interval, each.interval_count) != (row.interval, row.interval_count) for each in items
    ):
        return "its prices have different billing intervals"
    if len(ends) > 1:
        return "its items have different billing periods"
    return None


def _known_taxes(row: Any, prices: set[str]) -> list[TaxRule]:
    """The taxes of the newest invoice of the subscription, else of its customer.

    First those that the lines with these prices bear.
    """
    issued: Any = Invoice.select().where(Invoice.status.not_in(_NOT_BINDING))
    newest_first = (Invoice.issued_on.desc(), Invoice.created_at.desc(), Invoice.id)
    invoice: Any = (
        issued.where(Invoice.subscription_id == row.id).order_by(*newest_first).first()
        or issued.where(Invoice.customer == row.customer_id).order_by(*newest_first).first()
    )
    if invoice is None:
        return []
    lines: Any = InvoiceLine.select(InvoiceLine.tax_rate).where(
        InvoiceLine.invoice == invoice.id, InvoiceLine.price_id.in_(prices)
    )
    of_these = {rate for (rate,) in lines.tuples()}
    taxes: Any = (
        InvoiceTax.select()
        .where(InvoiceTax.invoice == invoice.id, InvoiceTax.rate.is_null(False))
        .order_by(InvoiceTax.position)
    )
    is_included = invoice.subtotal - invoice.discount_amount == invoice.total
    rules = [
        TaxRule(
            tax.label, tax.rate, tax.exemption_reason, is_included=is_included and tax.amount != 0
        )
        for tax in taxes
    ]
    return sorted(rules, key=lambda rule: rule.rate not in of_these)


def _buyer(customer: Any) -> Party:
    values = {key: value for key, value in customer.__data__.items() if value is not None}
    return Party.from_dict(values | {"vat_id": values.get("tax_id", "")})


def _provider_invoices(subscription_id: str) -> tuple[ProviderInvoice, ...]:
    query: Any = Invoice.select(
        Invoice.id, Invoice.number, Invoice.period_start_on, Invoice.period_end_on
    ).where(
        Invoice.subscription_id == subscription_id,
        Invoice.status != InvoiceStatus.VOID,
        Invoice.issued_here == False,  # noqa: E712  # SQL
        Invoice.period_start_on.is_null(False),
        Invoice.period_end_on.is_null(False),
    )
    return tuple(ProviderInvoice(*each) for each in query.tuples())


def _last_billed(subscription_id: str) -> Any:
    return (
        BilledPeriod.select()
        .where(BilledPeriod.subscription == subscription_id)
        .order_by(BilledPeriod.period_start_on.desc())
        .first()
    )
