"""The demo's business itself."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from calmony_desktop.billing.issued_invoice import Party

#: Where it is at home: its billing, issue and due dates are dates there.
TIME_ZONE: Final = "Europe/Berlin"
#: Its invoices are numbered NW-2026-0001 and so on.
INVOICE_PREFIX: Final = "NW"

SELLER: Final = Party(
    name="Nordlicht Werkstatt GmbH",
    line1="Speicherstadt 14",
    city="Hamburg",
    postal_code="20457",
    country="DE",
    email="billing@nordlicht.example",
    vat_id="DE298712345",
    registration="Amtsgericht Hamburg HRB 123456\nManaging director: J. Petersen",
    iban="DE02120300000000202051",
    bic="BYLADEM1001",
    payment_terms="Payable within 14 days without deduction.",
)


@cache
def seller(terms: int) -> dict[str, str]:
    """The seller as it stands on an invoice that is due after ``terms`` days."""
    payment_terms = f"Payable within {terms} days without deduction."
    return replace(SELLER, payment_terms=payment_terms).as_dict()
