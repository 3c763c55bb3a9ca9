"""The customers' search index, when many of them are written at once. SQLite only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from calmony_desktop.store.database import database

#: Below this the index follows each row by its trigger.
_WORTHWHILE: Final = 50
_TRIGGER: Final = "customer_search_insert"
#: As many new customers leave the index in many pieces, and each search reads in all of them.
_MANY: Final = 10_000


@contextmanager
def indexed_together(number: int) -> Iterator[None]:
    """Index ``number`` new customers in one statement, which takes a sixth of the time.

    Inside a transaction only: the trigger that does it otherwise is away meanwhile.
    """
    if number < _WORTHWHILE:
        yield
        return
    run: Any = database.execute_sql
    (trigger,) = run("SELECT sql FROM sqlite_master WHERE name = ?", (_TRIGGER,)).fetchone()
    (last,) = run("SELECT COALESCE(MAX(key), 0) FROM customers").fetchone()
    run(f"DROP TRIGGER {_TRIGGER}")
    yield
    run(
        "INSERT INTO customer_search (rowid, search_key) "
        "SELECT key, search_key FROM customers WHERE key > ?",
        (last,),
    )
    run(trigger)


def merge_after(number: int) -> None:
    """Make one piece of the index after ``number`` new customers, where they are much of it.

    It takes 6 seconds among a million, so a few among many more are left to SQLite's own merging.
    """
    if number < _MANY:
        return
    run: Any = database.execute_sql
    (customers,) = run("SELECT count(*) FROM customers").fetchone()
    if number * 10 >= customers:
        run("INSERT INTO customer_search (customer_search) VALUES ('optimize')")
