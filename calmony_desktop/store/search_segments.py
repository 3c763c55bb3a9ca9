"""The parts of a search's result, each in the order of the list and read a page at a time.

How a part is read depends on how many customers its conditions leave, which the indexes tell at
once. Are they few, their keys are sorted and kept. Are they many, the index of the list's order is
walked and each customer tested, so that the first page is full soon; where they all stand at its
other end, the page is made of all that are in the index of the names. The keys of all of them are
read when there is time for it.

Written in SQL, because only SQLite can be told which index to take.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from calmony_desktop.store.customer_entry import CustomerEntry
from calmony_desktop.store.database import database
from calmony_desktop.store.key_lists import no_keys, read_keys

#: Up to so many customers are looked up and sorted, each a look into another row: where the list
#: is in the order of the names, and a walk passes 3,000 customers a millisecond; where it is in
#: another, and a walk looks into each row, too; and where none of `_SOON` did fill a page.
_FEW_BY_NAME: Final = 2_000
_FEW: Final = 8_000
_FEW_BUT_FAR: Final = 20_000
#: So many are passed before it is asked each time whether another way is shorter.
_SOON_BY_NAME: Final = (5_000, 25_000)
_SOON: Final = (1_000, 6_000)
#: A walk by name passes so many in the time that one look takes.
_PASSED_BY_NAME: Final = 12
#: Up to so many beginning alike are all sorted by something else: no row is looked into for it.
_FEW_NAMES: Final = 60_000
#: Fewer need no counting of who else might be fewer.
_HARDLY_ANY: Final = 500
#: So many keys are read or looked through at once: no other thread can work meanwhile.
_LUMP: Final = 20_000

#: This index holds all that is searched, filtered and sorted by.
BY_NAME: Final = "customers_by_name"
_IN_IT: Final = (
    "sort_key, search_key, key, created_at, open_balance, last_payment_at, open_invoices, "
    "last_payment_failed, active_subscriptions, main_currency"
)
_ALL: Final = f"customers c INDEXED BY {BY_NAME}"


class Source(NamedTuple):
    """Reads the ``key`` of customers, by an index.

    ``among`` joins it to a table ``few`` with the keys of others, to leave those of both: a look
    into the index, which takes a sixth of one into a customer's row.
    """

    sql: str
    values: tuple[Any, ...] = ()
    among: str = ""


class Condition(NamedTuple):
    """What a customer ``c`` must be.

    The test needs no more than what the index `BY_NAME` holds; ``is_range_of_names`` where it is a
    range of that. Each of ``sources`` reads those who are, the cheapest first, and maybe others.
    """

    test: str
    values: tuple[Any, ...] = ()
    sources: tuple[Source, ...] = ()
    is_range_of_names: bool = False


class Sorting(NamedTuple):
    """The order of the list: by these columns and then by key, all in one direction.

    ``by_index`` is in this order.
    """

    columns: tuple[str, ...]
    by_index: str
    descending: bool = False

    @property
    def terms(self) -> str:
        """What follows ORDER BY."""
        direction = "DESC" if self.descending else "ASC"
        return ", ".join(f"c.{each} {direction}" for each in (*self.columns, "key"))

    @property
    def after(self) -> str:
        """The condition for who stands after whoever has these values in columns and key."""
        columns = ", ".join(f"c.{each}" for each in (*self.columns, "key"))
        marks = ", ".join("?" * (len(self.columns) + 1))
        return f"({columns}) {'<' if self.descending else '>'} ({marks})"


class Segment:
    """A part of the result. Everything runs in a read transaction of the caller."""

    def __init__(self, conditions: Sequence[Condition], sorting: Sorting) -> None:
        self._conditions = conditions
        self._sorting = sorting
        self._order = f"ORDER BY {sorting.terms}"
        self._tests = " AND ".join(each.test for each in conditions) or "1"
        self._values = tuple(value for each in conditions for value in each.values)
        self._walked = f"customers c INDEXED BY {sorting.by_index}"
        self._is_by_name = self._walked == _ALL
        self._keys: array[int] | None = None
        names = [each for each in conditions if each.is_range_of_names]
        # A range of names is walked by name, and nothing else.
        self._may_be_far = bool(conditions) and not (names and self._is_by_name)
        if not names:
            self._keep_if_few(_FEW_BY_NAME if self._is_by_name else _FEW)
        elif not self._is_by_name:
            range_ = f"SELECT 1 FROM {_ALL} WHERE {names[0].test}"
            if _number(range_, names[0].values, _FEW_NAMES) < _FEW_NAMES:
                self._walked, self._may_be_far = _ALL, False

    @classmethod
    def of_ids(cls, ids: Sequence[str], conditions: Sequence[Condition]) -> Segment:
        """The customers with these ids for whom the conditions hold, in the order of the ids."""
        marks = ", ".join("?" * len(ids))
        tests = "".join(f" AND {each.test}" for each in conditions)
        values = [value for each in conditions for value in each.values]
        # SQLite itself would take the index of a filter.
        named = f"customers c INDEXED BY customers_id WHERE c.id IN ({marks})"
        found = dict(_query(f"SELECT c.id, c.key FROM {named}{tests}", (*ids, *values)))
        made = cls.__new__(cls)
        made._keys = array("q", [found[each] for each in ids if each in found])
        return made

    @property
    def left_out(self) -> Condition:
        """Nobody of these."""
        self.measure()
        assert self._keys is not None
        return Condition(f"c.key NOT IN ({', '.join('?' * len(self._keys))})", tuple(self._keys))

    @property
    def is_measured(self) -> bool:
        """Whether all its keys are known."""
        return self._keys is not None

    def measure(self) -> None:
        """Read all its keys, unless they are known: of a million customers this takes a second."""
        if self._keys is not None:
            return
        if not self._conditions or (self._is_by_name and self._may_be_far):
            self._keep_walking()
        else:
            self._keep(_ALL)

    def count(self) -> int:
        """How many there are."""
        self.measure()
        assert self._keys is not None
        return len(self._keys)

    def position(self, key: int) -> int | None:
        """Where the customer with this key stands."""
        self.measure()
        assert self._keys is not None
        for start in range(0, len(self._keys), _LUMP):
            try:
                return self._keys.index(key, start, start + _LUMP)
            except ValueError:
                continue
        return None

    def page(self, offset: int, limit: int) -> tuple[CustomerEntry, ...]:
        """The customers from ``offset`` on."""
        if self._keys is not None:
            return _entries(self._keys[offset : offset + limit])
        walked = self._walked
        if offset == 0 and self._may_be_far:
            soon_enough, per_look = (
                (_SOON_BY_NAME, _PASSED_BY_NAME) if self._is_by_name else (_SOON, 1)
            )
            for soon in soon_enough:
                found = self._walk(self._first(soon), offset, limit)
                if len(found) == limit:
                    return _entries(found)
                # Whom a walk will pass until the page is full, if it goes on like this.
                passed = soon * limit // len(found) if found else sys.maxsize
                if self._keep_if_few(min(_FEW_BUT_FAR, passed // per_look)):
                    return self.page(offset, limit)
            if passed > _FEW_BUT_FAR:
                walked = _ALL
        found = self._walk(walked, offset, limit)
        if offset == 0 and len(found) < limit:
            self._keys = found
        return _entries(found)

    def _first(self, number: int) -> str:
        return f"(SELECT {_IN_IT} FROM {self._walked} {self._order} LIMIT {number}) c"

    def _walk(self, customers: str, offset: int, limit: int) -> array[int]:
        sql = f"SELECT c.key FROM {customers} WHERE {self._tests} {self._order} LIMIT ? OFFSET ?"
        return array("q", [key for (key,) in _query(sql, (*self._values, limit, offset))])

    def _keep_if_few(self, most: int) -> bool:
        """Keep the keys, where a source of fewer customers than ``most`` has them all."""
        sources = [source for each in self._conditions for source in each.sources]
        fewest, keys = None, ""
        for source in sources:
            # Their keys with their number: some words take longer to look up than the customers.
            sql = f"SELECT count(*), json_group_array(key) FROM ({source.sql} LIMIT {most})"
            ((number, found),) = _query(sql, source.values)
            if number < most:
                fewest, keys, most = source, found, number
                if number <= _HARDLY_ANY:
                    break
        if fewest is None:
            return False
        # In their own order, in which neighbours are read together.
        in_order = "SELECT value FROM json_each(?) ORDER BY value"
        ((keys,),) = _query(f"SELECT json_group_array(value) FROM ({in_order})", (keys,))
        others = [each for each in sources if each.among and each is not fewest]
        joined = " ".join(each.among for each in others)
        self._keep(
            f"(SELECT value AS key FROM json_each(?)) few {joined} "
            "CROSS JOIN customers c ON c.key = few.key",
            (keys, *(value for each in others for value in each.values)),
        )
        return True

    def _keep(self, customers: str, values: Sequence[Any] = ()) -> None:
        where = f"WHERE {self._tests} {self._order}"
        self._keys = read_keys(
            f"SELECT c.key FROM {customers} {where}", (*values, *self._values), _no_keys()
        )

    def _keep_walking(self) -> None:
        """Keep the keys, a lump at a time: those of a million would be a text of 16 MB."""
        keys, after, values = _no_keys(), "1", ()
        while True:
            lump = read_keys(
                f"SELECT c.key FROM {self._walked} WHERE {after} AND {self._tests} {self._order} "
                f"LIMIT {_LUMP}",
                (*values, *self._values),
                _no_keys(),
            )
            keys.extend(lump)
            if len(lump) < _LUMP:
                break
            after = self._sorting.after
            columns = ", ".join((*self._sorting.columns, "key"))
            (values,) = _query(f"SELECT {columns} FROM customers WHERE key = ?", (lump[-1],))
        self._keys = keys


def _no_keys() -> array[int]:
    ((last,),) = _query("SELECT max(key) FROM customers")
    return no_keys(last)


def _number(sql: str, values: Sequence[Any], most: int) -> int:
    """How many rows this reads, ``most`` at most."""
    ((number,),) = _query(f"SELECT count(*) FROM ({sql} LIMIT {most})", values)
    return int(number)


def _entries(keys: Sequence[int]) -> tuple[CustomerEntry, ...]:
    if not keys:
        return ()
    marks = ", ".join("?" * len(keys))
    read = _query(
        "SELECT key, id, name, email, unpaid_subscriptions > 0 FROM customers "
        f"WHERE key IN ({marks})",
        keys,
    )
    entries = {
        key: CustomerEntry(customer_id, name, email, bool(unpaid))
        for key, customer_id, name, email, unpaid in read
    }
    # One that is gone since is left out, until the list is read again.
    return tuple(entries[key] for key in keys if key in entries)


def _query(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    run: Any = database.execute_sql
    found: list[tuple[Any, ...]] = run(sql, tuple(values)).fetchall()
    return found
