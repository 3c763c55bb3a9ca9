"""Money, dates and statuses as the user reads them, in the locale of their desktop."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from calmony_desktop.billing.money import Money, shown_parts

translate = QCoreApplication.translate

NOTHING: Final = "—"
_BETWEEN = " · "

#: What a person calls a currency where the sign is clear; every other one shows its code.
_SIGNS: Final = {
    "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "BRL": "R$",
    "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "MXN": "MX$", "HKD": "HK$", "TWD": "NT$",
    "CNY": "CN¥", "ILS": "₪", "VND": "₫", "PHP": "₱", "NGN": "₦", "UAH": "₴", "TRY": "₺",
}  # fmt: skip


def money(amount: int, currency: str) -> str:
    """``amount`` minor units, with the currency's own decimals: ``€1,234.50``, ``¥1,200``.

    Qt lays out the whole units by the locale; the decimals are set in as digits, so that no
    amount ever passes through a float.
    """
    return _money(amount, currency, QLocale().name())


@lru_cache(maxsize=4096)
def _money(amount: int, currency: str, _locale: str) -> str:
    """Kept: the tables' amounts and dates are said again and again, and take long to lay out."""
    locale = QLocale()
    negative, whole, decimals = shown_parts(amount, currency)
    sign = _SIGNS.get(currency, f"{currency}\u00a0")
    text = locale.toCurrencyString(whole, sign).replace("\u00a0\u00a0", "\u00a0")
    if not text.strip().startswith(sign.strip()):
        text = text.replace(sign, sign.strip())
    if decimals:
        zero = ord(locale.zeroDigit()[0])
        shown = "".join(chr(zero + int(digit)) for digit in decimals)
        last = max(i for i, character in enumerate(text) if character.isdigit())
        text = f"{text[: last + 1]}{locale.decimalPoint()}{shown}{text[last + 1 :]}"
    return f"{locale.negativeSign()}{text}" if negative else text


def amounts(values: Iterable[Money]) -> str:
    """Several currencies beside each other."""
    return _BETWEEN.join(money(value.amount, value.currency) for value in values)


def calendar_date(value: date | None) -> str:
    """A calendar date in the locale's medium form (``1 Dec 2026``); a dash for none."""
    return NOTHING if value is None else _calendar_date(value, QLocale().name())


@lru_cache(maxsize=4096)
def _calendar_date(value: date, _locale: str) -> str:
    return QLocale().toString(QDate(value.year, value.month, value.day), date_format())


def alike_dates(value: date | None) -> tuple[int, bool] | None:
    """The same for dates that are equally long in writing, up to their digits."""
    return None if value is None else (value.month, value.day > 9)


def whole_number(value: int) -> str:
    """A count with the locale's grouping."""
    return QLocale().toString(value)


def price(amount: int, currency: str, interval: str | None, interval_count: int) -> str:
    """An amount with its billing interval: ``€59.00 / month``, ``€30.00 / 3 months``."""
    text = money(amount, currency)
    if interval is None:
        return text
    names = {
        "day": (translate("formatting", "day"), translate("formatting", "days")),
        "week": (translate("formatting", "week"), translate("formatting", "weeks")),
        "month": (translate("formatting", "month"), translate("formatting", "months")),
        "year": (translate("formatting", "year"), translate("formatting", "years")),
    }
    one, many = names[interval]
    period = one if interval_count == 1 else f"{whole_number(interval_count)} {many}"
    return f"{text} / {period}"


def date_format() -> str:
    """The locale's short date with the month as a short word, so that no order is ambiguous."""
    locale = QLocale()
    if locale.language() == QLocale.Language.English:
        american = locale.territory() == QLocale.Country.UnitedStates
        return "MMM d, yyyy" if american else "d MMM yyyy"
    long_format = locale.dateFormat(QLocale.FormatType.LongFormat)
    without_weekday = re.sub(r"dddd?,?\s*(?:'[^']*'\s*)?", "", long_format)
    return without_weekday.replace("MMMM", "MMM").strip(" ,،")
