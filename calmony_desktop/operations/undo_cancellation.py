"""Take a cancellation back: within ten minutes, or as long as the period it ends with goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from calmony_desktop.billing.cancelling import undo_until
from calmony_desktop.billing.due_periods import Terms
from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import (
    CAN_STILL_BILL,
    HAS_NEXT_BILLING_DATE,
    SubscriptionStatus,
)
from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.operations.wording import day_in_words
from calmony_desktop.store import activity, business, cancellations, database, subscriptions
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.subscriptions import SubscriptionToCancel

#: What of a subscription decides whether, when and what it bills.
_MATTERS: Final = (
    *("status", "is_paused", "cancel_at_period_end", "cancel_at", "next_billing_date"),
    *("amount", "currency", "interval", "interval_count"),
)


@dataclass(frozen=True, slots=True)
class Restored:
    """A subscription that goes on. ``next_billing_date`` is None where it has none, as paused.

    ``ends_on`` is the day that it is set to end on all the same, where there is one.
    """

    subscription_id: str
    customer_id: str
    plan: str
    next_billing_date: date | None
    ends_on: date | None

    @property
    def sentence(self) -> str:
        """What a person is told."""
        end = None if self.ends_on is None else day_in_words(self.ends_on)
        if self.next_billing_date is not None:
            day = day_in_words(self.next_billing_date)
            until = "" if end is None else f" It is set to end on {end}."
            return f"“{self.plan}” goes on and will be billed next on {day}.{until}"
        if end is not None:
            return (
                f"“{self.plan}” goes on until {end}, when it is set to end. It isn’t billed again."
            )
        return f"“{self.plan}” goes on. No next billing date is set."


def undo_deadline(subscription_id: str) -> int | None:
    """Until which instant the latest cancellation can be undone; None where it can't be any more.

    Raises KnownError when the file cannot be read.
    """
    with database.reading():
        found = subscriptions.read_to_cancel(subscription_id)
        entry = _cancellation(subscription_id)
        if found is None or entry is None or not _is_as_left(found, entry):
            return None
        if _is_contradicted(entry):
            return None
        deadline = _deadline(entry)
        return deadline if now() < deadline else None


@logged
def undo_cancellation(subscription_id: str, *, operation_id: str) -> Restored:
    """Bring the subscription back to what it was before it was cancelled here.

    That is possible for ten minutes, or until its next billing date comes, whichever is first.
    ``operation_id`` as everywhere. Raises KnownError when there is no such subscription, no
    cancellation to undo, the time is over, it was changed since, an import said otherwise since, or
    the file cannot be written.
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
        _refuse_what_is_contradicted(found, entry)
        changes = {key: _value(key, value) for key, value in entry.before.items()}
        was_at_once = "status" in changes
        changes["canceled_here" if was_at_once else "cancel_requested_here"] = False
        for key in ("cancellation_reason", "cancellation_note"):
            changes.setdefault(key, None)
        if (
            found.terms.is_paused
            or changes.get("status", found.status) not in HAS_NEXT_BILLING_DATE
        ):
            changes["next_billing_date"] = None
        return _go_on(found, changes, "undo_cancellation", operation_id, entry.operation_id)


@logged
def reinstate_subscription(subscription_id: str, *, operation_id: str) -> Restored:
    """Let a subscription go on that is set to end with its period, before that end has come.

    An end that the provider had set before it was cancelled here stays.

    Raises KnownError when there is no such subscription, it is not set to end, its end has come, an
    import said otherwise since, or the file cannot be written.
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
        entry = _cancellation(subscription_id)
        if entry is not None:
            _refuse_what_is_contradicted(found, entry)
        before = {} if entry is None else entry.before
        undoes = None if entry is None else entry.operation_id
        cancel_at = before.get("cancel_at")
        changes = {
            "cancel_at_period_end": False,
            "cancel_at": cancel_at,
            "canceled_at": before.get("canceled_at"),
            "next_billing_date": _next_billing_date(found.terms, cancel_at),
            "cancel_requested_here": False,
            "cancellation_reason": before.get("cancellation_reason"),
            "cancellation_note": before.get("cancellation_note"),
        }
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
    return Restored(
        found.id, found.customer_id, found.plan, found.next_billing_date, found.terms.ends_on
    )


def _next_billing_date(terms: Terms, cancel_at: int | None) -> date | None:
    """When it bills next, where ``cancel_at`` is the only end that it is set to have."""
    day = terms.period_ends_on
    if terms.status not in HAS_NEXT_BILLING_DATE or terms.is_paused or day is None:
        return None
    is_over = cancel_at is not None and date_of(cancel_at, business.time_zone()) <= day
    return None if is_over else day


def _cancellation(subscription_id: str) -> ActivityEntry | None:
    """The latest cancellation made here that was not taken back."""
    standing: tuple[ActivityEntry, ...] = ()
    for each in activity.of_object("subscription", subscription_id):
        standing = cancellations.standing_after(standing, each)
    return standing[-1] if standing else None


def _is_contradicted(cancellation: ActivityEntry) -> bool:
    """Whether an import since the cancellation brought news that had to stay out.

    With these, what was before is not true any more.
    """
    standing: tuple[ActivityEntry, ...] = ()
    for each in activity.of_object(cancellation.object_kind, cancellation.object_id):
        standing = cancellations.standing_after(standing, each)
        is_since = any(one.operation_id == cancellation.operation_id for one in standing)
        if is_since and each.action == "import_conflict" and _is_news(each, standing):
            return True
    return False


def _is_news(conflict: ActivityEntry, standing: tuple[ActivityEntry, ...]) -> bool:
    """Whether the provider says what is true neither here nor before the standing cancellations.

    One that was not told of these repeats what was before, and an older state is no news. Times in
    a CSV may lack their seconds.
    """
    said, known = conflict.after["as_of"], conflict.before["as_of"]
    if said < known and said != known - known % 60:
        return False
    was = [conflict.before, *(each.before for each in standing)]
    return any(
        conflict.after.get(key) not in [each[key] for each in was if key in each]
        for key in _MATTERS
    )


def _refuse_what_is_contradicted(found: SubscriptionToCancel, entry: ActivityEntry) -> None:
    if _is_contradicted(entry):
        raise KnownError(
            f"“{found.plan}” was imported again since it was cancelled here, and the payment "
            "provider says otherwise of it. So the cancellation stays. " + _way_out(False)
        )


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
