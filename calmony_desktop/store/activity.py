"""The activity trail: who did what, when, to which object; before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calmony_desktop.store import database
from calmony_desktop.store.models import Activity
from calmony_desktop.store.queries import rows


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One entry. ``operation_id`` is a UUID made before the person is asked; ``at`` is UTC.

    ``before`` and ``after`` are JSON values of what changed.
    """

    operation_id: str
    at: int
    operator: str
    action: str
    object_kind: str
    object_id: str
    customer_id: str | None = None
    before: Any = None
    after: Any = None


def add(entry: ActivityEntry) -> None:
    """Write an entry, inside the transaction of the operation that it tells of."""
    Activity.create(**{name: getattr(entry, name) for name in ActivityEntry.__slots__})


def has(operation_id: str) -> bool:
    """Whether the operation with this UUID was already done."""
    return bool(Activity.select().where(Activity.operation_id == operation_id).exists())


def of_object(object_kind: str, object_id: str) -> tuple[ActivityEntry, ...]:
    """What was done to one object, oldest first."""
    query = (
        Activity.select(*(getattr(Activity, name) for name in ActivityEntry.__slots__))
        .where(Activity.object_kind == object_kind, Activity.object_id == object_id)
        .order_by(Activity.id)
    )
    with database.reading():
        return rows(query, ActivityEntry)
