"""The activity trail: who did what, when, to which object; before, after and why.

Entries are only ever added, which triggers of the database hold, and each is sealed: its SHA-256
covers what it says and the seal of the entry before. So one that was changed, removed or slipped in
past this program is found by `broken_entries`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from calmony_desktop.store import database
from calmony_desktop.store.models import Activity, ActivityHead, Customer
from calmony_desktop.store.queries import rows


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One entry. ``operation_id`` is a UUID made before the person is asked; ``at`` is UTC.

    ``before`` and ``after`` are JSON values of what changed. ``reason`` is a word of a known list,
    ``note`` what the operator wrote.
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
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An entry as a list shows it. ``id`` counts up; ``customer_name`` is today's."""

    id: int
    operation_id: str
    at: int
    operator: str
    action: str
    object_kind: str
    object_id: str
    customer_id: str | None
    customer_name: str | None
    before: Any
    after: Any
    reason: str | None
    note: str | None


def add(entry: ActivityEntry) -> None:
    """Write an entry, inside the transaction of the operation that it tells of."""
    with database.writing():
        head = ActivityHead.get_by_id(1)
        # Not the seal of the last entry: were that one removed, the next would hide it.
        seal = _seal(head.seal, entry)
        Activity.create(**_content(entry), seal=seal)
        ActivityHead.update(entries=head.entries + 1, seal=seal).execute()


def has(operation_id: str) -> bool:
    """Whether the operation with this UUID was already done."""
    return bool(Activity.select().where(Activity.operation_id == operation_id).exists())


def find(operation_id: str) -> ActivityEntry | None:
    """The entry of the operation with this UUID, inside a transaction that the caller holds."""
    query = _entries().where(Activity.operation_id == operation_id)
    return next(iter(rows(query, ActivityEntry)), None)


def of_object(object_kind: str, object_id: str) -> tuple[ActivityEntry, ...]:
    """What was done to one object, oldest first."""
    query = (
        _entries()
        .where(Activity.object_kind == object_kind, Activity.object_id == object_id)
        .order_by(Activity.id)
    )
    with database.reading():
        return rows(query, ActivityEntry)


def latest(
    customer_id: str | None = None, *, before: int | None = None, limit: int = 200
) -> tuple[ActivityRow, ...]:
    """The newest entries of a customer, or of all, newest first.

    ``before`` is the id of the last entry of the page before. Raises KnownError when the file
    cannot be read.
    """
    query: Any = (
        Activity.select(Activity, Customer.name.alias("customer_name"))
        .join(Customer, JOIN.LEFT_OUTER, on=(Customer.id == Activity.customer_id))
        .order_by(Activity.id.desc())
        .limit(limit)
    )
    if customer_id is not None:
        query = query.where(Activity.customer_id == customer_id)
    if before is not None:
        query = query.where(Activity.id < before)
    with database.reading():
        return tuple(
            ActivityRow(**{name: getattr(row, name) for name in ActivityRow.__slots__})
            for row in query.namedtuples()
        )


def broken_entries() -> Iterator[str]:
    """A sentence for each place where the trail is not what this program wrote, oldest first.

    Inside a transaction that the caller holds.
    """
    seal, number = "", 0
    for row in Activity.select().order_by(Activity.id).iterator():
        number += 1
        entry = ActivityEntry(**{name: getattr(row, name) for name in ActivityEntry.__slots__})
        if row.seal != _seal(seal, entry):
            yield (
                f"Activity entry {row.id} ({row.action} of {row.object_kind} {row.object_id}) was "
                "changed or put in from outside, or the entry before it was changed or removed."
            )
        seal = row.seal
    head = ActivityHead.get_or_none()
    if head is None:
        yield "The end of the activity trail is not marked any more."
    elif (head.entries, head.seal) != (number, seal):
        yield (
            f"The activity trail has {number:,} entries, and {head.entries:,} were written: "
            "entries were removed or put in from outside."
        )


def _entries() -> Any:
    return Activity.select(*(getattr(Activity, name) for name in ActivityEntry.__slots__))


def _content(entry: ActivityEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ActivityEntry.__slots__}


def _seal(previous: str, entry: ActivityEntry) -> str:
    """The SHA-256 of the previous seal and the entry, as canonical JSON; as the migration does."""
    text = json.dumps(
        [previous, _content(entry)], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()
