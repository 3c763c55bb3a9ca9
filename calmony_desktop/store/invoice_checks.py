"""Are the invoices issued here right in themselves? A sentence for each thing that is not.

Runs inside a transaction of the caller.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from peewee import fn

from calmony_desktop.billing.statuses import InvoiceStatus, PaymentStatus
from calmony_desktop.store.models import (
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    InvoiceTax,
    Logo,
    PaymentIntent,
)

_AMOUNTS: Final = (
    *(Invoice.subtotal, Invoice.discount_amount, Invoice.tax_amount, Invoice.total),
    *(Invoice.amount_paid, Invoice.amount_remaining),
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
    for row in InvoiceSeries.select():
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
    issued: Any = Invoice.select(Invoice.id, Invoice.number, Invoice.status, *_AMOUNTS)
    for row in issued.where(Invoice.issued_here):
        for wrong in _wrong_amounts(row, lines[row.id], taxes[row.id], paid.get(row.id, 0)):
            yield f"Invoice {row.number}: {wrong}."


def wrong_logos() -> Iterator[str]:
    """Invoices issued here whose logo is not the one that they were issued with."""
    logos: Any = Logo.select()
    whole = {row.digest for row in logos if hashlib.sha256(row.image).hexdigest() == row.digest}
    issued: Any = Invoice.select(Invoice.number, Invoice.seller).where(Invoice.issued_here)
    for row in issued:
        logo = row.seller.get("logo")
        if logo and logo not in whole:
            yield f"The logo of invoice {row.number} was changed or removed."


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
