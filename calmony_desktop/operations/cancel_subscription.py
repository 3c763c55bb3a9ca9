"""Cancel a subscription, at once or at the end of its period, so that it is never billed again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.billing.periods import date_of, midnight
from calmony_desktop.billing.statuses import CAN_STILL_BILL, SubscriptionStatus
from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.notes import tidied
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.operations.wording import day_in_words
from calmony_desktop.store import activity, business, database, subscriptions
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.subscriptions import SubscriptionToCancel


class Outcome(Enum):
    """What became of a request to cancel."""

    CANCELED = "canceled"
    SCHEDULED = "scheduled"
    ALREADY_SCHEDULED = "already_scheduled"
    ALREADY_ENDED = "already_ended"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The answer: the outcome, and the subscription as it was found before."""

    outcome: Outcome
    subscription: SubscriptionToCancel


@logged
def cancel_subscription(
    subscription_id: str,
    *,
    operation_id: str,
    at_period_end: bool = False,
    reason: CancellationReason | None = None,
    note: str | None = None,
) -> Cancellation:
    """Cancel the subscription with this id; open invoices stay open.

    It takes effect at once or, ``at_period_end``, when the time ends that was billed already; in
    both cases no later billing date is left. ``operation_id`` is a UUID made before the person was
    asked: the same one again changes nothing and answers as the first time. A subscription that has
    ended meanwhile, or that is set to end with its period already, is left as it is.

    Raises KnownError when there is no such subscription, when it has no period whose end could be
    waited for, for a note that is too long, or when the file cannot be written.
    """
    note = tidied(note)
    with database.writing():
        found = subscriptions.read_to_cancel(subscription_id)
        if found is None:
            raise KnownError(
                f"There is no subscription {subscription_id} any more. Nothing was changed."
            )
        if activity.has(operation_id):
            return Cancellation(Outcome.SCHEDULED if at_period_end else Outcome.CANCELED, found)
        if SubscriptionStatus(found.status) not in CAN_STILL_BILL:
            return Cancellation(Outcome.ALREADY_ENDED, found)
        if at_period_end and found.cancel_at_period_end:
            return Cancellation(Outcome.ALREADY_SCHEDULED, found)
        at = now()
        changes = _end_with_period(found, at) if at_period_end else _end_now(at)
        noted = {"cancellation_reason": reason, "cancellation_note": note}
        subscriptions.write(subscription_id, changes | noted)
        shown = {key: value for key, value in changes.items() if not key.endswith("_here")}
        if found.cancellation_reason or found.cancellation_note:
            # To be brought back by an undo; this one's own stand in the entry itself.
            shown |= noted
        activity.add(
            ActivityEntry(
                operation_id=operation_id,
                at=at,
                operator=operator_name(),
                action="cancel_subscription",
                object_kind="subscription",
                object_id=subscription_id,
                customer_id=found.customer_id,
                before={key: _plain(getattr(found, key)) for key in shown},
                after={key: _plain(value) for key, value in shown.items()},
                reason=reason,
                note=note,
            )
        )
    return Cancellation(Outcome.SCHEDULED if at_period_end else Outcome.CANCELED, found)


def _end_now(at: int) -> dict[str, Any]:
    """The provider's raw status changes too: it is what the provider will be told."""
    return {
        "status": "canceled",
        "raw_status": "canceled",
        "next_billing_date": None,
        "canceled_at": at,
        "ended_at": at,
        "canceled_here": True,
    }


def _end_with_period(found: SubscriptionToCancel, at: int) -> dict[str, Any]:
    """As the provider does it, with the end written down: the provider's period will move on."""
    time_zone = business.time_zone()
    ends_on = found.terms.period_ends_on
    if ends_on is None:
        raise KnownError(
            f"Of {found.id} no billing period is known whose end could be waited for. "
            "Cancel it at once instead."
        )
    if ends_on <= date_of(at, time_zone):
        raise KnownError(
            f"The period of {found.id} ended on {day_in_words(ends_on)} already. "
            "Run billing first, or cancel it at once."
        )
    ends_at = midnight(ends_on, time_zone)
    return {
        "cancel_at_period_end": True,
        "cancel_at": ends_at if found.cancel_at is None else min(found.cancel_at, ends_at),
        "canceled_at": at,
        "next_billing_date": None,
        "cancel_requested_here": True,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
