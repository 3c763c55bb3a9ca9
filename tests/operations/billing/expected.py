"""A plain model of one subscription, which knows neither the database nor the code under test."""

from __future__ import annotations

import calendar
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any


def boundary(anchor: date, unit: str, count: int, number: int) -> date:
    """The first day of period ``number`` from the anchor, worked out the long way."""
    if unit in ("day", "week"):
        return anchor + timedelta(days=number * count * (7 if unit == "week" else 1))
    months = number * count * (12 if unit == "year" else 1)
    year, month = anchor.year, anchor.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(anchor.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True)
class State:
    """What decides whether, when and what a subscription bills.

    ``known_end`` is the end of the period that the provider names, ``cancel_on`` the day on which
    it is set to be cancelled, whatever its period.
    """

    status: str
    known_end: date
    is_paused: bool = False
    ends_with_period: bool = False
    cancel_on: date | None = None

    def next_on(self, billed_until: date | None) -> date | None:
        """When it is billed next, having been billed until a day."""
        day = max(self.known_end, billed_until or self.known_end)
        if (
            self.status in ("canceled", "incomplete", "paused")
            or self.is_paused
            or self.ends_with_period
            or (self.cancel_on is not None and self.cancel_on <= day)
        ):
            return None
        return day


@dataclass
class Expected:
    """What the subscription must be like.

    ``accepted`` numbers the newest message that came in. ``before`` is what each cancellation made
    here that stands has changed; with ``is_contradicted`` the provider said since the latest that
    it is otherwise.
    """

    anchor: date
    unit: str
    count: int
    state: State
    trial_end: date | None = None
    billed: list[date] = field(default_factory=list)
    billed_until: date | None = None
    is_asked_here: bool = False
    is_canceled_here: bool = False
    before: list[dict[str, Any]] = field(default_factory=list)
    is_contradicted: bool = False
    messages: list[tuple[Any, State]] = field(default_factory=list)
    accepted: int = 0

    def boundary_after(self, day: date) -> date:
        """The first boundary of its periods after ``day``."""
        number = 0
        while boundary(self.anchor, self.unit, self.count, number) <= day:
            number += 1
        return boundary(self.anchor, self.unit, self.count, number)

    def period_at(self, today: date) -> tuple[date, date]:
        """The period that the provider names today."""
        if self.trial_end is not None and today < self.trial_end:
            return min(today, self.trial_end - timedelta(days=14)), self.trial_end
        number = 0
        while boundary(self.anchor, self.unit, self.count, number + 1) <= today:
            number += 1
        start, end = (boundary(self.anchor, self.unit, self.count, number + n) for n in (0, 1))
        return start, end

    @property
    def next_on(self) -> date | None:
        return self.state.next_on(self.billed_until)

    @property
    def is_canceled(self) -> bool:
        return self.state.status == "canceled"

    @property
    def has_ended(self) -> bool:
        return self.state.status in ("canceled", "incomplete")

    @property
    def paid_until(self) -> date:
        return max(self.state.known_end, self.billed_until or self.state.known_end)

    @property
    def ends_on(self) -> date | None:
        ends = [self.state.cancel_on, self.paid_until if self.state.ends_with_period else None]
        return min((each for each in ends if each is not None), default=None)

    # What happens to it

    def hears(self, number: int) -> None:
        """Message ``number`` comes in, for the first time or again."""
        if number >= self.accepted and self.is_told(self.messages[number][1]):
            self.accepted = number

    def is_told(self, said: State) -> bool:
        """The provider's newest state comes in; False where what was decided here stands."""
        if (
            said.status == "trialing"
            and self.billed_until is not None
            and self.trial_end is not None
            and self.trial_end < self.billed_until
        ):
            said = replace(said, status="active")
        if said.status == "canceled":
            self.state, self.is_asked_here = said, False
            return True
        if self.is_canceled_here or (self.is_asked_here and not said.ends_with_period):
            self.is_contradicted |= self._contradicts(said)
            return False
        if self.is_canceled:
            return False
        if self.is_asked_here:
            ends = (self.state.cancel_on, said.cancel_on)
            said = replace(said, cancel_on=min(each for each in ends if each is not None))
        self.state = said
        return True

    def _contradicts(self, said: State) -> bool:
        """Whether that is neither as it is, nor as it was before it was cancelled."""
        theirs, ours = self._known_of(said), self._known_of(self.state)
        return any(
            value not in [each[key] for each in (ours, *self.before) if key in each]
            for key, value in theirs.items()
        )

    def _known_of(self, state: State) -> dict[str, Any]:
        known = {key: value for key, value in asdict(state).items() if key != "known_end"}
        return known | {"next_on": state.next_on(self.billed_until)}

    def is_billed(self, today: date) -> None:
        """Everything that is due by today is billed, and an end that has come takes place."""
        end = self.ends_on
        while (day := self.next_on) is not None and day <= today:
            until = self.boundary_after(day)
            self.billed.append(day)
            self.billed_until = until if end is None else min(until, end)
            if self.state.status == "trialing":
                self.state = replace(self.state, status="active")
        if end is not None and end <= today and not self.has_ended:
            self.state = replace(self.state, status="canceled")
            self.is_canceled_here |= self.is_asked_here

    def is_cancelled_at_once(self) -> None:
        self.before.append({"status": self.state.status, "next_on": self.next_on})
        self.state = replace(self.state, status="canceled")
        self.is_canceled_here, self.is_contradicted = True, False

    def is_cancelled_at_period_end(self) -> None:
        known = self._known_of(self.state)
        keys = ("ends_with_period", "cancel_on", "next_on")
        self.before.append({key: known[key] for key in keys})
        ends = [each for each in (self.state.cancel_on, self.paid_until) if each is not None]
        self.state = replace(self.state, ends_with_period=True, cancel_on=min(ends))
        self.is_asked_here, self.is_contradicted = True, False

    def is_paid(self, *, in_time: bool) -> None:
        """The newest of its invoices that was owed is paid."""
        if self.state.status == "past_due" or (self.state.status == "unpaid" and in_time):
            self.state = replace(self.state, status="active")

    def is_reinstated(self) -> None:
        cancel_on = self.before[-1]["cancel_on"] if self.before else None
        self.state = replace(self.state, ends_with_period=False, cancel_on=cancel_on)
        self.before, self.is_asked_here = [], False
