"""A copy of a database file that cannot be opened where it is: read-only, locked, a full disk."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import peewee

from calmony_desktop import private_files
from calmony_desktop.errors import FileState, KnownError
from calmony_desktop.store.file_states import (
    APPLICATION_ID,
    SQLITE_ERRORS,
    connect_to_look,
    in_state,
)

#: What SQLite may keep of the file's newest changes, beside it.
_LOGS = ("-wal", "-journal")


def copy_database(source: Path, target: Path) -> None:
    """Copy the records of ``source`` to the new file ``target``, as of one moment and checked.

    ``source`` is only read. Raises KnownError where that can't be done, or a file is at ``target``
    already; there is no ``target`` then.
    """
    if target.exists():
        raise KnownError(f"There is a file {target} already. Choose another name for the copy.")
    temporary = target.with_name(f".calmony-{secrets.token_hex(8)}.tmp")
    try:
        with _explained(target):
            os.close(private_files.open_file(temporary, os.O_RDWR | os.O_EXCL))
            try:
                _copy_by_sqlite(source, temporary)
            except SQLITE_ERRORS:
                # It needs to write beside the file, or to lock it; bytes need neither.
                _copy_bytes(source, temporary)
            _check(temporary, source)
            temporary.rename(target)
    finally:
        for left in (temporary, *(Path(f"{temporary}{end}") for end in (*_LOGS, "-shm"))):
            with suppress(OSError):
                left.unlink()


def _copy_by_sqlite(source: Path, target: Path) -> None:
    with closing(connect_to_look(source)) as original, closing(_connect(target)) as copy:
        # One view of the data, so that nobody's writing can make it begin again; and where the
        # file is locked this fails in time, while `backup` itself would wait for ever.
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_master").fetchone()
        original.backup(copy)


def _copy_bytes(source: Path, target: Path) -> None:
    """Copy the file with its logs; raises CannotOpen where another program writes meanwhile."""
    before = _stamps(source)
    shutil.copyfile(source, target)
    for end in _LOGS:
        log = Path(f"{source}{end}")
        if log.exists():
            with open(f"{target}{end}", "xb", opener=private_files.open_file) as copy:
                copy.write(log.read_bytes())
    if _stamps(source) != before:
        raise in_state(FileState.LOCKED, source)


def _stamps(source: Path) -> list[tuple[int, int] | None]:
    """What changes when somebody writes to the file or its logs."""
    stamps: list[tuple[int, int] | None] = []
    for path in (source, *(Path(f"{source}{end}") for end in _LOGS)):
        try:
            found = path.stat()
        except FileNotFoundError:
            stamps.append(None)
        else:
            stamps.append((found.st_mtime_ns, found.st_size))
    return stamps


def _check(copy: Path, source: Path) -> None:
    """Take the copied log into the copy and see that it is whole; raises CannotOpen."""
    try:
        with closing(_connect(copy)) as connection:
            connection.execute("PRAGMA journal_mode = delete")
            ((mark,),) = connection.execute("PRAGMA application_id")
            found = connection.execute("PRAGMA quick_check(1)").fetchall()
    except SQLITE_ERRORS as error:
        raise in_state(FileState.DAMAGED, source) from error
    if mark != APPLICATION_ID or found != [("ok",)]:
        raise in_state(FileState.DAMAGED, source)
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _connect(path: Path) -> peewee.sqlite3.Connection:  # type: ignore[name-defined]  # no such stub
    return peewee.sqlite3.connect(path)  # type: ignore[attr-defined]


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise KnownError(
            f"The copy {target} could not be made: {reason}. Choose another folder."
        ) from error
