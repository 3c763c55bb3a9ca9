"""Take a cancellation back: within ten minutes, or as long as the period it ends with goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from calmony_desktop.billing.cancelling import undo_until
from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import (
    CAN_STILL_BILL,
    HAS_NEXT_BILLING_DATE,
    SubscriptionStatus,
)
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.operations.wording import day_in_words
from calmony_desktop.store import activity, business, database, subscriptions
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.subscriptions import SubscriptionToCancel

_ACTIONS: Final = ("cancel_subscription", "undo_cancellation", "reinstate_subscription")


@dataclass(frozen=True, slots=True)
class Restored:
    """A subscription that goes on. ``next_billing_date`` is None where it has none, as paused."""

    subscription_id: str
    customer_id: str
    plan: str
    next_billing_date: date | None

    @property
    def sentence(self) -> str:
        """What a person is told."""
        if self.next_billing_date is None:
            return f"“{self.plan}” goes on. No next billing date is set."
        day = day_in_words(self.next_billing_date)
        return f"“{self.plan}” goes on and will be billed next on {day}."


def undo_deadline(subscription_id: str) -> int | None:
    """Until which instant the latest cancellation can be undone; None where it can't be any more.

    Raises KnownError when the file cannot be read.
    """
    with database.reading():
        found = subscriptions.read_to_cancel(subscription_id)
        entry = _cancellation(subscription_id)
        if found is None or entry is None or not _is_as_left(found, entry):
            return None
        deadline = _deadline(entry)
        return deadline if now() < deadline else None


def undo_cancellation(subscription_id: str, *, operation_id: str) -> Restored:
    """Bring the subscription back to what it was before it was cancelled here.

    That is possible for ten minutes, or until its next billing date comes, whichever is first.
    ``operation_id`` as everywhere. Raises KnownError when there is no such subscription, no
    cancellation to undo, the time is over, it was changed since, or the file cannot be written.
    """
    with database.writing():
        found = _found(subscription_id)
        if activity.has(operation_id):
            return _restored(found)
        entry = _cancellation(subscription_id)
        if entry is None:
            raise KnownError(f"“{found.plan}” was not cancelled here, so there is nothing to undo.")
        if not _is_as_left(found, entry):
            raise KnownError(
                f"“{found.plan}” was changed since it was cancelled, so that can’t be undone."
            )
        if now() >= _deadline(entry):
            raise KnownError(
                f"The time to undo the cancellation of “{found.plan}” is over. "
                + _way_out(found.cancel_at_period_end)
            )
        changes = {key: _value(key, value) for key, value in entry.before.items()}
        was_at_once = "status" in changes
        changes["canceled_here" if was_at_once else "cancel_requested_here"] = False
        for key in ("cancellation_reason", "cancellation_note"):
            changes.setdefault(key, None)
        return _go_on(found, changes, "undo_cancellation", operation_id, entry.operation_id)


def reinstate_subscription(subscription_id: str, *, operation_id: str) -> Restored:
    """Let a subscription go on that is set to end with its period, before that end has come.

    Raises KnownError when there is no such subscription, it is not set to end, its end has come, or
    the file cannot be written.
    """
    with database.writing():
        found = _found(subscription_id)
        if activity.has(operation_id):
            return _restored(found)
        if SubscriptionStatus(found.status) not in CAN_STILL_BILL or not found.cancel_at_period_end:
            raise KnownError(f"“{found.plan}” is not set to end with its period.")
        ends_on = found.terms.ends_on
        if ends_on is not None and ends_on <= date_of(now(), business.time_zone()):
            raise KnownError(
                f"“{found.plan}” ended on {day_in_words(ends_on)}, so it can’t be reinstated."
            )
        bills = found.status in HAS_NEXT_BILLING_DATE and not found.terms.is_paused
        changes = {
            "cancel_at_period_end": False,
            "cancel_at": None,
            "canceled_at": None,
            "next_billing_date": found.terms.period_ends_on if bills else None,
            "cancel_requested_here": False,
            "cancellation_reason": None,
            "cancellation_note": None,
        }
        entry = _cancellation(subscription_id)
        undoes = None if entry is None else entry.operation_id
        return _go_on(found, changes, "reinstate_subscription", operation_id, undoes)


def _go_on(
    found: SubscriptionToCancel,
    changes: Mapping[str, Any],
    action: str,
    operation_id: str,
    undoes: str | None,
) -> Restored:
    subscriptions.write(found.id, changes)
    shown = [key for key in changes if not key.endswith("_here")]
    activity.add(
        ActivityEntry(
            operation_id=operation_id,
            at=now(),
            operator=operator_name(),
            action=action,
            object_kind="subscription",
            object_id=found.id,
            customer_id=found.customer_id,
            before={key: _plain(getattr(found, key)) for key in shown},
            after={key: _plain(changes[key]) for key in shown} | {"undoes": undoes},
        )
    )
    return _restored(_found(found.id))


def _found(subscription_id: str) -> SubscriptionToCancel:
    found = subscriptions.read_to_cancel(subscription_id)
    if found is None:
        raise KnownError(
            f"There is no subscription {subscription_id} any more. Nothing was changed."
        )
    return found


def _restored(found: SubscriptionToCancel) -> Restored:
    return Restored(found.id, found.customer_id, found.plan, found.next_billing_date)


def _cancellation(subscription_id: str) -> ActivityEntry | None:
    """The latest cancellation made here, unless it was taken back."""
    entries = [
        each
        for each in activity.of_object("subscription", subscription_id)
        if each.action in _ACTIONS
    ]
    return entries[-1] if entries and entries[-1].action == "cancel_subscription" else None


def _is_as_left(found: SubscriptionToCancel, entry: ActivityEntry) -> bool:
    """Whether the subscription is still as the cancellation left it, and it was cancelled here."""
    is_ours = found.canceled_here if "status" in entry.after else found.cancel_requested_here
    return is_ours and all(
        _plain(getattr(found, key)) == value for key, value in entry.after.items()
    )


def _deadline(entry: ActivityEntry) -> int:
    next_billing_date = _value("next_billing_date", entry.before["next_billing_date"])
    return undo_until(entry.at, next_billing_date, business.time_zone())


def _way_out(is_set_to_end: bool) -> str:
    if is_set_to_end:
        return "Reinstate it instead, as long as its period goes on."
    return "The customer needs a new subscription at the payment provider."


def _value(key: str, value: Any) -> Any:
    is_date = key == "next_billing_date" and value is not None
    return date.fromisoformat(value) if is_date else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
