"""Is the file whole, and are its tables and triggers those that this program made? SQLite only.

Runs inside a transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from peewee import SqliteDatabase
from playhouse.migrations import Runner

from calmony_desktop import paths
from calmony_desktop.store.database import database


def damage(of: SqliteDatabase = database) -> Iterator[str]:
    """A sentence for each thing that SQLite itself finds wrong: damage, and broken references."""
    for (found,) in _query(of, "PRAGMA integrity_check"):
        if found != "ok":
            yield f"The database file is damaged: {found}."
    for table, row, parent, _ in _query(of, "PRAGMA foreign_key_check"):
        yield f"Record {row} of {table} names a record of {parent} that is not there."


def changed_schema(of: SqliteDatabase = database, until: str | None = None) -> Iterator[str]:
    """A sentence for each table, index and trigger that is not as the migrations make it.

    ``until`` names the last migration of a file that is older than this program.
    """
    made = SqliteDatabase(":memory:")
    with made.connection_context():
        Runner(made, str(paths.migrations_folder())).up(until)
        expected = _schema(made)
    here = _schema(of)
    for kind, name in sorted(expected.keys() | here.keys()):
        if (kind, name) not in here:
            yield f"The {kind} {name} of the database was removed."
        elif (kind, name) not in expected:
            yield f"The {kind} {name} of the database is none of this program’s."
        elif here[kind, name] != expected[kind, name]:
            yield f"The {kind} {name} of the database was changed."


def _schema(of: Any) -> dict[tuple[str, str], str]:
    # The tables behind the search index differ with SQLite's version.
    rows = _query(
        of,
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL "
        "AND NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4')) "
        "AND NOT (type = 'table' AND name LIKE 'customer\\_search\\_%' ESCAPE '\\')",
    )
    schema: dict[tuple[str, str], str] = {}
    for kind, name, sql in rows:
        # A forged file can have two of one name, and SQLite goes by either.
        schema[kind, name] = schema.get((kind, name), "") + sql
    return schema


def _query(of: Any, sql: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = of.execute_sql(sql).fetchall()
    return rows
