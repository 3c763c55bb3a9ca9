"""What a backup holds, and the ``.json`` beside it that tells of it, so that a list opens none."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

_LONGEST_MANIFEST: Final = 10_000


class Reason(StrEnum):
    """Why a backup was made."""

    DAILY = "daily"
    BEFORE_IMPORT = "before-import"
    BEFORE_MIGRATION = "before-migration"
    BEFORE_RESTORE = "before-restore"
    BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds. ``last_activity_id`` is 0 where nothing was done in it yet.

    ``seal`` is that of the newest activity entry, empty in files from before there were any.
    """

    schema_version: int
    customers: int
    payment_intents: int
    subscriptions: int
    invoices: int
    last_activity_id: int
    last_activity_at: int | None
    seal: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, as the file beside it tells. ``made_at`` is UTC, ``size`` in bytes."""

    made_at: int
    reason: Reason
    program_version: str
    size: int
    sha256: str
    contents: Contents


def manifest_beside(backup: Path) -> Manifest | None:
    """What the file beside a backup tells of it; None where there is none or it makes no sense."""
    try:
        with manifest_of(backup).open("rb") as file:
            said = json.loads(file.read(_LONGEST_MANIFEST))
        contents = Contents(**said.pop("contents"))
        manifest = Manifest(**{**said, "reason": Reason(said["reason"])}, contents=contents)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    texts = (manifest.program_version, manifest.sha256, contents.seal)
    values = [getattr(contents, each.name) for each in fields(Contents)]
    numbers = (manifest.made_at, manifest.size, *values[:-2], contents.last_activity_at or 0)
    is_sound = all(isinstance(each, str) for each in texts) and all(
        type(each) is int and 0 <= each < 1 << 62 for each in numbers
    )
    return manifest if is_sound else None


def manifest_of(backup: Path) -> Path:
    """The file beside a backup that tells of it."""
    return backup.with_name(f"{backup.name}.json")


def contents_of(connection: Any) -> Contents:
    """What the database of this connection of SQLite's holds, of whatever age it is."""
    return contents_and_rows(connection)[0]


def contents_and_rows(connection: Any) -> tuple[Contents, dict[str, int]]:
    """What it holds, and how many rows each of its tables has."""
    rows = row_counts(connection)
    last: tuple[Any, ...] | None = None
    if "activity" in rows:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(activity)")]
        seal = "seal" if "seal" in columns else "''"
        query = f"SELECT id, at, {seal} FROM activity ORDER BY id DESC LIMIT 1"
        last = connection.execute(query).fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    customers, payments, subscriptions, invoices = (
        rows.get(kind, 0) for kind in ("customers", "payment_intents", "subscriptions", "invoices")
    )
    last_id, at, sealed = last or (0, None, "")
    held = Contents(version, customers, payments, subscriptions, invoices, last_id, at, sealed)
    return held, rows


def row_counts(connection: Any) -> dict[str, int]:
    """How many rows each table has."""
    # Counting the search index would open it, in a file that was not checked yet.
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' "
        "AND name NOT LIKE 'customer\\_search%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for (name,) in tables
    }
