"""An invoice laid out on pages: what stands where, before anything is drawn."""

from __future__ import annotations

from typing import Final

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.documents import style
from calmony_desktop.documents.footer import footer, memo
from calmony_desktop.documents.heading import facts, letterhead, title
from calmony_desktop.documents.line_table import LineTable
from calmony_desktop.documents.pages import Pages, PageSize, PlacedRow
from calmony_desktop.documents.rows import Row, height_of, side_by_side, text_row
from calmony_desktop.documents.text import shorten
from calmony_desktop.documents.totals import totals

#: A table's heading is not left alone at the foot of a page.
_ROOM_FOR_A_LINE: Final = 60.0
#: From the page's lower edge to the line that numbers it.
_PAGE_LINE: Final = 34.0


def lay_out(invoice: IssuedInvoice, size: PageSize) -> list[list[PlacedRow]]:
    """The rows of each page of ``invoice``."""
    pages = Pages(size, _running_head(invoice, size))
    for part in (letterhead(invoice.seller, size), title(invoice, size), facts(invoice, size)):
        pages.add(part)
    end = [*totals(invoice, size), *memo(invoice, size)]
    foot = footer(invoice, size)
    if invoice.lines:
        _add_lines(pages, LineTable(invoice, size), height_of([*end, *foot]))
    pages.make_room(height_of([*end, *foot]))
    pages.add(end)
    pages.add_at_bottom(foot)
    invoice_number = shorten(invoice.number, style.NOTE, (size.right - size.left) * 0.7)
    return [
        [*rows, _page_line(size, invoice_number, f"Page {page_number} of {len(pages.pages)}")]
        for page_number, rows in enumerate(pages.pages, start=1)
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


def _running_head(invoice: IssuedInvoice, size: PageSize) -> list[Row]:
    """Opens every page but the first: whose invoice goes on here."""
    half = (size.right - size.left) / 2 - 10
    number = shorten(f"Invoice {invoice.number or invoice.id}", style.SMALL_HEADING, half)
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
