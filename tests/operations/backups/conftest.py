"""A database with a history, and a clock that a test sets."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from calmony_desktop.operations.backups import missing_changes
from calmony_desktop.operations.import_records import import_objects
from calmony_desktop.store import database as store

NOON = 1_800_014_400  # 15 January 2027, 12:00 UTC


class Clock:
    """The instant that backups are made at (UTC)."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> int:
        return self.at


def customers(*numbers: int) -> list[dict[str, Any]]:
    return [
        {
            "object": "customer",
            "id": f"cus_{each}",
            "name": f"Anna {each}",
            "created": 1_700_000_000,
        }
        for each in numbers
    ]


def add(*numbers: int) -> None:
    """Bring in customers: one activity entry."""
    import_objects(customers(*numbers), source="test", operation_id=str(uuid4()))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in ("operator", "backups.making", "backups.restoring"):
        monkeypatch.setattr(f"calmony_desktop.operations.{module}.now", clock)
    # The package exports a function of the module's name.
    monkeypatch.setattr(sys.modules[missing_changes.__module__], "now", clock)
    return clock


@pytest.fixture(scope="session")
def started_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("started") / "calmony.db"
    store.open_database(path)
    add(1, 2)
    store.close_database()
    return path


@pytest.fixture
def file(started_once: Path, tmp_path: Path, clock: Clock) -> Iterator[Path]:
    """An open database of two customers and one activity entry."""
    path = tmp_path / "calmony.db"
    shutil.copy(started_once, path)
    store.open_database(path)
    yield path
    store.close_database()


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed database with a customer, from before the newest migrations."""
    from playhouse.migrations import Runner

    from calmony_desktop import paths

    path = tmp_path / "older.db"
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    for each in sorted(paths.migrations_folder().glob("000[12]*.py")):
        shutil.copy(each, migrations)
    with monkeypatch.context() as patched:
        patched.setattr(paths, "migrations_folder", lambda: migrations)
        store.open_database(path)
        assert len(Runner(store.database, str(migrations)).applied()) == 2
        store.database.execute_sql(
            "INSERT INTO customers (id, name, created_at, sort_key, email_key, search_key, as_of, "
            "api_version) VALUES ('cus_1', 'Anna', 1, 'anna', '', 'anna', 0, '')"
        )
        store.close_database()
    return path
