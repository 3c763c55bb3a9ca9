"""A copy of a file that cannot be opened where it is: whole, checked, or not there at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import peewee
import pytest

from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.store import database as store
from calmony_desktop.store import file_copy, models

sqlite3 = peewee.sqlite3


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """A database whose newest product is in its log only, and nobody has it open."""
    path = tmp_path / "office.db"
    code = (
        "import os, sys; from pathlib import Path\n"
        "from calmony_desktop.store import database, models\n"
        "database.open_database(Path(sys.argv[1]))\n"
        "with database.writing(): models.Product.create(id='prod_1')\n"
        "os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, path], check=False)
    assert Path(f"{path}-wal").stat().st_size
    return path


def products(path: Path) -> list[str]:
    store.open_database(path)
    found = [product.id for product in models.Product.select()]
    store.close_database()
    return found


def test_a_copy_has_what_is_in_the_log_and_is_for_its_owner_only(
    busy: Path, tmp_path: Path
) -> None:
    before = busy.read_bytes()
    target = tmp_path / "copy.db"
    file_copy.copy_database(busy, target)
    assert busy.read_bytes() == before
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert products(target) == ["prod_1"]


def test_a_locked_file_is_copied_byte_by_byte(
    busy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calmony_desktop.store.file_states.BUSY_TIMEOUT", 0.1)
    with closing(sqlite3.connect(busy, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = exclusive")
        connection.execute("INSERT INTO products (id) VALUES ('prod_2')")
        file_copy.copy_database(busy, tmp_path / "copy.db")
    assert products(tmp_path / "copy.db") == ["prod_1", "prod_2"]
    assert not list(tmp_path.glob(".calmony*"))


@pytest.mark.skipif(
    sys.platform != "linux" or os.getuid() != 0, reason="mounts a small disk, as root"
)
@pytest.mark.parametrize("is_read_only", [True, False])
def test_a_read_only_and_a_full_disk_can_be_copied_from(
    is_read_only: bool, busy: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("may not mount a small disk here")
    try:
        for name in (busy.name, f"{busy.name}-wal"):
            (disk / name).write_bytes((busy.parent / name).read_bytes())
        if is_read_only:
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        else:
            subprocess.run(["dd", "if=/dev/zero", f"of={disk}/filler"], capture_output=True)
        file_copy.copy_database(disk / busy.name, tmp_path / "copy.db")
        assert products(tmp_path / "copy.db") == ["prod_1"]
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_damaged_file_gives_no_copy(busy: Path, tmp_path: Path) -> None:
    Path(f"{busy}-wal").unlink()
    Path(f"{busy}-shm").unlink()
    store.open_database(busy)
    store.close_database()
    content = busy.read_bytes()
    busy.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with pytest.raises(CannotOpen) as error:
        file_copy.copy_database(busy, tmp_path / "copy.db")
    assert error.value.state is FileState.DAMAGED
    assert sorted(each.name for each in tmp_path.glob("*copy*")) == []
    assert not list(tmp_path.glob(".calmony*"))


def test_what_is_written_meanwhile_gives_no_copy(
    busy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_arguments: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    def copy_while_another_writes(source: Path, target: Path) -> None:
        Path(target).write_bytes(Path(source).read_bytes())
        with Path(f"{source}-wal").open("ab") as log:
            log.write(bytes(4120))

    monkeypatch.setattr(file_copy, "_copy_by_sqlite", locked)
    monkeypatch.setattr(file_copy.shutil, "copyfile", copy_while_another_writes)
    with pytest.raises(CannotOpen) as error:
        file_copy.copy_database(busy, tmp_path / "copy.db")
    assert error.value.state is FileState.LOCKED
    assert not (tmp_path / "copy.db").exists()


def test_no_file_is_replaced_and_a_missing_folder_is_said_so(busy: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.write_text("mine")
    with pytest.raises(KnownError, match="Choose another name"):
        file_copy.copy_database(busy, there)
    assert there.read_text() == "mine"
    with pytest.raises(KnownError, match="Choose another folder"):
        file_copy.copy_database(busy, tmp_path / "none" / "copy.db")
