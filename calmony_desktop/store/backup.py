"""Backups of the database file: a consistent copy, checked, whole or not there at all. SQLite only.

They lie in ``backups`` beside the file and are named after it, the instant (UTC) and the reason:
``calmony.db.2026-11-22T08-15-00Z.daily.db``. The ``.json`` beside each tells what it holds, so that
a list opens none of them. A copy has its name only once all of it was checked and is on the disk.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import peewee

from calmony_desktop import __version__, private_files
from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.store import file_states
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

_STAMP: Final = "%Y-%m-%dT%H-%M-%SZ"
#: About 4 MB: between two steps others are heard, and the person who cancels.
_PAGES_IN_A_STEP: Final = 1000
#: A backup leaves so much of the disk to the database itself.
_ROOM_LEFT: Final = 16 * 1024 * 1024
#: So many seconds one backup waits for another one of the same database.
_WAIT: Final = 60
_INSTRUCTIONS_BETWEEN_LOOKS: Final = 200_000
_LONGEST_MANIFEST: Final = 10_000
_SQLITE_ERROR: Final = 1
_sqlite3: Final[Any] = peewee.sqlite3  # type: ignore[attr-defined]  # missing from the stubs


class Reason(StrEnum):
    """Why a backup was made."""

    DAILY = "daily"
    BEFORE_IMPORT = "before-import"
    BEFORE_MIGRATION = "before-migration"
    BEFORE_RESTORE = "before-restore"
    BY_HAND = "by-hand"


#: How the name of a backup ends.
_ENDING: Final = rf"(\d{{4}}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.({'|'.join(Reason)})\.db"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds. ``last_activity_id`` is 0 where nothing was done in it yet.

    ``seal`` is that of the newest activity entry, empty in files from before there were any.
    """

    schema_version: int
    customers: int
    payment_intents: int
    subscriptions: int
    invoices: int
    last_activity_id: int
    last_activity_at: int | None
    seal: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, as the file beside it tells. ``made_at`` is UTC, ``size`` in bytes."""

    made_at: int
    reason: Reason
    program_version: str
    size: int
    sha256: str
    contents: Contents


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup in its folder; ``problem`` says why it can't be relied on, None where it can."""

    path: Path
    made_at: int
    reason: Reason
    manifest: Manifest | None
    problem: str | None


def folder_of(database: Path) -> Path:
    """Where the backups of this database lie."""
    return database.absolute().parent / "backups"


