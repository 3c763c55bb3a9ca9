"""From what an invoice states to the figures of EN 16931, or why they don't follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise
from typing import Final

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, IssuedTax
from calmony_desktop.billing.money import exponent, round_minor, to_major
from calmony_desktop.documents.einvoice.figures import Figures, Line, VatSubtotal
from calmony_desktop.documents.einvoice.lacking import Lacking
from calmony_desktop.documents.einvoice.vat import Vat, vat_of_line, vat_of_taxes

#: Codes of `billing.money` that ISO 4217, and so EN 16931, has withdrawn.
WITHDRAWN_CURRENCIES: Final = frozenset("ANG BGN HRK SLL STD ZWL".split())

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _TaxedAlike:
    """The lines of one rate or exemption and what the invoice says of their tax."""

    vat: Vat
    lines: list[IssuedLine]
    taxes: list[IssuedTax]

    @property
    def gross(self) -> int:
        """The lines less their own discounts."""
        return sum(line.amount - line.discount_amount for line in self.lines)

    @property
    def tax_amount(self) -> int:
        return sum(tax.amount for tax in self.taxes)

    @property
    def taxable_amount(self) -> int | None:
        """What the provider says that the tax is due on, if it does."""
        stated = [tax.taxable_amount for tax in self.taxes]
        # Where nothing is due, providers also write zero for the amount that it is not due on.
        if None in stated or (self.vat.category != "S" and not any(stated)):
            return None
        return sum(filter(None, stated))


def work_out(invoice: IssuedInvoice) -> Figures:
    """The figures of ``invoice``. Raises Lacking where what it states does not add up to them."""
    _check_statement(invoice)
    taxes = vat_of_taxes(invoice)
    vats = [vat_of_line(line, at, taxes) for at, line in enumerate(invoice.lines, start=1)]
    groups = [
        _TaxedAlike(
            vat,
            [line for line, its in zip(invoice.lines, vats, strict=True) if its == vat],
            [tax for tax, its in taxes if its == vat],
        )
        for vat in dict.fromkeys(vat for tax, vat in taxes if tax.amount or vat in vats)
    ]
    figured = [
        _without_vat(group, allowance, invoice)
        for group, allowance in zip(groups, _allowances(groups, invoice), strict=True)
    ]
    lines = {group.vat: iter(lines) for group, (_, lines) in zip(groups, figured, strict=True)}
    figures = Figures(
        tuple(next(lines[vat]) for vat in vats),
        tuple(subtotal for subtotal, _ in figured),
        invoice.amount_due,
    )
    if figures.total != invoice.total:
        raise Lacking("a total that follows from its lines, discounts and VAT")
    _check_decimals(figures, invoice.currency)
    return _turned_round(figures) if invoice.is_credit_note else figures


def _check_statement(invoice: IssuedInvoice) -> None:
    if invoice.currency in WITHDRAWN_CURRENCIES:
        raise Lacking("a currency that ISO 4217 still lists")
    if not invoice.lines:
        raise Lacking("its lines")
    if sum(line.amount for line in invoice.lines) != invoice.subtotal:
        raise Lacking("lines that add up to its subtotal")
    if invoice.taxes and sum(tax.amount for tax in invoice.taxes) != invoice.tax_amount:
        raise Lacking("amounts of VAT that add up to its tax")
    # The provider puts what it credits on the customer's balance; nothing of it stays due.
    is_credited = invoice.is_credit_note and invoice.amount_due == 0
    if invoice.amount_due != invoice.total - invoice.amount_paid and not is_credited:
        # A balance that was carried over, which is neither payment nor discount.
        raise Lacking("an amount due that is its total less what was paid")


def _allowances(groups: list[_TaxedAlike], invoice: IssuedInvoice) -> list[int]:
    """What each group bears of the discount on the whole invoice, which its lines do not have."""
    known = []
    for group in groups:
        included = group.tax_amount if invoice.prices_include_tax else 0
        taxable = group.taxable_amount
        known.append(None if taxable is None else group.gross - taxable - included)
    of_lines = sum(line.discount_amount for line in invoice.lines)
    left = invoice.discount_amount - of_lines - sum(filter(None, known))
    if left and known.count(None) > 1:
        raise Lacking("how its discount is divided among the rates of VAT")
    allowances = [left if allowance is None else allowance for allowance in known]
    if (left and None not in known) or min(allowances) < 0:
        raise Lacking("lines and discounts that add up to the taxable amount of each rate of VAT")
    return allowances


def _without_vat(
    group: _TaxedAlike, allowance: int, invoice: IssuedInvoice
) -> tuple[VatSubtotal, list[Line]]:
    included = group.tax_amount if invoice.prices_include_tax else 0
    basis = group.gross - allowance - included
    _check_vat(group.vat, basis, group.tax_amount, invoice.currency)
    parts = [part for line in group.lines for part in (line.amount, -line.discount_amount)]
    *shares, allowance_share = _shared_out([*parts, -allowance], basis)
    lines = [
        _line(line, amount, -minus_discount, group.vat)
        for line, amount, minus_discount in zip(group.lines, shares[::2], shares[1::2], strict=True)
    ]
    reasons = dict.fromkeys(tax.exemption_reason for tax in group.taxes)
    reason = "; ".join(filter(None, reasons))
    subtotal = VatSubtotal(group.vat, reason, -allowance_share, basis, group.tax_amount)
    return subtotal, lines


def _check_vat(vat: Vat, basis: int, amount: int, currency: str) -> None:
    """BR-CO-17 and BR-S-09, which leave one unit of the currency to a provider's rounding."""
    percent = vat.percent or Decimal(0)
    exact = (to_major(basis, currency) * percent / 100).quantize(_CENT, ROUND_HALF_UP)
    if abs(to_major(amount, currency) - exact) >= 1:
        raise Lacking(f"an amount of VAT that follows from its rate of {percent:f}%")


