"""What is wrong with the business's details, before they go on an invoice."""

from __future__ import annotations

from typing import Final
from zoneinfo import available_timezones

from stdnum import bic, iban
from stdnum.eu import vat

from calmony_desktop.store.business import BusinessDetails

#: The member states whose VAT ids can be checked, and Greece's prefix in them.
_EU: Final = frozenset(
    "AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)


def problems(details: BusinessDetails) -> dict[str, str]:
    """A sentence for each field that cannot be right; nothing where all of it can be.

    An IBAN is checked by ISO 13616 (length and check digits), a BIC by ISO 9362, an EU VAT id by
    its member state's rules. A field left empty is no problem, except the name.
    """
    seller = details.seller
    found: dict[str, str] = {}
    if not seller.name.strip():
        found["name"] = "An invoice needs the name of its seller."
    if seller.iban and not iban.is_valid(seller.iban):
        found["iban"] = "This is no valid IBAN: its check digits or its length do not fit."
    if seller.bic and not bic.is_valid(seller.bic):
        found["bic"] = "This is no valid BIC: it has 8 or 11 letters and digits."
    if seller.vat_id[:2].upper() in _EU and not vat.is_valid(seller.vat_id):
        found["vat_id"] = "This is no valid VAT id of the country that it begins with."
    if seller.country and (len(seller.country) != 2 or not seller.country.isalpha()):
        found["country"] = "A country is given by its two letters (ISO 3166), such as DE."
    if details.time_zone not in available_timezones():
        found["time_zone"] = "This time zone is not known."
    return found
