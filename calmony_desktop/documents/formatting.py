"""Dates, amounts, rates and addresses as an invoice words them, in one locale for now."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.billing.money import exponent, shown_exponent, to_major

LOCALE: Final = Locale("en")

#: Enough digits that no amount, price or quantity is ever rounded on the way to paper.
_EXACT: Final = Context(prec=60)

#: Countries that write the postal code after the city.
_POSTAL_CODE_LAST: Final = frozenset("AU BR CA GB HK IE IN NZ SA SG TH US ZA".split())


def calendar_date(day: date) -> str:
    """``1 Nov 2026``: day first and the month as a word, so that nobody reads it wrongly."""
    return format_date(day, "d MMM y", locale=LOCALE)


def period(start: date | None, end: date | None) -> str:
    """``1 Nov – 30 Nov 2026``, both days inclusive; empty where neither is known."""
    if start is None or end is None or start == end:
        known = start or end
        return calendar_date(known) if known else ""
    first = format_date(start, "d MMM" if start.year == end.year else "d MMM y", locale=LOCALE)
    return f"{first} – {calendar_date(end)}"


def amount(minor_units: int, currency: str) -> str:
    """``€1,234.50`` with the currency's own decimals; ``−€5.00`` for less than nothing."""
    value = to_major(minor_units, currency)
    hidden = shown_exponent(currency) == 0 and value == value.to_integral_value()
    return _currency(value, currency, decimals=0 if hidden else exponent(currency))


def unit_price(minor_units: Decimal, currency: str) -> str:
    """Like `amount`, with further decimals where the price has a fraction of a minor unit."""
    if minor_units == minor_units.to_integral_value():
        return amount(int(minor_units), currency)
    places = exponent(currency)
    return _currency(minor_units.scaleb(-places, _EXACT), currency, decimals=places)


def _currency(value: Decimal, currency: str, *, decimals: int) -> str:
    """``value`` in major units with at least ``decimals`` decimals, never rounded."""
    fraction = f".{'0' * decimals}" if decimals else ""
    pattern = LOCALE.currency_formats["standard"].pattern.replace(".00", fraction)
    with localcontext(_EXACT):
        text = format_currency(
            value,
            currency,
            pattern,
            locale=LOCALE,
            currency_digits=False,
            decimal_quantization=False,
        )
    # CLDR sets what is no sign, as KWD or Cg., apart from the digits; Babel does not.
    symbol = get_currency_symbol(currency, locale=LOCALE)
    if not unicodedata.category(symbol[-1]).startswith("S"):
        text = re.sub(rf"{re.escape(symbol)}(?=\d)", symbol + "\u00a0", text)
    return text.replace("-", "\u2212")


def quantity(value: Decimal) -> str:
    """``3`` or ``1,200.5``, with the decimals it has."""
    with localcontext(_EXACT):
        text = format_decimal(value, locale=LOCALE, decimal_quantization=False)
    return text.replace("-", "\u2212")


def percentage(rate: Decimal) -> str:
    """``19%`` of ``Decimal("19")``, with the decimals it has."""
    with localcontext(_EXACT):
        return format_percent(rate / 100, locale=LOCALE, decimal_quantization=False)


def sentence(reason: str) -> str:
    """An exemption reason in words: a provider's code such as ``reverse_charge`` is spelled out."""
    if re.fullmatch(r"[a-z]+(_[a-z]+)*", reason):
        return reason.replace("_", " ").capitalize()
    return reason


def address_lines(party: Party) -> list[str]:
    """The postal address of ``party``, country last; only the lines that are known."""
    country = LOCALE.territories.get(party.country.upper(), party.country)
    return [line for line in (party.line1, party.line2, _city_line(party), country) if line.strip()]


def _city_line(party: Party) -> str:
    region = party.region if party.region != party.city else ""
    if party.country.upper() in _POSTAL_CODE_LAST:
        last = " ".join(filter(None, (region, party.postal_code)))
        return ", ".join(filter(None, (party.city, last)))
    city = " ".join(filter(None, (party.postal_code, party.city)))
    return ", ".join(filter(None, (city, region)))


def tax_id(party: Party) -> str:
    """``VAT ESB87654321``; a number without a country's prefix is called a tax ID."""
    prefix = party.vat_id[:2].upper()
    known_prefixes = {party.country.upper() or prefix, "EL", "EU", "XI"}
    if not party.vat_id:
        return ""
    return f"{'VAT' if prefix.isalpha() and prefix in known_prefixes else 'Tax ID'} {party.vat_id}"


def iban(text: str) -> str:
    """An IBAN in groups of four, as it is printed on paper (ISO 13616); other text as it is."""
    compact = "".join(text.split())
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", compact):
        return text
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))
