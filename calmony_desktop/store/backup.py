"""Backing up the database file: a consistent copy, checked, whole or not there at all. SQLite only.

A copy has its name only once all of it was checked and is on the disk.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import peewee

from calmony_desktop import __version__, private_files
from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.store import file_states
from calmony_desktop.store.backup_files import (
    explained,
    no_room,
    refuse_what_is_no_folder,
    refuse_without_room,
    remove_temporary,
    sha256_of,
    sync_file,
    sync_folder,
    temporary_beside,
    write_small,
)
from calmony_desktop.store.backup_listing import (
    BackupFile,
    backups_of,
    folder_of,
    name_of,
    remove_leftovers,
)
from calmony_desktop.store.backup_manifest import (
    Contents,
    Manifest,
    Reason,
    contents_and_rows,
    contents_of,
    manifest_of,
)
from calmony_desktop.store.file_states import APPLICATION_ID

#: Called with the steps done and all steps; what it raises ends the work, and nothing is kept.
Progress = Callable[[int, int], None]

#: What SQLite is told before it reads a file that this program may not have written.
WARY: Final = {
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    "temp_store": "memory",
    "cache_size": -65_536,  # 64 MB: the full check takes a third less time
}

#: About 4 MB: between two steps others are heard, and the person who cancels.
_PAGES_IN_A_STEP: Final = 1000
#: So many seconds one backup waits for another one of the same database.
_WAIT: Final = 60
_INSTRUCTIONS_BETWEEN_LOOKS: Final = 200_000
_SQLITE_ERROR: Final = 1
_sqlite3: Final[Any] = peewee.sqlite3  # type: ignore[attr-defined]  # missing from the stubs


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Only one backup or restore of this database at a time, on this machine or a share.

    What a killed one left is removed. SQLite's own lock on an empty file ends with its process.
    Raises KnownError where another one takes too long, or the folder can't be used.
    """
    folder = folder_of(database)
    with explained(folder):
        refuse_what_is_no_folder(folder)
        private_files.make_folder(folder)
        lock = folder / f".{database.name}.lock"
        os.close(private_files.open_file(lock, os.O_RDWR))
    with closing(_sqlite3.connect(str(lock), isolation_level=None, timeout=_WAIT)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except _sqlite3.Error as error:
            if "full" in str(error):
                raise no_room(folder) from error
            if "locked" not in str(error):
                raise KnownError(
                    f"{folder} can’t be written to. Check that you may change it and what lies in "
                    "it."
                ) from error
            raise KnownError(
                f"Another program is busy with a backup of {database}. Try again in a moment."
            ) from error
        remove_leftovers(database)
        yield


def make(database: Path, reason: Reason, at: int, progress: Progress) -> BackupFile:
    """Back up ``database`` as it is now, inside `alone`. ``at`` is this instant (UTC).

    Raises CannotOpen where the database can't be read or is damaged, else KnownError where the
    backup can't be written, and whatever ``progress`` does. Nothing is left of it then.
    """
    folder = folder_of(database)
    while True:
        target = folder / name_of(database, reason, at)
        if not any(each.made_at == at for each in backups_of(database)):
            break
        at += 1
    with _checked_copy(database, folder, progress) as (copy, contents), explained(folder):
        size = copy.stat().st_size
        manifest = Manifest(at, reason, __version__, size, sha256_of(copy), contents)
        # First, so that no backup is ever without it.
        write_small(manifest_of(target), json.dumps(asdict(manifest), indent=1).encode())
        copy.replace(target)
        sync_folder(folder)
    return BackupFile(target, at, reason, manifest, None)


def make_before_migration(database: Path) -> None:
    """Back up a database that is about to be migrated, unless nothing would be lost with it.

    A migration that failed or was killed is begun again at each start: the backup that was made for
    it then serves again, or the disk would fill up with them. Raises as `make`.
    """
    held = _contents_now(database)
    if _is_nothing(held):
        return
    with alone(database):
        newest = next(iter(backups_of(database)), None)
        is_made = (
            newest is not None
            and newest.reason is Reason.BEFORE_MIGRATION
            and newest.problem is None
            and newest.manifest is not None
            and newest.manifest.contents == held
        )
        if not is_made:
            make(database, Reason.BEFORE_MIGRATION, int(time.time()), lambda done, total: None)


def save_copy(database: Path, target: Path, progress: Progress) -> Contents:
    """Write a checked copy to ``target``, over a file that may be there; as `make` otherwise."""
    # The files beside the database are SQLite's: its log would be lost, and then the copy.
    own = [Path(f"{database.resolve()}{ending}") for ending in ("-wal", "-shm", "-journal")]
    is_taken = target.exists() and (not target.is_file() or target.samefile(database))
    if target.is_dir() or is_taken or target.resolve() in own:
        raise KnownError(f"{target} can’t be written over. Choose another name for the backup.")
    with _checked_copy(database, target.parent, progress) as (copy, contents), explained(target):
        copy.replace(target)
        sync_folder(target.parent)
    return contents


def is_empty(database: Path) -> bool:
    """Whether nothing would be lost with this database. Raises CannotOpen."""
    return _is_nothing(_contents_now(database))


def _contents_now(database: Path) -> Contents:
    with (
        file_states.explained(database),
        closing(file_states.connect_to_look(database)) as connection,
    ):
        return contents_of(connection)


def _is_nothing(held: Contents) -> bool:
    return not (held.customers or held.last_activity_id)


@contextmanager
def stoppable(connection: Any, progress: Progress, done: int, total: int) -> Iterator[None]:
    """Call ``progress`` while SQLite is busy with one long statement, and let it end that."""
    stopped: list[BaseException] = []

    def look() -> int:
        try:
            progress(done, total)
        except BaseException as error:
            stopped.append(error)
        return len(stopped)

    connection.set_progress_handler(look, _INSTRUCTIONS_BETWEEN_LOOKS)
    try:
        yield
    except file_states.SQLITE_ERRORS:
        if stopped:
            raise stopped[0] from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


@contextmanager
def _checked_copy(
    database: Path, folder: Path, progress: Progress
) -> Iterator[tuple[Path, Contents]]:
    """A copy of the database in ``folder``, on the disk, found to hold all that was copied."""
    with explained(folder):
        refuse_without_room(folder, database.stat().st_size)
        copy = temporary_beside(database, folder)
    try:
        try:
            with file_states.explained(database):
                contents = _copy(database, copy, progress)
        except CannotOpen as error:
            if error.state is FileState.FULL_DISK:
                raise no_room(folder) from error
            raise
        with explained(folder):
            sync_file(copy)
        yield copy, contents
    finally:
        remove_temporary(copy)


def _copy(database: Path, copy: Path, progress: Progress) -> Contents:
    uri = f"{database.absolute().as_uri()}?mode=rw"
    source = _sqlite3.connect(uri, uri=True, isolation_level=None, timeout=file_states.BUSY_TIMEOUT)
    target = _sqlite3.connect(str(copy), isolation_level=None)
    with closing(source), closing(target):
        for connection in (source, target):
            for name, value in WARY.items():
                connection.execute(f"PRAGMA {name} = {value}")
        (mode,) = source.execute("PRAGMA journal_mode").fetchone()
        if mode == "wal":
            # One view of the data from first to last, which keeps no writer waiting. With a
            # rollback journal (network shares) it would: there SQLite begins again after a change.
            source.execute("BEGIN")
        held = contents_and_rows(source)
        (size,) = source.execute("PRAGMA page_count").fetchone()

        def tell(_: int, remaining: int, total: int) -> None:
            progress(total - remaining, 2 * total)

        source.backup(target, pages=_PAGES_IN_A_STEP, progress=tell, sleep=0.02)
        if mode == "wal":
            source.execute("COMMIT")
        else:
            held = contents_and_rows(source)
        # A file of its own, without a log beside it.
        target.execute("PRAGMA journal_mode = delete")
        with stoppable(target, progress, size, 2 * size):
            _check(target, database)
        if contents_and_rows(target) != held:
            raise KnownError(
                f"The database {database} was changed while it was copied, or the disk with "
                f"{copy.parent} does not keep what is written. Try again."
            )
        progress(2 * size, 2 * size)
    return held[0]


def _check(copy: Any, database: Path) -> None:
    """Raise CannotOpen where the copy, and so what was copied, is not whole."""
    damaged = file_states.in_state(FileState.DAMAGED, database)
    (application_id,) = copy.execute("PRAGMA application_id").fetchone()
    try:
        is_whole = (
            copy.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
            and copy.execute("PRAGMA foreign_key_check").fetchone() is None
        )
    except _sqlite3.Error as error:
        # What is wrong with the search index comes as an error of no particular kind.
        if error.sqlite_errorcode == _SQLITE_ERROR:
            raise damaged from error
        raise
    if not is_whole or application_id != APPLICATION_ID:
        raise damaged
