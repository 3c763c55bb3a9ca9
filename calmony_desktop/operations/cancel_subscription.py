"""Cancel a subscription at once, so that it is never billed again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from calmony_desktop.billing.statuses import CAN_STILL_BILL, SubscriptionStatus
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.store import activity, database, subscriptions
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.subscriptions import SubscriptionToCancel


class Outcome(Enum):
    """What became of a request to cancel."""

    CANCELED = "canceled"
    ALREADY_ENDED = "already_ended"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The answer: the outcome, and the subscription as it was found before."""

    outcome: Outcome
    subscription: SubscriptionToCancel


def cancel_subscription(subscription_id: str, *, operation_id: str) -> Cancellation:
    """Cancel the subscription with this id, effective at once; open invoices stay open.

    ``operation_id`` is a UUID made before the person was asked: the same one again changes
    nothing and answers as the first time. A subscription that has ended meanwhile is left as it
    is. Raises KnownError when there is no such subscription or the file cannot be written.
    """
    with database.writing():
        found = subscriptions.read_to_cancel(subscription_id)
        if found is None:
            raise KnownError(
                f"There is no subscription {subscription_id} any more. Nothing was changed."
            )
        if activity.has(operation_id):
            return Cancellation(Outcome.CANCELED, found)
        if SubscriptionStatus(found.status) not in CAN_STILL_BILL:
            return Cancellation(Outcome.ALREADY_ENDED, found)
        at = now()
        subscriptions.mark_canceled(subscription_id, at)
        activity.add(
            ActivityEntry(
                operation_id=operation_id,
                at=at,
                operator=operator_name(),
                action="cancel_subscription",
                object_kind="subscription",
                object_id=subscription_id,
                customer_id=found.customer_id,
                before=_state(found),
                after={
                    "status": "canceled",
                    "raw_status": "canceled",
                    "next_billing_date": None,
                    "canceled_at": at,
                    "ended_at": at,
                },
            )
        )
    return Cancellation(Outcome.CANCELED, found)


def _state(found: SubscriptionToCancel) -> dict[str, Any]:
    """What cancelling changes, as it was before."""
    next_billing_date = found.next_billing_date
    return {
        "status": found.status,
        "raw_status": found.raw_status,
        "next_billing_date": next_billing_date and next_billing_date.isoformat(),
        "canceled_at": found.canceled_at,
        "ended_at": found.ended_at,
    }
