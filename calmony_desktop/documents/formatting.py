"""Dates, amounts, rates and addresses as an invoice words them, in the locale of its reader."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.billing.money import exponent, shown_exponent, to_major
from calmony_desktop.documents.words import Words

#: Enough digits that no amount, price or quantity is ever rounded on the way to paper.
_EXACT: Final = Context(prec=60)

#: Countries that write the postal code after the city.
_POSTAL_CODE_LAST: Final = frozenset("AU BR CA GB HK IE IN NZ SA SG TH US ZA".split())

#: Which of the `Words` says why no tax is due, by the reason on the invoice or a provider's code.
_EXEMPTIONS: Final = {
    "reverse charge": "reverse_charge",
    "customer exempt from tax": "customer_exempt",
    "customer exempt": "customer_exempt",
    "exempt": "exempt",
    "product exempt": "exempt",
    "exempt (tax holiday)": "tax_holiday",
    "product exempt holiday": "tax_holiday",
    "partly exempt": "partly_exempt",
    "portion product exempt": "partly_exempt",
    "not subject to tax": "not_subject",
    "zero rated": "zero_rated",
    "outside the scope of tax": "outside_scope",
    "excluded territory": "outside_scope",
}


@lru_cache(maxsize=4096)
def calendar_date(day: date, locale: Locale) -> str:
    """``1 Nov 2026``: the month as a word wherever that is usual, so that nobody reads it wrongly.

    English without a region has the day first.
    """
    if str(locale) == "en":
        return format_date(day, "d MMM y", locale=locale)
    return format_skeleton("yMMMd", day, locale=locale)


@lru_cache(maxsize=4096)
def period(start: date | None, end: date | None, locale: Locale) -> str:
    """``1 Nov – 30 Nov 2026``, both days inclusive; empty where neither is known."""
    if start is None or end is None or start == end:
        known = start or end
        return calendar_date(known, locale) if known else ""
    if str(locale) != "en":
        return format_interval(start, end, "yMMMd", locale=locale)
    first = format_date(start, "d MMM" if start.year == end.year else "d MMM y", locale=locale)
    return f"{first} – {calendar_date(end, locale)}"


@lru_cache(maxsize=16_384)
def amount(minor_units: int, currency: str, locale: Locale) -> str:
    """``€1,234.50`` with the currency's own decimals; ``−€5.00`` for less than nothing."""
    value = to_major(minor_units, currency)
    hidden = shown_exponent(currency) == 0 and value == value.to_integral_value()
    return _currency(value, currency, locale, decimals=0 if hidden else exponent(currency))


def unit_price(minor_units: Decimal, currency: str, locale: Locale) -> str:
    """Like `amount`, with further decimals where the price has a fraction of a minor unit."""
    if minor_units == minor_units.to_integral_value():
        return amount(int(minor_units), currency, locale)
    places = exponent(currency)
    return _currency(minor_units.scaleb(-places, _EXACT), currency, locale, decimals=places)


def _currency(value: Decimal, currency: str, locale: Locale, *, decimals: int) -> str:
    """``value`` in major units with at least ``decimals`` decimals, never rounded."""
    fraction = f".{'0' * decimals}" if decimals else ""
    pattern = locale.currency_formats["standard"].pattern.replace(".00", fraction)
    with localcontext(_EXACT):
        text = format_currency(
            value,
            currency,
            pattern,
            locale=locale,
            currency_digits=False,
            decimal_quantization=False,
        )
    # CLDR sets what is no sign, as KWD or Cg., apart from the digits; Babel does not.
    symbol = get_currency_symbol(currency, locale=locale)
    if not unicodedata.category(symbol[-1]).startswith("S"):
        text = re.sub(rf"{re.escape(symbol)}(?=\d)", symbol + "\u00a0", text)
    # The wide sign that CLDR has for Japanese would stand beside narrow digits.
    return text.replace("-", "\u2212").replace("\uffe5", "\u00a5")


@lru_cache(maxsize=4096)
def quantity(value: Decimal, locale: Locale) -> str:
    """``3`` or ``1,200.5``, with the decimals it has."""
    with localcontext(_EXACT):
        text = format_decimal(value, locale=locale, decimal_quantization=False)
    return text.replace("-", "\u2212")


@lru_cache(maxsize=1024)
def percentage(rate: Decimal, locale: Locale) -> str:
    """``19%`` of ``Decimal("19")``, with the decimals it has."""
    with localcontext(_EXACT):
        return format_percent(rate / 100, locale=locale, decimal_quantization=False)


def exemption(reason: str, words: Words) -> str:
    """Why no tax is due, in words; a reason that is not known stays as it is.

    A provider's code such as ``some_reason`` is spelled out.
    """
    spelled_out = reason.replace("_", " ")
    known = _EXEMPTIONS.get(spelled_out.lower())
    if known:
        return str(getattr(words, known))
    is_code = re.fullmatch(r"[a-z]+(_[a-z]+)*", reason) is not None
    return spelled_out.capitalize() if is_code else reason


def tax_name(label: str, words: Words) -> str:
    """What a tax is called: VAT in the reader's words, any other by its own name."""
    return words.vat if label.upper() == "VAT" else label or words.tax


def payment_method(text: str, words: Words) -> str:
    """``Visa ending 4242``, in the reader's words."""
    card = re.fullmatch(r"(.+) ending (\w+)", text)
    return words.card.format(brand=card[1], last4=card[2]) if card else text


def address_lines(party: Party, locale: Locale) -> list[str]:
    """The postal address of ``party``, country last; only the lines that are known.

    A Japanese address goes from the large to the small for a Japanese reader, if it is written in
    Japanese: in Latin letters it goes as everywhere else.
    """
    country = locale.territories.get(party.country.upper(), party.country)
    is_in_japanese = not f"{party.city}{party.line1}".isascii()
    if locale.language == "ja" and party.country.upper() == "JP" and is_in_japanese:
        postal_code = party.postal_code and f"〒{party.postal_code}"
        region = party.region if party.region != party.city else ""
        place = f"{region}{party.city}{party.line1}"
        return [line for line in (postal_code, place, party.line2, country) if line.strip()]
    return [line for line in (party.line1, party.line2, _city_line(party), country) if line.strip()]


def _city_line(party: Party) -> str:
    region = party.region if party.region != party.city else ""
    if party.country.upper() in _POSTAL_CODE_LAST:
        last = " ".join(filter(None, (region, party.postal_code)))
        return ", ".join(filter(None, (party.city, last)))
    city = " ".join(filter(None, (party.postal_code, party.city)))
    return ", ".join(filter(None, (city, region)))


def tax_id(party: Party, words: Words) -> str:
    """``VAT ESB87654321``; a number without a country's prefix is called a tax ID."""
    prefix = party.vat_id[:2].upper()
    known_prefixes = {party.country.upper() or prefix, "EL", "EU", "XI"}
    if not party.vat_id:
        return ""
    is_vat_id = prefix.isalpha() and prefix in known_prefixes
    return (words.vat_id if is_vat_id else words.tax_id).format(number=party.vat_id)


def iban(text: str) -> str:
    """An IBAN in groups of four, as it is printed on paper (ISO 13616); other text as it is."""
    compact = "".join(text.split())
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", compact):
        return text
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))
