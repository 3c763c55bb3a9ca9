"""Backups as a desk lives with them: made, thinned, looked at, restored."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import peewee
import pytest

from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.operations import backups
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.describe_activity import describe_activity
from calmony_desktop.operations.import_records import import_paths
from calmony_desktop.store import (
    activity,
    backup_files,
    backup_listing,
    backup_manifest,
    file_states,
)
from calmony_desktop.store import customers as stored_customers
from calmony_desktop.store import database as store
from calmony_desktop.store.backup_listing import BackupFile
from calmony_desktop.store.backup_manifest import Reason

from .conftest import NOON, Clock, add, customers

sqlite3: Any = peewee.sqlite3
A_DAY = 24 * 60 * 60


def reasons(file: Path) -> list[str]:
    return [str(each.reason) for each in backups.list_backups(file)]


def restored(file: Path, source: BackupFile | Path) -> backups.RestoreReport:
    path = source if isinstance(source, Path) else source.path
    report = backups.restore_backup(file, path, operation_id=str(uuid4()))
    store.open_database(file, must_exist=True)
    return report


def assert_all_is_well() -> None:
    assert check_database().findings == ()


# Made


def test_the_daily_backup_is_made_once_a_day(file: Path, clock: Clock) -> None:
    assert backups.back_up_if_due() is not None
    assert backups.back_up_if_due() is None
    clock.at += A_DAY
    assert backups.back_up_if_due() is not None
    assert reasons(file) == ["daily", "daily"]


def test_a_backup_that_was_damaged_since_is_none_of_today(file: Path) -> None:
    made = backups.back_up_if_due()
    assert made is not None
    os.truncate(made.path, 5_000)
    assert backups.back_up_if_due() is not None
    assert backups.back_up_if_due() is None


def test_a_clock_set_back_neither_stops_backups_nor_removes_any(file: Path, clock: Clock) -> None:
    backups.back_up_if_due()
    clock.at -= 400 * A_DAY
    made = backups.back_up_if_due()
    assert made is not None
    assert made.path.exists()
    assert len(reasons(file)) == 2
    assert backups.missing_changes() is None


def test_an_empty_database_is_not_backed_up(database: Path) -> None:
    assert backups.back_up_if_due() is None
    assert backups.back_up_before_import() is None
    assert backups.list_backups() == ()


def test_backups_by_hand_stay_beside_thinned_ones(file: Path, clock: Clock) -> None:
    for _ in range(3):
        backups.back_up_now()
    for _ in range(4):
        clock.at += 60
        backups.back_up_before_import()
    assert reasons(file) == ["before-import"] + ["by-hand"] * 3


def test_an_import_of_files_is_backed_up_before(file: Path, tmp_path: Path) -> None:
    given = tmp_path / "more.json"
    given.write_text(json.dumps(customers(3)))
    import_paths([given], dry_run=True)
    assert reasons(file) == []
    import_paths([given])
    (made,) = backups.list_backups()
    assert made.reason is Reason.BEFORE_IMPORT
    assert made.manifest is not None
    assert made.manifest.contents.customers == 2
    assert stored_customers.count() == 3


def test_without_room_for_a_backup_an_import_does_not_start(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "more.json"
    given.write_text(json.dumps(customers(3)))
    monkeypatch.setattr(backup_files, "_ROOM_LEFT", 1 << 60)
    with pytest.raises(KnownError, match=r"Nothing was imported.*not enough room.*Free some"):
        import_paths([given])
    assert stored_customers.count() == 2


def test_two_processes_that_back_up_at_once_make_two_backups(file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from calmony_desktop.store import database\n"
        "from calmony_desktop.operations.backups import back_up_now\n"
        "database.open_database(Path(sys.argv[1])); print('ready', flush=True)\n"
        "sys.stdin.readline(); back_up_now(); database.close_database()"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, file],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for each in started:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    assert [each.communicate("\n")[1] for each in started] == ["", ""]
    found = backups.list_backups()
    assert [each.problem for each in found] == [None, None]


# Migrated


def test_a_migration_is_backed_up_before(older: Path) -> None:
    store.open_database(older)
    (made,) = backups.list_backups()
    assert made.reason is Reason.BEFORE_MIGRATION
    assert made.manifest is not None
    assert (made.manifest.contents.schema_version, made.manifest.contents.customers) == (2, 1)
    store.close_database()
    store.open_database(older)
    assert len(backups.list_backups()) == 1


def test_a_migration_without_room_for_its_backup_changes_nothing(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_files, "_ROOM_LEFT", 1 << 60)
    with pytest.raises(KnownError, match=r"from an older version.*not enough room"):
        store.open_database(older)
    with closing(sqlite3.connect(older)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_migration_that_fails_leaves_all_as_it_was(
    older: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from calmony_desktop import paths

    migrations = tmp_path / "broken"
    shutil.copytree(paths.migrations_folder(), migrations)
    (migrations / "9999_broken.py").write_text("def up(migrator, db):\n    raise OSError('no')\n")
    monkeypatch.setattr(paths, "migrations_folder", lambda: migrations)
    for _ in range(3):
        with pytest.raises(OSError, match="no"):
            store.open_database(older)
    assert len(backup_listing.backups_of(older)) == 1, "one backup serves every try"
    with closing(sqlite3.connect(older)) as connection:
        assert backup_manifest.contents_of(connection).schema_version == 2
        assert "activity_head" not in backup_manifest.row_counts(connection)


def test_an_older_backup_is_migrated_when_it_is_restored(older: Path, file: Path) -> None:
    before = older.read_bytes()
    report = restored(file, older)
    assert report.contents.customers == 1
    assert stored_customers.count() == 1
    assert older.read_bytes() == before
    assert_all_is_well()


# Restored


def test_a_restore_undoes_what_came_after_and_can_be_undone(file: Path, clock: Clock) -> None:
    made = backups.back_up_now()
    add(3)
    add(4)
    assert backups.changes_since(made) == 2
    preview = backups.preview_restore(file, made.path)
    assert (preview.undone, preview.made_at, preview.trouble) == (2, NOON, None)
    assert preview.sentences == (
        "Backup of 15 January 2027, 12:00 UTC: 2 customers, 0 payments, 0 subscriptions, "
        "0 invoices.",
        preview.sentences[1],
        "2 changes made since would be undone. The database is backed up first.",
    )
    assert "Imported records: 2 new" in preview.sentences[1]
    assert stored_customers.count() == 4

    clock.at += 60
    report = restored(file, made)
    assert report.before is not None
    assert report.kept_aside is None
    assert stored_customers.count() == 2
    (entry, *_) = activity.latest()
    assert describe_activity(entry) == "Restored the backup of 15 January 2027, 12:00 UTC."
    assert backups.missing_changes() is None
    assert_all_is_well()

    clock.at += 60
    restored(file, report.before)
    assert stored_customers.count() == 4
    assert backups.missing_changes() is None
    assert_all_is_well()


def test_a_window_on_the_file_goes_on_with_what_was_restored(file: Path) -> None:
    made = backups.back_up_now()
    add(3)
    version = store.data_version()
    done: list[backups.RestoreReport] = []

    def work() -> None:
        done.append(backups.restore_backup(file, made.path, operation_id=str(uuid4())))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(done) == 1
    assert store.data_version() != version
    assert stored_customers.count() == 2
    add(5)
    assert_all_is_well()


def test_a_backup_of_another_history_is_told_from_ours(file: Path, tmp_path: Path) -> None:
    made = backups.back_up_now()
    other = tmp_path / "other" / "calmony.db"
    other.parent.mkdir()
    store.open_database(other)
    add(7)
    preview = backups.preview_restore(other, made.path)
    assert preview.undone is None
    assert "another history" in preview.sentences[-1]
    restored(other, made)
    assert stored_customers.count() == 2
    assert_all_is_well()


def test_a_missing_database_is_restored(file: Path) -> None:
    made = backups.back_up_now()
    store.close_database()
    file.unlink()
    preview = backups.preview_restore(file, made.path)
    assert "There is no database" in str(preview.trouble)
    assert not file.exists()
    report = restored(file, made)
    assert (report.before, report.kept_aside) == (None, None)
    assert stored_customers.count() == 2
    assert_all_is_well()


def test_a_database_that_the_disk_does_not_give_is_kept_aside_and_restored(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.back_up_now()
    store.close_database()
    there = file.read_bytes()
    opened = store.open_database

    def fail_once(path: Path, *, must_exist: bool = False) -> None:
        monkeypatch.setattr(store, "open_database", opened)
        raise file_states.in_state(FileState.FAILING_DISK, path)

    monkeypatch.setattr(store, "open_database", fail_once)
    report = restored(file, made)
    assert report.before is None
    assert report.kept_aside is not None
    assert report.kept_aside.read_bytes() == there
    assert stored_customers.count() == 2


def spoil_start(content: bytes) -> bytes:
    return b"\xff" * 200 + content[200:]


def spoil_pages(content: bytes) -> bytes:
    return content[:8192] + b"\xff" * (len(content) - 8192)


def spoil_deep_inside(content: bytes) -> bytes:
    spoiled = bytearray(content)
    # A page of one index: the file opens, and only the full check finds it.
    for page in range(len(content) // 4096 - 1, 0, -1):
        if spoiled[page * 4096] == 10 and spoiled[page * 4096 + 4] | spoiled[page * 4096 + 3]:
            spoiled[page * 4096 + 4090 : page * 4096 + 4096] = b"\x01" * 6
            return bytes(spoiled)
    raise AssertionError("no page of an index")


@pytest.mark.parametrize("spoil", [spoil_start, spoil_pages, spoil_deep_inside])
def test_a_damaged_database_is_kept_aside_and_restored(spoil: Any, file: Path) -> None:
    made = backups.back_up_now()
    add(3)
    store.close_database()
    ruins = spoil(file.read_bytes())
    file.write_bytes(ruins)
    if spoil is spoil_deep_inside:
        store.open_database(file)
        with pytest.raises(CannotOpen) as refused:
            backups.back_up_now()
        assert refused.value.state is FileState.DAMAGED
        store.close_database()
    report = restored(file, made)
    assert report.before is None
    assert report.kept_aside is not None
    assert report.kept_aside.read_bytes() == ruins
    assert str(report.kept_aside) in report.summary
    assert stored_customers.count() == 2
    assert backups.missing_changes() is None
    assert_all_is_well()


def test_a_database_that_must_not_be_replaced_is_not(file: Path, tmp_path: Path) -> None:
    made = backups.back_up_now()
    foreign = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE places (id)")
    before = foreign.read_bytes()
    for work in (
        lambda: backups.preview_restore(foreign, made.path),
        lambda: backups.restore_backup(foreign, made.path, operation_id=str(uuid4())),
    ):
        with pytest.raises(KnownError, match="not made by Calmony"):
            work()
    assert foreign.read_bytes() == before


def test_a_refused_backup_changes_nothing(file: Path) -> None:
    made = backups.back_up_now()
    with closing(sqlite3.connect(made.path)) as connection:
        connection.execute("CREATE VIEW more AS SELECT 1")
    Path(f"{made.path}.json").unlink()
    with pytest.raises(KnownError, match="another program changed it"):
        restored(file, made)
    assert len(backups.list_backups()) == 1
    assert_all_is_well()


# Missing changes


def test_a_log_that_was_cut_off_is_noticed(file: Path) -> None:
    store.close_database()
    without = file.read_bytes()
    store.open_database(file)
    add(3)
    made = backups.back_up_now()
    store.close_database()
    file.write_bytes(without)
    store.open_database(file)
    sentence = backups.missing_changes()
    assert sentence is not None
    assert "15 January 2027, 12:00 UTC" in sentence
    assert "2 changes in all" in sentence
    assert "Restore that backup" in sentence
    assert [each.area for each in check_database().findings] == ["backups"]
    # It must not count as backed up by itself, only once a person says so.
    made.path.rename(made.path.with_name(made.path.name.replace("2027-01-15", "2027-01-14")))
    manifest = Path(f"{made.path}.json")
    said = json.loads(manifest.read_text()) | {"made_at": made.made_at - A_DAY}
    manifest.rename(str(manifest).replace("2027-01-15", "2027-01-14")).write_text(json.dumps(said))
    assert backups.back_up_if_due() is None
    backups.back_up_now()
    assert backups.missing_changes() is None


def test_changes_go_on_after_a_restore_without_a_warning(file: Path, clock: Clock) -> None:
    made = backups.back_up_now()
    for number in range(3, 8):
        add(number)
    clock.at += 60
    restored(file, made)
    for number in range(10, 20):
        add(number)
        assert backups.missing_changes() is None
