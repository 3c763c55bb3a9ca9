"""The lines of an invoice as a table that may go on over many pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine
from calmony_desktop.documents import style
from calmony_desktop.documents.formatting import amount, percentage, period, quantity, unit_price
from calmony_desktop.documents.pages import PageSize
from calmony_desktop.documents.rows import (
    Row,
    Rule,
    Text,
    baseline,
    side_by_side,
    text_row,
    text_rows,
)
from calmony_desktop.documents.text import fitted, printable, text_width
from calmony_desktop.documents.wording import Wording

_GAP: Final = 20.0
_PADDING: Final = 6.5


class _Column(NamedTuple):
    """A column of numbers, aligned right. Of the table's width it takes at most ``most``."""

    heading: str
    least: float
    most: float
    cells: list[str]


class _Placed(NamedTuple):
    right: float
    width: float
    column: _Column


class LineTable:
    """The table of an invoice's lines. Columns are as wide as what they hold needs."""

    def __init__(self, invoice: IssuedInvoice, page: PageSize, wording: Wording) -> None:
        self._invoice = invoice
        self._wording = wording
        self._left = page.left
        self._right = page.right
        self._numbers: list[_Placed] = []
        right = page.right
        for column in reversed(_columns(invoice, wording)):
            widest = max(text_width(cell, style.BODY) for cell in ("", *column.cells))
            needed = max(widest, text_width(column.heading, style.COLUMN_HEADING), column.least)
            width = min(needed, column.most * (page.right - page.left))
            self._numbers.insert(0, _Placed(right, width, column))
            right -= width + _GAP
        self._description_width = right - page.left

    def heading(self) -> list[Row]:
        """The names of the columns above a rule."""
        y = baseline(style.COLUMN_HEADING)
        names = [Text(self._wording.words.description, self._left, y, style.COLUMN_HEADING)]
        names += [
            Text(placed.column.heading, placed.right, y, style.COLUMN_HEADING, "right")
            for placed in self._numbers
        ]
        rule = Rule(self._left, self._right, 17, 0.75, style.INK)
        return [Row(17, (*names, rule))]

    def lines(self) -> Iterator[list[Row]]:
        """Each line of the invoice: its rows, the last one with a rule below it."""
        for index, line in enumerate(self._invoice.lines):
            rows = side_by_side(self._description(line), [self._cells(index)])
            last = rows.pop()
            height = last.height + _PADDING
            rule = Rule(self._left, self._right, height, 0.75, style.HAIRLINE)
            yield [Row(_PADDING), *rows, Row(height, (*last.items, rule))]

    def _description(self, line: IssuedLine) -> list[Row]:
        rows = text_rows(line.description, self._left, self._description_width, style.BODY)
        words, locale = self._wording.words, self._wording.locale
        notes = [period(line.period_start_on, line.period_end_on, locale)]
        if line.discount_amount:
            discount = amount(-line.discount_amount, self._invoice.currency, locale)
            notes.append(words.line_discount.format(amount=discount))
        return rows + [text_row(printable(note), self._left, style.NOTE) for note in notes if note]

    def _cells(self, index: int) -> Row:
        y = baseline(style.BODY)
        items = []
        for right, width, column in self._numbers:
            cell = column.cells[index]
            items.append(Text(cell, right, y, fitted(cell, style.BODY, width), "right"))
        return Row(style.BODY.leading, tuple(items))


def _columns(invoice: IssuedInvoice, wording: Wording) -> list[_Column]:
    """The columns of numbers; without a taxed line there is none for the tax."""
    lines, currency = invoice.lines, invoice.currency
    words, locale = wording.words, wording.locale
    quantities = [quantity(line.quantity, locale) for line in lines]
    unit_prices = [
        "" if line.unit_amount is None else unit_price(line.unit_amount, currency, locale)
        for line in lines
    ]
    amounts = [amount(line.amount, currency, locale) for line in lines]
    columns = [
        _Column(words.quantity, 45, 0.14, list(map(printable, quantities))),
        _Column(words.unit_price, 50, 0.21, list(map(printable, unit_prices))),
        _Column(words.amount, 46, 0.21, list(map(printable, amounts))),
    ]
    if any(line.tax_rate is not None for line in lines):
        rates = [
            "–" if line.tax_rate is None else percentage(line.tax_rate, locale) for line in lines
        ]
        columns.insert(2, _Column(words.tax_rate, 20, 0.1, list(map(printable, rates))))
    return columns
