"""An issued invoice as a PDF file. Imports ReportLab, so it is imported when a PDF is made."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.archive import archive_file
from calmony_desktop.documents.embedding import FontBook
from calmony_desktop.documents.heading import invoice_name
from calmony_desktop.documents.layout import lay_out
from calmony_desktop.documents.logo import logo_image
from calmony_desktop.documents.pages import A4, LETTER, PageSize
from calmony_desktop.documents.painting import Painting
from calmony_desktop.documents.style import DRAFT_WATERMARK, VOID_WATERMARK
from calmony_desktop.documents.text import missing, printable
from calmony_desktop.documents.wording import Wording, wording_for
from calmony_desktop.documents.xmp import Information
from calmony_desktop.errors import KnownError

__all__ = ["A4", "LETTER", "PageSize", "missing_characters", "render_invoice"]

_CREATOR: Final = "Calmony Desktop"
_PRODUCER: Final = "ReportLab PDF Library"


def render_invoice(
    invoice: IssuedInvoice,
    *,
    page_size: PageSize = A4,
    logo: bytes | None = None,
    einvoice_xml: bytes | None = None,
    is_preview: bool = False,
) -> bytes:
    """The PDF of ``invoice``: the same bytes for the same input, on every day and machine.

    ``logo`` is the seller's, a PNG or JPEG file; ``einvoice_xml`` the XML of
    `einvoice.make_einvoice`, embedded as Factur-X. With ``is_preview`` a draft can be looked at,
    marked as one.

    Raises KnownError for a draft, which has not been issued and so has no document, and for a
    logo that can't be used.
    """
    if invoice.status is InvoiceStatus.DRAFT and not is_preview:
        raise KnownError("A draft has no PDF yet; it gets one when the invoice is issued.")
    wording = wording_for(invoice)
    image = None if logo is None else logo_image(logo)
    pages = lay_out(invoice, page_size, wording, logo=image, has_einvoice=einvoice_xml is not None)
    fonts = FontBook()
    contents = []
    for rows in pages:
        painting = Painting(page_size, fonts, wording.han)
        _paint_watermark(painting, invoice.status, wording)
        painting.paint(rows)
        contents.append(painting.content())
    return archive_file(
        contents,
        page_size,
        _information(invoice, wording),
        fonts,
        logo=image,
        einvoice_xml=einvoice_xml,
    )


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


def _paint_watermark(painting: Painting, status: InvoiceStatus, wording: Wording) -> None:
    if status is InvoiceStatus.VOID:
        painting.paint_watermark(wording.words.void_watermark, VOID_WATERMARK)
    elif status is InvoiceStatus.DRAFT:
        painting.paint_watermark(wording.words.draft_watermark, DRAFT_WATERMARK)


def _information(invoice: IssuedInvoice, wording: Wording) -> Information:
    title = printable(invoice_name(invoice, wording.words))
    return Information(
        title=" ".join(title.split()),
        author=" ".join(printable(invoice.seller.name).split()),
        subject=wording.words.invoice.format(number="").strip(),
        creator=_CREATOR,
        producer=_PRODUCER,
        language=wording.tag,
        # Made on the day of issue, so that no clock gets into the file.
        made_on=invoice.issued_on,
    )
