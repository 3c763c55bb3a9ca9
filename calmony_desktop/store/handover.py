"""Which activity the payment provider has been told of, inside a transaction of the caller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from peewee import JOIN

from calmony_desktop.store import activity
from calmony_desktop.store.activity import ActivityRow
from calmony_desktop.store.models import Activity, Customer, Handover

#: What is done here and matters to the provider.
_TO_BE_TOLD: Final = (
    "cancel_subscription",
    "undo_cancellation",
    "reinstate_subscription",
    "bill_subscription",
    "record_payment",
    "void_invoice",
)


def not_handed_over() -> tuple[ActivityRow, ...]:
    """The entries that matter to the provider and were not handed over, oldest first."""
    query: Any = (
        Activity.select(Activity, Customer.name.alias("customer_name"))
        .join(Handover, JOIN.LEFT_OUTER, on=(Handover.activity == Activity.id))
        .switch(Activity)
        .join(Customer, JOIN.LEFT_OUTER, on=(Customer.id == Activity.customer_id))
        .where(Activity.action.in_(_TO_BE_TOLD), Handover.activity.is_null())
        .order_by(Activity.id)
    )
    names = ActivityRow.__slots__
    return tuple(
        ActivityRow(**{name: getattr(row, name) for name in names}) for row in query.namedtuples()
    )


def keep(activity_ids: Iterable[int], at: int) -> None:
    """Keep that these entries were handed over at the instant ``at``."""
    for each in activity_ids:
        Handover.create(activity=each, handed_over_at=at)


def wrong_handovers() -> Iterator[str]:
    """A sentence where more or fewer changes are kept as handed over than the trail tells of."""
    told: Counter[int] = Counter()
    for entry in activity.whole_entries():
        if entry.action == "hand_over_changes":
            told[entry.at] += entry.after["changes"]
    kept = Counter(row.handed_over_at for row in Handover.select())
    if told != kept:
        yield (
            "Changes that are marked as handed over to the payment provider: "
            f"{kept.total():,}; that the activity trail tells of: {told.total():,}, or at another "
            "time."
        )
