"""What EN 16931 needs to know, apart from figures that add up."""

from __future__ import annotations

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.documents.einvoice.parties import country, registration_id, vat_id
from calmony_desktop.documents.einvoice.text import clean


def missing(invoice: IssuedInvoice) -> list[str]:
    """What every e-invoice needs (BR-06, BR-07, BR-09, BR-11, BR-25, BR-CO-25)."""
    lacking = []
    for whose, party in (("the seller's", invoice.seller), ("the buyer's", invoice.buyer)):
        if not clean(party.name or party.contact_name):
            lacking.append(f"{whose} name")
        if not country(party):
            lacking.append(f"{whose} country")
    unnamed = (at for at, line in enumerate(invoice.lines, 1) if not clean(line.description))
    lacking += [f"the description of line {at}" for at in unnamed]
    if invoice.amount_due > 0 and not (invoice.due_on or clean(invoice.seller.payment_terms)):
        lacking.append("a due date or payment terms")
    return lacking


def missing_for_vat(invoice: IssuedInvoice, categories: set[str]) -> list[str]:
    """What the VAT categories on the invoice need.

    BR-S-02, BR-Z-02, BR-E-02, BR-G-02 and BR-AE-02 ask for VAT ids; BR-O-02 forbids them, so that
    something else has to identify the seller (BR-CO-26).
    """
    if "O" in categories:
        return [] if registration_id(invoice.seller) else ["the seller's registration number"]
    lacking = [] if vat_id(invoice.seller) else ["the seller's VAT id"]
    if "AE" in categories and not vat_id(invoice.buyer):
        lacking.append("the buyer's VAT id")
    return lacking
