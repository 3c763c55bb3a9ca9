"""A second ``calmony-desktop`` hands its link to the window that is open, and ends."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calmony_desktop.single_window import Requests

fcntl = pytest.importorskip("fcntl", reason="looks at the lock as POSIX has it")

START = "import sys; from calmony_desktop.cli import calmony_desktop; sys.exit(calmony_desktop())"

Started = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Started]:
    """Starts ``calmony-desktop`` with these arguments; ends what is left of them."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", START, *map(str, arguments)]
        started.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def is_open(database: Path) -> bool:
    """Whether a program has the window of this database."""
    lock = Requests(database).lock
    if not lock.exists():
        return False
    with lock.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def wait_until_open(database: Path, process: subprocess.Popen[bytes]) -> None:
    while not is_open(database):
        assert process.poll() is None
        time.sleep(0.01)


def test_a_second_start_ends_and_the_first_goes_on(database: Path, start: Started) -> None:
    first = start("--database", database)
    wait_until_open(database, first)
    second = start("--database", database, "calmony://customers/cus_NffrFeUfNV2Hib")
    assert second.wait() == 0
    assert first.poll() is None
    assert not Requests(database).is_waiting()


def test_a_killed_window_is_followed_by_another(database: Path, start: Started) -> None:
    first = start("--database", database)
    wait_until_open(database, first)
    first.kill()
    first.wait()
    second = start("--database", database)
    wait_until_open(database, second)
    assert second.poll() is None


#: The first process meets a fault, and its person chooses *Restart*; the next notes that it runs.
RESTARTED = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from calmony_desktop import app
from calmony_desktop.cli import calmony_desktop
from calmony_desktop.store import database

def look_after(window, reporter):
    with Path(os.environ["NOTES"]).open("a") as notes:
        print(database.path(), file=notes)
    if Path(os.environ["NOTES"]).read_text().count("\\n") == 1:
        reporter._restart()
    else:
        window.close()

app._look_after = look_after
sys.exit(calmony_desktop())
"""


def test_a_restarted_program_opens_the_file_that_was_open(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tmp_path / "notes"
    monkeypatch.setenv("NOTES", str(notes))
    subprocess.run([sys.executable, "-c", RESTARTED, database], check=True)
    while notes.read_text() != f"{database}\n" * 2:
        time.sleep(0.01)
    while is_open(database):
        time.sleep(0.01)
