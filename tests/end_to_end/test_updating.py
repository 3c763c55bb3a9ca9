"""A newer program finds an older one's data folder: it backs up and migrates, and that is all."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from calmony_desktop import paths

SHOW = "import sys; from calmony_desktop.cli import calmony; sys.exit(calmony(['show', 'cus_1']))"


@pytest.fixture
def data_folder(leave_from_first_version: Callable[[Path], None]) -> Path:
    """A data folder as the first version left it, with all that gathers in one."""
    folder = paths.data_folder()
    leave_from_first_version(folder / "calmony.db")
    for name in (
        "demo.db",
        "notes.txt",
        "backups/calmony.db.2026-01-01T00-00-00Z.daily.db",
        "backups/calmony.db.2026-01-01T00-00-00Z.daily.db.json",
        "reports/2026-01-01T00-00-00Z-crash.txt",
        "logs/calmony.log.1",
    ):
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"what was in {name}")
    return folder


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def version_of(database: Path) -> tuple[int, list[tuple[str]]]:
    with closing(sqlite3.connect(database)) as connection:
        names = connection.execute("SELECT name FROM customers").fetchall()
        return connection.execute("PRAGMA user_version").fetchone()[0], names


def test_an_update_backs_up_and_migrates_and_changes_nothing_else(data_folder: Path) -> None:
    before = files_below(data_folder)
    shown = subprocess.check_output([sys.executable, "-c", SHOW], text=True)
    assert "Anna" in shown
    after = files_below(data_folder)
    new = set(after) - set(before)
    (backup,) = (name for name in new if name.endswith(".before-migration.db"))
    described = {backup, f"{backup}.json", "backups/.calmony.db.lock", "logs/calmony.log"}
    assert new == described
    assert {name for name in before if after.get(name) != before[name]} == {"calmony.db"}
    newest = len(list(paths.migrations_folder().glob("[0-9]*.py")))
    assert version_of(data_folder / backup) == (1, [("Anna",)])
    assert version_of(data_folder / "calmony.db") == (newest, [("Anna",)])


def test_a_second_start_after_an_update_backs_nothing_up(data_folder: Path) -> None:
    subprocess.check_output([sys.executable, "-c", SHOW])
    before = set(files_below(data_folder))
    subprocess.check_output([sys.executable, "-c", SHOW])
    assert set(files_below(data_folder)) == before
