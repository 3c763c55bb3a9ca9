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
from datetime import date
from typing import Any

from peewee import JOIN, Database, fn

from calmony_desktop.billing.periods import date_of
from calmony_desktop.store import business, database
from calmony_desktop.store.models import Activity, ActivityHead, Customer
from calmony_desktop.store.queries import GIVEN, read, rows


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


@dataclass(frozen=True, slots=True)
class ActivitySummary:
    """How many entries there are; the newest, and its date in the business's time zone."""

    count: int
    newest: ActivityRow | None
    newest_on: date | None


def add(entry: ActivityEntry) -> None:
    """Write an entry, inside the transaction of the operation that it tells of."""
    with database.writing():
        append(entry, database.database)


def append(entry: ActivityEntry, to: Database) -> None:
    """Write an entry into a database that need not be the open one, inside a transaction of it."""
    head: Any = ActivityHead.select().get(to)
    # Not the seal of the last entry: were that one removed, the next would hide it.
    seal = _seal(head.seal, entry)
    Activity.insert(**_content(entry), seal=seal).execute(to)
    ActivityHead.update(entries=head.entries + 1, seal=seal).execute(to)


def has(operation_id: str) -> bool:
    """Whether the operation with this UUID was already done."""
    return bool(Activity.select().where(Activity.operation_id == operation_id).exists())


def find(operation_id: str) -> ActivityEntry | None:
    """The entry of the operation with this UUID, inside a transaction that the caller holds."""
    query = _entries().where(Activity.operation_id == operation_id)
    return next(iter(rows(query, ActivityEntry)), None)


def newest(of: Database) -> ActivityEntry | None:
    """The newest entry in a database that need not be the open one."""
    query = _entries().order_by(Activity.id.desc()).limit(1).objects(ActivityEntry)
    return next(iter(query.execute(of)), None)


def entries_after(last_id: int, seal: str) -> int | None:
    """How many entries came after the one with this id and seal; None where that is not there.

    ``seal`` is empty where it is not known. Raises KnownError when the file cannot be read.
    """
    with database.reading():
        here = Activity.select(Activity.seal).where(Activity.id == last_id).scalar()
        if last_id and (here is None or seal not in ("", here)):
            return None
        return int(Activity.select().where(Activity.id > last_id).count())


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


def summary(customer_id: str) -> ActivitySummary:
    """How much was done about a customer, and when last.

    Raises KnownError when the file cannot be read.
    """
    with database.reading():
        ((count,),) = read(_count_query, customer_id)
        newest = latest(customer_id, limit=1)[0] if count else None
        newest_on = None if newest is None else date_of(newest.at, business.time_zone())
    return ActivitySummary(int(count), newest, newest_on)


def _count_query() -> Any:
    return Activity.select(fn.COUNT(Activity.id)).where(Activity.customer_id == GIVEN)


def broken_entries() -> Iterator[str]:
    """A sentence for each place where the trail is not what this program wrote, oldest first.

    Inside a transaction that the caller holds.
    """
    seal, number = "", 0
    for row, is_whole in _checked():
        number += 1
        if not is_whole:
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


def whole_entries() -> Iterator[Any]:
    """The entries that are as this program wrote them, oldest first; what others say is no proof.

    Inside a transaction that the caller holds.
    """
    return (row for row, is_whole in _checked() if is_whole)


def _checked() -> Iterator[tuple[Any, bool]]:
    """Each entry, oldest first, and whether its seal and its place are right."""
    seal, last_id = "", 0
    for row in Activity.select().order_by(Activity.id).iterator():
        entry = ActivityEntry(**{name: getattr(row, name) for name in ActivityEntry.__slots__})
        # No entry ever goes, so none of their ids is left out.
        yield row, row.id == last_id + 1 and row.seal == _seal(seal, entry)
        seal, last_id = row.seal, row.id


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
