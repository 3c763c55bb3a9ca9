"""One complete invoice that each test changes where it needs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pypdf
import pytest

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, IssuedTax, Party
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.invoice_pdf import render_invoice

SELLER = Party(
    name="Kontor Lindgren AB",
    line1="Storgatan 8",
    city="Malmö",
    postal_code="211 42",
    country="SE",
    email="faktura@lindgren.example",
    vat_id="SE556677889901",
    registration="Bolagsverket 556677-8899",
    iban="SE3550000000054910000003",
    bic="ESSESESS",
    payment_terms="Net 14 days.",
)
BUYER = Party(
    name="Boulangerie Martin & Fils",
    contact_name="Élise Martin",
    line1="3 rue des Lilas",
    city="Lyon",
    postal_code="69003",
    country="FR",
    vat_id="FR40303265045",
)
#: As customers have them, in ten scripts.
NAMES = {
    "Latin": "Kontor Łódź Ångström",
    "Greek": "Ελληνική Εταιρεία",
    "Cyrillic": "Українська Ромашка",
    "Arabic": "شركة الاتصالات السعودية",
    "Hebrew": "חברת החשמל לישראל",
    "Devanagari": "भारतीय क्षेत्रीय विकास श्री",
    "Thai": "บริษัท น้ำแข็งที่ดี จำกัด",
    "Chinese": "深圳市科技有限公司",
    "Japanese": "株式会社ひらがなシステム",
    "Korean": "주식회사 한국소프트",
}
#: A red dot of one pixel.
LOGO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
LINES = (
    IssuedLine(
        "Team plan",
        Decimal(3),
        Decimal(5900),
        17700,
        tax_rate=Decimal(25),
        period_start_on=date(2026, 3, 1),
        period_end_on=date(2026, 3, 31),
    ),
    IssuedLine("Handbook", Decimal(2), Decimal(2430), 4860, tax_rate=Decimal(6)),
)


@pytest.fixture
def invoice() -> IssuedInvoice:
    """Paid, in euros, two lines of two tax rates: 225.60 + 44.25 + 2.92 = 272.77."""
    return IssuedInvoice(
        id="in_1Nabc",
        number="KL-2026-0107",
        status=InvoiceStatus.PAID,
        currency="EUR",
        customer_id="cus_9s6XKzkNRiz8i3",
        issued_on=date(2026, 3, 1),
        due_on=date(2026, 3, 15),
        period_start_on=date(2026, 3, 1),
        period_end_on=date(2026, 3, 31),
        paid_on=date(2026, 3, 4),
        voided_on=None,
        seller=SELLER,
        buyer=BUYER,
        lines=LINES,
        taxes=(
            IssuedTax("VAT", Decimal(25), 17700, 4425),
            IssuedTax("VAT", Decimal(6), 4860, 292),
        ),
        subtotal=22560,
        discount_amount=0,
        tax_amount=4717,
        total=27277,
        amount_paid=27277,
        amount_due=0,
        payment_method="Mastercard ending 4444",
    )


@pytest.fixture
def names() -> dict[str, str]:
    """A name for each of ten scripts."""
    return NAMES


@pytest.fixture
def text_of(invoice: IssuedInvoice) -> Callable[..., str]:
    """The text of the PDF, all pages, of the invoice with some of its fields changed."""

    def text_of(**changes: Any) -> str:
        data = render_invoice(replace(invoice, **changes))
        pages = pypdf.PdfReader(BytesIO(data)).pages
        return "\n".join(page.extract_text() for page in pages)

    return text_of
