"""Which tax an invoice bears that this program issues.

The payment provider knows; this program only goes on as the provider did. A customer who is exempt,
or who owes the tax itself (reverse charge, article 196 of Directive 2006/112/EC), is charged none.
Else the rate that the provider says the customer has counts, and else the tax of the newest invoice
of the subscription or, where it has none, of the customer. Where nothing is known there is no tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Exemption(StrEnum):
    """Whether a customer is charged tax, in the provider's words."""

    NONE = "none"
    EXEMPT = "exempt"
    REVERSE = "reverse"


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A tax: ``rate`` in percent, and why none is due. ``is_included``: prices hold it already."""

    label: str
    rate: Decimal
    exemption_reason: str = ""
    is_included: bool = False


def tax_rule(
    exemption: Exemption, rate: Decimal | None, known: Sequence[TaxRule]
) -> TaxRule | None:
    """The tax to charge; ``known`` are those of the newest invoice, the likeliest first."""
    if exemption is Exemption.REVERSE:
        return TaxRule("VAT", Decimal(0), "Reverse charge")
    if exemption is Exemption.EXEMPT:
        return TaxRule("Tax", Decimal(0), "Customer exempt from tax")
    if rate is None:
        return known[0] if known else None
    is_included = any(each.is_included for each in known)
    alike = (each for each in known if each.rate == rate)
    return next(alike, TaxRule("Tax", rate, is_included=is_included))
