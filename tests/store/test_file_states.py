"""Each state of a database file is known by its name, and the file stays as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import peewee
import pytest

from calmony_desktop.errors import CannotOpen, FileState
from calmony_desktop.store import database as store
from calmony_desktop.store import models

sqlite3 = peewee.sqlite3
needs_linux_root = pytest.mark.skipif(
    sys.platform != "linux" or os.getuid() != 0, reason="mounts a small disk, as root"
)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A closed database of this program."""
    path = tmp_path / "ours.db"
    store.open_database(path)
    store.close_database()
    return path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=4m"]
    if subprocess.run(["mount", *options, "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("may not mount a small disk here")
    yield folder
    store.close_database()
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> Path:
    """Leave no byte of the disk free."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert not shutil.disk_usage(folder).free
    return filler


def state_of(path: Path, *, must_exist: bool = False) -> FileState:
    """How opening ``path`` is refused; its bytes must stay as they were."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CannotOpen) as refused:
        store.open_database(path, must_exist=must_exist)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert str(path) in str(refused.value)
    return refused.value.state


def test_missing(tmp_path: Path) -> None:
    assert state_of(tmp_path / "calmony.db", must_exist=True) is FileState.MISSING
    assert state_of(tmp_path / "drive" / "calmony.db") is FileState.MISSING
    assert list(tmp_path.iterdir()) == []


def test_foreign(tmp_path: Path) -> None:
    path = tmp_path / "letters.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE letters (id)")
        connection.commit()
    assert state_of(path) is FileState.FOREIGN
    assert state_of(tmp_path) is FileState.FOREIGN


def test_newer(ours: Path) -> None:
    with closing(sqlite3.connect(ours)) as connection:
        connection.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_x', '2030')")
        connection.commit()
    assert state_of(ours) is FileState.NEWER


def test_locked(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_TIMEOUT", 0.1)
    with closing(sqlite3.connect(ours, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = exclusive")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("UPDATE business SET time_zone = 'Asia/Tokyo'")
        connection.execute("COMMIT")
        assert state_of(ours) is FileState.LOCKED


@pytest.mark.parametrize("of_the_file", [True, False])
def test_read_only(of_the_file: bool, ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As somebody to whom permissions apply, which root's tests are not.
    read_only = ours if of_the_file else ours.parent
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != read_only)
    assert state_of(ours) is FileState.READ_ONLY


@needs_linux_root
def test_a_read_only_disk(small_disk: Path) -> None:
    path = small_disk / "calmony.db"
    store.open_database(path)
    store.close_database()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert state_of(path) is FileState.READ_ONLY


def without_its_beginning(content: bytes) -> bytes:
    return bytes(100) + content[100:]


def with_another_mark(content: bytes) -> bytes:
    return content[:68] + b"\x00\x00\x00\x07" + content[72:]


def with_a_page_of_rubbish(content: bytes) -> bytes:
    return content[:100] + b"\xff" * 3996 + content[4096:]


def of_an_unknown_format(content: bytes) -> bytes:
    return content[:44] + b"\x00\x00\x00\x09" + content[48:]


def with_pages_of_an_impossible_size(content: bytes) -> bytes:
    return content[:16] + b"\x00\x03" + content[18:]


@pytest.mark.parametrize(
    "damage",
    [
        without_its_beginning,
        with_another_mark,
        with_a_page_of_rubbish,
        of_an_unknown_format,
        with_pages_of_an_impossible_size,
    ],
)
def test_damaged(damage: Callable[[bytes], bytes], ours: Path) -> None:
    ours.write_bytes(damage(ours.read_bytes()))
    assert state_of(ours) is FileState.DAMAGED


def test_a_log_of_rubbish_is_no_damage_to_what_the_file_holds(ours: Path) -> None:
    Path(f"{ours}-wal").write_bytes(b"\xff" * 10_000)
    store.open_database(ours)
    assert models.Business.select().count() == 1


@needs_linux_root
def test_a_full_disk_when_opening_and_again_once_there_is_room(small_disk: Path) -> None:
    path = small_disk / "calmony.db"
    store.open_database(path)
    store.close_database()
    filler = fill(small_disk)
    assert state_of(path) is FileState.FULL_DISK
    with pytest.raises(CannotOpen) as refused:
        store.open_database(small_disk / "new.db")
    assert refused.value.state is FileState.FULL_DISK
    filler.unlink()
    store.open_database(path)
    assert models.Business.select().count() == 1


@needs_linux_root
def test_a_full_disk_while_working_loses_nothing_and_a_retry_works(small_disk: Path) -> None:
    store.open_database(small_disk / "calmony.db")
    with store.writing():
        models.Product.create(id="prod_before")
    filler = fill(small_disk)

    def work() -> None:
        with store.writing():
            for number in range(200):
                models.Product.create(id=f"prod_{number}", name="x" * 5000)

    with pytest.raises(CannotOpen, match="The disk is full") as refused:
        work()
    assert refused.value.state is FileState.FULL_DISK
    assert [product.id for product in models.Product.select()] == ["prod_before"]
    filler.unlink()
    work()
    assert models.Product.select().count() == 201


def test_a_folder_that_may_not_be_entered_any_more_is_said_so(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied", str(database))

    monkeypatch.setattr(store, "_identity", refused)
    monkeypatch.setattr(Path, "stat", refused)
    with pytest.raises(CannotOpen, match="can’t be reached: Permission denied") as error:
        store.data_version()
    assert error.value.state is FileState.UNREADABLE


def test_a_removed_drive_is_told_and_its_return_too(tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    store.open_database(drive / "calmony.db")
    drive.rename(tmp_path / "removed")
    with pytest.raises(CannotOpen) as error:
        store.data_version()
    assert error.value.state is FileState.MISSING
    (tmp_path / "removed").rename(drive)
    assert store.data_version()


def test_on_a_share_there_is_no_write_ahead_log(
    ours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "is_on_network_share", lambda _path: True)
    store.open_database(ours)
    assert store.database.execute_sql("PRAGMA journal_mode").fetchone() == ("truncate",)
    assert store.database.execute_sql("PRAGMA synchronous").fetchone() == (2,)
    with store.writing():
        models.Product.create(id="prod_1")
    assert not Path(f"{ours}-wal").exists()
    copy = shutil.copy(ours, ours.with_name("back.db"))
    monkeypatch.undo()
    store.open_database(Path(copy))
    assert store.database.execute_sql("PRAGMA journal_mode").fetchone() == ("wal",)
    assert models.Product.select().count() == 1
