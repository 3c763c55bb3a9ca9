"""What an invoice for a period of a subscription holds. Amounts are minor units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from calmony_desktop.billing.due_periods import Period
from calmony_desktop.billing.issued_invoice import IssuedLine, IssuedTax
from calmony_desktop.billing.taxes import TaxRule

_USUAL_DAYS_TO_PAY: Final = 14
_DAYS: Final = re.compile(r"\b([0-9]{1,3})\s+(?:calendar\s+)?(?:days|Tag)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """What a subscription is charged for; ``unit_amount`` may have a fraction of a minor unit."""

    description: str
    quantity: Decimal
    unit_amount: Decimal
    price_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """The lines, in the order of the items, and what they come to."""

    period: Period
    lines: tuple[IssuedLine, ...]
    taxes: tuple[IssuedTax, ...]
    subtotal: int
    tax_amount: int
    total: int


def draw_up(items: Sequence[Item], period: Period, tax: TaxRule | None) -> NewInvoice:
    """The invoice for ``period``: each amount exact, then rounded half up, the tax once."""
    lines = tuple(_line(item, period, tax) for item in items)
    subtotal = sum(line.amount for line in lines)
    if tax is None:
        return NewInvoice(period, lines, (), subtotal, 0, subtotal)
    base = 100 + tax.rate if tax.is_included else Decimal(100)
    amount = _rounded(Fraction(subtotal) * Fraction(tax.rate) / Fraction(base))
    taxable, total = (
        (subtotal - amount, subtotal) if tax.is_included else (subtotal, subtotal + amount)
    )
    issued = IssuedTax(tax.label, tax.rate, taxable, amount, tax.exemption_reason)
    return NewInvoice(period, lines, (issued,), subtotal, amount, total)


def days_to_pay(payment_terms: str) -> int:
    """How many days the seller's terms give ("Payable within 30 days"), 14 where they name none.

    Of several, the longest counts: the shorter ones are for a discount.
    """
    return max(map(int, _DAYS.findall(payment_terms)), default=_USUAL_DAYS_TO_PAY)


def _line(item: Item, period: Period, tax: TaxRule | None) -> IssuedLine:
    days = (period.end_on - period.start_on).days
    whole = (period.whole_end_on - period.start_on).days
    exact = Fraction(item.unit_amount) * Fraction(item.quantity) * Fraction(days, whole)
    is_whole = days == whole
    return IssuedLine(
        description=item.description if is_whole else f"{item.description} ({days}/{whole} days)",
        quantity=item.quantity,
        unit_amount=item.unit_amount if is_whole else None,
        amount=_rounded(exact),
        tax_rate=None if tax is None else tax.rate,
        period_start_on=period.start_on,
        period_end_on=_last_day(period.end_on),
    )


def _last_day(end_on: date) -> date:
    return end_on - timedelta(days=1)


def _rounded(amount: Fraction) -> int:
    """Half away from zero, exactly, however many digits there are."""
    whole, rest = divmod(abs(amount), 1)
    rounded = int(whole) + (rest >= Fraction(1, 2))
    return rounded if amount >= 0 else -rounded
