"""The parts of a search's result, each in the order of the list and read a page at a time.

How a part is read depends on how many customers its conditions leave, which the indexes tell at
once. Are they few, their keys are sorted and kept. Are they many, the index of the list's order is
walked and each row tested, so that the first page is full soon; the keys of all of them are read
when there is time for it.

Written in SQL, because only SQLite can be told which index to take.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from calmony_desktop.store.database import database
from calmony_desktop.store.rows import CustomerEntry

#: Up to so many customers are looked up and sorted: where the walk has to look into each row, too,
#: and where it does not and passes 5,000 customers a millisecond.
_FEW: Final = 10_000
_FEW_BESIDE_A_CHEAP_WALK: Final = 1_500
#: `array.index` lets no other thread work: so many keys take a millisecond.
_LUMP: Final = 50_000

#: What the list is sorted by; with what is searched beside it, no row is looked into.
BY_NAME: Final = ("sort_key", "search_key")

#: The columns of `CustomerEntry`.
_ENTRY: Final = (
    "c.id, c.name, c.email, EXISTS (SELECT 1 FROM subscriptions s WHERE s.customer_id = c.id "
    "AND s.status IN ('past_due', 'unpaid'))"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a customer ``c`` must be.

    ``source`` reads the keys of those who are, by an index. ``is_in_name_index``: the test needs
    no more than what the index of the names holds; ``is_range_of_names``: it is a range of them.
    """

    test: str
    values: tuple[Any, ...] = ()
    source: str | None = None
    source_values: tuple[Any, ...] = ()
    is_in_name_index: bool = False
    is_range_of_names: bool = False


@dataclass(frozen=True, slots=True)
class Sorting:
    """The order of the list: by these columns and then by key, all in one direction.

    There is an index of just these columns, named after them.
    """

    columns: tuple[str, ...]
    descending: bool = False

    @property
    def index(self) -> str:
        """The index that is in this order."""
        return f"customers_{'_'.join(self.columns)}"

    @property
    def terms(self) -> str:
        """What follows ORDER BY."""
        direction = "DESC" if self.descending else "ASC"
        return ", ".join(f"c.{each} {direction}" for each in (*self.columns, "key"))


class Segment:
    """A part of the result. Everything runs in a read transaction of the caller."""

    def __init__(self, conditions: Sequence[Condition], sorting: Sorting) -> None:
        self._sorting = sorting
        self._tests = " AND ".join(each.test for each in conditions) or "1"
        self._values = tuple(value for each in conditions for value in each.values)
        in_name_index = all(each.is_in_name_index for each in conditions)
        self._walks_cheaply = not conditions or (sorting.columns == BY_NAME and in_name_index)
        self._keys: array[int] | None = None
        # What a name begins with is a range of the index that is walked.
        is_range = self._walks_cheaply and any(each.is_range_of_names for each in conditions)
        most = _FEW_BESIDE_A_CHEAP_WALK if self._walks_cheaply else _FEW
        if not is_range and (few := _few(conditions, most)) is not None:
            self._keep(
                "FROM json_each(?) few CROSS JOIN customers c ON c.key = few.value",
                (json.dumps(few),),
            )

    @classmethod
    def of_ids(cls, ids: Sequence[str], conditions: Sequence[Condition]) -> Segment:
        """The customers with these ids for whom the conditions hold, in the order of the ids."""
        marks = ", ".join("?" * len(ids))
        tests = "".join(f" AND {each.test}" for each in conditions)
        values = [value for each in conditions for value in each.values]
        found = dict(
            _query(
                f"SELECT c.id, c.key FROM customers c WHERE c.id IN ({marks}){tests}",
                (*ids, *values),
            )
        )
        made = cls.__new__(cls)
        made._keys = array("q", [found[each] for each in ids if each in found])
        return made

    @property
    def is_measured(self) -> bool:
        """Whether all its keys are known."""
        return self._keys is not None

    def measure(self) -> None:
        """Read all its keys, unless they are known: of a million customers this takes a second."""
        if self._keys is None:
            # By its own index where that holds all that is tested: far fewer rows are read. Else
            # all are read as they lie, and sorted.
            how = f"INDEXED BY {self._sorting.index}" if self._walks_cheaply else "NOT INDEXED"
            self._keep(f"FROM customers c {how}", ())

    def count(self) -> int:
        """How many there are."""
        self.measure()
        assert self._keys is not None
        return len(self._keys)

    def position(self, key: int) -> int | None:
        """Where the customer with this key stands."""
        self.measure()
        assert self._keys is not None
        # In lumps: `index` lets no other thread work.
        for start in range(0, len(self._keys), _LUMP):
            try:
                return self._keys.index(key, start, start + _LUMP)
            except ValueError:
                continue
        return None

    def page(self, offset: int, limit: int) -> tuple[CustomerEntry, ...]:
        """The customers from ``offset`` on."""
        if self._keys is None:
            found = _query(
                f"SELECT c.key, {_ENTRY} FROM customers c INDEXED BY {self._sorting.index} "
                f"WHERE {self._tests} ORDER BY {self._sorting.terms} LIMIT ? OFFSET ?",
                (*self._values, limit, offset),
            )
            if offset == 0 and len(found) < limit:
                self._keys = array("q", [key for key, *_ in found])
            return tuple(_entry(values) for _, *values in found)
        keys = self._keys[offset : offset + limit]
        if not keys:
            return ()
        marks = ", ".join("?" * len(keys))
        read = _query(f"SELECT c.key, {_ENTRY} FROM customers c WHERE c.key IN ({marks})", keys)
        entries = {key: _entry(values) for key, *values in read}
        # One that is gone since is left out, until the list is read again.
        return tuple(entries[key] for key in keys if key in entries)

    def _keep(self, source: str, values: Sequence[Any]) -> None:
        self._keys = array(
            "q",
            _keys(
                f"SELECT c.key {source} WHERE {self._tests} ORDER BY {self._sorting.terms}",
                (*values, *self._values),
            ),
        )


def _few(conditions: Sequence[Condition], most: int) -> list[int] | None:
    """The keys of those who meet the condition that fewest meet; None where that is not few."""
    fewest: list[int] | None = None
    for each in conditions:
        if each.source is not None:
            limit = most if fewest is None else len(fewest)
            found = _query(f"SELECT key FROM ({each.source} LIMIT ?)", (*each.source_values, limit))
            if len(found) < limit:
                fewest = [key for (key,) in found]
    return fewest


def _entry(values: Sequence[Any]) -> CustomerEntry:
    customer_id, name, email, needs_attention = values
    return CustomerEntry(customer_id, name, email, bool(needs_attention))


def _query(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    run: Any = database.execute_sql
    found: list[tuple[Any, ...]] = run(sql, tuple(values)).fetchall()
    return found


def _keys(sql: str, values: Sequence[Any]) -> Iterator[int]:
    run: Any = database.execute_sql
    for (key,) in run(sql, tuple(values)):
        yield key
