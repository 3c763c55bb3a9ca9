"""A database file that is taken away while it is open: nothing is written beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.store import backup_listing, customers
from calmony_desktop.store import database as store


def test_a_deleted_file_is_said_so_and_not_made_anew(database: Path) -> None:
    database.unlink()
    with pytest.raises(KnownError, match="moved, deleted or replaced"):
        customers.count()
    with pytest.raises(KnownError, match="moved, deleted or replaced"), store.writing():
        pass
    assert not database.exists()


def test_background_work_does_not_make_a_deleted_file_anew(database: Path) -> None:
    database.unlink()
    store.close_database()
    with pytest.raises(KnownError, match="moved, deleted or replaced"), store.connection():
        pass
    assert not database.exists()


def test_a_replaced_file_is_not_written_to(database: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    shutil.copy(database, other)
    before = other.read_bytes()
    other.replace(database)
    with pytest.raises(KnownError, match="moved, deleted or replaced"), store.writing():
        pass
    assert database.read_bytes() == before


def test_a_file_put_back_can_be_opened_again(database: Path, tmp_path: Path) -> None:
    moved = database.rename(tmp_path / "moved.db")
    with pytest.raises(KnownError):
        customers.count()
    moved.rename(database)
    assert customers.count() == 0


def test_a_database_behind_a_link_is_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link.db").symlink_to(tmp_path / "elsewhere" / "calmony.db")
    store.open_database(tmp_path / "link.db")
    assert store.path() == tmp_path / "elsewhere" / "calmony.db"
    assert backup_listing.folder_of(store.path()) == tmp_path / "elsewhere" / "backups"
    store.close_database()
