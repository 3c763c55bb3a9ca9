"""What will be looked into next, read beforehand, while a person looks at something else.

All that searches look into here and there is read in order, which takes far less time: from then on
the first search of a day is as quick as any other. So is a customer whose records were read. The
system keeps what was read, as far as it has room; the program keeps nothing. SQLite only.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from calmony_desktop.store import database

#: Fewer customers lie close enough together.
_MANY: Final = 50_000


class _Part(NamedTuple):
    """A table, or an index of one, in the order of a column; about 1 MB in so many rows."""

    table: str
    column: str
    before_all: int | str
    rows: int

    @property
    def sql(self) -> str:
        """Reads on from a value, and returns where it ended; None at the end."""
        return (
            f"SELECT max({self.column}) FROM (SELECT {self.column} FROM {self.table} "
            f"WHERE {self.column} > ? ORDER BY {self.column} LIMIT {self.rows})"
        )


#: The most scattered first.
_PARTS: Final = (
    _Part("customers NOT INDEXED", "key", 0, 2_500),
    _Part("customer_search_data", "id", 0, 250),
    _Part("customers INDEXED BY customers_id", "id", "", 15_000),
    _Part("customers INDEXED BY customers_by_name", "sort_key", "", 8_000),
)


class ReadAhead:
    """Reads a bit at a time, each in a few milliseconds and a transaction of its own."""

    def __init__(self) -> None:
        self._left: list[_Part] | None = None
        self._place: Any = None

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to read."""
        return self._left == []

    def step(self) -> None:
        """Read a bit more; one that is interrupted is read again.

        Raises KnownError when the file cannot be read.
        """
        with database.reading():
            if self._left is None:
                last = _value("SELECT max(key) FROM customers")
                self._left = [*_PARTS] if last is not None and last >= _MANY else []
            elif self._left:
                part = self._left[0]
                place = part.before_all if self._place is None else self._place
                self._place = _value(part.sql, place)
                if self._place is None:
                    del self._left[0]


#: Columns that no index holds: the rows themselves have to be read for them.
_RECORDS: Final = """
SELECT (SELECT phone FROM customers WHERE id = ?1),
       (SELECT max(description) FROM (SELECT description FROM payment_intents
            WHERE customer_id = ?1 ORDER BY created_at DESC LIMIT 250)),
       (SELECT max(ended_at) FROM subscriptions WHERE customer_id = ?1),
       (SELECT max(paid_at) FROM invoices WHERE customer_id = ?1),
       (SELECT max(id) FROM activity WHERE customer_id = ?1)
"""


def read_customer(customer_id: str) -> None:
    """Read what the window shows of a customer, so that it opens at once.

    In one statement, which leaves Python's lock to the window meanwhile. Raises KnownError when the
    file cannot be read.
    """
    with database.reading():
        _value(_RECORDS, customer_id)


def _value(sql: str, *values: Any) -> Any:
    run: Any = database.database.execute_sql
    return run(sql, values).fetchone()[0]
