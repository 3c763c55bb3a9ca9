"""What is the matter with a database file, and the sentence that tells a person.

Looks at a file before anything is written to it. SQLite only.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import peewee

from calmony_desktop.errors import CannotOpen, FileState, KnownError

#: Marks a SQLite file as ours ("CALM").
APPLICATION_ID = 0x43414C4D

#: So many seconds a transaction waits for another program's.
BUSY_TIMEOUT = 5

_SQLITE_MAGIC = b"SQLite format 3\x00"
#: So many bytes say what a file of SQLite's is (https://www.sqlite.org/fileformat.html).
_HEADER = 100
#: A table that only this program's files have: tells a damaged one of ours from a foreign one.
_OUR_TABLE = b"schema_migration"
_LOOKED_AT = 1_000_000
#: With less room than this SQLite cannot even make what it needs beside the file.
_LEAST_ROOM = 64 * 1024

#: Every SQLite error, whichever driver Peewee found (pysqlite3 where it is installed).
SQLITE_ERRORS: tuple[type[Exception], ...] = (
    peewee.DatabaseError,
    peewee.sqlite3.Error,  # type: ignore[attr-defined]  # missing from the stubs
)

_SENTENCES = {
    FileState.FOREIGN: "The file {path} was not made by Calmony Desktop. Nothing in it was "
    "changed; choose another file.",
    FileState.LOCKED: "The database {path} is busy in another program. Try again in a moment.",
    FileState.READ_ONLY: "The database {path} is read-only. Ask for permission to change the file "
    "and its folder.",
    FileState.UNREADABLE: "The database {path} could not be opened. Check that you may open its "
    "folder and write to it.",
    FileState.DAMAGED: "The database {path} is damaged. Keep the file as it is and restore the "
    "latest backup.",
    FileState.FULL_DISK: "The disk is full. Free some space for {path} and try again; what was "
    "saved before is safe.",
    FileState.FAILING_DISK: "The disk with {path} could not be read or written. Check that it is "
    "connected and try again.",
}

#: Parts of SQLite's messages; the first one found counts.
_REASONS = {
    "disk is full": FileState.FULL_DISK,
    "disk i/o error": FileState.FAILING_DISK,
    "locked": FileState.LOCKED,
    "readonly": FileState.READ_ONLY,
    "unable to open": FileState.UNREADABLE,
    "malformed": FileState.DAMAGED,
    "could not decode": FileState.DAMAGED,
    "fts5: corruption": FileState.DAMAGED,
    "vtable constructor failed": FileState.DAMAGED,
    # A bit can flip in the text that the schema is kept as, too.
    "no such column": FileState.DAMAGED,
    "no such table": FileState.DAMAGED,
    "has no column named": FileState.DAMAGED,
    "unsupported file format": FileState.DAMAGED,
    "not a database": FileState.DAMAGED,
}


class Interrupted(Exception):
    """Another thread has stopped the query of this one, which nobody waits for any more."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn an error of the file or the disk into CannotOpen; let a bug through as it is.

    Raises Interrupted where another thread has stopped the query.
    """
    try:
        yield
    except SQLITE_ERRORS as error:
        if str(error) == "interrupted":
            raise Interrupted from error
        state = _state(error, path)
        if state is None:
            raise
        raise in_state(state, path) from error
    except UnicodeDecodeError as error:
        raise in_state(FileState.DAMAGED, path) from error
    except UnicodeEncodeError as error:
        raise KnownError(
            "A text has half a character in it, which can’t be kept. Type it anew and try again."
        ) from error


@contextmanager
def explained_as(path: Path, what: str, advice: str) -> Iterator[None]:
    """Turn an error of the operating system into CannotOpen."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        sentence = f"The database {path} {what}: {reason}. {advice}"
        raise CannotOpen(FileState.UNREADABLE, sentence) from error


def in_state(state: FileState, path: Path) -> CannotOpen:
    """The error that says this of ``path``."""
    return CannotOpen(state, _SENTENCES[state].format(path=path))


def refuse_what_cannot_be_opened(path: Path) -> None:
    """Raise CannotOpen for what is not ours or may not be written, before anything is."""
    if not path.is_file():
        raise CannotOpen(
            FileState.FOREIGN, f"{path} is a folder or a device. Name a database file."
        )
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    _refuse_what_is_not_ours(path, start)
    if not os.access(path, os.W_OK):
        raise in_state(FileState.READ_ONLY, path)
    if not os.access(path.parent, os.W_OK):
        raise CannotOpen(
            FileState.READ_ONLY,
            f"The folder of the database {path} is read-only, but changes need room beside the "
            "file. Ask for permission to change the folder.",
        )


def schema_version(path: Path) -> int:
    """How many migrations the file has had, as its first bytes say it; 0 where it is not ours.

    It costs no connection, but leaves out what a write-ahead log still holds.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError:
        return 0
    is_ours = header.startswith(_SQLITE_MAGIC) and _number(header, 68) == APPLICATION_ID
    return _number(header, 60) if is_ours else 0


def _number(header: bytes, at: int) -> int:
    return int.from_bytes(header[at : at + 4], "big")


def connect_to_look(path: Path) -> Any:
    """A connection of SQLite's own that cannot write to the file."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    return peewee.sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT)  # type: ignore[attr-defined]  # as above


def _refuse_what_is_not_ours(path: Path, start: bytes) -> None:
    is_sqlite = start.startswith(_SQLITE_MAGIC)
    application_id = int.from_bytes(start[68:72], "big")
    if not start or (is_sqlite and application_id == APPLICATION_ID):
        return
    if is_sqlite and application_id == 0 and _is_ours_or_empty(path):
        return
    if _OUR_TABLE in start:
        raise in_state(FileState.DAMAGED, path)
    raise in_state(FileState.FOREIGN, path)


def _is_ours_or_empty(path: Path) -> bool:
    """Look into a file whose header does not say whose it is, without writing to it.

    A first start that was killed leaves no header of ours, but maybe one in the write-ahead log.
    """
    try:
        with explained(path), closing(connect_to_look(path)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except CannotOpen as error:
        if error.state is FileState.DAMAGED:
            return False  # nor does it say whose it is
        raise
    return bool(application_id == APPLICATION_ID or tables == 0)


def _state(error: BaseException, path: Path) -> FileState | None:
    """What ``error`` says about the file, or None where it is a bug in this program.

    A failed rollback hides the reason that caused it, so the chain of contexts is looked through.
    """
    reasons: list[str] = []
    link: BaseException | None = error
    while link is not None:
        reasons.append(str(link).lower())
        link = link.__cause__ or link.__context__
    text = " / ".join(reasons)
    state = next((state for part, state in _REASONS.items() if part in text), None)
    if state is FileState.FAILING_DISK and _has_no_room(path.parent):
        return FileState.FULL_DISK
    return state


def _has_no_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LEAST_ROOM
    except OSError:
        return False
