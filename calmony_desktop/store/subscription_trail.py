"""Are subscriptions as the activity trail left them? Runs inside a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import SubscriptionStatus
from calmony_desktop.store import activity, business, cancellations
from calmony_desktop.store.models import Subscription

_MARKS: Final = ("canceled_here", "cancel_requested_here")
_STATE: Final = ("status", "next_billing_date")
#: When and why it was cancelled.
_END: Final = (
    *("cancel_at", "canceled_at", "ended_at"),
    *("cancellation_reason", "cancellation_note"),
)


def changed_subscriptions() -> Iterator[str]:
    """Subscriptions that are not as the activity trail left them, or were billed although ended."""
    time_zone = business.time_zone()
    left = _Left()
    for entry in activity.whole_entries():
        if entry.action == "bill_subscription":
            yield from left.wrong_bill(entry, time_zone)
        left.note(entry)
    here: set[str] = set()
    for row in Subscription.select().iterator():
        here.add(row.id)
        yield from left.wrong(row, time_zone)
    for subscription_id in sorted(left.known - here):
        yield f"Activity tells of subscription {subscription_id}, which is not there any more."


class _Left:
    """What entries left of the subscriptions, until an import says otherwise."""

    def __init__(self) -> None:
        #: Those that entries tell of.
        self.known: set[str] = set()
        self._states: dict[str, dict[str, Any]] = {}
        self._standing: dict[str, tuple[Any, ...]] = {}
        #: Whether it bears the mark; None where an import may have set it or taken it away.
        self._marks: dict[tuple[str, str], bool | None] = {}
        self._unless_told: bool | None = False

    def note(self, entry: Any) -> None:
        """Take in the next entry."""
        if entry.action == "import":
            self._note_import(entry.after)
        elif entry.action == "record_payment" and "subscription" in entry.after:
            said = entry.after["subscription"]
            self._states.setdefault(said["id"], {})["status"] = said["status"]
        elif entry.object_kind == "subscription" and entry.action != "import_conflict":
            self.known.add(entry.object_id)
            state = self._states.setdefault(entry.object_id, {})
            if entry.action == "cancel_subscription":
                state["cancellation_reason"] = entry.reason
                state["cancellation_note"] = entry.note
            state.update((key, entry.after[key]) for key in (*_STATE, *_END) if key in entry.after)
            state["customer_id"] = entry.customer_id
            if "ended_on" in entry.after:
                state.pop("ended_at", None)
            self._standing[entry.object_id] = cancellations.standing_after(
                self._standing.get(entry.object_id, ()), entry
            )
            self._note_marks(entry)

    def _note_import(self, after: dict[str, Any]) -> None:
        counts = after.get("subscription", {})
        if not (counts.get("new") or counts.get("updated")):
            return
        # An import never brings back what was canceled.
        canceled = {"status": SubscriptionStatus.CANCELED}
        self._states = {
            key: canceled
            for key, state in self._states.items()
            if state.get("status") == SubscriptionStatus.CANCELED
        }
        if "marked_here" in after:
            for mark, each in self._marks:
                # A provider that has ended it may have taken away that this was asked for.
                if mark == "cancel_requested_here" and self._marks[mark, each]:
                    self._marks[mark, each] = None
            for mark in _MARKS:
                self._marks.update(((mark, each), None) for each in after["marked_here"][mark])
        else:
            # An earlier version did not tell which came with a mark.
            self._marks.clear()
            self._unless_told = None

    def _note_marks(self, entry: Any) -> None:
        canceled, requested = ((mark, entry.object_id) for mark in _MARKS)
        is_at_once = "status" in entry.after
        if entry.action == "cancel_subscription":
            self._marks[canceled if is_at_once else requested] = True
        elif entry.action == "undo_cancellation":
            self._marks[canceled if is_at_once else requested] = False
        elif entry.action == "reinstate_subscription":
            self._marks[requested] = False
        elif entry.after.get("ended_on"):
            self._marks[canceled] = self._marks.get(requested, self._unless_told)
        elif entry.after.get("next_billing_date"):
            self._marks[canceled] = self._marks[requested] = False

    def wrong_bill(self, entry: Any, time_zone: str) -> Iterator[str]:
        """What is wrong of a bill, by what came before it."""
        is_canceled = self._states.get(entry.object_id, {}).get("status") == "canceled"
        if entry.after["invoices"] and is_canceled:
            yield f"Subscription {entry.object_id} was billed after it was cancelled."
        end = self._end_asked_for(entry.object_id, time_zone)
        for said in entry.after["invoices"]:
            if end is not None and date.fromisoformat(said["period_start_on"]) >= end:
                yield (
                    f"Invoice {said['number']} was issued for {said['period_start_on']}, and "
                    f"subscription {entry.object_id} was set here to end on {end}."
                )

    def wrong(self, row: Any, time_zone: str) -> Iterator[str]:
        """What is wrong of a subscription."""
        state = self._states.get(row.id, {})
        end = self._end_asked_for(row.id, time_zone)
        day = row.next_billing_date
        here = {"status": row.status, "next_billing_date": None if day is None else day.isoformat()}
        if row.status != state.get("status", row.status):
            if state["status"] == SubscriptionStatus.CANCELED:
                yield f"Subscription {row.id} was cancelled here and is not canceled any more."
            else:
                yield f"Subscription {row.id} is {row.status}, and was left {state['status']} here."
        elif (
            row.status != SubscriptionStatus.CANCELED
            and end is not None
            and not (row.cancel_at_period_end and row.cancel_requested_here)
        ):
            yield f"Subscription {row.id} was set here to end on {end} and is not any more."
        elif here["next_billing_date"] != state.get("next_billing_date", here["next_billing_date"]):
            yield (
                f"Subscription {row.id} is billed next on {day or 'no day'}, and here that was set "
                f"to {state['next_billing_date'] or 'no day'}."
            )
        if any(key in state and getattr(row, key) != state[key] for key in _END):
            yield (
                f"When or why subscription {row.id} was cancelled is not what the activity trail "
                "says."
            )
        if row.customer_id != state.get("customer_id", row.customer_id):
            yield f"Subscription {row.id} was given to another customer, {row.customer_id}."
        said = {mark: self._marks.get((mark, row.id), self._unless_told) for mark in _MARKS}
        if any(getattr(row, mark) and said[mark] is False for mark in _MARKS):
            yield f"No activity tells that subscription {row.id} was cancelled here, as it says."
        if said["canceled_here"] and not row.canceled_here:
            yield f"Subscription {row.id} was cancelled here and is not marked so any more."

    def _end_asked_for(self, subscription_id: str, time_zone: str) -> date | None:
        """When it ends by the latest standing cancellation at the end of a period."""
        ends = [
            each.after["cancel_at"]
            for each in self._standing.get(subscription_id, ())
            if each.after.get("cancel_at_period_end")
        ]
        return date_of(ends[-1], time_zone) if ends else None
