"""What is wrong with the business's details, before they go on an invoice."""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import available_timezones

from stdnum import bic, iban

from calmony_desktop.store.business import BusinessDetails

#: The database takes no larger one: it stands in every invoice's file.
LARGEST_LOGO: Final = 1_048_576


def problems(details: BusinessDetails) -> dict[str, str]:
    """A sentence for each field that cannot be right; nothing where all of it can be.

    An IBAN is checked by ISO 13616 (length and check digits), a BIC by ISO 9362. A field left empty
    is no problem, except the name.
    """
    seller = details.seller
    found: dict[str, str] = {}
    if not seller.name.strip():
        found["name"] = "An invoice needs the name of its seller."
    if seller.iban and not iban.is_valid(seller.iban):
        found["iban"] = "This is no valid IBAN: its check digits or its length do not fit."
    if seller.bic and not bic.is_valid(seller.bic):
        found["bic"] = "This is no valid BIC: it has 8 or 11 letters and digits."
    if seller.country and (len(seller.country) != 2 or not seller.country.isalpha()):
        found["country"] = "A country is given by its two letters (ISO 3166), such as DE."
    prefix = details.invoice_prefix
    if prefix is not None and not re.fullmatch(r"[A-Za-z0-9]{1,12}", prefix):
        found["invoice_prefix"] = "Numbers of invoices begin with 1 to 12 letters and digits."
    if details.time_zone not in available_timezones():
        found["time_zone"] = "This time zone is not known."
    if details.logo is not None and len(details.logo) > LARGEST_LOGO:
        found["logo"] = "This logo is too large: a picture of at most 1 MB can be used."
    return found