def backups_of(database: Path) -> tuple[BackupFile, ...]:
    """The backups of this database, newest first. Raises KnownError for an unreadable folder.

    Only what a listing costs is looked at: a restore checks the file itself.
    """
    folder = folder_of(database)
    ours = re.compile(rf"{re.escape(database.name)}\.{_ENDING}", re.ASCII)
    found = []
    with explained(folder):
        names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 - names only
    for name in names:
        match = ours.fullmatch(name)
        path = folder / name
        if match is None or path.is_symlink() or not path.is_file():
            continue
        with suppress(ValueError):
            made = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
            found.append(_described(path, int(made.timestamp()), Reason(match[2])))
    return tuple(sorted(found, key=lambda each: each.path.name, reverse=True))


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Only one backup or restore of this database at a time, on this machine or a share.

    What a killed one left is removed. SQLite's own lock on an empty file ends with its process.
    Raises KnownError where another one takes too long.
    """
    folder = folder_of(database)
    with explained(folder):
        private_files.make_folder(folder)
        lock = folder / f".{database.name}.lock"
        os.close(private_files.open_file(lock, os.O_RDWR))
    with closing(_sqlite3.connect(str(lock), isolation_level=None, timeout=_WAIT)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except _sqlite3.OperationalError as error:
            raise KnownError(
                f"Another program is busy with a backup of {database}. Try again in a moment."
            ) from error
        _tidy(database)
        yield


def make(database: Path, reason: Reason, at: int, progress: Progress) -> BackupFile:
    """Back up ``database`` as it is now, inside `alone`. ``at`` is this instant (UTC).

    Raises CannotOpen where the database can't be read or is damaged, else KnownError where the
    backup can't be written, and whatever ``progress`` does. Nothing is left of it then.
    """
    folder = folder_of(database)
    while True:
        stamp = datetime.fromtimestamp(at, UTC).strftime(_STAMP)
        target = folder / f"{database.name}.{stamp}.{reason}.db"
        if not any(stamp in each.path.name for each in backups_of(database)):
            break
        at += 1
    with _checked_copy(database, folder, progress) as (copy, contents), explained(folder):
        size = copy.stat().st_size
        manifest = Manifest(at, reason, __version__, size, sha256_of(copy), contents)
        # First, so that no backup is ever without it.
        _write(_manifest_of(target), json.dumps(asdict(manifest), indent=1).encode())
        copy.replace(target)
        sync_folder(folder)
    return BackupFile(target, at, reason, manifest, None)


def make_before_migration(database: Path) -> None:
    """Back up a database that is about to be migrated, unless nothing would be lost with it.

    Raises as `make`.
    """
    if not is_empty(database):
        with alone(database):
            make(database, Reason.BEFORE_MIGRATION, int(time.time()), lambda done, total: None)


def save_copy(database: Path, target: Path, progress: Progress) -> Contents:
    """Write a checked copy to ``target``, over a file that may be there; as `make` otherwise."""
    if target.is_dir() or (
        target.exists() and (not target.is_file() or _is_same(target, database))
    ):
        raise KnownError(f"{target} can’t be written over. Choose another name for the backup.")
    with _checked_copy(database, target.parent, progress) as (copy, contents), explained(target):
        copy.replace(target)
        sync_folder(target.parent)
    return contents


def remove(backup: BackupFile) -> None:
    """Remove a backup and what describes it. Raises KnownError."""
    with explained(backup.path):
        backup.path.unlink(missing_ok=True)
        _manifest_of(backup.path).unlink(missing_ok=True)


def manifest_beside(backup: Path) -> Manifest | None:
    """What the file beside a backup tells of it; None where there is none or it makes no sense."""
    try:
        with _manifest_of(backup).open("rb") as file:
            said = json.loads(file.read(_LONGEST_MANIFEST))
        contents = Contents(**said.pop("contents"))
        manifest = Manifest(**{**said, "reason": Reason(said["reason"])}, contents=contents)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    texts = (manifest.program_version, manifest.sha256, contents.seal)
    values = [getattr(contents, each.name) for each in fields(Contents)]
    numbers = (manifest.made_at, manifest.size, *values[:-2], contents.last_activity_at or 0)
    is_sound = all(isinstance(each, str) for each in texts) and all(
        type(each) is int and 0 <= each < 1 << 62 for each in numbers
    )
    return manifest if is_sound else None


def is_empty(database: Path) -> bool:
    """Whether nothing would be lost with this database. Raises CannotOpen."""
    with (
        file_states.explained(database),
        closing(file_states.connect_to_look(database)) as connection,
    ):
        held = contents_of(connection)
    return not (held.customers or held.last_activity_id)


def contents_of(connection: Any) -> Contents:
    """What the database of this connection of SQLite's holds, of whatever age it is."""
    return _look(connection)[0]


def _look(connection: Any) -> tuple[Contents, dict[str, int]]:
    """What it holds, and how many rows each of its tables has."""
    rows = row_counts(connection)
    last: tuple[Any, ...] | None = None
    if "activity" in rows:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(activity)")]
        seal = "seal" if "seal" in columns else "''"
        query = f"SELECT id, at, {seal} FROM activity ORDER BY id DESC LIMIT 1"
        last = connection.execute(query).fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    customers, payments, subscriptions, invoices = (
        rows.get(kind, 0) for kind in ("customers", "payment_intents", "subscriptions", "invoices")
    )
    last_id, at, sealed = last or (0, None, "")
    held = Contents(version, customers, payments, subscriptions, invoices, last_id, at, sealed)
    return held, rows


