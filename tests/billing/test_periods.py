"""Billing dates are calendar dates of the business, wherever the computer stands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.billing.periods import Interval, add_intervals, date_of, next_billing_date
from calmony_desktop.billing.statuses import HAS_NEXT_BILLING_DATE, SubscriptionStatus
from calmony_desktop.errors import KnownError

NOON = int(datetime(2026, 3, 14, 12, tzinfo=UTC).timestamp())
DAY = 86_400


def next_date(
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE, **changes: Any
) -> date | None:
    facts: dict[str, Any] = {
        "period_ends": [NOON],
        "trial_end": None,
        "cancel_at_period_end": False,
        "cancel_at": None,
        "time_zone": "UTC",
    }
    return next_billing_date(status, **{**facts, **changes})


@pytest.fixture
def computer_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Moves the computer to another time zone."""
    if not hasattr(time, "tzset"):
        pytest.skip("a running program cannot change its time zone on this system")

    def move(time_zone: str) -> None:
        monkeypatch.setenv("TZ", time_zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("instant", "time_zone", "day"),
    [
        (datetime(2026, 3, 14, 23, 59, 59, tzinfo=UTC), "UTC", date(2026, 3, 14)),
        (datetime(2026, 3, 14, 23, 59, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 15)),
        (datetime(2026, 3, 15, 0, 0, 0, tzinfo=UTC), "UTC", date(2026, 3, 15)),
        (datetime(2026, 3, 15, 0, 0, 0, tzinfo=UTC), "America/New_York", date(2026, 3, 14)),
        (datetime(2026, 3, 14, 10, 0, 0, tzinfo=UTC), "Pacific/Kiritimati", date(2026, 3, 15)),
        (datetime(2026, 3, 14, 10, 59, 0, tzinfo=UTC), "Pacific/Niue", date(2026, 3, 13)),
        # In summer Berlin's midnight is 22:00 UTC, in winter 23:00.
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 28)),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 25)),
        (datetime(1969, 12, 31, 23, 0, 0, tzinfo=UTC), "UTC", date(1969, 12, 31)),
        (datetime(2024, 2, 29, 12, 0, 0, tzinfo=UTC), "UTC", date(2024, 2, 29)),
    ],
)
def test_an_instant_is_a_date_in_the_time_zone_of_the_business(
    instant: datetime, time_zone: str, day: date
) -> None:
    assert date_of(int(instant.timestamp()), time_zone) == day


@pytest.mark.parametrize("where", ["Pacific/Kiritimati", "Pacific/Niue", "Asia/Kolkata", "UTC"])
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_a_date_does_not_move_with_the_computer(
    where: str, hour: int, computer_in: Callable[[str], None]
) -> None:
    computer_in(where)
    instant = int(datetime(2026, 3, 14, hour, 30, tzinfo=UTC).timestamp())
    assert date_of(instant, "UTC") == date(2026, 3, 14)
    assert next_date(period_ends=[instant]) == date(2026, 3, 14)


@pytest.mark.parametrize("instant", [10**12, 10**30, -(10**12)])
def test_an_instant_beyond_the_calendar_is_refused(instant: int) -> None:
    with pytest.raises(KnownError, match="not a time in seconds"):
        date_of(instant, "UTC")


@pytest.mark.parametrize("status", sorted(HAS_NEXT_BILLING_DATE))
def test_a_subscription_is_charged_next_at_the_end_of_its_period(
    status: SubscriptionStatus,
) -> None:
    assert next_date(status) == date(2026, 3, 14)


def test_the_item_whose_period_ends_first_is_charged_first() -> None:
    assert next_date(period_ends=[NOON + 9 * DAY, NOON, NOON + DAY]) == date(2026, 3, 14)


def test_a_trial_is_charged_when_it_ends() -> None:
    trial_end = NOON + 7 * DAY
    assert next_date(SubscriptionStatus.TRIALING, trial_end=trial_end) == date(2026, 3, 21)
    assert next_date(SubscriptionStatus.TRIALING, trial_end=trial_end, period_ends=[]) == (
        date(2026, 3, 21)
    )


