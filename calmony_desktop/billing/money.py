"""Money as integer minor units with an ISO 4217 currency; never a float.

Amounts are kept as the payment provider keeps them: an integer in the smallest unit its API
charges (cents for EUR, yen for JPY, thousandths of a dinar for KWD).
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from calmony_desktop.errors import KnownError

#: ISO 4217 alphabetic codes of money that can be charged (funds, metals and test codes left out).
CURRENCIES: Final = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
    GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
    KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TND TOP TRY
    TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL
    """.split()
)

_ZERO_DECIMAL: Final = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()
)
_THREE_DECIMAL: Final = frozenset("BHD JOD KWD OMR TND".split())
#: Charged with two decimals by the provider's API although the currency shows none.
_SHOWN_WITHOUT_DECIMALS: Final = frozenset({"ISK", "UGX"})

#: Beyond this an amount is a mistake, not money; it also keeps every sum inside 64 bits.
LARGEST_AMOUNT: Final = 10**15


class Money(NamedTuple):
    """An amount in minor units of a currency (ISO 4217, upper case)."""

    amount: int
    currency: str


def normalize_currency(text: str) -> str:
    """The ISO 4217 code of ``text`` in upper case.

    Raises KnownError for anything that is no currency code.
    """
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise KnownError(f"“{text}” is not a currency code of ISO 4217.")
    return code


def exponent(currency: str) -> int:
    """How many decimals the minor unit of ``currency`` has, as the provider's API charges it."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


def shown_exponent(currency: str) -> int:
    """How many decimals a person sees; differs from `exponent` for ISK and UGX only."""
    return 0 if currency in _SHOWN_WITHOUT_DECIMALS else exponent(currency)


def to_major(amount: int, currency: str) -> Decimal:
    """``amount`` minor units in major units, exactly (1999, "USD" -> Decimal("19.99"))."""
    return Decimal(amount).scaleb(-exponent(currency))


def shown_parts(amount: int, currency: str) -> tuple[bool, int, str]:
    """``amount`` split for display: is it negative, whole major units, the decimals as digits.

    An ISK or UGX amount that does have hundredths keeps them, so that nothing is hidden.
    """
    whole, minor = divmod(abs(amount), 10 ** exponent(currency))
    digits = f"{minor:0{exponent(currency)}d}" if exponent(currency) else ""
    if minor == 0 and shown_exponent(currency) == 0:
        digits = ""
    return amount < 0, whole, digits


def plain(amount: int, currency: str) -> str:
    """``amount`` for terminals, logs and files: ``1,234.50 EUR``, the same in every locale."""
    negative, whole, digits = shown_parts(amount, currency)
    return f"{'-' if negative else ''}{whole:,}{'.' + digits if digits else ''} {currency}"


def round_minor(value: Decimal) -> int:
    """``value`` minor units rounded to a whole unit, halves away from zero, as invoices are."""
    return int(value.to_integral_value(ROUND_HALF_UP))


#: A space or an apostrophe between a digit and a group of exactly three (1 440,50 or 1'440.50).
_GROUPING_SPACE: Final = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
#: More digits than any amount has are not even read.
_MAJOR_UNITS: Final = re.compile(r"([-+]?)\s*([0-9][0-9.,]{0,39}|[.,][0-9]{1,39})")


def parse_major(text: str, currency: str) -> int:
    """An amount in major units, as spreadsheets and dashboards write it, in minor units.

    Understands ``19.00``, ``1,000.00``, ``1.000,00``, ``0,25``, ``1 440,5`` and a leading sign.
    A single separator followed by exactly three digits is read as grouping (``1,440``), except
    in a currency with three decimals, where ``1.440`` is a decimal point and ``1,440`` is refused
    as ambiguous.

    Raises KnownError when the text is no amount, is ambiguous, or has more decimals than the
    currency (trailing zeros apart).
    """
    match = _MAJOR_UNITS.fullmatch(_GROUPING_SPACE.sub("", text.strip()))
    if match is None:
        raise KnownError(f"“{text}” is not an amount.")
    sign, digits = match.groups()
    whole, fraction = _split_decimals(digits, currency, text)
    places = exponent(currency)
    scale: int = 10**places
    if len(fraction.rstrip("0")) > places:
        raise KnownError(f"“{text}” has more decimals than {currency} has.")
    amount = int(whole or "0") * scale + int(fraction[:places].ljust(places, "0") or "0")
    if amount > LARGEST_AMOUNT:
        raise KnownError(f"“{text}” is too large to be an amount.")
    return -amount if sign == "-" else amount


def _split_decimals(digits: str, currency: str, text: str) -> tuple[str, str]:
    """Tell the decimal separator from grouping; returns whole digits and fraction digits."""
    separators = [character for character in digits if character in ".,"]
    if not separators:
        return digits, ""
    last = separators[-1]
    whole, _, fraction = digits.rpartition(last)
    if len(set(separators)) == 2:
        grouping = separators[0]
        if whole.count(last) or not _is_grouped(whole, grouping):
            raise KnownError(f"“{text}” is not an amount.")
        return whole.replace(grouping, ""), fraction
    if len(separators) > 1:
        if not _is_grouped(digits, last):
            raise KnownError(f"“{text}” is not an amount.")
        return digits.replace(last, ""), ""
    if len(fraction) == 3 and whole and whole != "0" and len(whole) <= 3:
        if exponent(currency) != 3:
            return whole + fraction, ""
        if last == ",":
            raise KnownError(f"“{text}” could be read in two ways; write it with a decimal point.")
    return whole, fraction


def _is_grouped(digits: str, separator: str) -> bool:
    """True where ``separator`` stands before every group of three digits (1,234,567)."""
    first, *groups = digits.split(separator)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in groups)
