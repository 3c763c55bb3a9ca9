"""Which periods fall due: month ends, leap years, trials, ends; none twice, none missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.billing.due_periods import Due, Period, Terms, due
from calmony_desktop.billing.periods import (
    Interval,
    add_intervals,
    date_of,
    intervals_between,
    midnight,
)
from calmony_desktop.billing.statuses import HAS_NEXT_BILLING_DATE, SubscriptionStatus

TODAY = date(2030, 1, 1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def terms(next_on: str | None, **changes: Any) -> Terms:
    facts: dict[str, Any] = {
        "status": SubscriptionStatus.ACTIVE,
        "interval": Interval.MONTH,
        "interval_count": 1,
        "next_billing_date": next_on and day(next_on),
    }
    return Terms(**{**facts, **changes})


def starts(found: Due) -> list[str]:
    return [period.start_on.isoformat() for period in found.periods]


@pytest.mark.parametrize(
    ("anchor", "interval", "count", "next_on", "through", "expected", "then"),
    [
        (
            "2026-01-31",
            "month",
            1,
            "2026-02-28",
            "2026-05-31",
            ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
            "2026-06-30",
        ),
        ("2024-01-31", "month", 1, "2024-02-29", "2024-03-30", ["2024-02-29"], "2024-03-31"),
        (
            "2024-02-29",
            "year",
            1,
            "2025-02-28",
            "2028-02-29",
            ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
            "2029-02-28",
        ),
        (
            "2025-11-30",
            "month",
            3,
            "2026-02-28",
            "2026-08-30",
            ["2026-02-28", "2026-05-30", "2026-08-30"],
            "2026-11-30",
        ),
        (
            "2025-08-31",
            "month",
            6,
            "2026-02-28",
            "2026-08-31",
            ["2026-02-28", "2026-08-31"],
            "2027-02-28",
        ),
        (
            "2026-12-28",
            "week",
            1,
            "2027-01-04",
            "2027-01-18",
            ["2027-01-04", "2027-01-11", "2027-01-18"],
            "2027-01-25",
        ),
        ("2026-01-01", "week", 2, "2026-01-15", "2026-01-28", ["2026-01-15"], "2026-01-29"),
        ("2026-01-30", "day", 30, "2026-03-01", "2026-03-01", ["2026-03-01"], "2026-03-31"),
        ("2026-01-31", "month", 1, "2026-02-28", "2026-02-27", [], "2026-02-28"),
    ],
)
def test_the_anchor_holds_through_short_months_and_leap_years(
    anchor: str,
    interval: str,
    count: int,
    next_on: str,
    through: str,
    expected: list[str],
    then: str,
) -> None:
    found = due(
        terms(next_on, interval=Interval(interval), interval_count=count, anchors=(day(anchor),)),
        through=day(through),
        today=TODAY,
    )
    assert starts(found) == expected
    assert found.next_billing_date == day(then)
    for one, other in zip(found.periods, found.periods[1:], strict=False):
        assert one.end_on == other.start_on


def test_an_anchor_that_does_not_lead_to_the_billing_date_is_passed_over() -> None:
    elsewhere, right = day("2026-01-15"), day("2025-12-31")
    found = due(
        terms("2026-02-28", anchors=(elsewhere, right)), through=day("2026-03-31"), today=TODAY
    )
    assert (starts(found), found.anchor_on) == (["2026-02-28", "2026-03-31"], right)
    found = due(terms("2026-02-28", anchors=(elsewhere,)), through=day("2026-03-31"), today=TODAY)
    assert (starts(found), found.anchor_on) == (["2026-02-28", "2026-03-28"], day("2026-02-28"))


@pytest.mark.parametrize("status", sorted(set(SubscriptionStatus) - HAS_NEXT_BILLING_DATE))
def test_nothing_is_due_for(status: SubscriptionStatus) -> None:
    assert due(terms("2026-01-01", status=status), through=TODAY, today=TODAY).periods == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"is_paused": True},
        {"next_billing_date": None},
        {"cancel_on": day("2026-01-01")},
        {"cancel_on": day("2025-06-01")},
        {"cancel_at_period_end": True, "period_ends_on": day("2026-01-01")},
        {"billed_until": day("2030-01-02")},
    ],
    ids=str,
)
def test_nothing_is_due_where_it_is_paused_or_over(changes: dict[str, Any]) -> None:
    found = due(replace(terms("2026-01-01"), **changes), through=TODAY, today=TODAY)
    assert found.periods == ()


def test_a_date_inside_what_was_billed_does_not_bill_it_again() -> None:
    found = due(
        terms("2026-01-31", billed_until=day("2026-02-28"), billed_anchor=day("2026-01-31")),
        through=day("2026-02-28"),
        today=TODAY,
    )
    assert found.periods == (Period(day("2026-02-28"), day("2026-03-31"), day("2026-03-31")),)


def test_what_ends_within_a_period_is_billed_to_its_end_and_no_further() -> None:
    found = due(
        terms("2026-01-01", cancel_on=day("2026-02-15")), through=day("2026-12-31"), today=TODAY
    )
    assert found.periods == (
        Period(day("2026-01-01"), day("2026-02-01"), day("2026-02-01")),
        Period(day("2026-02-01"), day("2026-02-15"), day("2026-03-01")),
    )
    assert (found.next_billing_date, found.ends_on) == (None, day("2026-02-15"))


@pytest.mark.parametrize(
    ("through", "today", "ended"),
    [
        ("2026-02-28", "2026-03-01", False),
        ("2026-03-01", "2026-03-01", True),
        # To bill ahead of time ends nothing before its time.
        ("2026-06-01", "2026-02-28", False),
        ("2026-06-01", "2026-06-01", True),
    ],
)
def test_a_cancellation_at_period_end_falls_due_on_its_day(
    through: str, today: str, ended: bool
) -> None:
    ending = terms(None, cancel_at_period_end=True, period_ends_on=day("2026-03-01"))
    found = due(ending, through=day(through), today=day(today))
    assert found.ends_on == (day("2026-03-01") if ended else None)


def test_a_paused_subscription_ends_too() -> None:
    ending = terms(None, status=SubscriptionStatus.PAUSED, cancel_on=day("2026-03-01"))
    assert due(ending, through=TODAY, today=TODAY).ends_on == day("2026-03-01")
    over = replace(ending, status=SubscriptionStatus.CANCELED)
    assert due(over, through=TODAY, today=TODAY).ends_on is None


anchors = st.dates(date(2020, 1, 1), date(2032, 12, 31))
intervals = st.tuples(st.sampled_from(list(Interval)), st.integers(1, 13))


@given(anchor=anchors, every=intervals, position=st.integers(-40, 40))
def test_the_number_of_intervals_leads_back_to_the_day(
    anchor: date, every: tuple[Interval, int], position: int
) -> None:
    interval, count = every
    there = add_intervals(anchor, interval, position * count)
    found = intervals_between(anchor, there, interval, count)
    assert found is not None
    assert add_intervals(anchor, interval, found * count) == there


@given(
    anchor=anchors,
    every=intervals,
    first=st.integers(0, 20),
    runs=st.lists(st.integers(0, 400), min_size=1, max_size=6),
)
def test_several_runs_bill_what_one_run_bills(
    anchor: date, every: tuple[Interval, int], first: int, runs: list[int]
) -> None:
    interval, count = every
    start = add_intervals(anchor, interval, first * count)
    whole = Terms(
        SubscriptionStatus.ACTIVE, interval, count, start, anchors=(anchor - timedelta(1), anchor)
    )
    through, billed, state = start - timedelta(days=1), list[Period](), whole
    for days in runs:
        through += timedelta(days=days)
        found = due(state, through=through, today=TODAY)
        billed += found.periods
        if found.periods:
            state = replace(
                state,
                next_billing_date=found.next_billing_date,
                billed_until=found.periods[-1].end_on,
                billed_anchor=found.anchor_on,
            )
    assert tuple(billed) == due(whole, through=through, today=TODAY).periods


@given(day=anchors, zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Tokyo", "America/Lima"]))
def test_midnight_is_on_its_day(day: date, zone: str) -> None:
    assert date_of(midnight(day, zone), zone) == day
    assert date_of(midnight(day, zone) - 1, zone) == day - timedelta(days=1)
