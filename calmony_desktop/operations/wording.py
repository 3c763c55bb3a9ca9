"""Words that the sentences of several operations share."""

from __future__ import annotations

from datetime import date
from typing import Final

_MONTHS: Final = (
    "January February March April May June July August September October November December"
).split()


def day_in_words(day: date) -> str:
    """A date that nobody reads in two ways: 31 March 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """How many of something: 1 invoice, 1,200 invoices."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
