"""The one database file: open, migrate, transactions, and refusing what must not be opened.

What only SQLite can do (pragmas, file checks, change counters) stays in this file, ``search`` and
``backup``.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import peewee
from peewee import SqliteDatabase
from playhouse.migrations import Runner

from calmony_desktop import paths
from calmony_desktop.errors import KnownError

#: Marks a SQLite file as ours ("CALM").
APPLICATION_ID = 0x43414C4D
_SQLITE_MAGIC = b"SQLite format 3\x00"

#: Every SQLite error, whichever driver Peewee found (pysqlite3 where it is installed).
_SQLITE_ERRORS: tuple[type[Exception], ...] = (
    peewee.DatabaseError,
    peewee.sqlite3.Error,  # type: ignore[attr-defined]  # missing from the stubs
)

#: FULL loses no acknowledged commit in a power cut (NORMAL does); a commit costs 0.08 ms more.
#: The other settings keep a hostile or damaged file from doing harm and temporary data in memory.
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "temp_store": "memory",
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
}

#: So many seconds a transaction waits for another program's.
BUSY_TIMEOUT = 5

#: Writing transactions take the lock at once: a deferred read-then-write fails without waiting.
database = SqliteDatabase(None, pragmas=_PRAGMAS, autoconnect=False, lock_type="IMMEDIATE")


def open_database(path: Path, *, must_exist: bool = False) -> None:
    """Open the file at ``path`` for this process, making or migrating it as needed.

    Opening the file that is already open changes nothing. Raises KnownError when it cannot be
    opened or must not be: another program's file, one from a newer version, locked, damaged,
    read-only, or in a folder that cannot be written. Such a file stays byte for byte as it was.
    With ``must_exist`` a missing file is not made, but a KnownError too.
    """
    path = path.absolute()
    if database.database == str(path) and not database.is_closed() and _is_still_there():
        return
    close_database()
    with _explained_as(path, "could not be read", "Check that you may read it."):
        exists = path.exists()
        if exists:
            _refuse_what_is_not_ours(path)
    if not exists:
        if must_exist:
            raise KnownError(
                f"There is no database {path}. Name another file, or make this one by importing "
                "records or filling the demo company."
            )
        with _explained_as(path, "could not be made", "Choose a folder that you may write to."):
            _make_private(path)
    database.init(str(path), timeout=BUSY_TIMEOUT)
    with explained(path):
        _connect()
        try:
            _migrate(path)
        except BaseException:
            database.close()
            raise
        _opened.file = _identity(path)
        _remember_the_log()


class _Opened:
    """Which file is open: a path can come to name another one."""

    file: tuple[int, int] | None = None


class _Connected(threading.local):
    """Which write-ahead log this thread's connection works with."""

    log: tuple[int, int] | None = None
    #: Counts the connections: each begins its own count of changes anew.
    number: int = 0


_opened = _Opened()
_connected = _Connected()


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _log_identity() -> tuple[int, int] | None:
    try:
        return _identity(Path(f"{path()}-wal"))
    except FileNotFoundError:
        return None


def _remember_the_log() -> None:
    _pragma("user_version")  # the first look into the file makes the log, where there is none
    _connected.log = _log_identity()
    _connected.number += 1


def _connect_again_if_the_log_was_taken() -> None:
    """Go on with the log that is there now, where something removed the one in use.

    Another copy of SQLite in this process does so when it closes the file: the system drops all of
    a process's locks then, ours too. What is committed into a removed log would be lost with it.
    """
    if not database.in_transaction() and _log_identity() != _connected.log:
        database.close()
        _connect()
        _remember_the_log()


def _is_still_there() -> bool:
    try:
        return _identity(path()) == _opened.file
    except FileNotFoundError:
        return False


def _refuse_a_moved_file() -> None:
    """Raise KnownError where the open file was deleted or replaced.

    An open connection would go on with the old file, and a new one would take up, or even make,
    another: what is written would be lost or split between them.
    """
    if not _is_still_there():
        raise KnownError(
            f"The database {path()} was moved, deleted or replaced by another program. Put it "
            "back, or close this window and open the file where it is now. Nothing was written."
        )


def _connect() -> None:
    """Connect, waiting for another first start as long as for another transaction.

    Changing a new file to write-ahead logging fails at once where two programs do it together:
    SQLite's own waiting does not cover it.
    """
    give_up_at = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            database.connect()
            return
        except peewee.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= give_up_at:
                raise
            time.sleep(0.02)


def close_database() -> None:
    """Close this thread's connection, if there is one."""
    if not database.deferred and not database.is_closed():
        database.close()


def path() -> Path:
    """The file that is open."""
    return Path(database.database)


@contextmanager
def connection() -> Iterator[None]:
    """A connection for the current thread: what work in the background runs in."""
    if not database.is_closed():
        yield
        return
    with explained(path()):
        _refuse_a_moved_file()
        _connect()
        _remember_the_log()
    try:
        yield
    finally:
        database.close()


@contextmanager
def reading() -> Iterator[None]:
    """One consistent view of the data; raises KnownError when it cannot be read."""
    with explained(path()):
        _refuse_a_moved_file()
        _connect_again_if_the_log_was_taken()
        with database.transaction("DEFERRED"):
            yield


