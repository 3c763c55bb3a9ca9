"""Make the PDF of an invoice, with all that belongs into it: what every way of saving one uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.errors import KnownError
from calmony_desktop.store import business, database, invoices


@dataclass(frozen=True, slots=True)
class InvoiceToRender:
    """All that a PDF is made of, read already: plain data that another process can take."""

    invoice: IssuedInvoice
    page_size: str
    logo: bytes | None


@dataclass(frozen=True, slots=True)
class RenderedInvoice:
    """A PDF, and a sentence for a person about each thing that is not in it."""

    pdf: bytes
    left_out: tuple[str, ...]


def render_stored_invoice(invoice_id: str, *, is_preview: bool = False) -> RenderedInvoice:
    """The PDF of the invoice with this id or number; with ``is_preview`` of a draft too, marked.

    Raises KnownError where there is none, for a draft, and when the database cannot be read.
    """
    invoice = invoices.issued_invoice(invoice_id)
    if invoice is None:
        raise KnownError(f"There is no invoice {invoice_id} in {database.path()}.")
    return render(prepare([invoice])[0], is_preview=is_preview)


def prepare(issued: Sequence[IssuedInvoice]) -> list[InvoiceToRender]:
    """Add each seller's logo. Language and page size are the seller's as it was at issue, too."""
    with database.reading():
        logos = {digest: business.logo(digest) for digest in {each.seller.logo for each in issued}}
    return [
        InvoiceToRender(invoice, invoice.seller.page_size or "A4", logos[invoice.seller.logo])
        for invoice in issued
    ]


def render(wanted: InvoiceToRender, *, is_preview: bool = False) -> RenderedInvoice:
    """The PDF; the same bytes for the same input, in any process.

    Raises KnownError for a draft, and for a logo that can't be used.
    """
    # Here, because ReportLab would cost every start of the program a third of a second.
    from calmony_desktop.documents.einvoice import make_einvoice
    from calmony_desktop.documents.invoice_pdf import (
        A4,
        LETTER,
        missing_characters,
        render_invoice,
    )

    invoice = wanted.invoice
    einvoice = make_einvoice(invoice)
    pdf = render_invoice(
        invoice,
        page_size=LETTER if wanted.page_size == "Letter" else A4,
        logo=wanted.logo,
        einvoice_xml=einvoice.xml,
        is_preview=is_preview,
    )
    left_out = []
    # That a void invoice, or a draft, has no data to be booked is no gap.
    if einvoice.missing and invoice.status not in (InvoiceStatus.VOID, InvoiceStatus.DRAFT):
        missing = ", ".join(einvoice.missing)
        left_out.append(f"The e-invoice data was left out; what it lacks: {missing}.")
    characters = missing_characters(invoice)
    if characters:
        left_out.append(f"No font has these characters: {' '.join(characters)}")
    return RenderedInvoice(pdf, tuple(left_out))
