"""What cancelling at once and at the end of the period each would do, in words and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from calmony_desktop.billing.money import plain
from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import CAN_STILL_BILL
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
    """Both, for the subscription as it is now."""

    subscription: SubscriptionToCancel
    at_once: CancellationChoice
    at_period_end: CancellationChoice


def cancellation_choices(subscription_id: str) -> CancellationChoices | None:
    """What a person can choose; None where there is no such subscription.

    Raises KnownError when the file cannot be read.
    """
    with database.reading():
        found = subscriptions.read_to_cancel(subscription_id)
        today = date_of(now(), business.time_zone())
    if found is None:
        return None
    return CancellationChoices(found, _at_once(found, today), _at_period_end(found, today))


def _at_once(found: SubscriptionToCancel, today: date) -> CancellationChoice:
    if found.status not in CAN_STILL_BILL:
        return _impossible(False, "It has ended already.")
    sentences = [f"It ends today, {day_in_words(today)}.", _no_more_billing(found)]
    ends_on = found.terms.period_ends_on
    if ends_on is not None and ends_on > today:
        paid_through = day_in_words(ends_on - timedelta(days=1))
        sentences.append(f"What was billed for the time until {paid_through} is not paid back.")
    sentences.append(_open_invoices(found))
    return CancellationChoice(False, True, today, tuple(sentences))


def _at_period_end(found: SubscriptionToCancel, today: date) -> CancellationChoice:
    ends_on = found.terms.period_ends_on
    if found.status not in CAN_STILL_BILL:
        return _impossible(True, "It has ended already.")
    if found.cancel_at_period_end:
        return _impossible(True, "It is set to end with its period already.")
    if ends_on is None:
        return _impossible(True, "No billing period is known whose end could be waited for.")
    if ends_on <= today:
        return _impossible(True, f"Its period ended on {day_in_words(ends_on)} already.")
    last_day = day_in_words(ends_on - timedelta(days=1))
    return CancellationChoice(
        True,
        True,
        ends_on,
        (
            f"It goes on through {last_day} and ends on {day_in_words(ends_on)}.",
            _no_more_billing(found),
            f"It can be reinstated through {last_day}.",
            _open_invoices(found),
        ),
    )


def _impossible(at_period_end: bool, sentence: str) -> CancellationChoice:
    return CancellationChoice(at_period_end, False, None, (sentence,))


def _no_more_billing(found: SubscriptionToCancel) -> str:
    day = found.next_billing_date
    if day is None:
        return "It has no next billing date, and gets none."
    amount = plain(found.amount, found.currency)
    return f"It is not billed on {day_in_words(day)} ({amount}) nor on any later date."


def _open_invoices(found: SubscriptionToCancel) -> str:
    if not found.open_invoices:
        return "It has no open invoice."
    amount = plain(found.open_amount, found.currency)
    if found.open_invoices == 1:
        return f"Its one open invoice stays open: {amount} are still owed."
    return f"Its {counted(found.open_invoices, 'open invoice')} stay open: {amount} are still owed."
