"""What cancelling at once and at the end of the period each would do, in words and dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from calmony_desktop.billing.money import plain
from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import CAN_STILL_BILL, SubscriptionStatus
from calmony_desktop.operations.operator import now
from calmony_desktop.operations.wording import counted, day_in_words
from calmony_desktop.store import business, database, subscriptions
from calmony_desktop.store.subscriptions import SubscriptionToCancel


@dataclass(frozen=True, slots=True)
class CancellationChoice:
    """One of the two. ``ends_on`` is the first day without the subscription.

    Where ``is_possible`` is false the one sentence says why.
    """

    at_period_end: bool
    is_possible: bool
    ends_on: date | None
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CancellationChoices:
    """Both, for the subscription as it is now; ``either_way`` says what both of them do."""

    subscription: SubscriptionToCancel
    at_once: CancellationChoice
    at_period_end: CancellationChoice
    either_way: tuple[str, ...]


def cancellation_choices(
    subscription_id: str,
    *,
    money: Callable[[int, str], str] = plain,
    day: Callable[[date], str] = day_in_words,
) -> CancellationChoices | None:
    """What a person can choose; None where there is no such subscription.

    ``money`` (minor units, currency) and ``day`` write amounts and dates as the reader is used to.
    Raises KnownError when the file cannot be read.
    """
    with database.reading():
        found = subscriptions.read_to_cancel(subscription_id)
        today = date_of(now(), business.time_zone())
    if found is None:
        return None
    words = _Words(found, today, money, day)
    return CancellationChoices(found, words.at_once(), words.at_period_end(), words.either_way())


@dataclass(frozen=True, slots=True)
class _Words:
    found: SubscriptionToCancel
    today: date
    money: Callable[[int, str], str]
    day: Callable[[date], str]

    def at_once(self) -> CancellationChoice:
        if self.found.status not in CAN_STILL_BILL:
            return _impossible(False, "It has ended already.")
        what = "The trial" if self._is_trial() else "It"
        ends_on = self.found.terms.ends_on
        instead = ""
        if ends_on is not None and ends_on > self.today:
            instead = f", instead of on {self.day(ends_on)}"
        sentences = [
            f"{what} ends today, {self.day(self.today)}{instead}.",
            *self._what_was_billed(),
            *self._open_for_later(),
        ]
        return CancellationChoice(False, True, self.today, tuple(sentences))

    def at_period_end(self) -> CancellationChoice:
        terms = self.found.terms
        period_ends_on = terms.period_ends_on
        if self.found.status not in CAN_STILL_BILL:
            return _impossible(True, "It has ended already.")
        if self.found.cancel_at_period_end or _ends_before(terms.ends_on, period_ends_on):
            when = "with its period" if terms.ends_on is None else f"on {self.day(terms.ends_on)}"
            return _impossible(True, f"It is set to end {when} already.")
        if period_ends_on is None:
            return _impossible(True, "No billing period is known whose end could be waited for.")
        if period_ends_on <= self.today:
            return _impossible(True, f"Its period ended on {self.day(period_ends_on)} already.")
        what = "The trial" if self._is_trial() else "It"
        last_day = self.day(period_ends_on - timedelta(days=1))
        sentences = [
            f"{what} goes on through {last_day} and ends on {self.day(period_ends_on)}.",
            *(["Nothing is billed for it."] if self._is_trial() else []),
            "Until then it can be reinstated.",
        ]
        return CancellationChoice(True, True, period_ends_on, tuple(sentences))

    def either_way(self) -> tuple[str, ...]:
        sentences = [self._no_more_billing()]
        if self.found.open:
            owed = self.money(self.found.open_amount, self.found.currency)
            stay = "stays" if self.found.open_invoices == 1 else "stay"
            invoices = counted(self.found.open_invoices, "open invoice")
            sentences.append(f"{invoices} {stay} open: {owed} are still owed.")
        sentences.append("The payment provider still has to be told: Pending changes lists it.")
        return tuple(sentences)

    def _is_trial(self) -> bool:
        """Whether this is the time before the first bill."""
        is_billed = self.found.billed_through is not None and (
            self.found.billed_through >= self.today
        )
        return self.found.status == SubscriptionStatus.TRIALING and not is_billed

    def _what_was_billed(self) -> list[str]:
        if self._is_trial():
            return ["Nothing was billed for it."]
        billed, paid = self.found.billed_through, self.found.paid_through
        if paid is not None and paid >= self.today:
            return [f"What was paid for the time until {self.day(paid)} is not paid back."]
        ends_on = self.found.terms.period_ends_on
        is_known = billed is not None and billed >= self.today
        if is_known or ends_on is None or ends_on <= self.today:
            return []
        return [f"Nothing is paid back for the time until {self.day(ends_on - timedelta(days=1))}."]

    def _open_for_later(self) -> list[str]:
        """Whoever is billed ahead owes periods that the subscription does not reach any more."""
        later = [
            (each.period_start_on, each.amount_remaining)
            for each in self.found.open
            if each.period_start_on is not None and each.period_start_on >= self.today
        ]
        if not later:
            return []
        amount = self.money(sum(each for _, each in later), self.found.currency)
        are, them, they = ("is", "it", "it is") if len(later) == 1 else ("are", "them", "they are")
        return [
            f"{counted(len(later), 'open invoice')} ({amount}) {are} for the time from "
            f"{self.day(min(later)[0])} on: void {them} if {they} not owed."
        ]

    def _no_more_billing(self) -> str:
        next_on = self.found.next_billing_date
        if next_on is None:
            return "It is not billed again."
        amount = self.money(self.found.amount, self.found.currency)
        if next_on <= self.today:
            return (
                f"It was due to be billed on {self.day(next_on)} ({amount}): that is left out, and "
                "so is every later date."
            )
        return f"It is not billed on {self.day(next_on)} ({amount}) nor on any later date."


def _ends_before(ends_on: date | None, period_ends_on: date | None) -> bool:
    return ends_on is not None and (period_ends_on is None or ends_on <= period_ends_on)


def _impossible(at_period_end: bool, sentence: str) -> CancellationChoice:
    return CancellationChoice(at_period_end, False, None, (sentence,))
