"""An issued invoice as XML that accounting software reads: Factur-X (ZUGFeRD), profile EN 16931.

The XML is embedded in the PDF and says what its page says. Imports lxml, so it is imported when a
document is made.
"""

from __future__ import annotations

from dataclasses import dataclass

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.einvoice import cii, needs, reckoning, schema
from calmony_desktop.documents.einvoice.lacking import Lacking

__all__ = ["EInvoice", "make_einvoice"]


@dataclass(frozen=True, slots=True)
class EInvoice:
    """The XML or, where it is None, what the invoice lacks for it, in words that end a sentence."""

    xml: bytes | None
    missing: tuple[str, ...] = ()


def make_einvoice(invoice: IssuedInvoice) -> EInvoice:
    """The e-invoice of ``invoice``: the same bytes for the same invoice, valid by its XML schema.

    Figures that do not add up, as a provider's balance can leave them, are missing too: no XML is
    better than one that says something else than the page. A draft and a void invoice have none,
    because accounting software would book it.
    """
    if invoice.status in (InvoiceStatus.DRAFT, InvoiceStatus.VOID):
        return EInvoice(None, (f"an invoice in force (this one is {invoice.status})",))
    missing = needs.missing(invoice)
    try:
        figures = reckoning.work_out(invoice)
    except Lacking as lacking:
        missing.append(str(lacking))
    else:
        missing += needs.missing_for_vat(invoice, {each.vat.category for each in figures.vat})
        if not missing:
            return EInvoice(schema.valid_file(cii.document(invoice, figures)))
    return EInvoice(None, tuple(missing))