def row_counts(connection: Any) -> dict[str, int]:
    """How many rows each table has."""
    # Counting the search index would open it, in a file that was not checked yet.
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' "
        "AND name NOT LIKE 'customer\\_search%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for (name,) in tables
    }


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def temporary_beside(database: Path, folder: Path) -> Path:
    """A new private file for work on a copy of ``database``: removed once its maker is dead."""
    path = folder / f".{database.name}.{secrets.token_hex(8)}.tmp"
    os.close(private_files.open_file(path, os.O_RDWR | os.O_EXCL))
    return path


def remove_temporary(path: Path) -> None:
    """Remove what `temporary_beside` made, and SQLite's files beside it."""
    for each in (path, Path(f"{path}-journal"), Path(f"{path}-wal"), Path(f"{path}-shm")):
        with suppress(OSError):
            each.unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Wait until the file is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make new names survive a power cut, where the system can (Windows does it by itself)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the disk does wrong with a backup into a KnownError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise no_room(path) from error
        reason = error.strerror or error
        raise KnownError(
            f"{path} could not be read or written: {reason}. Check that its folder is there and "
            "that you may write to it."
        ) from error


def no_room(path: Path) -> KnownError:
    """The error that says that the disk is too full."""
    return KnownError(
        f"There is not enough room on the disk for {path}. Free some space and try again; the "
        "database and its earlier backups are as they were."
    )


def refuse_without_room(folder: Path, size: int) -> None:
    """Raise KnownError where ``size`` bytes would leave too little room to the database itself."""
    with explained(folder):
        if shutil.disk_usage(folder).free < size + _ROOM_LEFT:
            raise no_room(folder)


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
        held = _look(source)
        (size,) = source.execute("PRAGMA page_count").fetchone()

        def tell(_: int, remaining: int, total: int) -> None:
            progress(total - remaining, 2 * total)

        source.backup(target, pages=_PAGES_IN_A_STEP, progress=tell, sleep=0.02)
        if mode == "wal":
            source.execute("COMMIT")
        else:
            held = _look(source)
        # A file of its own, without a log beside it.
        target.execute("PRAGMA journal_mode = delete")
        with stoppable(target, progress, size, 2 * size):
            _check(target, database)
        if _look(target) != held:
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


def _described(path: Path, made_at: int, reason: Reason) -> BackupFile:
    manifest = manifest_beside(path)
    problem = None
    if manifest is None:
        problem = "The file that tells what it holds is missing or damaged."
    elif (manifest.made_at, manifest.reason) != (made_at, reason):
        problem = "The file beside it tells of another backup."
    else:
        try:
            if path.stat().st_size != manifest.size:
                problem = "It is damaged: its size is not what it was."
            elif not os.access(path, os.R_OK):
                problem = "You may not read it."
        except OSError as error:
            problem = f"It can’t be read: {error.strerror}."
    return BackupFile(path, made_at, reason, manifest, problem)


def _manifest_of(backup: Path) -> Path:
    return backup.with_name(f"{backup.name}.json")


def _write(path: Path, data: bytes) -> None:
    """Write a small file whole, on the disk."""
    temporary = path.with_name(f".{path.name}.tmp")
    with suppress(FileNotFoundError):
        temporary.unlink()
    with os.fdopen(private_files.open_file(temporary, os.O_WRONLY | os.O_EXCL), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _tidy(database: Path) -> None:
    """Remove what a killed backup or restore left: nobody else is at work now."""
    folder = folder_of(database)
    name = re.escape(database.name)
    temporary = re.compile(
        rf"\.{name}\.([0-9a-f]{{16}}\.tmp(-journal|-wal|-shm)?|{_ENDING}\.json\.tmp)", re.ASCII
    )
    manifest = re.compile(rf"{name}\.{_ENDING}\.json", re.ASCII)
    for entry in folder.iterdir():
        is_lonely = manifest.fullmatch(entry.name) and not entry.with_suffix("").exists()
        if temporary.fullmatch(entry.name) or is_lonely:
            with suppress(OSError):
                entry.unlink()


def _is_same(one: Path, other: Path) -> bool:
    return one.samefile(other)
