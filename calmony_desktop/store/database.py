"""The one database file: open, migrate, transactions.

What only SQLite can do (pragmas, change counters) stays in this file and in those that
CONTRIBUTING.md names.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee
from peewee import SqliteDatabase

from calmony_desktop import paths, private_files
from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.store.file_states import (
    APPLICATION_ID,
    BUSY_TIMEOUT,
    explained,
    explained_as,
    refuse_what_cannot_be_opened,
    schema_version,
)
from calmony_desktop.store.network_share import is_on_network_share

if TYPE_CHECKING:
    from playhouse.migrations import Runner

#: FULL loses no acknowledged commit in a power cut (NORMAL does); a commit costs 0.08 ms more.
#: The other settings keep a hostile or damaged file from doing harm and temporary data in memory,
#: and half of what SQLite usually keeps of the file: the system keeps it, too, and just as near.
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "temp_store": "memory",
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    "cache_size": -1000,
}

#: Two machines cannot share the write-ahead log's index; TRUNCATE with FULL is as safe, but slower.
_PRAGMAS_ON_A_SHARE = _PRAGMAS | {"journal_mode": "truncate"}

#: 256 MB. With a usual one the pages of the indexes are read and written again and again.
_LARGE_CACHE = -262_144

#: Writing transactions take the lock at once: a deferred read-then-write fails without waiting.
database = SqliteDatabase(None, pragmas=_PRAGMAS, autoconnect=False, lock_type="IMMEDIATE")


def open_database(path: Path, *, must_exist: bool = False) -> None:
    """Open the file at ``path`` for this process, making or migrating it as needed.

    Opening the file that is already open changes nothing. Raises CannotOpen when it cannot be
    opened or must not be: see `FileState`. Such a file stays byte for byte as it was. A missing
    file is made, but not with ``must_exist``, and not where its folder is missing, too: a drive
    that is not connected must not look like an empty database. Only the program's own data folder
    is made.
    """
    # Behind a link, too: the log and the backups lie beside the file itself.
    path = Path(os.path.realpath(path))
    if database.database == str(path) and not database.is_closed() and _is_still_there():
        return
    close_database()
    with explained_as(path, "could not be read", "Check that you may read it."):
        exists = path.exists()
        if exists:
            refuse_what_cannot_be_opened(path)
    if not exists:
        _make(path, must_exist)
    pragmas = _PRAGMAS_ON_A_SHARE if is_on_network_share(path) else _PRAGMAS
    database.init(str(path), pragmas=pragmas, timeout=BUSY_TIMEOUT)
    with explained(path):
        _connect()
        try:
            _migrate(path)
        except BaseException:
            database.close()
            raise
        _opened.file = _identity(path)
        _remember_the_log()


def has_to_be_updated(path: Path) -> bool:
    """Whether opening the file will back it up and migrate it first: minutes, for a large one."""
    version = schema_version(path)
    return 0 < version < len(list(paths.migrations_folder().glob("[0-9]*.py")))


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
    except OSError:
        return False


def _refuse_a_moved_file() -> None:
    """Raise CannotOpen where the open file was deleted or replaced, or cannot be reached.

    An open connection would go on with the old file, and a new one would take up, or even make,
    another: what is written would be lost or split between them.
    """
    if _is_still_there():
        return
    advice = "Check its folder, or the drive or share that it lies on. Nothing was written."
    with explained_as(path(), "can’t be reached", advice), suppress(FileNotFoundError):
        path().stat()
    raise CannotOpen(
        FileState.MISSING,
        f"The database {path()} was moved, deleted or replaced by another program. Put it "
        "back, or close this window and open the file where it is now. Nothing was written.",
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


def interrupter() -> Callable[[], None]:
    """What stops a query of this thread's connection when another thread calls it."""
    get: Any = database.connection
    connected = get()

    def stop() -> None:
        # The thread connects anew where its log was taken: nothing is under way on this one then.
        with suppress(peewee.sqlite3.ProgrammingError):  # type: ignore[attr-defined]  # no stub
            connected.interrupt()

    return stop


def close_database() -> None:
    """Close this thread's connection, if there is one."""
    if not database.deferred and not database.is_closed():
        database.close()


def path() -> Path:
    """The file that is open."""
    return Path(database.database)


def sqlite_version() -> str:
    """Which SQLite it is, for a person who looks for a fault."""
    version: str = peewee.sqlite3.sqlite_version  # type: ignore[attr-defined]  # no such stub
    return version


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
    if database.in_transaction():
        yield
        return
    with explained(path()), _damage_found_out():
        _refuse_a_moved_file()
        _connect_again_if_the_log_was_taken()
        with database.transaction("DEFERRED"):
            yield


