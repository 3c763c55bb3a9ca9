"""Import against the fastest there is: executemany of the same rows, already parsed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from big_database import bring_up_to_date, load
from peewee import sqlite3

from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.import_records import import_paths
from calmony_desktop.store import database

#: Whom the big database has not, whatever its size.
_NEW: Final = 100_000_000
_TABLES: Final = (
    "customers products prices subscriptions subscription_items invoices invoice_lines "
    "invoice_taxes payment_intents payment_charges"
).split()
#: So many rows are parsed, and held in memory, at once.
_PARSED: Final = 10_000


def export_new_customers(customers: int, folder: Path) -> Path:
    """A folder with so many customers and their records, written by the program's own export."""
    folder.mkdir(parents=True)
    path = folder / "source.db"
    load(path, customers, first=_NEW)
    bring_up_to_date(path)
    database.open_database(path)
    exported = folder / "exported"
    exported.mkdir()
    export_records(exported)
    database.close_database()
    path.unlink()
    return exported


def measure_import(customers: int, times: int, scratch: Path) -> tuple[list[float], list[float]]:
    """Rows a second, of the program's import and of executemany."""
    folder = export_new_customers(customers, scratch)
    ours, theirs = [], []
    for round_ in range(times):
        imported = scratch / f"imported-{round_}.db"
        database.open_database(imported)
        start = time.perf_counter()
        import_paths([folder])
        taken = time.perf_counter() - start
        database.close_database()
        written = scratch / f"written-{round_}.db"
        number, taken_by_theirs = _written_by_executemany(imported, written)
        ours.append(number / taken)
        theirs.append(number / taken_by_theirs)
        for path in (imported, written):
            path.unlink()
    return ours, theirs


def _written_by_executemany(imported: Path, written: Path) -> tuple[int, float]:
    """How many rows there are, and in how many seconds they were written and committed.

    Without reading them: they are parsed already, as many at once as fit into memory.
    """
    number, taken = 0, 0.0
    database.open_database(written)
    with closing(sqlite3.connect(f"{imported.as_uri()}?mode=ro", uri=True)) as source:
        # With as large a cache as the import has.
        with database.large_cache(), database.writing():
            cursor: Any = database.database.cursor()
            for table in _TABLES:
                for rows in _parsed(source, table):
                    marks = ", ".join("?" * len(rows[0]))
                    start = time.perf_counter()
                    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
                    taken += time.perf_counter() - start
                    number += len(rows)
            start = time.perf_counter()
        taken += time.perf_counter() - start
    database.close_database()
    return number, taken


def _parsed(source: Any, table: str) -> Iterator[list[tuple[Any, ...]]]:
    found = source.execute(f"SELECT * FROM {table}")
    while rows := found.fetchmany(_PARSED):
        yield rows
