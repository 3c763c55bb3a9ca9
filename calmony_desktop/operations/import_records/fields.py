"""Reading one JSON object of the provider: the right types, or a reason why not."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from calmony_desktop.billing.money import LARGEST_AMOUNT, normalize_currency
from calmony_desktop.operations.import_records.records import Refused
from calmony_desktop.operations.import_records.text import LONGEST_TEXT, checked_id, clean

#: The year 9999 less a day, so that a date in any time zone still exists.
_LAST_INSTANT: Final = 253_402_214_400
_MOST_DIGITS: Final = 40


class Fields:
    """The fields of one JSON object. ``notes`` collects what had to be changed about it.

    Every reader returns None where the field is missing or null, and raises Refused where it holds
    something else than it should.
    """

    __slots__ = ("_values", "notes")

    def __init__(self, values: dict[str, Any], notes: list[str] | None = None) -> None:
        self._values = values
        self.notes: list[str] = [] if notes is None else notes

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def raw(self, key: str) -> Any:
        """The value as it came."""
        return self._values.get(key)

    def text(self, key: str, longest: int = LONGEST_TEXT) -> str | None:
        """A text, cleaned; see `text.clean`."""
        value = self._values.get(key)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise Refused(f"“{key}” is no text")
        return clean(value, key, self.notes, longest=longest)

    def required_text(self, key: str) -> str:
        """A text that must be there."""
        text = self.text(key)
        if text is None:
            raise Refused(f"it has no “{key}”")
        return text

    def reference(self, key: str) -> str | None:
        """The id of another object, given as an id or as the object itself."""
        value = self._values.get(key)
        if isinstance(value, dict):
            value = value.get("id")
        if value is None or value == "":
            return None
        return checked_id(value, key)

    def amount(self, key: str, *, is_signed: bool = False) -> int | None:
        """Minor units: a whole number, and not a negative one unless ``is_signed``."""
        value = self._values.get(key)
        if value is None:
            return None
        if type(value) is not int:
            raise Refused(f"“{key}” is {_shown(value)}, which is not a whole number of minor units")
        if abs(value) > LARGEST_AMOUNT:
            raise Refused(f"“{key}” is too large to be an amount")
        if value < 0 and not is_signed:
            raise Refused(f"“{key}” is negative")
        return value

    def required_amount(self, key: str, *, is_signed: bool = False) -> int:
        """An amount that must be there."""
        amount = self.amount(key, is_signed=is_signed)
        if amount is None:
            raise Refused(f"it has no “{key}”")
        return amount

    def instant(self, key: str) -> int | None:
        """An instant in seconds (UTC)."""
        value = self._values.get(key)
        if value is None:
            return None
        if type(value) is not int or not 0 <= value <= _LAST_INSTANT:
            raise Refused(f"“{key}” is {_shown(value)}, which is no instant in seconds")
        return value

    def required_instant(self, key: str) -> int:
        """An instant that must be there."""
        instant = self.instant(key)
        if instant is None:
            raise Refused(f"it has no “{key}”")
        return instant

    def decimal(self, *keys: str) -> Decimal | None:
        """The first of these fields that holds a number: a whole one, or a decimal as a text."""
        for key in keys:
            value = self._values.get(key)
            if value is None:
                continue
            number = _number(value)
            if number is None:
                raise Refused(f"“{key}” is {_shown(value)}, which is no number")
            return number
        return None

    def flag(self, key: str) -> bool:
        """True or false; a missing one is false."""
        value = self._values.get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise Refused(f"“{key}” is {_shown(value)}, which is neither true nor false")
        return value

    def currency(self, key: str = "currency") -> str:
        """A currency that must be there. Raises KnownError for one that is none."""
        return normalize_currency(self.required_text(key))

    def fields(self, key: str) -> Fields:
        """An object inside this one; an empty one where there is none."""
        value = self._values.get(key)
        return Fields(value if isinstance(value, dict) else {}, self.notes)

    def list(self, key: str) -> list[Fields]:
        """The objects of a list inside this one, a plain one or a list object."""
        value = self._values.get(key)
        if value is None:
            return []
        if isinstance(value, dict):
            value = value.get("data")
        if not isinstance(value, list):
            return []
        return [Fields(each, self.notes) for each in value if isinstance(each, dict)]

    def is_cut_short(self, key: str) -> bool:
        """Whether the list object holds only the first of its entries."""
        value = self._values.get(key)
        return isinstance(value, dict) and value.get("has_more") is True


def latest(instants: Iterable[int | None]) -> int:
    """The latest instant that is known of; 0 where none is."""
    return max((each for each in instants if each is not None), default=0)


def plain_decimal(value: Decimal) -> str:
    """A decimal as it is kept: its digits, without an exponent and without idle zeros."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _number(value: object) -> Decimal | None:
    if type(value) is int:
        return Decimal(value) if abs(value) <= LARGEST_AMOUNT else None
    if isinstance(value, float):
        value = repr(value)  # a percentage in an object that another part of the program made
    return _decimal_number(value) if isinstance(value, (str, Decimal)) else None


@lru_cache(maxsize=1024)  # many prices, quantities and rates are the same
def _decimal_number(value: str | Decimal) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return None
    digits = plain_decimal(number)
    return Decimal(digits) if len(digits) <= _MOST_DIGITS else None


def _shown(value: object) -> str:
    text = "true" if value is True else "false" if value is False else str(value)
    return f"“{text[:40]}”"