@contextmanager
def writing() -> Iterator[None]:
    """One transaction: all of it or nothing. Raises KnownError when it cannot be written."""
    with explained(path()):
        _refuse_a_moved_file()
        _connect_again_if_the_log_was_taken()
        with database.atomic("IMMEDIATE"):
            yield
        # Closing writes what the removed log still held into the file itself.
        _connect_again_if_the_log_was_taken()


def data_version() -> tuple[int, int]:
    """A value that changes whenever another connection has committed to the file."""
    with explained(path()):
        _refuse_a_moved_file()
        _connect_again_if_the_log_was_taken()
        return _connected.number, int(_pragma("data_version"))


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn an error of the file or the disk into a KnownError; let a bug through as it is."""
    try:
        yield
    except _SQLITE_ERRORS as error:
        sentence = _plain_sentence(error, path)
        if sentence is None:
            raise
        raise KnownError(sentence) from error
    except UnicodeDecodeError as error:
        raise KnownError(_DAMAGED.format(path=path)) from error


_DAMAGED = (
    "The database {path} is damaged. Close the program, keep a copy of the file and restore the "
    "latest backup."
)


def _plain_sentence(error: BaseException, path: Path) -> str | None:
    """What to tell a person about ``error``, or None where it is a bug in this program.

    A failed rollback hides the reason that caused it, so the chain of contexts is looked through.
    """
    reasons: list[str] = []
    link: BaseException | None = error
    while link is not None:
        reasons.append(str(link).lower())
        link = link.__cause__ or link.__context__
    text = " / ".join(reasons)
    sentences = {
        "disk is full": f"The disk is full. Free some space for {path} and try again; "
        "what was saved before is safe.",
        "disk i/o error": f"The disk with {path} could not be read or written. Check that it is "
        "connected and try again.",
        "locked": f"The database {path} is busy in another program. Try again in a moment.",
        "readonly": f"The database {path} is read-only. Ask for permission to change the file "
        "and its folder.",
        "unable to open": f"The database {path} could not be opened. Check that its folder exists "
        "and that you may write to it.",
        "malformed": _DAMAGED.format(path=path),
        "could not decode": _DAMAGED.format(path=path),
        "not a database": f"The file {path} is not a Calmony database, or it is damaged. "
        "Nothing in it was changed.",
    }
    return next((sentence for part, sentence in sentences.items() if part in text), None)


@contextmanager
def _explained_as(path: Path, what: str, advice: str) -> Iterator[None]:
    """Turn an error of the operating system into a KnownError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise KnownError(f"The database {path} {what}: {reason}. {advice}") from error


def _refuse_what_is_not_ours(path: Path) -> None:
    """Raise KnownError for a file of another program, before anything is written to it."""
    if not path.is_file():
        raise KnownError(f"{path} is a folder or a device. Name a database file.")
    with path.open("rb") as file:
        header = file.read(100)
    application_id = int.from_bytes(header[68:72], "big")
    if not header or (header.startswith(_SQLITE_MAGIC) and application_id == APPLICATION_ID):
        return
    is_unfinished = header.startswith(_SQLITE_MAGIC) and application_id == 0
    if not is_unfinished or not _is_ours_or_empty(path):
        raise KnownError(
            f"The file {path} was not made by Calmony Desktop. Nothing in it was changed; "
            "choose another file."
        )


def _is_ours_or_empty(path: Path) -> bool:
    """Look into a file whose header does not say whose it is, without writing to it.

    A first start that was killed leaves no header of ours, but maybe one in the write-ahead log.
    """
    with explained(path), closing(_connect_to_look(path)) as connection:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(application_id == APPLICATION_ID or tables == 0)


def _connect_to_look(path: Path) -> Any:
    uri = f"{path.as_uri()}?mode=ro"
    return peewee.sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT)  # type: ignore[attr-defined]  # as above


def _make_private(path: Path) -> None:
    """Make a missing file, and the folder it needs, for its owner only: it holds people's data."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _migrate(path: Path) -> None:
    """Bring the schema up to this program's, in one transaction; refuse a newer one."""
    runner = Runner(database, str(paths.migrations_folder()))
    if _is_current(runner, path):
        return
    with database.atomic("IMMEDIATE"):
        # Another window may have migrated while this one waited for the lock.
        if _is_current(runner, path):
            return
        runner.up()
        _pragma(f"application_id = {APPLICATION_ID}")
        _pragma(f"user_version = {len(runner.migrations())}")


def _pragma(text: str) -> Any:
    """Run a pragma; returns its first value, None where it returns nothing."""
    run: Any = database.execute_sql
    row = run(f"PRAGMA {text}").fetchone()
    return row and row[0]


def _is_current(runner: Runner, path: Path) -> bool:
    """True where nothing is left to migrate. Raises KnownError for a newer file."""
    status = runner.status()
    if any(migration.path is None for migration in status):
        raise KnownError(
            f"The database {path} was made by a newer version of Calmony Desktop. "
            "Update this program, then open it again; nothing in it was changed."
        )
    return all(migration.applied for migration in status)
