"""Invoices, as they were issued."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, IssuedTax, Party
from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import InvoiceStatus, PaymentStatus
from calmony_desktop.store import business, database
from calmony_desktop.store.models import Invoice, InvoiceLine, InvoiceTax, PaymentIntent


@dataclass(frozen=True, slots=True)
class InvoiceSelection:
    """Which invoices: of one customer, or all; issued in a period, both days inclusive.

    What is None does not narrow the selection.
    """

    customer_id: str | None = None
    issued_from: date | None = None
    issued_to: date | None = None


def issued_invoice(invoice_id: str) -> IssuedInvoice | None:
    """The invoice with this id or, where no id matches, this number; None if there is none.

    Built from the invoice's own snapshot. Raises KnownError when the file cannot be read.
    """
    with database.reading():
        invoice: Any = (
            Invoice.get_or_none(Invoice.id == invoice_id)
            or Invoice.select().where(Invoice.number == invoice_id).order_by(Invoice.id).first()
        )
        return None if invoice is None else _issued([invoice])[0]


def issued_invoices(ids: Sequence[str]) -> list[IssuedInvoice]:
    """The invoices with these ids (a few hundred at most), in this order.

    Raises KnownError when the file cannot be read.
    """
    with database.reading():
        rows: Any = Invoice.select().where(Invoice.id.in_(ids))
        found = {row.id: row for row in rows}
        return _issued([found[each] for each in ids if each in found])


def selected_ids(selection: InvoiceSelection, *, drafts: bool = False) -> list[str]:
    """The ids of these invoices, in the order they were issued in; or of the drafts among them.

    Raises KnownError when the file cannot be read.
    """
    is_draft = Invoice.status == InvoiceStatus.DRAFT
    wanted = [is_draft if drafts else ~is_draft]
    if selection.customer_id is not None:
        wanted.append(Invoice.customer == selection.customer_id)
    if selection.issued_from is not None:
        wanted.append(Invoice.issued_on >= selection.issued_from)
    if selection.issued_to is not None:
        wanted.append(Invoice.issued_on <= selection.issued_to)
    query: Any = Invoice.select(Invoice.id).order_by(Invoice.issued_on, Invoice.number, Invoice.id)
    with database.reading():
        return [each for (each,) in query.where(*wanted).tuples()]


def _issued(invoices: Sequence[Any]) -> list[IssuedInvoice]:
    """The documents of these rows; three queries, however many they are."""
    ids = [invoice.id for invoice in invoices]
    time_zone = business.time_zone()
    lines: dict[str, list[IssuedLine]] = defaultdict(list)
    of_these: Any = InvoiceLine.select().where(InvoiceLine.invoice.in_(ids))
    for line in of_these.order_by(InvoiceLine.invoice, InvoiceLine.position):
        lines[line.invoice_id].append(
            IssuedLine(
                description=line.description,
                quantity=line.quantity,
                unit_amount=line.unit_amount,
                amount=line.amount,
                discount_amount=line.discount_amount,
                tax_rate=line.tax_rate,
                period_start_on=line.period_start_on,
                period_end_on=line.period_end_on,
            )
        )
    taxes: dict[str, list[IssuedTax]] = defaultdict(list)
    of_these = InvoiceTax.select().where(InvoiceTax.invoice.in_(ids))
    for tax in of_these.order_by(InvoiceTax.invoice, InvoiceTax.position):
        taxes[tax.invoice_id].append(
            IssuedTax(
                label=tax.label,
                rate=tax.rate,
                taxable_amount=tax.taxable_amount,
                amount=tax.amount,
                exemption_reason=tax.exemption_reason,
            )
        )
    methods = _payment_methods(ids)
    return [
        IssuedInvoice(
            id=invoice.id,
            number=invoice.number or invoice.id,
            status=InvoiceStatus(invoice.status),
            currency=invoice.currency,
            customer_id=invoice.customer_id,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            period_start_on=invoice.period_start_on,
            period_end_on=invoice.period_end_on,
            paid_on=_day(invoice.paid_at, time_zone),
            voided_on=_day(invoice.voided_at, time_zone),
            seller=Party.from_dict(invoice.seller),
            buyer=Party.from_dict(invoice.buyer),
            lines=tuple(lines[invoice.id]),
            taxes=tuple(taxes[invoice.id]),
            subtotal=invoice.subtotal,
            discount_amount=invoice.discount_amount,
            tax_amount=invoice.tax_amount,
            total=invoice.total,
            amount_paid=invoice.amount_paid,
            amount_due=invoice.amount_remaining,
            payment_method=methods.get(invoice.id, ""),
            memo=invoice.memo or "",
            footer=invoice.footer or "",
        )
        for invoice in invoices
    ]


def _payment_methods(ids: Sequence[str]) -> dict[str, str]:
    """How each of these invoices was paid: by the last payment that succeeded."""
    query: Any = (
        PaymentIntent.select(PaymentIntent.invoice_id, PaymentIntent.payment_method)
        .where(
            PaymentIntent.invoice_id.in_(ids),
            PaymentIntent.status == PaymentStatus.SUCCEEDED,
        )
        .order_by(PaymentIntent.created_at, PaymentIntent.id.desc())
    )
    return {invoice_id: method or "" for invoice_id, method in query.tuples()}


def _day(instant: int | None, time_zone: str) -> date | None:
    return None if instant is None else date_of(instant, time_zone)
