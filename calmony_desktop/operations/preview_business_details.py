"""An invoice as it will look with details that are not saved yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from calmony_desktop.documents.sample import sample_invoice
from calmony_desktop.operations.render_invoice import InvoiceToRender, RenderedInvoice, render
from calmony_desktop.store.business import BusinessDetails


def render_sample(details: BusinessDetails) -> RenderedInvoice:
    """A made-up invoice with this seller, language, page size and logo."""
    seller = replace(details.seller, language=details.language)
    invoice = sample_invoice(seller, date.today())
    return render(InvoiceToRender(invoice, details.page_size, details.logo))
