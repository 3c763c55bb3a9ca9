"""The top of an invoice: the seller's letterhead, the number with its status, who and when."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from calmony_desktop.billing.issued_invoice import IssuedInvoice, Party
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents import style
from calmony_desktop.documents.fonts import Font, covers
from calmony_desktop.documents.formatting import address_lines, calendar_date, period, tax_id
from calmony_desktop.documents.logo import LogoImage
from calmony_desktop.documents.pages import PageSize
from calmony_desktop.documents.rows import (
    Box,
    Item,
    Logo,
    Row,
    Text,
    baseline,
    side_by_side,
    text_row,
    text_rows,
)
from calmony_desktop.documents.text import TextStyle, join_parts, printable, text_width, wrap
from calmony_desktop.documents.wording import Wording
from calmony_desktop.documents.words import Words

_MARK_SIZE: Final = 37.0
_MARK_STYLE: Final = TextStyle(Font.SEMI_BOLD, 15.5, _MARK_SIZE, style.WHITE)
#: Of the content's width; leaves room for the mark beside a long name.
_LETTERHEAD_SHARE: Final = 0.7
_PILL_PADDING: Final = 9.0
_PILL_DISTANCE: Final = 11.0
_COLUMN_GAP: Final = 14.0


def letterhead(
    seller: Party, page: PageSize, wording: Wording, logo: LogoImage | None
) -> list[Row]:
    """The seller's logo or mark, name, address and tax number; nothing where none is known."""
    width = (page.right - page.left) * _LETTERHEAD_SHARE
    details = [
        *join_parts(address_lines(seller, wording.locale), style.LETTERHEAD, width),
        *join_parts(
            (tax_id(seller, wording.words), seller.email, seller.phone), style.LETTERHEAD, width
        ),
    ]
    words = [
        *text_rows(seller.name, page.right, width, style.SELLER, right=True),
        *(text_row(line, page.right, style.LETTERHEAD, right=True) for line in details),
    ]
    if logo:
        mark = [Row(logo.height, (Logo(page.left, 0, logo.width, logo.height),))]
    elif words:
        mark = _mark(seller.name, page.left)
    else:
        return []
    return [*side_by_side(mark, words), Row(43)]


def _mark(name: str, x: float) -> list[Row]:
    """The name's initial in a coloured square, where the font has it."""
    initial = next((letter for letter in printable(name) if letter.isalnum()), "").upper()[:1]
    if not initial or not covers(initial):
        return [Row(_MARK_SIZE)]
    box = Box(x, 0, _MARK_SIZE, _MARK_SIZE, 7, style.ACCENT)
    letter = Text(initial, x + _MARK_SIZE / 2, baseline(_MARK_STYLE), _MARK_STYLE, "centre")
    return [Row(_MARK_SIZE, (box, letter))]


def title(invoice: IssuedInvoice, page: PageSize, wording: Wording) -> list[Row]:
    """“Invoice” and the number, with the status beside it or, after a long number, below."""
    lines = wrap(invoice_name(invoice, wording.words), style.TITLE, page.right - page.left)
    rows = [text_row(line, page.left, style.TITLE) for line in lines]
    label = printable(status_label(invoice, wording))
    x = page.left + text_width(lines[-1], style.TITLE) + _PILL_DISTANCE
    if x + _pill_width(label) <= page.right:
        pill = _pill(invoice.status, label, x, (style.TITLE.leading - style.PILL.leading) / 2 + 1.5)
        rows[-1] = rows[-1]._replace(items=rows[-1].items + pill)
    else:
        rows += [Row(6), Row(style.PILL.leading, _pill(invoice.status, label, page.left, 0))]
    return [*rows, Row(19.5)]


def invoice_name(invoice: IssuedInvoice, words: Words) -> str:
    """``Invoice NW-2026-0042``; by its id where it has no number, unless it is a draft."""
    is_draft = invoice.status is InvoiceStatus.DRAFT
    number = invoice.number or ("" if is_draft else invoice.id)
    return words.invoice.format(number=number).strip()


def status_label(invoice: IssuedInvoice, wording: Wording) -> str:
    """The status in words with the date that goes with it: ``Paid 2 Nov 2026``."""
    words = wording.words
    word, with_day, day = {
        InvoiceStatus.DRAFT: (words.draft, "", None),
        InvoiceStatus.OPEN: (words.open, words.open_due_on, invoice.due_on),
        InvoiceStatus.PAID: (words.paid, words.paid_on, invoice.paid_on),
        InvoiceStatus.UNCOLLECTIBLE: (words.uncollectible, "", None),
        InvoiceStatus.VOID: (words.void, words.void_on, invoice.voided_on),
    }[invoice.status]
    return with_day.format(date=calendar_date(day, wording.locale)) if day else word


def _pill_width(label: str) -> float:
    return text_width(label, style.PILL) + 2 * _PILL_PADDING


def _pill(status: InvoiceStatus, label: str, x: float, y: float) -> tuple[Item, ...]:
    colours = style.PILL_COLOURS[status]
    height = style.PILL.leading
    text_style = replace(style.PILL, colour=colours.text)
    return (
        Box(x, y, _pill_width(label), height, height / 2, colours.ground),
        Text(label, x + _PILL_PADDING, y + baseline(text_style), text_style),
    )


def facts(invoice: IssuedInvoice, page: PageSize, wording: Wording) -> list[Row]:
    """The buyer, the dates and the customer's id in three columns."""
    words, locale = wording.words, wording.locale
    step = (page.right - page.left) / 3
    width = step - _COLUMN_GAP
    dates = [(words.issued, calendar_date(invoice.issued_on, locale))]
    if invoice.due_on:
        dates.append((words.due, calendar_date(invoice.due_on, locale)))
    references = [(words.customer, invoice.customer_id)]
    service_period = period(invoice.period_start_on, invoice.period_end_on, locale)
    if service_period:
        references.insert(0, (words.service_period, service_period))
    return [
        *side_by_side(
            _buyer(invoice, page.left, width, wording),
            _labelled(dates, page.left + step, width),
            _labelled(references, page.left + 2 * step, width),
        ),
        Row(28),
    ]


def _buyer(invoice: IssuedInvoice, x: float, width: float, wording: Wording) -> list[Row]:
    buyer = invoice.buyer
    names = [name for name in (buyer.name, buyer.contact_name) if name.strip()]
    address = address_lines(buyer, wording.locale)
    city_and_country = ", ".join(address[-2:])
    if buyer.country and text_width(printable(city_and_country), style.BODY) <= width:
        address[-2:] = [city_and_country]
    reachable = address or [buyer.email]
    first, *others = [
        part for part in (*names, *reachable, tax_id(buyer, wording.words)) if part.strip()
    ] or [invoice.customer_id]
    return [
        text_row(wording.words.billed_to, x, style.LABEL),
        *text_rows(first, x, width, style.STRONG),
        *(row for part in others for row in text_rows(part, x, width, style.BODY)),
    ]


def _labelled(pairs: list[tuple[str, str]], x: float, width: float) -> list[Row]:
    rows: list[Row] = []
    for label, value in pairs:
        rows += [
            text_row(label, x, style.LABEL),
            *text_rows(value, x, width, style.BODY),
            Row(6),
        ]
    return rows[:-1]
