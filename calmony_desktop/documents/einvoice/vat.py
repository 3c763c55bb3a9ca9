"""The VAT category of each tax and line (UNTDID 5305), from its rate and its exemption."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from calmony_desktop.billing.countries import EUROPEAN_UNION
from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, IssuedTax
from calmony_desktop.documents.einvoice.lacking import Lacking
from calmony_desktop.documents.einvoice.parties import vat_id


class Vat(NamedTuple):
    """A category with its rate in percent: zero without VAT, None for what is outside its scope."""

    category: str
    percent: Decimal | None


_ZERO: Final = Decimal(0)
ZERO_RATED: Final = Vat("Z", _ZERO)
EXEMPT: Final = Vat("E", _ZERO)
REVERSE_CHARGE: Final = Vat("AE", _ZERO)
EXPORT: Final = Vat("G", _ZERO)
NOT_SUBJECT: Final = Vat("O", None)

#: The exemptions that have a category of their own, as `IssuedTax` words them; any other is E.
_CATEGORIES: Final = {
    "reverse charge": REVERSE_CHARGE,
    "not subject to tax": NOT_SUBJECT,
    "outside the scope of tax": NOT_SUBJECT,
    "zero rated": ZERO_RATED,
}


def vat_of_taxes(invoice: IssuedInvoice) -> list[tuple[IssuedTax, Vat]]:
    """The taxes of ``invoice``, each with its category. Raises Lacking.

    A seller without a VAT id who names no tax is not subject to it.
    """
    if not invoice.taxes:
        if invoice.tax_amount:
            raise Lacking("the rate of its VAT")
        if vat_id(invoice.seller):
            raise Lacking("the reason why no VAT is due")
        none = IssuedTax("VAT", None, None, 0, "Not subject to VAT")
        return [(none, NOT_SUBJECT)]
    vats = [(tax, _vat_of(tax, invoice)) for tax in invoice.taxes]
    categories = {vat for _, vat in vats}
    if NOT_SUBJECT in categories and len(categories) > 1:
        # BR-O-11 to BR-O-14.
        raise Lacking("an invoice of its own for what is not subject to VAT")
    return vats


def _vat_of(tax: IssuedTax, invoice: IssuedInvoice) -> Vat:
    if tax.exemption_reason and not tax.amount:
        vat = _CATEGORIES.get(tax.exemption_reason.replace("_", " ").lower(), EXEMPT)
        return EXPORT if vat is ZERO_RATED and _leaves_the_union(invoice) else vat
    if tax.rate is None:
        raise Lacking("the rate of its VAT")
    return Vat("S", tax.rate) if tax.rate else ZERO_RATED


def _leaves_the_union(invoice: IssuedInvoice) -> bool:
    seller, buyer = invoice.seller.country.upper(), invoice.buyer.country.upper()
    return seller in EUROPEAN_UNION and buyer not in EUROPEAN_UNION


def vat_of_line(line: IssuedLine, position: int, taxes: Sequence[tuple[IssuedTax, Vat]]) -> Vat:
    """The category of the line at ``position`` (from 1): that of the tax with its rate.

    Raises Lacking where the rates don't tell which one it is.
    """
    same_rate = {vat for tax, vat in taxes if tax.rate == line.tax_rate}
    any_rate = {vat for tax, vat in taxes if tax.rate is None or line.tax_rate is None}
    found = same_rate or any_rate
    if len(found) != 1:
        raise Lacking(f"the one rate of VAT of line {position}")
    return found.pop()
