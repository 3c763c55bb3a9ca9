"""From a Peewee query to frozen rows, with their type known to the type checker."""

from __future__ import annotations

from typing import Any, TypeVar

Row = TypeVar("Row")


def rows(query: Any, row: type[Row]) -> tuple[Row, ...]:
    """The query's result as ``row`` objects: its columns are the constructor's keywords."""
    return tuple(query.objects(row))
