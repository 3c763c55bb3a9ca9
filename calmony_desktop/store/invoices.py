"""One invoice, as it was issued."""

from __future__ import annotations

from typing import Any

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, IssuedTax, Party
from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import InvoiceStatus, PaymentStatus
from calmony_desktop.store import business, database
from calmony_desktop.store.models import Invoice, InvoiceLine, InvoiceTax, PaymentIntent


def issued_invoice(invoice_id: str) -> IssuedInvoice | None:
    """The invoice with this id or, where no id matches, this number; None if there is none.

    Built from the invoice's own snapshot. Raises KnownError when the file cannot be read.
    """
    with database.reading():
        invoice: Any = (
            Invoice.get_or_none(Invoice.id == invoice_id)
            or Invoice.select().where(Invoice.number == invoice_id).order_by(Invoice.id).first()
        )
        if invoice is None:
            return None
        time_zone = business.time_zone()
        lines = list(invoice.lines.order_by(InvoiceLine.position))
        taxes = list(invoice.taxes.order_by(InvoiceTax.position))
        payment = (
            PaymentIntent.select(PaymentIntent.payment_method)
            .where(
                PaymentIntent.invoice_id == invoice.id,
                PaymentIntent.status == PaymentStatus.SUCCEEDED,
            )
            .order_by(PaymentIntent.created_at.desc(), PaymentIntent.id)
            .first()
        )
    return IssuedInvoice(
        id=invoice.id,
        number=invoice.number or invoice.id,
        status=InvoiceStatus(invoice.status),
        currency=invoice.currency,
        customer_id=invoice.customer_id,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        period_start_on=invoice.period_start_on,
        period_end_on=invoice.period_end_on,
        paid_on=date_of(invoice.paid_at, time_zone) if invoice.paid_at is not None else None,
        voided_on=date_of(invoice.voided_at, time_zone) if invoice.voided_at is not None else None,
        seller=Party.from_dict(invoice.seller),
        buyer=Party.from_dict(invoice.buyer),
        lines=tuple(
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
            for line in lines
        ),
        taxes=tuple(
            IssuedTax(
                label=tax.label,
                rate=tax.rate,
                taxable_amount=tax.taxable_amount,
                amount=tax.amount,
                exemption_reason=tax.exemption_reason,
            )
            for tax in taxes
        ),
        subtotal=invoice.subtotal,
        discount_amount=invoice.discount_amount,
        tax_amount=invoice.tax_amount,
        total=invoice.total,
        amount_paid=invoice.amount_paid,
        amount_due=invoice.amount_remaining,
        payment_method=(payment and payment.payment_method) or "",
        memo=invoice.memo or "",
        footer=invoice.footer or "",
    )
