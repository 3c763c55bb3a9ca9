"""The page and the XML of an invoice ask for the same money."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pypdf
import pytest

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.billing.money import exponent, shown_parts
from calmony_desktop.documents.invoice_pdf import render_invoice

Kinds = dict[str, IssuedInvoice]
Read = Callable[[IssuedInvoice], Any]


@pytest.mark.parametrize(
    "kind",
    [
        "paid, two rates",
        "discounts on both",
        "discount on an invoice of two rates",
        "reverse charge",
        "credit note",
        "line that gives back",
        "yen, tax included",
        "dinar",
        "krona without decimals",
        "tax included, two rates, discounts",
        "partly paid",
    ],
)
def test_total_tax_and_amount_due_are_on_the_page(kinds: Kinds, read: Read, kind: str) -> None:
    invoice = kinds[kind]
    xml = read(invoice).element("ApplicableHeaderTradeSettlement")
    pages = pypdf.PdfReader(BytesIO(render_invoice(invoice))).pages
    text = "\n".join(page.extract_text() for page in pages)
    # Amounts end a line, whatever signs the page writes around their digits.
    on_page = [re.sub(r"\D", "", line) for line in text.splitlines()]
    amounts = xml.all("CalculatedAmount")
    amounts += [xml.one(tag) for tag in ("GrandTotalAmount", "DuePayableAmount")]
    for amount in amounts:
        minor_units = int(Decimal(amount).scaleb(exponent(invoice.currency)))
        _, whole, decimals = shown_parts(minor_units, invoice.currency)
        assert any(line.endswith(f"{whole}{decimals}") for line in on_page), amount
