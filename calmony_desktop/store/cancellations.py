"""Which cancellations made here still stand, as the activity trail tells it."""

from __future__ import annotations

from typing import Any


def standing_after(standing: tuple[Any, ...], entry: Any) -> tuple[Any, ...]:
    """The cancellations of one subscription that stand after its next entry, oldest first.

    An undo takes back the one that it names, and what is reinstated has none left.
    """
    if entry.action == "cancel_subscription":
        return (*standing, entry)
    if entry.action == "undo_cancellation":
        undone = entry.after["undoes"]
        return tuple(each for each in standing if each.operation_id != undone)
    return () if entry.action == "reinstate_subscription" else standing
