"""Where an import sets aside what it read until everything is read: in a file, not in memory.

SQLite only. The file lies beside the database, where as much room is needed anyway, and belongs to
its owner only. It has no name any more while it is in use, or is removed by the next import.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import peewee

from calmony_desktop import private_files
from calmony_desktop.store.batches import batched, marks
from calmony_desktop.store.file_states import explained, explained_as

_NO_PLACE: Final = ("has no room beside it for what is imported", "Make some, and try again.")
_NAME: Final = ".calmony-{}.import.tmp"
_SETTINGS: Final = {
    "journal_mode": "off",
    "synchronous": "off",
    "locking_mode": "exclusive",
    "cache_size": -65_536,  # 64 MB: what fits there is never written
    "mmap_size": 0,
}
_connect: Final[Any] = peewee.sqlite3.connect  # type: ignore[attr-defined]  # no such stub


#: A record set aside: its id, the id of another one that it is looked up by, and all of it.
Entry = tuple[str, str | None, bytes]


class Scratch:
    """Entries by kind, in the order in which they came. Raises CannotOpen where no room is left."""

    def __init__(self, database: Path, kinds: Iterable[str]) -> None:
        self._database = database
        for left in database.parent.glob(_NAME.format("*")):
            with suppress(OSError):  # on Windows one that is in use can't be removed
                left.unlink()
        path = database.with_name(_NAME.format(secrets.token_hex(8)))
        with explained(database), explained_as(database, *_NO_PLACE):
            os.close(private_files.open_file(path, os.O_RDWR | os.O_EXCL))
            self._connection: Any = _connect(str(path), isolation_level=None)
            for setting, value in _SETTINGS.items():
                self._run(f"PRAGMA {setting} = {value}")
            for kind in kinds:
                self._run(
                    f"CREATE TABLE {kind} "
                    "(place INTEGER PRIMARY KEY, id TEXT NOT NULL, names TEXT, payload BLOB)"
                )
            self._run(
                "CREATE TABLE marked (mark TEXT, id TEXT, PRIMARY KEY (mark, id)) WITHOUT ROWID"
            )
            self._run("BEGIN")
        self._path: Path | None = path
        with suppress(OSError):
            path.unlink()
            self._path = None

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def add(self, kind: str, entries: Iterable[Entry]) -> None:
        """Set aside more; entries of one id may come again and again."""
        self._run_many(f"INSERT INTO {kind} (id, names, payload) VALUES (?, ?, ?)", entries)

    def index(self, kind: str, column: str = "id") -> None:
        """From now on entries of this kind are found by this column."""
        self._run(f"CREATE INDEX IF NOT EXISTS {kind}_{column} ON {kind} ({column})")

    def count(self, kind: str) -> int:
        """How many entries there are."""
        return int(self._run(f"SELECT count(*) FROM {kind}")[0][0])

    def repeated(self, kind: str) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The ids that came more than once, each with what came, in that order."""
        last = ""
        while found := self._run(
            f"SELECT id FROM {kind} WHERE id > ? GROUP BY id HAVING count(*) > 1 "
            "ORDER BY id LIMIT 500",
            (last,),
        ):
            for (each,) in found:
                select = f"SELECT payload FROM {kind} WHERE id = ? ORDER BY place"
                with explained(self._database):
                    yield each, (row[0] for row in self._connection.execute(select, (each,)))
            last = found[-1][0]

    def put(self, kind: str, entry: Entry) -> None:
        """Have this entry alone instead of those of its id, at the first one's place."""
        ((place,),) = self._run(f"SELECT min(place) FROM {kind} WHERE id = ?", (entry[0],))
        if place is None:
            self.add(kind, [entry])
            return
        self._run(f"DELETE FROM {kind} WHERE id = ? AND place > ?", (entry[0], place))
        self._run(f"UPDATE {kind} SET names = ?, payload = ? WHERE place = ?", (*entry[1:], place))

    def get(self, kind: str, id_: str) -> bytes | None:
        """What was set aside under this id."""
        found = self._run(f"SELECT payload FROM {kind} WHERE id = ?", (id_,))
        return found[0][0] if found else None

    def entries(self, kind: str, condition: str = "1", size: int = 500) -> Iterator[Entry]:
        """All of a kind that meet a condition in SQL about ``each``, in order."""
        last = 0
        while found := self._run(
            f"SELECT id, names, payload, place FROM {kind} AS each "
            f"WHERE place > ? AND ({condition}) ORDER BY place LIMIT {size}",
            (last,),
        ):
            yield from ((id_, names, payload) for id_, names, payload, _ in found)
            last = found[-1][3]

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
        with explained(self._database):
            self._connection.executemany(sql, values)
