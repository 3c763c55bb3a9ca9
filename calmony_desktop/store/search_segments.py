"""The parts of a search's result, each in the order of the list and read a page at a time.

How a part is read depends on how many customers its conditions leave, which the indexes tell at
once. Are they few, their keys are sorted and kept. Are they many, the index of the list's order is
walked and each row tested, so that the first page is full soon; the keys of all of them are read
when there is time for it.

Written in SQL, because only SQLite can be told which index to take.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from calmony_desktop.store.database import database
from calmony_desktop.store.rows import CustomerEntry

#: Up to so many keys are looked up and sorted at once, which takes some 20 ms.
_FEW: Final = 10_000
#: Beyond this the customers of a condition are no longer counted.
_MANY: Final = 50_000
#: A walk that would find fewer than one in so many customers fills its page too late.
_TOO_RARE: Final = 500

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
    no more than what the index of the names holds.
    """

    test: str
    values: tuple[Any, ...] = ()
    source: str | None = None
    source_values: tuple[Any, ...] = ()
    is_in_name_index: bool = False


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
        if (few := _few(conditions)) is not None:
            self._keep(
                f"FROM ({few.source}) AS few CROSS JOIN customers c ON c.key = few.key",
                few.source_values,
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
        for start in range(0, len(self._keys), _MANY):
            try:
                return self._keys.index(key, start, start + _MANY)
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


def _few(conditions: Sequence[Condition]) -> Condition | None:
    """The condition that few customers meet, where there is one."""
    everybody = _query("SELECT coalesce(max(key), 0) FROM customers")[0][0]
    numbers: list[tuple[int, int]] = []
    rare_in = 1.0
    for place, each in enumerate(conditions):
        if each.source is not None:
            sql = f"SELECT count(*) FROM ({each.source} LIMIT {_MANY})"
            ((number,),) = _query(sql, each.source_values)
            numbers.append((number, place))
            if number < _MANY:
                rare_in *= everybody / max(number, 1)
    number, place = min(numbers, default=(_MANY, 0))
    is_few = number <= _FEW or (number < _MANY and rare_in > _TOO_RARE)
    return conditions[place] if is_few else None


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
