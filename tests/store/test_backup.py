"""A copy of the database that is whole or not there, and what is refused as a backup."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import peewee
import pytest

from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.store import (
    backup,
    backup_files,
    backup_listing,
    backup_manifest,
    file_states,
    models,
    restore,
)
from calmony_desktop.store import database as store
from calmony_desktop.store.backup_manifest import Reason

from .conftest import Records

sqlite3: Any = peewee.sqlite3
AT = 1_800_000_000


def silent(done: int, total: int) -> None:
    """Nobody watches."""


def make(path: Path, reason: Reason = Reason.BY_HAND, at: int = AT) -> backup_listing.BackupFile:
    with backup.alone(path):
        return backup.make(path, reason, at, silent)


def held_by(path: Path) -> backup_manifest.Contents:
    with closing(sqlite3.connect(path)) as connection:
        return backup_manifest.contents_of(connection)


def as_sqlite(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(";".join(statements))


def left_in(folder: Path) -> set[str]:
    """Everything in a folder but the lock."""
    return {each.name for each in folder.iterdir() if not each.name.endswith(".lock")}


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "calmony.db"
    store.open_database(path)
    with store.writing():
        for number in range(30):
            Records().customer(f"cus_{number}", f"Anna {number}")
            Records().payment(f"pi_{number}", f"cus_{number}")
    store.close_database()
    return path


@pytest.fixture
def filled(filled_once: Path, tmp_path: Path) -> Path:
    """An open database with thirty customers."""
    path = tmp_path / "calmony.db"
    shutil.copy(filled_once, path)
    store.open_database(path)
    return path


# Making


def test_a_backup_holds_what_is_only_in_the_log_yet(filled: Path) -> None:
    with store.writing():
        models.Product.create(id="prod_1")
    assert b"prod_1" not in filled.read_bytes()
    made = make(filled)
    assert made.path.name == "calmony.db.2027-01-15T08-00-00Z.by-hand.db"
    assert made.manifest is not None
    assert held_by(made.path) == made.manifest.contents
    assert made.manifest.contents.customers == 30
    assert b"prod_1" in made.path.read_bytes()
    assert made.manifest.sha256 == backup_files.sha256_of(made.path)
    assert backup_listing.backups_of(filled) == (made,)
    assert left_in(made.path.parent) == {made.path.name, f"{made.path.name}.json"}


@pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")
def test_a_backup_is_for_its_owner_only(filled: Path) -> None:
    made = make(filled)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in made.path.parent.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700


def test_two_backups_of_one_second_have_two_names(filled: Path) -> None:
    first, second = make(filled), make(filled, Reason.DAILY)
    assert [each.path for each in backup_listing.backups_of(filled)] == [second.path, first.path]
    assert second.made_at == AT + 1


def test_databases_in_one_folder_have_backups_of_their_own(filled: Path) -> None:
    made = make(filled)
    for name in ("calmony.db.x", "almony.db", "CALMONY.db", "calmony_db"):
        assert backup_listing.backups_of(filled.with_name(name)) == ()
    assert backup_listing.backups_of(filled) == (made,)


def test_a_listing_says_what_it_cannot_rely_on(filled: Path) -> None:
    sound, cut, mute, exchanged, garbled = (make(filled, at=AT + 60 * i) for i in range(5))
    os.truncate(cut.path, 5000)
    Path(f"{mute.path}.json").unlink()
    shutil.copy(f"{sound.path}.json", f"{exchanged.path}.json")
    Path(f"{garbled.path}.json").write_text('{"contents": {"customers": "many"}}')
    (sound.path.parent / f"{filled.name}.2027-02-30T08-00-00Z.daily.db").touch()
    (sound.path.parent / f"{filled.name}.2027-02-01T08-00-00Z.daily.db").symlink_to(sound.path)
    problems = {each.path: each.problem or "" for each in backup_listing.backups_of(filled)}
    assert set(problems) == {each.path for each in (sound, cut, mute, exchanged, garbled)}
    assert problems[sound.path] == ""
    assert "its size" in problems[cut.path]
    assert "missing or damaged" in problems[mute.path]
    assert "another backup" in problems[exchanged.path]
    assert "missing or damaged" in problems[garbled.path]


def test_writers_go_on_and_a_backup_is_of_one_moment(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_PAGES_IN_A_STEP", 5)
    saved = 0
    with closing(sqlite3.connect(filled, isolation_level=None, timeout=0)) as writer:

        def save(done: int, total: int) -> None:
            nonlocal saved
            # Two tables together: a torn copy would show one without the other.
            writer.execute("BEGIN IMMEDIATE")
            writer.execute(f"INSERT INTO products (id) VALUES ('prod_{saved}')")
            writer.execute(f"INSERT INTO logos (digest, image) VALUES ('{saved}', x'00')")
            writer.execute("COMMIT")
            saved += 1

        with backup.alone(filled):
            made = backup.make(filled, Reason.DAILY, AT, save)
    assert saved > 5
    with closing(sqlite3.connect(made.path)) as connection:
        assert backup_manifest.row_counts(connection)["products"] == 0
        assert backup_manifest.row_counts(connection)["logos"] == 0
    assert models.Product.select().count() == saved


def test_a_backup_on_a_share_begins_again_after_a_change(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close_database()
    as_sqlite(filled, "PRAGMA journal_mode = truncate")
    monkeypatch.setattr(backup, "_PAGES_IN_A_STEP", 5)
    calls = 0
    with closing(sqlite3.connect(filled, isolation_level=None, timeout=0)) as writer:

        def save(done: int, total: int) -> None:
            nonlocal calls
            calls += 1
            if calls == 3:
                writer.execute("INSERT INTO products (id) VALUES ('prod_1')")

        with backup.alone(filled):
            made = backup.make(filled, Reason.DAILY, AT, save)
    with closing(sqlite3.connect(made.path)) as connection:
        assert backup_manifest.row_counts(connection)["products"] == 1


class Stopped(Exception):
    pass


@pytest.mark.parametrize("calls", [1, 3, 10_000])
def test_a_cancelled_backup_leaves_nothing(
    calls: int, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = make(filled)
    monkeypatch.setattr(backup, "_PAGES_IN_A_STEP", 20)
    monkeypatch.setattr(backup, "_INSTRUCTIONS_BETWEEN_LOOKS", 100)
    before = left_in(earlier.path.parent)
    told = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        # While it is copied, while it is checked, and at the very end.
        if len(told) == calls or done == total:
            raise Stopped

    with pytest.raises(Stopped), backup.alone(filled):
        backup.make(filled, Reason.DAILY, AT + 60, stop)
    assert all(0 <= done <= total for done, total in told)
    assert left_in(earlier.path.parent) == before


def test_checking_can_be_cancelled(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_INSTRUCTIONS_BETWEEN_LOOKS", 100)
    told = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if 2 * done == total and len(told) > 3:
            raise Stopped

    with pytest.raises(Stopped), backup.alone(filled):
        backup.make(filled, Reason.DAILY, AT, stop)
    assert left_in(backup_listing.folder_of(filled)) == set()


def test_a_damaged_database_gives_no_backup(filled: Path) -> None:
    earlier = make(filled)
    store.close_database()
    content = bytearray(filled.read_bytes())
    for page in range(20, len(content) // 4096):
        content[page * 4096 + 1 : page * 4096 + 8] = b"\xff" * 7
    filled.write_bytes(content)
    with pytest.raises(CannotOpen) as refused:
        make(filled, at=AT + 60)
    assert refused.value.state is FileState.DAMAGED
    assert backup_listing.backups_of(filled) == (earlier,)
    assert left_in(earlier.path.parent) == {earlier.path.name, f"{earlier.path.name}.json"}


def test_a_broken_reference_gives_no_backup(filled: Path) -> None:
    as_sqlite(filled, "PRAGMA foreign_keys = 0", "DELETE FROM customers WHERE id = 'cus_1'")
    with pytest.raises(CannotOpen):
        make(filled)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = (
        sys.platform == "linux"
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk],
            capture_output=True,
            check=False,
        ).returncode
    )
    if not mounted:
        pytest.skip("needs to be allowed to mount a small disk")
    yield disk
    store.close_database()
    subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.parametrize("looks_first", [True, False])
def test_a_full_disk_leaves_nothing_and_says_so(
    looks_first: bool, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_files, "_ROOM_LEFT", 0)
    path = small_disk / "calmony.db"
    store.open_database(path)
    earlier = make(path)
    if not looks_first:
        monkeypatch.setattr(backup, "refuse_without_room", lambda folder, size: None)
    (small_disk / "other").write_bytes(bytes(shutil.disk_usage(small_disk).free - 100_000))
    with pytest.raises(KnownError, match=r"not enough room.*Free some space"):
        make(path, at=AT + 60)
    assert left_in(earlier.path.parent) == {earlier.path.name, f"{earlier.path.name}.json"}
    assert backup_listing.backups_of(path) == (earlier,)


def test_a_manifest_that_cannot_be_written_leaves_nothing(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    backup_listing.folder_of(filled).mkdir()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KnownError, match="not enough room"):
        make(filled)
    assert backup_listing.backups_of(filled) == ()


def test_one_backup_waits_for_another(filled: Path) -> None:
    order = []
    entered = threading.Event()

    def second() -> None:
        entered.set()
        with backup.alone(filled):
            order.append("second")

    thread = threading.Thread(target=second)
    with backup.alone(filled):
        thread.start()
        entered.wait()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_lock_that_cannot_be_had_is_not_told_as_another_backup(filled: Path) -> None:
    folder = backup_listing.folder_of(filled)
    folder.mkdir()
    (folder / f".{filled.name}.lock").write_bytes(b"none of SQLite's" * 100)
    with pytest.raises(KnownError, match="backups can’t be written to") as refused:
        make(filled)
    assert "Another program" not in str(refused.value)


@pytest.mark.parametrize("is_link", [True, False])
def test_a_folder_that_leads_nowhere_is_not_told_as_no_backups(is_link: bool, filled: Path) -> None:
    folder = backup_listing.folder_of(filled)
    if is_link:
        folder.symlink_to(filled.parent / "drive")
    else:
        folder.write_text("a file in the way")
    for use in (lambda: backup_listing.backups_of(filled), lambda: make(filled)):
        with pytest.raises(KnownError, match="is no folder that can be opened"):
            use()


@pytest.mark.parametrize("refused", ["iterdir", "is_symlink"])
def test_a_folder_that_may_not_be_looked_into_is_said_so(
    refused: str, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(filled)

    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, refused, refuse)
    with pytest.raises(KnownError, match="could not be read or written: Permission denied"):
        make(filled, at=AT + 1)


def test_what_dead_ones_left_is_removed_and_nothing_else(filled: Path) -> None:
    made = make(filled)
    folder = made.path.parent
    left = [
        ".calmony.db.0123456789abcdef.tmp",
        ".calmony.db.0123456789abcdef.tmp-journal",
        ".calmony.db.2027-01-15T08-00-00Z.daily.db.json.tmp",
        "calmony.db.2027-01-15T08-00-00Z.daily.db.json",
    ]
    kept = [".other.db.0123456789abcdef.tmp", "notes.txt", "calmony.db.json", ".calmony.db.x.tmp"]
    for name in left + kept:
        (folder / name).touch()
    with backup.alone(filled):
        pass
    assert left_in(folder) == {made.path.name, f"{made.path.name}.json", *kept}


def test_a_copy_goes_where_a_person_wants_it(filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.db"
    target.write_text("an older one")
    assert backup.save_copy(filled, target, silent).customers == 30
    assert held_by(target).customers == 30
    for wrong in (filled, tmp_path, Path(os.devnull)):
        with pytest.raises(KnownError, match="Choose another name"):
            backup.save_copy(filled, wrong, silent)
    with pytest.raises(KnownError, match="No such file"):
        backup.save_copy(filled, tmp_path / "none" / "x.db", silent)


# What is refused as a backup


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
def test_a_copy_is_not_written_over_the_database_or_its_log(ending: str, filled: Path) -> None:
    target = Path(f"{filled}{ending}")
    before = target.read_bytes() if target.exists() else None
    with pytest.raises(KnownError, match="can’t be written over"):
        backup.save_copy(filled, target, silent)
    assert (target.read_bytes() if target.exists() else None) == before


@pytest.fixture
def given(filled: Path, tmp_path: Path) -> Path:
    """A sound backup without the file that describes it, to be spoiled."""
    path = tmp_path / "given.db"
    backup.save_copy(filled, path, silent)
    return path


def finds_anna(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT count(*) FROM customer_search WHERE search_key MATCH '\"anna 7\"'"
        return bool(connection.execute(query).fetchone() == (1,))


def refusal(given: Path, database: Path) -> str:
    before = given.read_bytes() if given.is_file() else None
    with (
        pytest.raises(KnownError) as refused,
        backup.alone(database),
        restore.prepared(given, database, silent),
    ):
        pass
    assert (given.read_bytes() if given.is_file() else None) == before
    assert not any(each.endswith(".tmp") for each in left_in(backup_listing.folder_of(database)))
    sentence = str(refused.value)
    assert not any(word in sentence for word in ("Error", "SQL", "Traceback", "\n"))
    return sentence


def test_a_sound_backup_is_prepared_and_stays_as_it_is(given: Path, filled: Path) -> None:
    before = given.read_bytes()
    with backup.alone(filled), restore.prepared(given, filled, silent) as prepared:
        assert prepared.contents.customers == 30
        assert prepared.newest_entry() is None
        assert finds_anna(prepared.path)
    assert given.read_bytes() == before
    assert not prepared.path.exists()


FORGED = "PRAGMA writable_schema = 1"


@pytest.mark.parametrize(
    "statements",
    [
        [
            "CREATE TRIGGER pay AFTER INSERT ON payment_intents BEGIN "
            "UPDATE payment_intents SET amount = 1; END"
        ],
        [
            FORGED,
            "INSERT INTO sqlite_master VALUES ('trigger', 'sqlite_pay', 'payment_intents', 0, "
            "'CREATE TRIGGER sqlite_pay AFTER INSERT ON payment_intents BEGIN "
            "UPDATE payment_intents SET amount = 1; END')",
        ],
        ["ALTER TABLE products RENAME TO p", "CREATE VIEW products AS SELECT * FROM p"],
        [
            "CREATE VIEW v AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) "
            "SELECT x FROM n"
        ],
        ["DROP TRIGGER activity_no_update"],
        ["CREATE TABLE customer_search_more (id)"],
        ["CREATE TABLE sqlitex_more (id)"],
        ["CREATE INDEX more ON customers (phone)"],
        [
            FORGED,
            "UPDATE sqlite_master SET sql = replace(sql, 'CREATE TABLE', 'CREATE  TABLE') "
            "WHERE name = 'payment_intents'",
        ],
        ["DROP TABLE schema_migration"],
        ["DELETE FROM schema_migration"],
        ["DELETE FROM schema_migration WHERE name LIKE '0001%'"],
        ["PRAGMA user_version = 1"],
    ],
    ids=str,
)
def test_what_another_program_changed_is_refused(
    statements: list[str], given: Path, filled: Path
) -> None:
    as_sqlite(given, *statements)
    assert "another program changed it" in refusal(given, filled)


def test_a_forged_search_index_is_made_anew(given: Path, filled: Path) -> None:
    as_sqlite(given, "UPDATE customer_search_data SET block = randomblob(2000)")
    with backup.alone(filled), restore.prepared(given, filled, silent) as prepared:
        assert finds_anna(prepared.path)


def test_a_file_of_another_program_is_refused(given: Path, filled: Path) -> None:
    given.unlink()
    as_sqlite(given, "CREATE TABLE bookmarks (id)")
    assert "not a backup of Calmony" in refusal(given, filled)
    given.write_bytes(b"")
    assert "not a backup of Calmony" in refusal(given, filled)
    given.write_text("id,name\n")
    assert "not a backup of Calmony" in refusal(given, filled)


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO schema_migration (name, applied) VALUES ('9999_x', '2030-01-01 00:00:00')",
     "PRAGMA user_version = 99"],
)  # fmt: skip
def test_a_newer_one_is_refused(statement: str, given: Path, filled: Path) -> None:
    as_sqlite(given, statement)
    assert "newer version of Calmony Desktop" in refusal(given, filled)


def test_a_link_a_folder_and_nothing_are_refused(given: Path, filled: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(given)
    assert "is a link" in refusal(link, filled)
    assert "is a folder" in refusal(tmp_path, filled)
    assert "There is no backup" in refusal(tmp_path / "none.db", filled)


def test_a_database_in_use_is_no_backup(filled: Path) -> None:
    with store.writing():
        models.Product.create(id="prod_1")
    assert "a database in use" in refusal(filled, filled.with_name("other.db"))


@pytest.mark.parametrize("size", [100, 4096, 4097, 100_000, -1])
def test_a_cut_one_is_refused(size: int, given: Path, filled: Path) -> None:
    os.truncate(given, size if size > 0 else given.stat().st_size - 1)
    assert "damaged" in refusal(given, filled)


def test_no_flipped_bit_gets_past_the_manifest(filled: Path) -> None:
    made = make(filled)
    random, content = Random(5), made.path.read_bytes()
    for _ in range(20):
        spoiled = bytearray(content)
        spoiled[random.randrange(len(content))] ^= 1 << random.randrange(8)
        made.path.write_bytes(spoiled)
        assert "it is damaged, or was changed" in refusal(made.path, filled)
    made.path.write_bytes(content)
    with backup.alone(filled), restore.prepared(made.path, filled, silent):
        pass


def test_flipped_bits_without_a_manifest_are_refused_or_harmless(given: Path, filled: Path) -> None:
    random, content = Random(6), given.read_bytes()
    refused = 0
    for _ in range(15):
        spoiled = bytearray(content)
        for _ in range(3):
            spoiled[random.randrange(len(content))] ^= 1 << random.randrange(8)
        given.write_bytes(spoiled)
        try:
            with backup.alone(filled), restore.prepared(given, filled, silent) as prepared:
                assert prepared.contents.schema_version > 0
        except KnownError:
            refused += 1
    assert refused


# Putting it in place


def put(given: Path, database: Path) -> None:
    with (
        backup.alone(database),
        restore.prepared(given, database, silent) as prepared,
        closing(restore.Watch(database)) as watch,
    ):
        restore.put_into(database, prepared.path, watch, silent)


def test_others_on_the_file_see_the_restored_state(given: Path, filled: Path) -> None:
    version = store.data_version()
    with store.writing():
        models.Product.create(id="prod_1")
        models.PaymentIntent.delete().execute()
    put(given, filled)
    assert store.data_version() != version
    assert models.Product.select().count() == 0
    assert models.PaymentIntent.select().count() == 30
    with store.writing():
        models.Product.create(id="prod_2")
    store.close_database()
    with closing(sqlite3.connect(filled)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_change_right_before_is_not_lost(given: Path, filled: Path) -> None:
    with (
        backup.alone(filled),
        restore.prepared(given, filled, silent) as prepared,
        closing(restore.Watch(filled)) as watch,
    ):
        with store.writing():
            models.Product.create(id="prod_1")
        with pytest.raises(KnownError, match="Somebody saved a change"):
            restore.put_into(filled, prepared.path, watch, silent)
    assert models.Product.select().count() == 1


def test_a_writer_between_the_steps_is_kept_out(given: Path, filled: Path) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None, timeout=0)) as writer:

        def save(done: int, total: int) -> None:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                writer.execute("INSERT INTO products (id) VALUES ('prod_1')")

        with (
            backup.alone(filled),
            restore.prepared(given, filled, silent) as prepared,
            closing(restore.Watch(filled)) as watch,
        ):
            restore.put_into(filled, prepared.path, watch, save)
    assert models.Product.select().count() == 0


def test_a_cancelled_restore_leaves_what_was_there(given: Path, filled: Path) -> None:
    with store.writing():
        models.Product.create(id="prod_1")

    def stop(done: int, total: int) -> None:
        if done > 2 * total // 3:
            raise Stopped

    with (
        backup.alone(filled),
        restore.prepared(given, filled, silent) as prepared,
        closing(restore.Watch(filled)) as watch,
        pytest.raises(Stopped),
    ):
        restore.put_into(filled, prepared.path, watch, stop)
    assert models.Product.select().count() == 1
    with store.writing():
        models.Product.create(id="prod_2")


def test_a_busy_database_is_not_waited_for_without_end(
    given: Path, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_states, "BUSY_TIMEOUT", 0)
    with closing(sqlite3.connect(filled, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(CannotOpen) as refused:
            put(given, filled)
    assert refused.value.state is FileState.LOCKED


def test_a_damaged_file_is_kept_aside_with_its_log(filled: Path) -> None:
    store.close_database()
    filled.write_bytes(b"ruins")
    log = Path(f"{filled}-wal")
    log.write_bytes(b"log")
    aside = restore.keep_aside(filled, AT)
    assert aside.name == "calmony.db.damaged-2027-01-15T08-00-00Z"
    assert (aside.read_bytes(), Path(f"{aside}-wal").read_bytes()) == (b"ruins", b"log")
    assert not filled.exists()
    filled.write_bytes(b"again")
    assert restore.keep_aside(filled, AT).name == f"{aside.name}-2"
    assert aside.read_bytes() == b"ruins"


def test_no_stale_log_gets_into_a_restored_file(given: Path, filled: Path) -> None:
    with store.writing():
        models.Product.create(id="prod_1")
    log = Path(f"{filled}-wal")
    stale = log.read_bytes()
    store.close_database()
    filled.unlink()
    log.write_bytes(stale)
    with backup.alone(filled), restore.prepared(given, filled, silent) as prepared:
        restore.put_in_place(filled, prepared.path)
    store.open_database(filled)
    assert models.Product.select().count() == 0
    assert models.Customer.select().count() == 30
