"""Putting a backup in the place of the database: checked first, whole or not at all. SQLite only.

A backup may come from anywhere, so nothing of it is believed before a private copy of it was found
to be a database that this program could have written: no trigger, view or table beside its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import peewee
from peewee import SqliteDatabase
from playhouse.migrations import Runner

from calmony_desktop import paths, private_files
from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.store import (
    activity,
    backup,
    backup_files,
    backup_manifest,
    file_checks,
    file_states,
)
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.backup import Progress
from calmony_desktop.store.backup_listing import folder_of
from calmony_desktop.store.backup_manifest import Contents, Manifest

_sqlite3: Final[Any] = peewee.sqlite3  # type: ignore[attr-defined]  # missing from the stubs
_BYTES_IN_A_STEP: Final = 4 * 1024 * 1024
#: What reading a spoiled file ends in, where it has no plainer words of its own.
_DAMAGE: Final[tuple[type[Exception], ...]] = (*file_states.SQLITE_ERRORS, OverflowError)
#: Of every database that this program makes.
_PAGE_SIZE: Final = 4096
#: Less than any database of this program has, so that the first step is never the last.
_PAGES_IN_A_STEP: Final = 10
#: SQLITE_OK and SQLITE_DONE; all else that is no error is waiting for a lock.
_GOING_ON, _DONE = 0, 101


@dataclass(frozen=True)
class PreparedBackup:
    """A private copy of a backup, checked and brought up to this program's schema.

    ``manifest`` is None where the file that tells of the backup is missing, as with copies of it.
    """

    path: Path
    manifest: Manifest | None
    contents: Contents

    def add_activity(self, entry: ActivityEntry) -> None:
        """Write an entry into it, so that what is restored tells of that."""
        with file_states.explained(self.path), _open(self.path) as copy, copy.atomic("IMMEDIATE"):
            activity.append(entry, copy)

    def newest_entry(self) -> ActivityEntry | None:
        """What was done last in it."""
        with _open(self.path) as copy:
            return activity.newest(copy)


class Watch:
    """Tells whether anybody has committed to a database since the watch began."""

    def __init__(self, database: Path) -> None:
        self._connection = file_states.connect_to_look(database)
        self._version = self._read()

    def is_changed(self) -> bool:
        """Whether anybody has."""
        return bool(self._read() != self._version)

    def close(self) -> None:
        """End the watch."""
        self._connection.close()

    def _read(self) -> Any:
        return self._connection.execute("PRAGMA data_version").fetchall()


@contextmanager
def prepared(source: Path, database: Path, progress: Progress) -> Iterator[PreparedBackup]:
    """A private copy of the backup ``source`` that ``database`` may become, inside `backup.alone`.

    Raises KnownError for what can't be read, is damaged, foreign, newer than this program or was
    changed by another program, and whatever ``progress`` does. ``source`` stays as it is.
    """
    refused = f"{source} can’t be restored"
    folder = folder_of(database)
    with backup_files.explained(source):
        _refuse_what_is_no_plain_file(source, refused)
        backup_files.refuse_without_room(folder, source.stat().st_size)
        copy = backup_files.temporary_beside(database, folder)
    try:
        with backup_files.explained(source):
            digest, size = _copy_bytes(source, copy, progress)
        manifest = backup_manifest.manifest_beside(source)
        if manifest is not None and (manifest.sha256, manifest.size) != (digest, size):
            raise KnownError(
                f"{refused}: it is damaged, or was changed since it was made. Choose another "
                "backup."
            )
        _refuse_what_is_not_ours(copy, refused)
        try:
            with file_states.explained(source), _open(copy) as private:
                connection: Any = private.connection
                with backup.stoppable(connection(), progress, size, 2 * size):
                    _check_and_migrate(private, refused)
                contents = backup_manifest.contents_of(connection())
        except CannotOpen as error:
            if error.state in (FileState.DAMAGED, FileState.FOREIGN):
                raise KnownError(f"{refused}: it is damaged. Choose another backup.") from error
            raise
        except _DAMAGE as error:
            raise KnownError(f"{refused}: it is damaged. Choose another backup.") from error
        backup_files.sync_file(copy)
        progress(2 * size, 2 * size)
        yield PreparedBackup(copy, manifest, contents)
    finally:
        backup_files.remove_temporary(copy)


def put_into(database: Path, copy: Path, watch: Watch, progress: Progress) -> None:
    """Give the open database the content of ``copy``, in one transaction.

    Other windows on the file go on with what it holds then. Raises KnownError where ``watch`` saw
    a change that would be lost, or the file can't be written, and whatever ``progress`` does.
    """
    waiting_since = time.monotonic()
    is_locked = False

    def look(status: int, remaining: int, total: int) -> None:
        nonlocal is_locked, waiting_since
        if status == _DONE:
            # It counts now, so it can't be cancelled any more.
            return
        if status == _GOING_ON:
            waiting_since = time.monotonic()
            if not is_locked and watch.is_changed():
                raise KnownError(
                    f"Somebody saved a change in {database} meanwhile, so nothing was restored. "
                    "Try again."
                )
            # From the first step on nobody else writes, and nothing counts before the last.
            is_locked = True
        elif time.monotonic() - waiting_since > file_states.BUSY_TIMEOUT:
            raise file_states.in_state(FileState.LOCKED, database)
        progress(total - remaining, total)

    source = _sqlite3.connect(str(copy), isolation_level=None)
    target = _sqlite3.connect(str(database), isolation_level=None, timeout=0.1)
    with closing(source), closing(target), file_states.explained(database):
        target.execute("PRAGMA synchronous = full")
        source.backup(target, pages=_PAGES_IN_A_STEP, progress=look, sleep=0.02)
        with suppress(_sqlite3.Error):
            # What the log holds counts already; this only keeps it short.
            target.execute("PRAGMA wal_checkpoint(passive)").fetchall()


def put_in_place(database: Path, copy: Path) -> None:
    """Make ``copy`` the database where there is none (any more). Raises KnownError."""
    with backup_files.explained(database):
        for ending in ("-wal", "-shm", "-journal"):
            Path(f"{database}{ending}").unlink(missing_ok=True)
        if database.exists():
            raise KnownError(f"{database} was made by another program meanwhile. Try again.")
        copy.replace(database)
        backup_files.sync_folder(database.parent)


def keep_aside(database: Path, at: int) -> Path:
    """Give a damaged database, and its log, another name; returns that. Raises KnownError.

    It is never removed: somebody may yet save something from it.
    """
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    aside = database.with_name(f"{database.name}.damaged-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = database.with_name(f"{database.name}.damaged-{stamp}-{number}")
    with backup_files.explained(database):
        # The log first, and as a copy: whenever this is cut off, file and log are still together.
        for ending in ("-wal", "-journal"):
            log = Path(f"{database}{ending}")
            if log.exists():
                _copy_aside(log, Path(f"{aside}{ending}"))
        if database.exists():
            database.rename(aside)
        backup_files.sync_folder(database.parent)
    return aside


def _copy_aside(log: Path, aside: Path) -> None:
    descriptor = private_files.open_file(aside, os.O_WRONLY | os.O_EXCL)
    with log.open("rb") as source, os.fdopen(descriptor, "wb") as target:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())


def _refuse_what_is_no_plain_file(source: Path, refused: str) -> None:
    if source.is_symlink():
        raise KnownError(f"{refused}: it is a link. Name the file that it leads to.")
    if not source.exists():
        raise KnownError(f"There is no backup {source}. `calmony backups` lists those there are.")
    if not source.is_file():
        raise KnownError(f"{refused}: it is a folder or a device. Name a backup file.")
    log = Path(f"{source}-wal")
    if log.exists() and log.stat().st_size:
        raise KnownError(
            f"{refused}: {log.name} beside it shows that it is a database in use. Make a backup of "
            "it with `calmony backup` first."
        )


def _copy_bytes(source: Path, copy: Path, progress: Progress) -> tuple[str, int]:
    """Copy a file; returns the SHA-256 and the size of what was copied."""
    digest, done = hashlib.sha256(), 0
    with source.open("rb") as reading, copy.open("r+b") as writing:
        total = os.fstat(reading.fileno()).st_size
        while block := reading.read(_BYTES_IN_A_STEP):
            digest.update(block)
            writing.write(block)
            done += len(block)
            progress(min(done, total), 2 * total)
    return digest.hexdigest(), done


def _refuse_what_is_not_ours(copy: Path, refused: str) -> None:
    with copy.open("rb") as file:
        header = file.read(100)
    application_id = int.from_bytes(header[68:72], "big")
    is_ours = header.startswith(b"SQLite format 3\x00") and (
        application_id == file_states.APPLICATION_ID
    )
    if not is_ours or copy.stat().st_size % _PAGE_SIZE:
        raise KnownError(f"{refused}: it is not a backup of Calmony Desktop, or it is damaged.")


@contextmanager
def _open(copy: Path) -> Iterator[SqliteDatabase]:
    # Nobody else has it: a kill leaves nothing that counts, so nothing has to be waited for.
    pragmas = {**backup.WARY, "journal_mode": "delete", "synchronous": "off", "foreign_keys": 1}
    private = SqliteDatabase(str(copy), pragmas=pragmas, autoconnect=False)
    with private.connection_context():
        yield private


def _check_and_migrate(private: SqliteDatabase, refused: str) -> None:
    """Raise KnownError for what this program could not have written; bring it up to date."""
    folder = str(paths.migrations_folder())
    runner = Runner(private, folder)
    status = runner.status()
    version = _pragma(private, "user_version")
    if version > len(runner.migrations()) or any(each.path is None for each in status):
        raise KnownError(
            f"{refused}: it was made by a newer version of Calmony Desktop. Update this program "
            "first."
        )
    applied = [each.name for each in status if each.applied]
    changed = f"{refused}: another program changed it"
    if (
        not applied
        or applied != [each.name for each in status][: len(applied)]
        or (version, _pragma(private, "encoding")) != (len(applied), "UTF-8")
        or _pragma(private, "page_size") != _PAGE_SIZE
    ):
        raise KnownError(f"{changed}. Choose another backup.")
    for sentence in file_checks.changed_schema(private, applied[-1]):
        raise KnownError(f"{changed}. {sentence} Choose another backup.")
    _make_search_index_anew(private, changed)
    for _ in file_checks.damage(private):
        raise KnownError(f"{refused}: it is damaged. Choose another backup.")
    if len(applied) < len(status):
        with private.atomic("IMMEDIATE"):
            runner.up()
            _pragma(private, f"user_version = {len(status)}")


def _make_search_index_anew(private: SqliteDatabase, changed: str) -> None:
    """Put nothing of the index in use: a forged one can do harm when it is only read."""
    run: Any = private.execute_sql
    with private.atomic("IMMEDIATE"):
        query = "SELECT sql FROM sqlite_master WHERE name = 'customer_search'"
        (sql,) = run(query).fetchone()
        run("DROP TABLE customer_search")
        left = "SELECT name FROM sqlite_master WHERE name LIKE 'customer\\_search\\_%' ESCAPE '\\'"
        if run(f"{left} AND type <> 'trigger'").fetchone():
            raise KnownError(f"{changed}. Choose another backup.")
        run(sql)
        run("INSERT INTO customer_search (customer_search) VALUES ('rebuild')")


def _pragma(private: SqliteDatabase, text: str) -> Any:
    run: Any = private.execute_sql
    row = run(f"PRAGMA {text}").fetchone()
    return row and row[0]
