"""Whatever happens in whichever order: billed is what must be, once, and nothing else.

A state machine lets time pass, bills, cancels, undoes, reinstates and imports what the provider
says, old and new. Beside it stands a plain model of one subscription, which knows neither the
database nor the code under test, and says which periods must be billed by now.
"""

from __future__ import annotations

import calendar
import os
import tempfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
)

from calmony_desktop.errors import KnownError
from calmony_desktop.operations import operator
from calmony_desktop.operations.cancel_subscription import Outcome, cancel_subscription
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.undo_cancellation import (
    reinstate_subscription,
    undo_cancellation,
)
from calmony_desktop.store import models
from calmony_desktop.store.database import close_database

from .conftest import Company, noon, open_company

INTERVALS = [("week", 1), ("month", 1), ("month", 3), ("year", 1), ("day", 10)]
ANCHORS = [date(2026, 1, 31), date(2025, 12, 29), date(2025, 8, 30), date(2024, 2, 29)]


def boundary(anchor: date, unit: str, count: int, number: int) -> date:
    """The first day of period ``number`` from the anchor, worked out the long way."""
    if unit in ("day", "week"):
        return anchor + timedelta(days=number * count * (7 if unit == "week" else 1))
    months = number * count * (12 if unit == "year" else 1)
    year, month = anchor.year, anchor.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(anchor.day, calendar.monthrange(year, month)[1]))


@dataclass
class Expected:
    """What the subscription must be like.

    ``is_contradicted``: since it was set to end here, the provider said that it goes on.
    """

    anchor: date
    unit: str
    count: int
    known_end: date
    next_on: date | None
    trial_end: date | None = None
    billed: list[date] = field(default_factory=list)
    billed_until: date | None = None
    is_paused: bool = False
    is_canceled: bool = False
    ends_on: date | None = None
    is_contradicted: bool = False
    trial_is_over: bool = False
    messages: list[Any] = field(default_factory=list)

    def period_at(self, day: date) -> tuple[date, date]:
        """The period of the provider that ``day`` lies in."""
        number = 0
        while boundary(self.anchor, self.unit, self.count, number + 1) <= day:
            number += 1
        return (
            boundary(self.anchor, self.unit, self.count, number),
            boundary(self.anchor, self.unit, self.count, number + 1),
        )

    def after(self, day: date) -> date:
        """The first boundary after ``day``."""
        return self.period_at(day)[1] if day >= self.anchor else self.anchor

    @property
    def paid_until(self) -> date:
        return max(self.known_end, self.billed_until or self.known_end)


