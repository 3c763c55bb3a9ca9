"""Import against the fastest there is: executemany of the same rows, already parsed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

from big_database import bring_up_to_date, load

from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.import_records import import_paths
from calmony_desktop.store import database

#: Whom the big database has not, whatever its size.
_NEW: Final = 100_000_000
_TABLES: Final = (
    "customers products prices subscriptions subscription_items invoices invoice_lines "
    "invoice_taxes payment_intents payment_charges"
).split()


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
        rows = _rows()
        number = sum(map(len, rows.values()))
        ours.append(number / taken)
        written = scratch / f"written-{round_}.db"
        database.open_database(written)
        start = time.perf_counter()
        _write(rows)
        theirs.append(number / (time.perf_counter() - start))
        database.close_database()
        for path in (imported, written):
            path.unlink()
    return ours, theirs


def _rows() -> dict[str, list[tuple[Any, ...]]]:
    connection: Any = database.database.connection()
    return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}


def _write(rows: dict[str, list[tuple[Any, ...]]]) -> None:
    # With as large a cache as the import has.
    with database.large_cache(), database.writing():
        cursor: Any = database.database.cursor()
        for table, values in rows.items():
            if values:
                marks = ", ".join("?" * len(values[0]))
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
