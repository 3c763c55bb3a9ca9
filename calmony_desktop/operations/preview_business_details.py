"""An invoice as it will look with details that are not saved yet."""

from __future__ import annotations

from datetime import date

from calmony_desktop.documents.invoice_pdf import render_invoice
from calmony_desktop.documents.pages import A4, LETTER
from calmony_desktop.documents.sample import sample_invoice
from calmony_desktop.store.business import BusinessDetails


def sample_pdf(details: BusinessDetails) -> bytes:
    """The PDF of a made-up invoice with this seller, page size and logo. Imports ReportLab."""
    page_size = LETTER if details.page_size == "Letter" else A4
    invoice = sample_invoice(details.seller, date.today())
    return render_invoice(invoice, page_size=page_size, logo=details.logo)
