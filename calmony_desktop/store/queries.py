"""From a Peewee query to frozen rows, with their type known to the type checker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, TypeVar

from calmony_desktop.store import database

Row = TypeVar("Row")

#: In a query for `read`: in place of a value that is given when it is run.
GIVEN: Final = 0


def rows(query: Any, row: type[Row]) -> tuple[Row, ...]:
    """The query's result as ``row`` objects: its columns are the constructor's keywords."""
    return tuple(query.objects(row))


def read(query: Callable[[], Any], *values: Any) -> Iterator[tuple[Any, ...]]:
    """The result of the query that ``query`` makes, with these values, straight from the cursor.

    For what runs at a key press: Peewee takes longer to write such a query down than SQLite to
    answer it, so each is written down once.
    """
    execute: Any = database.database.execute_sql
    result: Iterator[tuple[Any, ...]] = execute(_text_of(query), values)
    return result


@cache
def _text_of(query: Callable[[], Any]) -> str:
    text: str = query().sql()[0]
    return text
