"""Runs as a process of its own, with a small disk that nobody else sees: fills it, and works on it.

Prints, by what was tried, how often, and what went wrong.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import deeds

from calmony_desktop import log
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.backups.making import back_up_now
from calmony_desktop.operations.backups.restoring import list_backups
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.store import backup
from calmony_desktop.store.database import close_database, open_database

BLOCK = 4096
#: Large enough for the company, its backup and its export; small enough to be filled at once.
SIZE = "48m"

Row = tuple[int, list[str]]


def main() -> None:
    asked = json.loads(sys.argv[1])
    disk, base = Path(asked["disk"]), Path(asked["database"])
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "calmony", disk], check=True)
    deeds.set_clock(deeds.NOW)
    rows: dict[str, Row] = {}
    steps = int(asked["steps"])
    for name, deed in {"commit": "bill", "PDF": "PDF", "export": "export"}.items():
        rows[name] = operations(deed, disk, base, asked["ids"], steps)
    rows["backup"] = backups(disk, base, steps)
    rows["log"] = logs(disk, steps)
    print(json.dumps(rows))


def fill(disk: Path, left: int) -> Path:
    """Fill the disk up, but for ``left`` bytes."""
    filler = disk / "filler"
    found = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, found.f_bavail * found.f_frsize - left))
    return filler


def rooms(disk: Path, work: Callable[[], object], steps: int) -> list[int]:
    """How many bytes to leave: from none on to as many as the work takes."""
    before = os.statvfs(disk).f_bavail
    work()
    most = max(before - os.statvfs(disk).f_bavail, 4) + 3
    return [BLOCK * number for number in range(0, most, max(1, most // steps))]


def fresh(disk: Path, base: Path) -> Path:
    """The company alone on the disk."""
    close_database()
    for each in disk.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    return deeds.Base(base, base, {}).copy_to(disk / "work")


def refused(work: Callable[[], object]) -> str | None:
    """The sentence of the KnownError; None where the work was done."""
    try:
        work()
    except KnownError as error:
        return str(error)
    return None


def operations(deed: str, disk: Path, base: Path, ids: dict[str, str], steps: int) -> Row:
    """An operation, on a disk with ever more room: whole or not at all, and again with room."""
    undisturbed = deeds.course(deed, fresh(disk, base), ids)
    deeds.set_clock(deeds.NOW)
    folder = fresh(disk, base)
    open_database(folder / "calmony.db")
    wrong, left = [], rooms(disk, lambda: deeds.do(deed, folder, ids), steps)
    for room in left:
        folder = fresh(disk, base)
        open_database(folder / "calmony.db")
        filler = fill(disk, room)
        told = refused(lambda folder=folder: deeds.do(deed, folder, ids))
        filler.unlink()
        close_database()
        # The operating system's own word for it, or this program's.
        if told is not None and not any(word in told for word in ("disk is full", "No space")):
            wrong.append(f"{room} bytes left: told “{told}”")
        found = undisturbed.wrong(folder, is_acknowledged=told is None)
        if list(folder.rglob(".calmony-*")):
            found = "something was left behind"
        if not found:
            open_database(folder / "calmony.db")
            deeds.do(deed, folder, ids)
            close_database()
            found = undisturbed.wrong(folder, is_acknowledged=True)
        wrong += [f"{room} bytes left: {found}"] * bool(found)
    return len(left), wrong


def backups(disk: Path, base: Path, steps: int) -> Row:
    """A backup: there and whole, or not there; the database as it was.

    The room is taken after the backup looked for it: it could be told from looking otherwise.
    """
    backup.refuse_without_room = lambda folder, size: None
    folder = fresh(disk, base)
    open_database(folder / "calmony.db")
    wrong, left = [], rooms(disk, back_up_now, steps)
    for room in left:
        folder = fresh(disk, base)
        open_database(folder / "calmony.db")
        before = deeds.records()
        filler = fill(disk, room)
        told = refused(back_up_now)
        filler.unlink()
        listed = list_backups()
        if list(folder.rglob(".calmony-*")):
            wrong.append(f"{room} bytes left: something of it was left behind")
        if len(listed) != (told is None) or any(each.problem for each in listed):
            wrong.append(f"{room} bytes left: {listed}, told “{told}”")
        if told is not None and not any(word in told for word in ("room", "disk is full")):
            wrong.append(f"{room} bytes left: told “{told}”")
        if deeds.records() != before or check_database().findings:
            wrong.append(f"{room} bytes left: the database is another")
        again = refused(back_up_now)
        if again is not None:
            wrong.append(f"{room} bytes left: a backup with room for it was refused: {again}")
    return len(left), wrong


def logs(disk: Path, steps: int) -> Row:
    """A log that cannot be written disturbs nobody, and keeps what it has."""
    close_database()
    for each in disk.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    os.environ["XDG_DATA_HOME"] = str(disk)
    wrong: list[str] = []

    @log.logged
    def work() -> int:
        return 42

    log.start(main)
    work()
    kept = b"".join(each.read_bytes() for each in log.folder().iterdir())
    for number in range(steps):
        filler = fill(disk, 0)
        noise = io.StringIO()
        with contextlib.redirect_stderr(noise):
            results = {work() for _ in range(200)}
        filler.unlink()
        if results != {42} or noise.getvalue():
            wrong.append(f"run {number}: it disturbed the work: {noise.getvalue()[:300]}")
        found = b"".join(each.read_bytes() for each in log.folder().iterdir())
        if kept not in found:
            wrong.append(f"run {number}: the log lost what it had")
    log.stop(0)
    return steps, wrong


if __name__ == "__main__":
    main()
