"""The days that a service is for; the provider's end is the instant at which the next starts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from calmony_desktop.billing.periods import date_of


def last_day(start: int, end: int, time_zone: str) -> str:
    """The last day, inclusive, of a period that ends at the instant ``end``."""
    first = date_of(start, time_zone)
    return max(first, date_of(end, time_zone) - timedelta(days=1)).isoformat()


def service_period(
    lines: list[dict[str, Any]], start: int | None, end: int | None, time_zone: str
) -> tuple[str | None, str | None]:
    """First and last day of an invoice: of its lines, else of the instants it names.

    The provider's own period of a subscription's invoice is the one before, so the lines count.
    """
    starts = [line["period_start_on"] for line in lines if line["period_start_on"]]
    ends = [line["period_end_on"] for line in lines if line["period_end_on"]]
    if starts and ends:
        return min(starts), max(ends)
    if start is None or end is None or start >= end:
        return None, None
    return date_of(start, time_zone).isoformat(), last_day(start, end, time_zone)


def day_after(day: str | None) -> str | None:
    """The day on which a period that lasts through ``day`` ends for the provider."""
    return None if day is None else (date.fromisoformat(day) + timedelta(days=1)).isoformat()
