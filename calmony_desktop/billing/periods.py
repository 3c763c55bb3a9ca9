"""Billing periods and the next billing date.

An instant is an integer: seconds since 1970-01-01T00:00:00Z, as the provider's API writes it.
A billing, issue or due date is a calendar date in the business's time zone, so that it does not
move by a day with the time zone of whoever looks.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from calmony_desktop.billing.statuses import HAS_NEXT_BILLING_DATE, SubscriptionStatus
from calmony_desktop.errors import KnownError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Interval(StrEnum):
    """The unit of a price's billing interval."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@lru_cache(maxsize=4096)  # an import asks for the same midnights over and over
def date_of(instant: int, time_zone: str) -> date:
    """The calendar date of ``instant`` (seconds, UTC) in ``time_zone`` (an IANA name).

    Raises KnownError for an instant outside the years 1 to 9999, such as one in milliseconds.
    """
    try:
        return (_EPOCH + timedelta(seconds=instant)).astimezone(ZoneInfo(time_zone)).date()
    except OverflowError:
        raise KnownError(f"{instant} is not a time in seconds since 1970.") from None


def current_period_end(
    status: SubscriptionStatus, *, period_ends: list[int], trial_end: int | None
) -> int | None:
    """The instant at which the current period ends: the trial's end, else the earliest item's."""
    if status is SubscriptionStatus.TRIALING and trial_end is not None:
        return trial_end
    return min(period_ends, default=None)


def next_billing_date(
    status: SubscriptionStatus,
    *,
    period_ends: list[int],
    trial_end: int | None,
    cancel_at_period_end: bool,
    cancel_at: int | None,
    time_zone: str,
    is_paused: bool = False,
    billed_until: date | None = None,
) -> date | None:
    """When a subscription is charged next, as a calendar date in ``time_zone``; None for never.

    ``period_ends`` holds the end of the current period of each item, ``trial_end`` and
    ``cancel_at`` are instants. A trial ends on ``trial_end``; else the earliest item's period end
    counts, or ``billed_until``, the end of what was billed here, where that is later. There is none
    for a subscription that is canceled, incomplete or paused, that is set to cancel at the period's
    end, or that is cancelled before or on that day's instant.
    """
    if status not in HAS_NEXT_BILLING_DATE or cancel_at_period_end or is_paused:
        return None
    due = current_period_end(status, period_ends=period_ends, trial_end=trial_end)
    due_on = None if due is None else date_of(due, time_zone)
    if billed_until is not None and (due_on is None or due_on < billed_until):
        is_over = cancel_at is not None and date_of(cancel_at, time_zone) <= billed_until
        return None if is_over else billed_until
    if due is not None and cancel_at is not None and cancel_at <= due:
        return None
    return due_on


def add_intervals(anchor: date, interval: Interval, count: int) -> date:
    """``anchor`` moved by ``count`` intervals, counted from the anchor itself.

    A month without the anchor's day uses its last day, and the anchor holds: 31 January,
    28 February, 31 March.
    """
    if interval is Interval.DAY:
        return anchor + timedelta(days=count)
    if interval is Interval.WEEK:
        return anchor + timedelta(weeks=count)
    months = count * 12 if interval is Interval.YEAR else count
    year, month_index = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month_index + 1)[1]
    return date(year, month_index + 1, min(anchor.day, last_day))


def intervals_between(anchor: date, day: date, interval: Interval, count: int) -> int | None:
    """How many times ``count`` intervals lead from ``anchor`` to ``day``; None where none do."""
    if interval in (Interval.DAY, Interval.WEEK):
        length = count * (7 if interval is Interval.WEEK else 1)
        number = (day - anchor).days // length
    else:
        length = count * (12 if interval is Interval.YEAR else 1)
        number = ((day.year - anchor.year) * 12 + day.month - anchor.month) // length
    return number if add_intervals(anchor, interval, number * count) == day else None


def midnight(day: date, time_zone: str) -> int:
    """The instant at which ``day`` begins in ``time_zone``."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone))
    return int(start.timestamp())
