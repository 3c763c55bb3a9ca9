"""The foot of an invoice: how to pay, the terms, where the seller is registered."""

from __future__ import annotations

from functools import partial
from typing import Final

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.documents import style
from calmony_desktop.documents.formatting import iban
from calmony_desktop.documents.pages import PageSize
from calmony_desktop.documents.rows import Row, rule_row, side_by_side, text_row, text_rows
from calmony_desktop.documents.text import fitted, join_parts, printable
from calmony_desktop.documents.words import Words

_COLUMN_GAP: Final = 14.0
_SMALLEST_IBAN: Final = 6.0


def memo(invoice: IssuedInvoice, page: PageSize, words: Words) -> list[Row]:
    """The note to the customer, in lines of a readable length."""
    width = (page.right - page.left) * 2 / 3
    lines = text_rows(invoice.memo, page.left, width, style.BODY)
    return [Row(14), text_row(words.note, page.left, style.SMALL_HEADING), *lines] if lines else []


def footer(invoice: IssuedInvoice, page: PageSize, words: Words) -> list[Row]:
    """A rule, up to three columns, and the invoice's own footer; only what is known."""
    step = (page.right - page.left) / 3
    columns: list[list[Row]] = []
    for heading, column_of in (
        (words.how_to_pay, partial(_how_to_pay, invoice, words)),
        (words.terms, partial(_plain, invoice.seller.payment_terms)),
        (words.registered, partial(_plain, invoice.seller.registration)),
    ):
        x = page.left + len(columns) * step
        rows = column_of(x, step - _COLUMN_GAP)
        if rows:
            columns.append([text_row(heading, x, style.SMALL_HEADING), *rows])
    own_text = _plain(invoice.footer, page.left, page.right - page.left)
    if not columns and not own_text:
        return []
    rule = rule_row(page.left, page.right, thickness=0.75, colour=style.HAIRLINE)
    between = [Row(8)] if columns and own_text else []
    return [Row(18), rule, Row(11.5), *side_by_side(*columns), *between, *own_text]


def _plain(text: str, x: float, width: float) -> list[Row]:
    return text_rows(text, x, width, style.NOTE)


def _how_to_pay(invoice: IssuedInvoice, words: Words, x: float, width: float) -> list[Row]:
    seller = invoice.seller
    if not seller.iban.strip():
        return []
    account = printable(f"IBAN {iban(seller.iban)}")
    # On one line if it can be: nobody should have to put an account number together.
    account_style = fitted(account, style.NOTE, width, smallest=_SMALLEST_IBAN)
    bank = f"BIC {seller.bic}" if seller.bic else ""
    reference = words.reference.format(number=invoice.number) if invoice.number else ""
    others = join_parts((bank, reference), style.NOTE, width)
    return [
        *text_rows(account, x, width, account_style),
        *(text_row(line, x, style.NOTE) for line in others),
    ]
