"""A made-up invoice, for seeing how a seller's details will look."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, IssuedTax, Party
from calmony_desktop.billing.statuses import InvoiceStatus


def sample_invoice(seller: Party, issued_on: date) -> IssuedInvoice:
    """An open invoice of ``seller`` over two lines, issued on ``issued_on``."""
    period_end = issued_on + timedelta(days=29)
    rate = Decimal(19)
    return IssuedInvoice(
        id="in_sample",
        number=f"{issued_on.year}-0001",
        status=InvoiceStatus.OPEN,
        currency="EUR",
        customer_id="cus_sample",
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=14),
        period_start_on=issued_on,
        period_end_on=period_end,
        paid_on=None,
        voided_on=None,
        seller=seller,
        buyer=Party(
            name="Talleres Salgado S.L.",
            contact_name="Beatriz Salgado Núñez",
            line1="Calle de Atocha 112",
            postal_code="28012",
            city="Madrid",
            country="ES",
            language=seller.language,
        ),
        lines=(
            IssuedLine(
                description="Workshop Pro",
                quantity=Decimal(3),
                unit_amount=Decimal(5900),
                amount=17700,
                tax_rate=rate,
                period_start_on=issued_on,
                period_end_on=period_end,
            ),
            IssuedLine(
                description="Printed service handbook",
                quantity=Decimal(2),
                unit_amount=Decimal(2430),
                amount=4860,
                tax_rate=rate,
            ),
        ),
        taxes=(IssuedTax(label="VAT", rate=rate, taxable_amount=22560, amount=4286),),
        subtotal=22560,
        discount_amount=0,
        tax_amount=4286,
        total=26846,
        amount_paid=0,
        amount_due=26846,
    )
