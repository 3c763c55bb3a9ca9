"""What was done here and the payment provider has not been told: as a list, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.describe_activity import describe_activity
from calmony_desktop.operations.export_table import harmless
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.operations.write_file import write_whole
from calmony_desktop.store import activity, database, handover
from calmony_desktop.store.activity import ActivityEntry, ActivityRow


@dataclass(frozen=True, slots=True)
class PendingChange:
    """One change. ``at`` is a UTC instant; ``sentence`` says it in words."""

    id: int
    operation_id: str
    at: int
    operator: str
    action: str
    object_kind: str
    object_id: str
    customer_id: str | None
    customer_name: str | None
    reason: str | None
    note: str | None
    before: Any
    after: Any
    sentence: str


_COLUMNS = (
    *("id", "at", "operator", "action", "object_kind", "object_id"),
    *("customer_id", "customer_name", "reason", "note", "sentence"),
)


def pending_changes() -> tuple[PendingChange, ...]:
    """The changes, oldest first. A cancellation that was undone before it was told is none.

    Raises KnownError when the file cannot be read.
    """
    with database.reading():
        return _pending()


def changes_as_json(changes: Sequence[PendingChange]) -> bytes:
    """The changes as a JSON list in UTF-8: amounts in minor units, instants as ISO 8601 in UTC."""
    names = PendingChange.__slots__
    listed = [
        {name: getattr(each, name) for name in names} | {"at": _iso(each)} for each in changes
    ]
    return (json.dumps(listed, ensure_ascii=False, indent=2) + "\n").encode()


def changes_as_csv(changes: Sequence[PendingChange]) -> bytes:
    """The changes as UTF-8 CSV with a byte order mark, which no spreadsheet runs as formulas."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    for each in changes:
        values = [_iso(each) if name == "at" else getattr(each, name) for name in _COLUMNS]
        writer.writerow(["" if value is None else harmless(str(value)) for value in values])
    return buffer.getvalue().encode("utf-8-sig")


@logged
def hand_over_changes(path: Path, *, operation_id: str) -> int:
    """Write the changes to a ``.csv`` or ``.json`` file and mark them as handed over.

    Returns how many they were. The file is written first: if marking fails, they are handed over
    again rather than not at all. ``operation_id`` as everywhere. Raises KnownError for another kind
    of file, when there is nothing to hand over, or when either file cannot be written.
    """
    formats = {".csv": changes_as_csv, ".json": changes_as_json}
    as_file = formats.get(path.suffix.lower())
    if as_file is None:
        raise KnownError(f"“{path.name}” is neither .csv nor .json. Choose one of these names.")
    with database.connection(), database.writing():
        earlier = activity.find(operation_id)
        if earlier is not None:
            return int(earlier.after["changes"])
        changes = _pending()
        if not changes:
            raise KnownError("There is nothing that the payment provider has not been told.")
        write_whole(path, as_file(changes))
        at = now()
        handover.keep((each.id for each in changes), at)
        activity.add(
            ActivityEntry(
                operation_id=operation_id,
                at=at,
                operator=operator_name(),
                action="hand_over_changes",
                object_kind="handover",
                object_id=operation_id,
                after={"changes": len(changes), "file": path.name},
            )
        )
    return len(changes)


def _pending() -> tuple[PendingChange, ...]:
    rows = [each for each in handover.not_handed_over() if _is_news(each)]
    untold = {each.operation_id for each in rows}
    taken_back = untold & {_undoes(each) for each in rows}
    return tuple(
        PendingChange(
            **{name: getattr(each, name) for name in PendingChange.__slots__ if name != "sentence"},
            sentence=describe_activity(each),
        )
        for each in rows
        if each.operation_id not in taken_back and _undoes(each) not in taken_back
    )


def _undoes(row: ActivityRow) -> str | None:
    """The cancellation that this entry took back."""
    undone: str | None = row.after.get("undoes")
    return undone


def _is_news(row: ActivityRow) -> bool:
    """Billing that only found the provider's own invoices is none."""
    return row.action != "bill_subscription" or bool(row.after["invoices"])


def _iso(change: PendingChange) -> str:
    return datetime.fromtimestamp(change.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
