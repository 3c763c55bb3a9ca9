"""Imported records that wait for another one: a payment, say, whose customer is not here yet.

Runs inside the transaction of its caller.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from calmony_desktop.store.batches import batched, execute_many, marks, query
from calmony_desktop.store.models import WaitingRecord

_SELECT_WAITING: Final = "SELECT kind, id, waits_for, payload FROM waiting_records"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record whose customer (or payment) is not here yet. ``payload`` is a JSON value."""

    kind: str
    id: str
    waits_for: str
    payload: Any


def waiting_for(ids: Iterable[str]) -> list[Waiting]:
    """The records that wait for one of ``ids``."""
    if not query("SELECT 1 FROM waiting_records LIMIT 1", []):
        return []
    return [
        _waiting(row)
        for batch in batched(ids)
        for row in query(f"{_SELECT_WAITING} WHERE waits_for IN ({marks(batch)})", batch)
    ]


def waiting_with_ids(ids: Iterable[str]) -> dict[tuple[str, str], Waiting]:
    """The waiting records with these ids, by kind and id."""
    if not query("SELECT 1 FROM waiting_records LIMIT 1", []):
        return {}
    return {
        (row[0], row[1]): _waiting(row)
        for batch in batched(ids)
        for row in query(f"{_SELECT_WAITING} WHERE id IN ({marks(batch)})", batch)
    }


def all_waiting() -> list[Waiting]:
    """Every waiting record."""
    return [_waiting(row) for row in query(f"{_SELECT_WAITING} ORDER BY kind, id", [])]


def keep_waiting(records: Iterable[Waiting]) -> None:
    """Keep records that wait, instead of what was kept of them before."""
    execute_many(
        "INSERT INTO waiting_records (kind, id, waits_for, payload) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (kind, id) DO UPDATE "
        "SET waits_for = excluded.waits_for, payload = excluded.payload",
        (
            (each.kind, each.id, each.waits_for, WaitingRecord.payload.db_value(each.payload))
            for each in records
        ),
    )


def stop_waiting(keys: Iterable[tuple[str, str]]) -> None:
    """Forget waiting records (kind and id) that were attached."""
    execute_many("DELETE FROM waiting_records WHERE kind = ? AND id = ?", keys)


def _waiting(row: tuple[str, str, str, str]) -> Waiting:
    kind, record_id, waits_for, payload = row
    return Waiting(kind, record_id, waits_for, json.loads(payload))