def test_a_trial_whose_end_is_not_told_ends_with_its_period() -> None:
    assert next_date(SubscriptionStatus.TRIALING) == date(2026, 3, 14)


def test_a_trial_that_is_over_no_longer_counts() -> None:
    assert next_date(SubscriptionStatus.ACTIVE, trial_end=NOON - DAY) == date(2026, 3, 14)


@pytest.mark.parametrize("status", sorted(set(SubscriptionStatus) - HAS_NEXT_BILLING_DATE))
def test_there_is_no_next_billing_date_for(status: SubscriptionStatus) -> None:
    assert next_date(status) is None


@pytest.mark.parametrize("status", sorted(HAS_NEXT_BILLING_DATE))
@pytest.mark.parametrize(
    "ending", [{"cancel_at_period_end": True}, {"cancel_at": NOON}, {"cancel_at": NOON - DAY}]
)
def test_a_subscription_that_ends_before_its_next_charge_has_none(
    status: SubscriptionStatus, ending: dict[str, Any]
) -> None:
    assert next_date(status, trial_end=NOON, **ending) is None


def test_a_subscription_that_ends_after_its_next_charge_still_has_it() -> None:
    assert next_date(cancel_at=NOON + 1) == date(2026, 3, 14)


def test_a_subscription_whose_collection_is_paused_has_no_next_charge() -> None:
    assert next_date(is_paused=True) is None


def test_a_subscription_without_a_period_has_no_next_charge() -> None:
    assert next_date(period_ends=[]) is None


def test_a_charge_just_before_midnight_falls_on_the_day_of_the_business() -> None:
    late = int(datetime(2026, 12, 31, 23, 30, tzinfo=UTC).timestamp())
    assert next_date(period_ends=[late], time_zone="UTC") == date(2026, 12, 31)
    assert next_date(period_ends=[late], time_zone="Asia/Tokyo") == date(2027, 1, 1)


def test_the_end_of_a_month_holds_through_shorter_months() -> None:
    anchor = date(2026, 1, 31)
    assert [add_intervals(anchor, Interval.MONTH, count) for count in range(5)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]


def test_a_leap_day_comes_back_in_leap_years() -> None:
    anchor = date(2024, 2, 29)
    assert [add_intervals(anchor, Interval.YEAR, count) for count in (1, 3, 4)] == [
        date(2025, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]
    assert add_intervals(anchor, Interval.YEAR, -124) == date(1900, 2, 28)


@pytest.mark.parametrize(
    ("interval", "count", "day"),
    [
        (Interval.DAY, 1, date(2026, 3, 15)),
        (Interval.WEEK, 2, date(2026, 3, 28)),
        (Interval.MONTH, 3, date(2026, 6, 14)),
        (Interval.MONTH, 12, date(2027, 3, 14)),
        (Interval.MONTH, -3, date(2025, 12, 14)),
        (Interval.YEAR, 1, date(2027, 3, 14)),
    ],
)
def test_a_billing_interval_leads_from_date_to_date(
    interval: Interval, count: int, day: date
) -> None:
    assert add_intervals(date(2026, 3, 14), interval, count) == day


days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(anchor=days, interval=st.sampled_from(list(Interval)), count=st.integers(0, 500))
def test_a_later_interval_never_ends_earlier(anchor: date, interval: Interval, count: int) -> None:
    here = add_intervals(anchor, interval, count)
    there = add_intervals(anchor, interval, count + 1)
    assert here < there
    assert there - here <= timedelta(days=366)


@given(anchor=days, count=st.integers(-600, 600))
def test_a_month_keeps_the_anchors_day_or_is_too_short_for_it(anchor: date, count: int) -> None:
    moved = add_intervals(anchor, Interval.MONTH, count)
    is_last_day = (moved + timedelta(days=1)).month != moved.month
    assert moved.day == anchor.day or (moved.day < anchor.day and is_last_day)
