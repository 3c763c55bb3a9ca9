"""An issued invoice as a PDF file. Imports ReportLab, so it is imported when a PDF is made."""

from __future__ import annotations

from dataclasses import asdict
from io import BytesIO
from threading import Lock
from typing import Any, Final

from reportlab.pdfgen.canvas import Canvas

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.fonts import Font
from calmony_desktop.documents.formatting import LOCALE
from calmony_desktop.documents.layout import lay_out
from calmony_desktop.documents.pages import A4, PageSize
from calmony_desktop.documents.painting import paint_page, paint_watermark
from calmony_desktop.documents.text import missing, printable
from calmony_desktop.errors import KnownError

__all__ = ["A4", "PageSize", "missing_characters", "render_invoice"]

_CREATOR: Final = "Calmony Desktop"

#: ReportLab takes its fonts apart in place: two threads that embed them trip over each other.
_one_at_a_time: Final = Lock()


def render_invoice(invoice: IssuedInvoice, *, page_size: PageSize = A4) -> bytes:
    """The PDF of ``invoice``: the same bytes for the same invoice, on every day and machine.

    Raises KnownError for a draft, which has not been issued and so has no document.
    """
    if invoice.status is InvoiceStatus.DRAFT:
        raise KnownError("A draft has no PDF yet; it gets one when the invoice is issued.")
    pages = lay_out(invoice, page_size)
    with _one_at_a_time:
        canvas = _canvas(invoice, page_size)
        for page in pages:
            if invoice.status is InvoiceStatus.VOID:
                paint_watermark(canvas, "VOID", page_size)
            paint_page(canvas, page, page_size)
            canvas.showPage()
        data: bytes = canvas.getpdfdata()
    return data


def missing_characters(invoice: IssuedInvoice) -> str:
    """The characters in ``invoice`` that its PDF can't show, each once, in order of their code."""
    return "".join(sorted(set().union(*map(missing, _texts(asdict(invoice))))))


def _texts(value: Any) -> list[str]:
    """Every text inside nested dictionaries and tuples."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return _texts(tuple(value.values()))
    return [text for part in value for text in _texts(part)] if isinstance(value, tuple) else []


def _canvas(invoice: IssuedInvoice, size: PageSize) -> Canvas:
    """An empty document with its information filled in from the invoice alone."""
    canvas = Canvas(
        BytesIO(),
        pagesize=size,
        pageCompression=1,
        invariant=1,
        initialFontName=Font.REGULAR.value,
        lang=str(LOCALE),
    )
    canvas.setTitle(printable(f"Invoice {invoice.number or invoice.id}"))
    canvas.setAuthor(printable(invoice.seller.name))
    canvas.setSubject("Invoice")
    canvas.setCreator(_CREATOR)
    # Made on the day of issue, so that no clock gets into the file.
    issued = invoice.issued_on.isoformat().replace("-", "")
    canvas.setDateFormatter(lambda *_: f"D:{issued}000000Z")
    return canvas
