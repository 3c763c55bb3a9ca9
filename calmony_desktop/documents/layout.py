"""An invoice laid out on pages: what stands where, before anything is drawn."""

from __future__ import annotations

from typing import Final

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.documents import style
from calmony_desktop.documents.footer import footer, memo
from calmony_desktop.documents.heading import facts, invoice_name, letterhead, title
from calmony_desktop.documents.line_table import LineTable
from calmony_desktop.documents.logo import LogoImage
from calmony_desktop.documents.pages import Pages, PageSize, PlacedRow
from calmony_desktop.documents.rows import Row, height_of, side_by_side, text_row
from calmony_desktop.documents.text import shorten, text_width
from calmony_desktop.documents.totals import totals
from calmony_desktop.documents.wording import Wording
from calmony_desktop.documents.words import Words

#: A table's heading is not left alone at the foot of a page.
_ROOM_FOR_A_LINE: Final = 60.0
#: From the page's lower edge to the line that numbers it.
_PAGE_LINE: Final = 34.0


def lay_out(
    invoice: IssuedInvoice,
    size: PageSize,
    wording: Wording,
    *,
    logo: LogoImage | None = None,
    has_einvoice: bool = False,
) -> list[list[PlacedRow]]:
    """The rows of each page of ``invoice``."""
    words = wording.words
    pages = Pages(size, _running_head(invoice, size, words))
    for part in (
        letterhead(invoice.seller, size, wording, logo),
        title(invoice, size, wording),
        facts(invoice, size, wording),
    ):
        pages.add(part)
    end = [*totals(invoice, size, wording), *memo(invoice, size, words)]
    foot = footer(invoice, size, words)
    if invoice.lines:
        _add_lines(pages, LineTable(invoice, size, wording), height_of([*end, *foot]))
    pages.make_room(height_of([*end, *foot]))
    pages.add(end)
    pages.add_at_bottom(foot)
    note = f" · {words.einvoice}" if has_einvoice else ""
    room = (size.right - size.left) * 0.7 - text_width(note, style.NOTE)
    left = shorten(invoice.number, style.NOTE, room) + note
    count = len(pages.pages)
    return [
        [*rows, _page_line(size, left, words.page.format(page=number, pages=count))]
        for number, rows in enumerate(pages.pages, start=1)
    ]


def _add_lines(pages: Pages, table: LineTable, height_of_end: float) -> None:
    """Add the table; its last line goes with the totals, which don't stand alone on a page."""
    heading = table.heading()
    pages.make_room(height_of(heading) + _ROOM_FOR_A_LINE)
    pages.add(heading)
    pages.repeated = heading
    *lines, last = table.lines()
    for line in lines:
        pages.add(line)
    pages.make_room(height_of(last) + height_of_end)
    pages.add(last)
    pages.repeated = ()


def _running_head(invoice: IssuedInvoice, size: PageSize, words: Words) -> list[Row]:
    """Opens every page but the first: whose invoice goes on here."""
    half = (size.right - size.left) / 2 - 10
    number = shorten(invoice_name(invoice, words), style.SMALL_HEADING, half)
    seller = shorten(invoice.seller.name, style.NOTE, half)
    return [
        *side_by_side(
            [text_row(number, size.left, style.SMALL_HEADING)],
            [text_row(seller, size.right, style.NOTE, right=True)],
        ),
        Row(16),
    ]


def _page_line(size: PageSize, left: str, right: str) -> PlacedRow:
    texts = [
        text_row(left, size.left, style.NOTE),
        text_row(right, size.right, style.NOTE, right=True),
    ]
    row = Row(style.NOTE.leading, tuple(item for text in texts for item in text.items))
    return PlacedRow(size.height - _PAGE_LINE, row)
