"""Where an import sets aside what it read until everything is read: in a file, not in memory.

SQLite only. The file lies beside the database, where as much room is needed anyway, and belongs to
its owner only. It has no name any more while it is in use, or is removed by the next import. It is
attached to the database's connection, so that what is new goes from table to table.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from calmony_desktop import private_files
from calmony_desktop.errors import CannotOpen, FileState
from calmony_desktop.store.batches import batched, marks
from calmony_desktop.store.database import database
from calmony_desktop.store.database import path as database_path
from calmony_desktop.store.file_states import explained, explained_as

_NO_PLACE: Final = ("has no room beside it for what is imported", "Make some, and try again.")
_NAME: Final = ".calmony-{}.import.tmp"
_SETTINGS: Final = {
    "page_size": 32_768,
    "journal_mode": "off",
    "synchronous": "off",
    "locking_mode": "exclusive",
    "cache_size": -65_536,  # 64 MB
    "mmap_size": 0,
}
#: Entries that go the same way together, and how many of them are looked at in one query.
_RUN: Final = 250
_LOOKED_AT: Final = 20 * _RUN
#: So many entries are read at a time.
_AT_A_TIME: Final = 500

#: A record set aside: its id, the id of another one that it is looked up by, and all of it.
Entry = tuple[str, str | None, bytes]


class Scratch:
    """Entries by kind, in the order in which they came. Raises CannotOpen where no room is left.

    ``kinds`` names the columns that a kind has besides: what `add` is given after an entry.
    """

    def __init__(self, kinds: Mapping[str, Sequence[str]]) -> None:
        self._kinds = kinds
        self._database = beside = database_path()
        for left in beside.parent.glob(_NAME.format("*")):
            with suppress(OSError):  # on Windows one that is in use can't be removed
                left.unlink()
        connect: Any = database.connection
        self._connection = connect()
        self._path: Path | None = beside.with_name(_NAME.format(secrets.token_hex(8)))
        with explained(beside), explained_as(beside, *_NO_PLACE):
            os.close(private_files.open_file(self._path, os.O_RDWR | os.O_EXCL))
            self._run("ATTACH ? AS scratch", (str(self._path),))
        try:
            self._set_up()
        except BaseException:
            self.close()
            raise

    def _set_up(self) -> None:
        assert self._path is not None
        with suppress(OSError):
            self._path.unlink()
            self._path = None
        for setting, value in _SETTINGS.items():
            self._run(f"PRAGMA scratch.{setting} = {value}")
        for kind, columns in self._kinds.items():
            names = "".join(f', "{name}"' for name in columns)
            # What is long comes last: whatever stands behind it is slow to read.
            self._run(
                f"CREATE TABLE scratch.{kind} "
                f"(place INTEGER PRIMARY KEY, id TEXT NOT NULL, names TEXT{names}, payload BLOB)"
            )
        self._run(
            "CREATE TABLE scratch.marked (mark TEXT, id TEXT, PRIMARY KEY (mark, id)) WITHOUT ROWID"
        )

    def close(self) -> None:
        """Forget everything. Not in a transaction, which would still need it."""
        try:
            if not self._is_lost():
                self._run("DETACH scratch")
        finally:
            if self._path is not None:
                self._path.unlink(missing_ok=True)

    def refuse_to_be_lost(self) -> None:
        """Raise CannotOpen where the database had to be opened anew meanwhile."""
        if self._is_lost():
            raise CannotOpen(
                FileState.UNREADABLE,
                f"Another program got in the way of the database {self._database}. Nothing was "
                "imported. Try again.",
            )

    def _is_lost(self) -> bool:
        connect: Any = database.connection
        return database.is_closed() or connect() is not self._connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction for many changes, each of which would be one of its own otherwise.

        After one that fails nothing here can be used any more: nothing is kept to undo it.
        """
        if self._connection.in_transaction:
            yield
            return
        self._run("BEGIN")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    def add(self, kind: str, entries: Iterable[tuple[Any, ...]]) -> None:
        """Set aside more; entries of one id may come again and again.

        Each is an `Entry` and the values of the kind's columns.
        """
        columns = ("id", "names", "payload", *self._kinds[kind])
        names = ", ".join(f'"{name}"' for name in columns)
        self._run_many(f"INSERT INTO {kind} ({names}) VALUES ({marks(columns)})", entries)

    def index(self, kind: str, column: str = "id") -> None:
        """From now on entries of this kind are found by this column."""
        self._run(f"CREATE INDEX IF NOT EXISTS scratch.{kind}_{column} ON {kind} ({column})")

    def count(self, kind: str) -> int:
        """How many entries there are."""
        return int(self._run(f"SELECT count(*) FROM {kind}")[0][0])

    def repeated(self, kind: str) -> Iterator[tuple[str, list[bytes]]]:
        """The ids that came more than once, each with what came, in that order."""
        last = ""
        while found := self._run(
            f"SELECT id FROM {kind} WHERE id > ? GROUP BY id HAVING count(*) > 1 "
            "ORDER BY id LIMIT 500",
            (last,),
        ):
            for (each,) in found:
                select = f"SELECT payload FROM {kind} WHERE id = ? ORDER BY place"
                yield each, [payload for (payload,) in self._run(select, (each,))]
            last = found[-1][0]

    def put(self, kind: str, entry: Entry) -> None:
        """Have this entry alone instead of those of its id, at the first one's place.

        The kind's columns are empty then.
        """
        columns = self._kinds[kind]
        ((place,),) = self._run(f"SELECT min(place) FROM {kind} WHERE id = ?", (entry[0],))
        if place is None:
            self.add(kind, [(*entry, *(None for _ in columns))])
            return
        self._run(f"DELETE FROM {kind} WHERE id = ? AND place > ?", (entry[0], place))
        emptied = "".join(f', "{name}" = NULL' for name in columns)
        self._run(
            f"UPDATE {kind} SET names = ?, payload = ?{emptied} WHERE place = ?",
            (*entry[1:], place),
        )

    def get(self, kind: str, id_: str) -> bytes | None:
        """What was set aside under this id."""
        found = self._run(f"SELECT payload FROM {kind} WHERE id = ?", (id_,))
        return found[0][0] if found else None

    def entries(
        self, kind: str, condition: str = "1", *, places: range | None = None
    ) -> Iterator[Entry]:
        """All of a kind, or those at these places, in order.

        Of them those that meet a condition in SQL about ``each``.
        """
        last, past = (0, None) if places is None else (places.start - 1, places.stop)
        while found := self._run(
            f"SELECT id, names, payload, place FROM {kind} AS each "
            f"WHERE place > ? AND place < coalesce(?, 1 << 62) AND ({condition}) "
            f"ORDER BY place LIMIT {_AT_A_TIME}",
            (last, past),
        ):
            yield from ((id_, names, payload) for id_, names, payload, _ in found)
            last = found[-1][3]

    def runs(self, kind: str, condition: str) -> Iterator[tuple[range, bool]]:
        """The places of all of a kind, in order, some hundreds at least at once.

        With whether each entry there meets a condition in SQL about ``each``, or one does not:
        then it is asked again about those behind them, of whom something else may hold by now.
        """
        ((last,),) = self._run(f"SELECT max(place) FROM {kind}")
        start = 0
        while start <= (last or -1):
            end = min(start + _LOOKED_AT, last + 1)
            failing = self._run(
                f"SELECT DISTINCT place / {_RUN} FROM {kind} AS each "
                f"WHERE place >= ? AND place < ? AND NOT ({condition})",
                (start, end),
            )
            are_odd = {run for (run,) in failing}
            runs = range(start // _RUN, (end - 1) // _RUN + 1)
            for is_odd, together in groupby(runs, key=are_odd.__contains__):
                first, *others = together
                past = (others[-1] if others else first) + 1
                start = min(past * _RUN, end)
                yield range(first * _RUN, start), not is_odd
                if is_odd:
                    break

    def naming(self, kind: str, names: Iterable[str]) -> Iterator[Entry]:
        """The entries that name one of these ids, in order; see `index`."""
        for batch in batched(names):
            found = self._run(
                f"SELECT id, names, payload FROM {kind} WHERE names IN ({marks(batch)}) "
                "ORDER BY place",
                batch,
            )
            yield from ((id_, names, payload) for id_, names, payload in found)

    def name(self, kind: str, names: dict[str, str]) -> None:
        """Say what entries (keys: their ids) name."""
        values = ((named, id_) for id_, named in names.items())
        self._run_many(f"UPDATE {kind} SET names = ? WHERE id = ?", values)

    def mark(self, mark: str, ids: Iterable[str]) -> None:
        """Remember ids under a mark, each once."""
        self._run_many("INSERT OR IGNORE INTO marked VALUES (?, ?)", ((mark, id_) for id_ in ids))

    def mark_all(self, mark: str, kind: str, column: str, places: range) -> None:
        """Remember the ids that entries have in a column of their kind."""
        self._run(
            f"INSERT OR IGNORE INTO marked SELECT ?, {column} FROM {kind} "
            "WHERE place >= ? AND place < ?",
            (mark, places.start, places.stop),
        )

    def marked(self, mark: str) -> Iterator[str]:
        """The ids that have this mark."""
        last = ""
        while found := self._run(
            "SELECT id FROM marked WHERE mark = ? AND id > ? ORDER BY id LIMIT 500", (mark, last)
        ):
            yield from (id_ for (id_,) in found)
            last = found[-1][0]

    def are_marked(self, mark: str, ids: Sequence[str]) -> set[str]:
        """Those of ``ids``, a batch, that have this mark."""
        found = self._run(
            f"SELECT id FROM marked WHERE mark = ? AND id IN ({marks(ids)})", (mark, *ids)
        )
        return {id_ for (id_,) in found}

    def _run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with explained(self._database):
            rows: list[tuple[Any, ...]] = self._connection.execute(sql, values).fetchall()
        return rows

    def _run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        with explained(self._database), self.together():
            self._connection.executemany(sql, values)
