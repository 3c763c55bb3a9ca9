"""What the lines add up to: discount, tax of each rate, total, what was paid and what is due."""

from __future__ import annotations

from typing import Final

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedTax
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents import style
from calmony_desktop.documents.formatting import (
    amount,
    calendar_date,
    exemption,
    payment_method,
    percentage,
    tax_name,
)
from calmony_desktop.documents.pages import PageSize
from calmony_desktop.documents.rows import Row, rule_row, side_by_side, text_row, text_rows
from calmony_desktop.documents.text import TextStyle, fitted, printable, text_width
from calmony_desktop.documents.wording import Wording

_LARGEST_AMOUNT_WIDTH: Final = 130.0
_GAP: Final = 8.0
_BELOW: Final = 5.4


def totals(invoice: IssuedInvoice, page: PageSize, wording: Wording) -> list[Row]:
    """The block of totals at the right. What is shown adds up.

    Where the parts that are known don't make the total (a provider's credit balance, a credit
    note), the difference has a row of its own. Of a void invoice nothing is due.
    """
    words = wording.words
    block = _Block(page, invoice.currency, wording)
    taxes = _taxes(invoice)
    without_tax = invoice.subtotal - invoice.discount_amount
    all_tax = sum(tax.amount for tax in taxes)
    # Prices that hold their tax already: the rows of tax are not added, they explain the total.
    is_included = all_tax != 0 and without_tax == invoice.total
    added_tax = 0 if is_included else all_tax

    block.add(words.subtotal, invoice.subtotal)
    if invoice.discount_amount:
        block.add(words.discount, -invoice.discount_amount)
    if not is_included:
        block.add_taxes(taxes)
    block.add_difference(words.adjustments, invoice.total - without_tax - added_tax)
    block.add_rule()
    block.add(words.total, invoice.total, style.TOTAL, style.TOTAL)
    if is_included:
        block.add_taxes(taxes, words.includes)
    if invoice.amount_paid:
        block.add(_paid_label(invoice, wording), -invoice.amount_paid)
    due = invoice.amount_due
    if invoice.status is InvoiceStatus.VOID:
        due = 0
    else:
        left = invoice.total - invoice.amount_paid
        block.add_difference(words.credits, due - left)
    block.add(words.amount_due, due, style.STRONG, style.STRONG)
    return block.rows


def _taxes(invoice: IssuedInvoice) -> tuple[IssuedTax, ...]:
    if invoice.taxes or not invoice.tax_amount:
        return invoice.taxes
    return (IssuedTax("", None, None, invoice.tax_amount),)


def _paid_label(invoice: IssuedInvoice, wording: Wording) -> str:
    words = wording.words
    paid = words.paid
    if invoice.paid_on:
        paid = words.paid_on.format(date=calendar_date(invoice.paid_on, wording.locale))
    return ", ".join(filter(None, (paid, payment_method(invoice.payment_method, words))))


class _Block:
    def __init__(self, page: PageSize, currency: str, wording: Wording) -> None:
        self.rows = [Row(14)]
        self._width = (page.right - page.left) / 2
        self._left = page.right - self._width
        self._right = page.right
        self._currency = currency
        self._wording = wording

    def add(
        self,
        label: str,
        minor_units: int,
        label_style: TextStyle = style.QUIET,
        amount_style: TextStyle = style.BODY,
    ) -> None:
        """A row; a long label takes several lines beside the amount."""
        shown = self._amount(minor_units)
        fitting = fitted(shown, amount_style, _LARGEST_AMOUNT_WIDTH)
        width = self._width - text_width(shown, fitting) - _GAP
        self.rows += side_by_side(
            text_rows(label, self._left, width, label_style),
            [text_row(shown, self._right, fitting, right=True)],
        )
        self.rows.append(Row(_BELOW))

    def add_taxes(self, taxes: tuple[IssuedTax, ...], template: str = "{tax}") -> None:
        """A row for each rate, with the reason where nothing is due."""
        words, locale = self._wording.words, self._wording.locale
        for tax in taxes:
            rate = "" if tax.rate is None else percentage(tax.rate, locale)
            name = " ".join(filter(None, (tax_name(tax.label, words), rate)))
            if tax.taxable_amount is not None:
                name = words.tax_on.format(tax=name, amount=self._amount(tax.taxable_amount))
            self.add(template.format(tax=name), tax.amount)
            if tax.exemption_reason:
                self.rows[-1] = Row(0)
                reason = exemption(tax.exemption_reason, words)
                self.rows += [*text_rows(reason, self._left, self._width, style.NOTE), Row(_BELOW)]

    def add_difference(self, label: str, minor_units: int) -> None:
        """A row for what the parts leave open, if anything."""
        if minor_units:
            self.add(label, minor_units)

    def add_rule(self) -> None:
        """The line above the total."""
        rule = rule_row(self._left, self._right, thickness=0.75, colour=style.STRONG_LINE)
        self.rows += [Row(1.3), rule, Row(6.5)]

    def _amount(self, minor_units: int) -> str:
        return printable(amount(minor_units, self._currency, self._wording.locale))