def _shared_out(parts: list[int], total: int) -> list[int]:
    """``total`` in the proportions of ``parts``, in whole units that add up to it."""
    whole = sum(parts)
    if whole == total:
        return parts
    up_to = [round_minor(Decimal(part * total) / whole) for part in accumulate(parts, initial=0)]
    return [after - before for before, after in pairwise(up_to)]


def _line(line: IssuedLine, amount: int, discount: int, vat: Vat) -> Line:
    quantity = line.quantity or Decimal(1 if amount else 0)
    price = line.unit_amount
    if price is None or round_minor(price * quantity) != amount:
        price = _unit_price(amount, quantity) if quantity else Decimal(0)
    if price < 0:
        # BR-27: what a line takes off is a negative quantity.
        quantity, price = -quantity, -price
    return Line(quantity, price, discount, amount - discount, vat)


def _unit_price(amount: int, quantity: Decimal) -> Decimal:
    """With as many decimals as lead back to ``amount``, and two more."""
    return (amount / quantity).quantize(Decimal(1).scaleb(-max(quantity.adjusted(), 0) - 3))


def _check_decimals(figures: Figures, currency: str) -> None:
    """BR-DEC: an amount has two decimals at most, of which a dinar has three."""
    amounts = [figures.due, figures.vat_total]
    amounts += [each for line in figures.lines for each in (line.net, line.discount)]
    amounts += [each for vat in figures.vat for each in (vat.allowance, vat.basis, vat.amount)]
    if exponent(currency) > 2 and any(amount % 10 for amount in amounts):
        raise Lacking("amounts of two decimals at most")


def _turned_round(figures: Figures) -> Figures:
    """The figures of a credit note: everything with the other sign."""
    return Figures(
        tuple(
            Line(-line.quantity, line.price, -line.discount, -line.net, line.vat)
            for line in figures.lines
        ),
        tuple(
            VatSubtotal(each.vat, each.reason, -each.allowance, -each.basis, -each.amount)
            for each in figures.vat
        ),
        -figures.due,
    )
