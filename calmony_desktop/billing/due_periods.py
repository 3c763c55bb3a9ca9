"""Which periods of a subscription are due, and when it bills next or ends. All are calendar dates.

A period is billed on its first day, as the provider does. Its end is the first day of the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from calmony_desktop.billing.periods import Interval, add_intervals, intervals_between
from calmony_desktop.billing.statuses import (
    CAN_STILL_BILL,
    HAS_NEXT_BILLING_DATE,
    SubscriptionStatus,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides when a subscription bills.

    ``period_ends_on`` is the end of the period that is paid for, ``cancel_on`` the day it is set to
    be cancelled on. ``billed_until`` is the end of the last period that was billed here, which was
    counted from ``billed_anchor``. ``anchors`` are the days from which the provider may count its
    periods, the likeliest first.
    """

    status: SubscriptionStatus
    interval: Interval | None
    interval_count: int
    next_billing_date: date | None
    is_paused: bool = False
    cancel_at_period_end: bool = False
    period_ends_on: date | None = None
    cancel_on: date | None = None
    billed_until: date | None = None
    billed_anchor: date | None = None
    anchors: tuple[date, ...] = ()

    @property
    def ends_on(self) -> date | None:
        """The day from which it is canceled, where one is set."""
        ends = [self.cancel_on, self.period_ends_on if self.cancel_at_period_end else None]
        return min((each for each in ends if each is not None), default=None)

    @property
    def bills_on(self) -> date | None:
        """The first day of the next period that is billed; None where none is.

        Never inside a period that was billed already, whatever the next billing date says.
        """
        day = self.next_billing_date
        if self.status not in HAS_NEXT_BILLING_DATE or self.is_paused or day is None:
            return None
        if self.billed_until is not None:
            day = max(day, self.billed_until)
        return None if self.ends_on is not None and self.ends_on <= day else day


@dataclass(frozen=True, slots=True)
class Period:
    """``start_on`` up to, not including, ``end_on``.

    ``whole_end_on`` is later where the subscription ends within the period, which then is billed by
    the day.
    """

    start_on: date
    end_on: date
    whole_end_on: date


@dataclass(frozen=True, slots=True)
class Due:
    """What is due: ``periods`` to bill, counted from ``anchor_on``, and what comes after them.

    ``ends_on`` is set where the subscription's end has come.
    """

    periods: tuple[Period, ...]
    anchor_on: date | None
    next_billing_date: date | None
    ends_on: date | None


def due(terms: Terms, *, through: date, today: date) -> Due:
    """The periods that begin on or before ``through`` and are not billed yet.

    A subscription that is canceled, incomplete or paused has none, and none begins on or after its
    end. Periods are counted from the anchor, so that the end of a month holds through February.
    Without an interval nothing is known to recur, so nothing is due.
    """
    ends_on = terms.ends_on
    has_ended = (
        terms.status in CAN_STILL_BILL and ends_on is not None and ends_on <= min(through, today)
    )
    day, periods = terms.bills_on, list[Period]()
    anchor = None
    if day is not None and day <= through and terms.interval is not None:
        anchor, position = _anchor(terms, terms.interval, day)
        while day is not None and day <= through:
            position += 1
            whole_end = add_intervals(anchor, terms.interval, position * terms.interval_count)
            end = whole_end if ends_on is None else min(whole_end, ends_on)
            periods.append(Period(day, end, whole_end))
            day = None if end == ends_on else end
    return Due(tuple(periods), anchor, day, ends_on if has_ended else None)


def _anchor(terms: Terms, interval: Interval, day: date) -> tuple[date, int]:
    """From which day periods are counted, and how many of them lead to ``day``.

    What was billed here goes on as it was counted; else the first anchor counts that leads there.
    """
    anchors = terms.anchors
    if terms.billed_anchor is not None and day == terms.billed_until:
        anchors = (terms.billed_anchor, *anchors)
    for anchor in anchors:
        position = intervals_between(anchor, day, interval, terms.interval_count)
        if position is not None:
            return anchor, position
    return day, 0