@contextmanager
def writing() -> Iterator[None]:
    """One transaction: all of it or nothing. Raises KnownError when it cannot be written."""
    with explained(path()), _damage_found_out():
        _refuse_a_moved_file()
        _connect_again_if_the_log_was_taken()
        with database.atomic("IMMEDIATE"):
            yield
        # Closing writes what the removed log still held into the file itself.
        _connect_again_if_the_log_was_taken()


#: What reading a damaged row can end in, although SQLite itself gave it without a word.
_SIGNS_OF_DAMAGE = (
    *(ValueError, TypeError, AttributeError, LookupError, ArithmeticError),
    peewee.DoesNotExist,
)


@contextmanager
def _damage_found_out() -> Iterator[None]:
    """Let no damage pass for a bug: where one shows up, ask SQLite whether the file is whole."""
    try:
        yield
    except _SIGNS_OF_DAMAGE as error:
        if not database.in_transaction() and _pragma("main.integrity_check(1)") != "ok":
            raise peewee.DatabaseError("database disk image is malformed") from error
        raise


@contextmanager
def large_cache() -> Iterator[None]:
    """Keep far more of the file in memory: for work that writes to all of its indexes."""
    before = _pragma("cache_size")
    _pragma(f"cache_size = {_LARGE_CACHE}")
    try:
        yield
    finally:
        _pragma(f"cache_size = {before}")


def data_version() -> tuple[int, int]:
    """A value that changes whenever another connection has committed to the file."""
    with explained(path()):
        _refuse_a_moved_file()
        _connect_again_if_the_log_was_taken()
        return _connected.number, int(_pragma("data_version"))


def numbering() -> int:
    """A value that changes where rows without a number of their own may be numbered anew.

    VACUUM does that, and counts the schema's version up. Inside the caller's transaction.
    """
    return int(_pragma("schema_version"))


def _make(path: Path, must_exist: bool) -> None:
    """Make a missing file, for its owner only: it holds people's data."""
    if must_exist:
        raise CannotOpen(
            FileState.MISSING,
            f"There is no database {path}. Name another file, or make this one by importing "
            "records or filling the demo company.",
        )
    with explained_as(path, "could not be made", "Choose a folder that you may write to."):
        if path.is_relative_to(paths.data_folder()):
            private_files.make_folder(path.parent)
        elif not path.parent.exists():
            raise CannotOpen(
                FileState.MISSING,
                f"The folder of the database {path} is not there. If it lies on a drive or a "
                "network share, connect it and try again.",
            )
        os.close(private_files.open_file(path, os.O_RDWR))


def _migrate(path: Path) -> None:
    """Bring the schema up to this program's, in one transaction; refuse a newer one."""
    folder = paths.migrations_folder()
    if _applied_migrations() == {file.stem for file in folder.glob("[0-9]*.py")}:
        return
    # Needed once after an update: no other start has to wait for its import.
    from playhouse.migrations import Runner

    runner = Runner(database, str(folder))
    if _is_current(runner, path):
        return
    with database.atomic("IMMEDIATE"):
        # Another window may have migrated while this one waited for the lock.
        if _is_current(runner, path):
            return
        if runner.applied():
            _back_up_before_migration(path)
        runner.up()
        _pragma(f"application_id = {APPLICATION_ID}")
        _pragma(f"user_version = {len(runner.migrations())}")


def _applied_migrations() -> set[str]:
    if not database.table_exists("schema_migration"):
        return set()
    run: Any = database.execute_sql
    return {name for (name,) in run("SELECT name FROM schema_migration")}


def _back_up_before_migration(path: Path) -> None:
    # That file knows this one's neighbours, and only a migration needs it here.
    from calmony_desktop.store import backup

    try:
        backup.make_before_migration(path)
    except CannotOpen:
        raise
    except KnownError as error:
        raise CannotOpen(
            FileState.NO_BACKUP,
            f"The database {path} is from an older version and has to be backed up before it is "
            f"opened. {error}",
        ) from error


def _pragma(text: str) -> Any:
    """Run a pragma; returns its first value, None where it returns nothing."""
    run: Any = database.execute_sql
    row = run(f"PRAGMA {text}").fetchone()
    return row and row[0]


def _is_current(runner: Runner, path: Path) -> bool:
    """True where nothing is left to migrate. Raises CannotOpen for a newer file."""
    status = runner.status()
    if any(migration.path is None for migration in status):
        raise CannotOpen(
            FileState.NEWER,
            f"The database {path} was made by a newer version of Calmony Desktop. "
            "Update this program, then open it again; nothing in it was changed.",
        )
    return all(migration.applied for migration in status)
