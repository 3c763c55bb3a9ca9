"""The program's own store on connections of APSW, because its driver cannot be given a disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import apsw
import peewee

from calmony_desktop.store.database import database

_driver: Any = peewee.sqlite3  # type: ignore[attr-defined]  # missing from the stubs
_DAMAGE = (apsw.CorruptError, apsw.NotADBError)


@contextmanager
def _as_the_driver() -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as error:
        raise _driver.IntegrityError(str(error)) from error
    except _DAMAGE as error:
        raise _driver.DatabaseError(str(error)) from error
    except apsw.Error as error:
        raise _driver.OperationalError(str(error)) from error


class _Cursor:
    """As much of a cursor as Peewee and the store use."""

    lastrowid: int | None = None
    rowcount = -1
    description: Any = None

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self._own = connection.cursor()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> _Cursor:
        with _as_the_driver():
            self._own.execute(sql, tuple(values))
            self._describe()
        return self

    def executemany(self, sql: str, many: Any) -> _Cursor:
        with _as_the_driver():
            self._own.executemany(sql, [tuple(values) for values in many])
            self._describe()
        return self

    def _describe(self) -> None:
        try:
            self.description = self._own.getdescription()
        except apsw.ExecutionCompleteError:
            self.description = None
        self.lastrowid = self.connection.last_insert_rowid()
        self.rowcount = self.connection.changes()

    def fetchone(self) -> Any:
        with _as_the_driver():
            return self._own.fetchone()

    def fetchall(self) -> list[Any]:
        with _as_the_driver():
            return list(self._own.fetchall())

    def __iter__(self) -> Iterator[Any]:
        while (row := self.fetchone()) is not None:
            yield row

    def close(self) -> None:
        self._own.close(True)


class _Connection:
    """As much of a connection as Peewee uses."""

    def __init__(self, path: str, disk: str, timeout: float) -> None:
        with _as_the_driver():
            self._own = apsw.Connection(path, vfs=disk)
            self._own.set_busy_timeout(int(timeout * 1000))

    def cursor(self) -> _Cursor:
        return _Cursor(self._own)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> _Cursor:
        return self.cursor().execute(sql, values)

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, how: str) -> None:
        if not self._own.get_autocommit():
            self.execute(how)

    def close(self) -> None:
        # A driver hears nothing of what fails when the log is copied into the file at the end.
        with suppress(apsw.Error):
            self._own.close(True)


@contextmanager
def store_on(disk: apsw.VFS, name: str, pragmas: dict[str, object] | None = None) -> Iterator[None]:
    """Have the store open its files on ``disk``; ``pragmas`` are set after the program's own."""
    stub: Any = database

    def connect() -> _Connection:
        made = _Connection(stub.database, name, stub._timeout)
        try:
            stub._set_pragmas(made)
            for pragma, value in (pragmas or {}).items():
                made.execute(f"PRAGMA {pragma} = {value}").fetchall()
        except BaseException:
            made.close()
            raise
        return made

    stub._connect = connect
    try:
        yield
    finally:
        del stub._connect
        disk.unregister()
