"""The ids and the country of a party, as EN 16931 wants them."""

from __future__ import annotations

from calmony_desktop.billing.countries import COUNTRIES
from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.documents.einvoice.text import clean, clean_lines

#: Prefixes of VAT ids that are no country codes: Greece and Northern Ireland (BR-CO-09).
_OTHER_PREFIXES = frozenset({"EL", "XI"})


def vat_id(party: Party) -> str:
    """The VAT id without spaces; empty for a tax number that begins with no country (BR-CO-09)."""
    compact = "".join(clean(party.vat_id).split()).upper()
    return compact if compact[:2] in COUNTRIES | _OTHER_PREFIXES else ""


def registration_id(party: Party) -> str:
    """The register and number of the seller: the first line of its registration, if it has one."""
    first_line = clean_lines(party.registration).partition("\n")[0]
    return first_line if any(map(str.isdigit, first_line)) else ""


def country(party: Party) -> str:
    """The code of the party's country; empty where it is not known or no code of ISO 3166-1."""
    code = party.country.strip().upper()
    return code if code in COUNTRIES else ""
