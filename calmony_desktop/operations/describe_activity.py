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
    """What was done, why included; for what another version wrote otherwise, the action's name."""
    said = _said(entry)
    if entry.reason:
        reason = entry.reason
        known = reason in CancellationReason.__members__.values()
        said += f" Reason: {CancellationReason(reason).words if known else reason}."
    return f"{said} Note: {entry.note}" if entry.note else said


def _said(entry: ActivityEntry | ActivityRow) -> str:
    try:
        return _SENTENCES[entry.action](entry)
    except (AttributeError, KeyError, TypeError, ValueError):
        # One entry of another shape must not hide all the others.
        return entry.action.replace("_", " ").capitalize()


def _cancel(entry: Any) -> str:
    if entry.after.get("cancel_at_period_end"):
        return f"Set to end with its period{_of(entry)}."
    dropped = entry.before.get("next_billing_date")
    not_billed = f"; it is not billed on {_day(dropped)} any more" if dropped else ""
    return f"Cancelled at once{not_billed}{_of(entry)}."


def _bill(entry: Any) -> str:
    issued = entry.after["invoices"]
    parts = [
        f"{each['number']} over {plain(each['total'], each['currency'])} for "
        f"{_day(each['period_start_on'])} to {_day(each['period_end_on'])}"
        for each in issued
    ]
    said = f"Billed {'; '.join(parts) or 'nothing'}{_of(entry)}."
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
    "undo_cancellation": lambda entry: f"Undid the cancellation{_next(entry)}{_of(entry)}.",
    "reinstate_subscription": lambda entry: f"Reinstated{_next(entry)}{_of(entry)}.",
    "bill_subscription": _bill,
    "end_subscription": lambda entry: (
        f"Ended on {_day(entry.after['ended_on'])}, as was asked{_of(entry)}."
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


def _of(entry: ActivityEntry | ActivityRow) -> str:
    """Which one: at the end, since an id is long and a list cuts what comes last."""
    return f" ({entry.object_kind.replace('_', ' ')} {entry.object_id})"


def _next(entry: Any) -> str:
    day = entry.after.get("next_billing_date")
    return f"; it is billed next on {_day(day)}" if day else ""


def _day(text: str) -> str:
    return day_in_words(date.fromisoformat(text))
