"""The figures of an invoice as EN 16931 adds them up: lines without VAT, allowances, VAT, totals.

Amounts are minor units. Of a credit note they are what the customer gets back, so positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from calmony_desktop.documents.einvoice.vat import Vat


@dataclass(frozen=True, slots=True)
class Line:
    """A line: ``net`` is quantity times price (never negative) less the discount, without VAT."""

    quantity: Decimal
    price: Decimal
    discount: int
    net: int
    vat: Vat


@dataclass(frozen=True, slots=True)
class VatSubtotal:
    """What is taxed alike: ``basis`` is its lines less its part of the discount on the invoice."""

    vat: Vat
    reason: str
    allowance: int
    basis: int
    amount: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that an e-invoice counts; its totals follow from the parts by BR-CO-10 to BR-CO-16."""

    lines: tuple[Line, ...]
    vat: tuple[VatSubtotal, ...]
    due: int

    @property
    def line_total(self) -> int:
        """Sum of the lines (BT-106)."""
        return sum(line.net for line in self.lines)

    @property
    def allowance_total(self) -> int:
        """Sum of the discounts on the whole invoice (BT-107)."""
        return sum(each.allowance for each in self.vat)

    @property
    def basis_total(self) -> int:
        """Total without VAT (BT-109)."""
        return sum(each.basis for each in self.vat)

    @property
    def vat_total(self) -> int:
        """Total of the VAT (BT-110)."""
        return sum(each.amount for each in self.vat)

    @property
    def total(self) -> int:
        """Total with VAT (BT-112)."""
        return self.basis_total + self.vat_total

    @property
    def paid(self) -> int:
        """What was paid already (BT-113)."""
        return self.total - self.due
