"""An activity entry in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.billing.money import plain
from calmony_desktop.operations.wording import counted, day_in_words, instant_in_words
from calmony_desktop.store.activity import ActivityEntry, ActivityRow


def describe_activity(entry: ActivityEntry | ActivityRow) -> str:
    """What was done, why included; for an action that this version does not know, its name."""
    describe = _SENTENCES.get(entry.action)
    said = entry.action.replace("_", " ").capitalize() if describe is None else describe(entry)
    if entry.reason:
        reason = entry.reason
        known = reason in CancellationReason.__members__.values()
        said += f" Reason: {CancellationReason(reason).words if known else reason}."
    return f"{said} Note: {entry.note}" if entry.note else said


def _cancel(entry: Any) -> str:
    if entry.after.get("cancel_at_period_end"):
        return f"Set subscription {entry.object_id} to end with its period."
    dropped = entry.before.get("next_billing_date")
    said = f"Cancelled subscription {entry.object_id} at once"
    return f"{said}; it is not billed on {_day(dropped)} any more." if dropped else f"{said}."


def _bill(entry: Any) -> str:
    issued = entry.after["invoices"]
    parts = [
        f"{each['number']} over {plain(each['total'], each['currency'])} for "
        f"{_day(each['period_start_on'])} to {_day(each['period_end_on'])}"
        for each in issued
    ]
    said = f"Billed subscription {entry.object_id}: {'; '.join(parts) or 'no invoice'}."
    if passed := entry.after["already_billed"]:
        said += f" The payment provider had billed {counted(len(passed), 'period')} already."
    if entry.after.get("ended_on"):
        said += f" It ended on {_day(entry.after['ended_on'])}."
    return said


def _payment(entry: Any) -> str:
    payment = entry.after["payment"]
    said = (
        f"Recorded {plain(payment['amount'], payment['currency'])} by {payment['method']} for "
        f"invoice {entry.after['number']}, received on {_day(payment['received_on'])}."
    )
    subscription = entry.after.get("subscription")
    return said + (f" Subscription {subscription['id']} is active again." if subscription else "")


def _void(entry: Any) -> str:
    said = f"Voided invoice {entry.after['number']}"
    if "total" not in entry.after:  # as an earlier version wrote it
        return f"{said}."
    amount = plain(entry.after["total"], entry.after["currency"])
    return f"{said} over {amount}; that is not owed any more."


def _import(entry: Any) -> str:
    kinds = [
        f"{counts['new']:,} new and {counts['updated']:,} updated of kind {kind.replace('_', ' ')}"
        for kind, counts in entry.after.items()
        if counts.get("new") or counts.get("updated")
    ]
    return f"Imported records: {', '.join(kinds) or 'nothing new'}."


_SENTENCES: Final[dict[str, Callable[[Any], str]]] = {
    "cancel_subscription": _cancel,
    "undo_cancellation": lambda entry: (
        f"Undid the cancellation of subscription {entry.object_id}{_next(entry)}."
    ),
    "reinstate_subscription": lambda entry: (
        f"Reinstated subscription {entry.object_id}{_next(entry)}."
    ),
    "bill_subscription": _bill,
    "end_subscription": lambda entry: (
        f"Subscription {entry.object_id} ended on {_day(entry.after['ended_on'])}, as was asked."
    ),
    "record_payment": _payment,
    "void_invoice": _void,
    "import": _import,
    "import_conflict": lambda entry: (
        f"An import said otherwise about {entry.object_kind} {entry.object_id}; ours stays."
    ),
    "save_business_details": lambda entry: "Changed the business’s details.",
    "restore_backup": lambda entry: (
        f"Restored the backup of {instant_in_words(entry.after['made_at'])}."
    ),
    "hand_over_changes": lambda entry: (
        f"Handed {counted(entry.after['changes'], 'change')} over to the payment provider "
        f"in {entry.after['file']}."
    ),
}


def _next(entry: Any) -> str:
    day = entry.after.get("next_billing_date")
    return f"; it is billed next on {_day(day)}" if day else ""


def _day(text: str) -> str:
    return day_in_words(date.fromisoformat(text))
