"""Killed at every step of a backup, a restore and a migration: nothing half done or left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import peewee
import pytest

from calmony_desktop.operations import backups
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.store import activity, backup_files, backup_listing
from calmony_desktop.store import customers as stored_customers
from calmony_desktop.store import database as store
from calmony_desktop.store.backup_manifest import Reason

from .conftest import add

sqlite3: Any = peewee.sqlite3
pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills a process as POSIX does")

#: Does the work with small steps, and is killed at the one that is asked for.
_START = """
import os, signal, sys, uuid
from pathlib import Path
from calmony_desktop.operations import backups
from calmony_desktop.store import backup, database, restore
path, kill_at = Path(sys.argv[1]), int(sys.argv[2])
backup._PAGES_IN_A_STEP = restore._PAGES_IN_A_STEP = 30
steps = 0
def step(*_):
    global steps
    steps += 1
    if steps == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
fsync, replace = os.fsync, Path.replace
os.fsync = lambda descriptor: (step(), fsync(descriptor))
Path.replace = lambda self, to: (step(), replace(self, to), step())
"""
_BACK_UP = "database.open_database(path); backups.back_up_now(progress=step)\n"
_RESTORE = (
    "backups.restore_backup(path, Path(sys.argv[3]), operation_id=str(uuid.uuid4()), "
    "progress=step)\n"
)
_MIGRATE = """
execute = database.database.execute_sql
database.database.execute_sql = lambda *given, **named: (step(), execute(*given, **named))[1]
database.open_database(path)
"""


def run(work: str, *arguments: object) -> bool:
    """Whether the work was killed; it was done otherwise."""
    ran = subprocess.run(
        [sys.executable, "-c", _START + work, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, -signal.SIGKILL), ran.stderr
    return ran.returncode != 0


def leftovers(file: Path) -> list[str]:
    return [each.name for each in backup_listing.folder_of(file).iterdir() if ".tmp" in each.name]


def test_a_killed_backup_leaves_none_that_passes_for_one(file: Path) -> None:
    store.close_database()
    killed, left, kill_at = 0, 0, 1
    while run(_BACK_UP, file, kill_at):
        killed += 1
        left += bool(leftovers(file))
        for each in backups.list_backups(file):
            assert each.problem is None
            assert each.manifest is not None
            assert backup_files.sha256_of(each.path) == each.manifest.sha256
        kill_at += 2
    assert killed >= 4
    assert left, "the kills should have hit a copy that was being made"
    # The next start, backup or not, cleans up.
    store.open_database(file)
    backups.back_up_if_due()
    assert leftovers(file) == []
    jsons = list(backup_listing.folder_of(file).glob("*.json"))
    assert len(jsons) == len(backups.list_backups(file))


def test_a_killed_restore_leaves_the_old_state_or_the_new_one(file: Path) -> None:
    made = backups.back_up_now()
    add(3)
    store.close_database()
    whole = file.read_bytes()
    outcomes = set()
    kill_at = 1
    while True:
        was_killed = run(_RESTORE, file, kill_at, made.path)
        store.open_database(file)
        held = stored_customers.count(), activity.latest()[0].action
        assert held in {(3, "import"), (2, "restore_backup")}
        outcomes.add((was_killed, held[0]))
        assert backups.missing_changes() is None
        assert check_database().findings == ()
        store.close_database()
        if not was_killed:
            break
        for each in file.parent.glob("calmony.db*"):
            each.unlink()
        file.write_bytes(whole)
        # Several steps at a time: what counts is to have hit each part of the work.
        kill_at += 3
    assert (True, 3) in outcomes
    assert (False, 2) in outcomes


def test_a_killed_restore_over_a_damaged_file_can_be_done_again(file: Path) -> None:
    made = backups.back_up_now()
    store.close_database()
    ruins = file.read_bytes()[:8192] + b"\xff" * 100_000
    kill_at = 1
    while True:
        file.write_bytes(ruins)
        if not run(_RESTORE, file, kill_at, made.path):
            break
        kept = [each for each in file.parent.glob("calmony.db*") if each.read_bytes() == ruins]
        assert kept or stored_count(file) == 2
        kill_at += 4
    assert stored_count(file) == 2


def test_a_killed_migration_leaves_the_old_schema_or_the_new_one(older: Path) -> None:
    whole = older.read_bytes()
    versions, kill_at = set(), 1
    while True:
        was_killed = run(_MIGRATE, older, kill_at)
        with closing(sqlite3.connect(older)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        versions.add((was_killed, version > 2))
        assert stored_count(older) == 1
        assert any(each.reason is Reason.BEFORE_MIGRATION for each in backups.list_backups(older))
        if not was_killed:
            break
        for each in older.parent.glob("older.db*"):
            each.unlink()
        older.write_bytes(whole)
        kill_at += 20
    assert versions >= {(True, False), (False, True)}


def stored_count(file: Path) -> int:
    store.open_database(file, must_exist=True)
    try:
        return stored_customers.count()
    finally:
        store.close_database()
