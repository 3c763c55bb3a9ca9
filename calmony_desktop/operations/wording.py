"""Words that the sentences of several operations share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

_MONTHS: Final = (
    "January February March April May June July August September October November December"
).split()


def day_in_words(day: date) -> str:
    """A date that nobody reads in two ways: 31 March 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def instant_in_words(instant: int) -> str:
    """An instant wherever one sits: 31 March 2026, 14:05 UTC."""
    at = datetime.fromtimestamp(instant, UTC)
    return f"{day_in_words(at.date())}, {at:%H:%M} UTC"


def counted(number: int, one: str, many: str | None = None) -> str:
    """How many of something: 1 invoice, 1,200 invoices."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