class Histories(RuleBasedStateMachine):
    """Up to four subscriptions of one customer, and a clock that stands at noon."""

    template: Path
    subscriptions = Bundle("subscriptions")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.company: Company = open_company(
            Path(self.folder.name) / "history.db", type(self).template
        )
        # A power cut is none of these histories, and they are many.
        models.database.execute_sql("PRAGMA synchronous = OFF")
        self.today = date(2026, 2, 10)
        self.tick = 0
        self.expected: dict[str, Expected] = {}
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(operator, "time", SimpleNamespace(time=self.now))
        self.company.bring_in(self.company.customer())

    def teardown(self) -> None:
        report = check_database()
        close_database()
        self.patch.undo()
        self.folder.cleanup()
        assert report.findings == ()

    def now(self) -> int:
        return noon(self.today) + self.tick

    # What the provider says

    def message(self, subscription_id: str, **changes: Any) -> Any:
        """An event of now about the subscription as the provider has it."""
        has = self.expected[subscription_id]
        on_trial = has.trial_end is not None and self.today < has.trial_end
        start, end = (
            (min(self.today, has.trial_end - timedelta(days=14)), has.trial_end)
            if on_trial and has.trial_end is not None
            else has.period_at(self.today)
        )
        made = self.company.subscription(
            (start.isoformat(), end.isoformat()),
            id=subscription_id,
            interval=has.unit,
            count=has.count,
            anchor=has.anchor.isoformat(),
            status="trialing" if on_trial else "active",
            trial_end=None if has.trial_end is None else noon(has.trial_end),
        )
        self.tick += 1
        return {
            "object": "event",
            "id": f"evt_{uuid4().hex}",
            "created": self.now(),
            "type": "customer.subscription.updated",
            "api_version": "2026-02-25",
            "data": {"object": made | changes},
        }

    def deliver(self, subscription_id: str, **changes: Any) -> None:
        has = self.expected[subscription_id]
        told = self.message(subscription_id, **changes)
        has.messages.append(told)
        self.company.bring_in(told)

    def provider_goes_on(self, has: Expected, *, is_paused: bool) -> None:
        """The model after news from the provider that it accepts."""
        on_trial = has.trial_end is not None and self.today < has.trial_end
        has.known_end = (
            has.trial_end if on_trial and has.trial_end else has.period_at(self.today)[1]
        )
        has.trial_is_over = not on_trial
        has.is_paused = is_paused
        has.next_on = None if is_paused else has.paid_until

    @precondition(lambda self: len(self.expected) < 4)
    @rule(
        target=subscriptions,
        anchor=st.sampled_from(ANCHORS),
        every=st.sampled_from(INTERVALS),
        trial_days=st.sampled_from([0, 0, 5, 40]),
    )
    def subscribe(self, anchor: date, every: tuple[str, int], trial_days: int) -> str:
        subscription_id = f"sub_{len(self.expected)}"
        trial_end = self.today + timedelta(days=trial_days) if trial_days else None
        has = Expected(trial_end or anchor, *every, self.today, None, trial_end)
        self.expected[subscription_id] = has
        self.deliver(subscription_id)
        self.provider_goes_on(has, is_paused=False)
        return subscription_id

    @rule(subscription_id=subscriptions, pauses=st.booleans())
    def provider_pauses_or_goes_on(self, subscription_id: str, pauses: bool) -> None:
        has = self.expected[subscription_id]
        self.deliver(subscription_id, pause_collection={"behavior": "void"} if pauses else None)
        if not has.is_canceled and has.ends_on is None:
            self.provider_goes_on(has, is_paused=pauses)
        has.is_contradicted = True

    @rule(subscription_id=consumes(subscriptions))
    def provider_cancels(self, subscription_id: str) -> None:
        has = self.expected[subscription_id]
        self.deliver(
            subscription_id, status="canceled", canceled_at=self.now(), ended_at=self.now()
        )
        has.is_canceled, has.next_on, has.ends_on = True, None, None

    @rule(subscription_id=subscriptions, number=st.integers(0, 9))
    def old_news_come_again(self, subscription_id: str, number: int) -> None:
        has = self.expected[subscription_id]
        if has.messages[:-1]:
            self.company.bring_in(has.messages[:-1][number % len(has.messages[:-1])])

    @rule()
    def all_the_latest_news_come_again(self) -> None:
        for has in self.expected.values():
            self.company.bring_in(has.messages[-1])
            has.is_contradicted = True

    # What happens here

    @rule(days=st.sampled_from([1, 3, 14, 31, 59, 92, 400]))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.tick = 0

    @rule()
    def bill(self) -> None:
        self.company.bill()
        for has in self.expected.values():
            if has.is_canceled:
                continue
            if has.ends_on is not None and has.ends_on <= self.today:
                has.is_canceled, has.ends_on = True, None
            while has.next_on is not None and has.next_on <= self.today:
                has.billed.append(has.next_on)
                has.next_on = has.billed_until = has.after(has.next_on)
                has.trial_is_over = True

    @rule(subscription_id=subscriptions)
    def cancel_at_once(self, subscription_id: str) -> None:
        has = self.expected[subscription_id]
        done = cancel_subscription(subscription_id, operation_id=str(uuid4()))
        assert (done.outcome is Outcome.ALREADY_ENDED) == has.is_canceled
        if not has.is_canceled:
            has.is_canceled = True
            has.next_on = has.ends_on = None

    @rule(subscription_id=subscriptions)
    def cancel_at_period_end(self, subscription_id: str) -> None:
        has = self.expected[subscription_id]
        can_wait = has.paid_until > self.today
        try:
            done = cancel_subscription(
                subscription_id, operation_id=str(uuid4()), at_period_end=True
            )
        except KnownError:
            assert not has.is_canceled
            assert has.ends_on is None
            assert not can_wait
            return
        if not has.is_canceled and has.ends_on is None:
            assert can_wait
            assert done.outcome is Outcome.SCHEDULED
            has.ends_on, has.next_on = has.paid_until, None
            has.is_contradicted = False

    @rule(subscription_id=subscriptions, at_period_end=st.booleans())
    def cancel_and_undo(self, subscription_id: str, at_period_end: bool) -> None:
        has = self.expected[subscription_id]
        if has.is_canceled or (
            at_period_end and (has.ends_on is not None or has.paid_until <= self.today)
        ):
            return
        before = dict(self.company.stored(subscription_id).__data__)
        cancel_subscription(subscription_id, operation_id=str(uuid4()), at_period_end=at_period_end)
        self.tick += 60
        undo_cancellation(subscription_id, operation_id=str(uuid4()))
        assert dict(self.company.stored(subscription_id).__data__) == before

    @rule(subscription_id=subscriptions)
    def reinstate(self, subscription_id: str) -> None:
        has = self.expected[subscription_id]
        is_possible = (
            has.ends_on is not None and has.ends_on > self.today and not has.is_contradicted
        )
        try:
            reinstate_subscription(subscription_id, operation_id=str(uuid4()))
        except KnownError:
            assert not is_possible
            return
        assert is_possible
        has.ends_on, has.next_on = None, None if has.is_paused else has.paid_until

    # What must always be so

    @invariant()
    def billed_is_what_must_be_and_nothing_else(self) -> None:
        issued: dict[str, list[date]] = {each: [] for each in self.expected}
        query: Any = models.Invoice.select().where(models.Invoice.issued_here)
        for invoice in query.order_by(models.Invoice.period_start_on):
            issued[invoice.subscription_id].append(invoice.period_start_on)
        assert issued == {each: has.billed for each, has in self.expected.items()}

    @invariant()
    def the_next_billing_dates_are_right(self) -> None:
        for subscription_id, has in self.expected.items():
            stored = self.company.stored(subscription_id)
            assert stored.next_billing_date == has.next_on
            assert (stored.status == "canceled") == has.is_canceled
            if not has.is_canceled:
                assert (stored.status == "active") == has.trial_is_over


def test_over_many_histories_only_what_is_due_is_billed(template: Path) -> None:
    """``HISTORIES=5000`` looks at more of them, and makes a failure small, which takes minutes."""
    wanted = os.environ.get("HISTORIES")
    Histories.template = template
    histories = Histories.TestCase()
    histories.settings = settings(
        max_examples=int(wanted or 40),
        stateful_step_count=25,
        phases=[Phase.generate, Phase.shrink] if wanted else [Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    histories.runTest()
