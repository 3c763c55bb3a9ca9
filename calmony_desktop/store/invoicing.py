"""Writing what billing decides: the next number, the invoice, its period, what comes after.

Everything here runs inside a transaction that the caller holds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.billing.new_invoice import NewInvoice
from calmony_desktop.billing.statuses import (
    InvoiceStatus,
    SubscriptionStatus,
)
from calmony_desktop.store.batches import marks, query
from calmony_desktop.store.due_subscriptions import SubscriptionToBill
from calmony_desktop.store.models import (
    MADE_HERE,
    BilledPeriod,
    Business,
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    InvoiceTax,
    Subscription,
)


@dataclass(frozen=True, slots=True)
class Issue:
    """An invoice as it is written. ``created_at`` is an instant; amounts are the invoice's."""

    number: str
    created_at: int
    issued_on: date
    due_on: date
    seller: Party
    anchor_on: date


def take_number(year: int) -> str:
    """The next number of the year's series: NW-2026-0001, NW-2026-0002 and so on.

    It starts after the highest that there is. Taken in the transaction that writes the invoice, so
    none is ever lost; one that an import brought meanwhile is passed over.
    """
    series = f"{Business.get_by_id(1).invoice_prefix}-{year}-"
    row: Any = InvoiceSeries.get_or_none(InvoiceSeries.series == series)
    last = _highest(series) if row is None else row.last
    number = last + 1
    while Invoice.select().where(Invoice.number == _written(series, number)).exists():
        number += 1
    if row is None:
        InvoiceSeries.create(series=series, first=number, last=number)
    else:
        InvoiceSeries.update(last=number).where(InvoiceSeries.series == series).execute()
    return _written(series, number)


def issued_periods(subscription_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """By subscription: the first day (YYYY-MM-DD) and the number of each invoice issued here.

    An invoice that was voided does not count.
    """
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for subscription_id, start_on, number in query(
        "SELECT p.subscription_id, p.period_start_on, i.number "
        "FROM billed_periods p JOIN invoices i ON i.id = p.invoice_id "
        f"WHERE p.subscription_id IN ({marks(subscription_ids)}) "
        "AND i.issued_here = 1 AND i.status <> 'void'",
        subscription_ids,
    ):
        found[subscription_id].append((start_on, number))
    return found


def issued_numbers(numbers: Sequence[str]) -> set[str]:
    """Those of ``numbers`` that invoices issued here have."""
    found = query(
        f"SELECT number FROM invoices WHERE number IN ({marks(numbers)}) AND issued_here = 1",
        numbers,
    )
    return {number for (number,) in found}


def write_invoice(subscription: SubscriptionToBill, new: NewInvoice, issue: Issue) -> str:
    """Write the invoice and its period; returns its id. One that comes to nothing is paid."""
    invoice_id = f"in_{uuid4().hex}"
    is_settled = new.total == 0
    status = InvoiceStatus.PAID if is_settled else InvoiceStatus.OPEN
    Invoice.create(
        id=invoice_id,
        number=issue.number,
        customer=subscription.customer_id,
        subscription_id=subscription.id,
        status=status,
        raw_status=status,
        currency=subscription.currency,
        subtotal=new.subtotal,
        tax_amount=new.tax_amount,
        total=new.total,
        amount_remaining=new.total,
        created_at=issue.created_at,
        paid_at=issue.created_at if is_settled else None,
        issued_on=issue.issued_on,
        due_on=issue.due_on,
        period_start_on=new.lines[0].period_start_on,
        period_end_on=new.lines[0].period_end_on,
        seller=issue.seller.as_dict(),
        buyer=subscription.buyer.as_dict(),
        issued_here=True,
        changed_here=True,
        as_of=issue.created_at,
        api_version=MADE_HERE,
    )
    for position, (line, item) in enumerate(zip(new.lines, subscription.items, strict=True)):
        InvoiceLine.create(
            invoice=invoice_id,
            position=position,
            description=line.description,
            quantity=line.quantity,
            unit_amount=line.unit_amount,
            amount=line.amount,
            tax_rate=line.tax_rate,
            period_start_on=line.period_start_on,
            period_end_on=line.period_end_on,
            price_id=item.price_id,
        )
    for position, tax in enumerate(new.taxes):
        InvoiceTax.create(
            invoice=invoice_id,
            position=position,
            label=tax.label,
            rate=tax.rate,
            taxable_amount=tax.taxable_amount,
            amount=tax.amount,
            exemption_reason=tax.exemption_reason,
        )
    keep_period(
        subscription.id, new.period.start_on, new.period.end_on, issue.anchor_on, invoice_id
    )
    return invoice_id


def keep_period(
    subscription_id: str, start_on: date, end_on: date, anchor_on: date, invoice_id: str
) -> None:
    """Keep that there is an invoice for a period, so that it is never billed again."""
    BilledPeriod.create(
        subscription=subscription_id,
        period_start_on=start_on,
        period_end_on=end_on,
        anchor_on=anchor_on,
        invoice=invoice_id,
    )


def move_on(
    subscription_id: str, status: SubscriptionStatus, next_billing_date: date | None
) -> None:
    """Write the status and the next billing date that billing leads to."""
    changes: dict[str, Any] = {"next_billing_date": next_billing_date}
    if Subscription.get_by_id(subscription_id).status != status:
        changes |= {"status": status, "raw_status": status}
    Subscription.update(**changes).where(Subscription.id == subscription_id).execute()


def end(subscription_id: str, at: int) -> None:
    """Write that a cancellation fell due at the instant ``at``."""
    Subscription.update(
        status=SubscriptionStatus.CANCELED,
        raw_status=SubscriptionStatus.CANCELED,
        next_billing_date=None,
        ended_at=at,
        canceled_here=Subscription.cancel_requested_here,
    ).where(Subscription.id == subscription_id).execute()


def _highest(series: str) -> int:
    query: Any = Invoice.select(Invoice.number).where(
        Invoice.number >= series, Invoice.number < f"{series}\U0010ffff"
    )
    endings = (number.removeprefix(series) for (number,) in query.tuples())
    return max((int(each) for each in endings if re.fullmatch(r"[0-9]{1,9}", each)), default=0)


def _written(series: str, number: int) -> str:
    return f"{series}{number:04d}"
