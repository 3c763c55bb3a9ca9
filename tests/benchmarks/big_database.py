"""The big database: a million customers with their records, made once and kept outside the repo.

    .venv/bin/python tests/benchmarks/big_database.py --customers 1000000

The same customers every time. It lies in ``CALMONY_BENCHMARKS`` or else in the user's cache folder.
New migrations are applied to it; it is made anew when this generator changed, or a migration did
that it was made with.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, Final

import platformdirs
from made_up_customers import customer, made_up_customers
from made_up_records import COLUMNS, RecordMaker, Rows, catalogue
from peewee import SqliteDatabase
from playhouse.migrations import Runner

from calmony_desktop import paths
from calmony_desktop.operations.fill_demo.company import SELLER, TIME_ZONE
from calmony_desktop.store import database

#: Counts up whenever other rows are made.
GENERATOR: Final = 1
#: The customers with many and few payments, beside those asked for.
MANY_PAYMENTS: Final = "cus_ManyPayments00"
FEW_PAYMENTS: Final = "cus_FewPayments000"

#: The schema that is written into; later migrations take it from there as they take a user's file.
_LOADED_AT: Final = "0003_billing_and_activity"
_BATCH: Final = 20_000
#: Nothing is lost with a half-made file, and so nothing is kept safe while it is made.
_PRAGMAS: Final = {
    "journal_mode": "off",
    "synchronous": "off",
    "locking_mode": "exclusive",
    "cache_size": -1_000_000,
    "temp_store": "memory",
    "threads": 2,
}


def many_payments(customers: int) -> int:
    """How many payments `MANY_PAYMENTS` has among so many customers; `FEW_PAYMENTS` has 100."""
    return min(100_000, 25 * customers)


def folder() -> Path:
    """Where big databases are kept."""
    named = os.environ.get("CALMONY_BENCHMARKS")
    return Path(named) if named else platformdirs.user_cache_path("calmony-benchmarks", False)


def big_database(customers: int) -> Path:
    """The database with so many customers, made where it is missing or was made otherwise."""
    path = folder() / f"customers-{customers}.db"
    note, unfinished = path.with_suffix(".json"), path.with_suffix(".part")
    migrations = _migrations()
    made = json.loads(note.read_text()) if path.exists() and note.exists() else {}
    is_ours = made.get("generator") == GENERATOR
    if is_ours and made["migrations"] == migrations:
        return path
    note.unlink(missing_ok=True)
    if is_ours and made["migrations"].items() <= migrations.items():
        path.rename(unfinished)
    else:
        shutil.copyfile(_loaded(customers), unfinished)
    for log in ("-wal", "-shm"):
        Path(f"{path}{log}").unlink(missing_ok=True)
    bring_up_to_date(unfinished)
    unfinished.replace(path)
    note.write_text(json.dumps({"generator": GENERATOR, "migrations": migrations}, indent=1))
    return path


def _loaded(customers: int) -> Path:
    """The file as `load` makes it: kept, because a migration under work changes many times."""
    name = f"customers-{customers}.loaded"
    path = folder() / f"{name}-{GENERATOR}"
    if not path.exists():
        folder().mkdir(parents=True, exist_ok=True)
        for older in folder().glob(f"{name}-*"):
            older.unlink()
        unfinished = path.with_suffix(".loading")
        unfinished.unlink(missing_ok=True)
        load(unfinished, customers)
        unfinished.rename(path)
    return path


def load(path: Path, customers: int, *, first: int = 0) -> None:
    """Make the file with its records, at the schema of `_LOADED_AT`.

    ``first``: another number gives other customers, with other ids.
    """
    db = SqliteDatabase(path, pragmas=_PRAGMAS)
    with db.connection_context():
        Runner(db, str(paths.migrations_folder())).up(_LOADED_AT)
        db.execute_sql(f"PRAGMA application_id = {database.APPLICATION_ID}")
        db.execute_sql(
            "UPDATE business SET seller = ?, time_zone = ?, invoice_prefix = 'NW'",
            (json.dumps(SELLER.as_dict()), TIME_ZONE),
        )
        with _indexed_afterwards(db), db.atomic():
            _write(db, catalogue())
            maker = RecordMaker(first * 1000)
            for start in range(first, first + customers, _BATCH):
                rng = Random(f"customers {start}")
                batch = list(made_up_customers(min(_BATCH, first + customers - start), rng))
                for tables in maker.rows(batch, rng):
                    _write(db, tables)
            if first:
                return
            for id_, payments in ((MANY_PAYMENTS, many_payments(customers)), (FEW_PAYMENTS, 100)):
                known = customer(
                    id_,
                    name=f"{payments:,} Payments",
                    email=f"{payments}@payments.example",
                    phone="+49 40 5550100",
                    line1="Speicherstadt 1",
                    city="Hamburg",
                    postal_code="20457",
                )
                _write(db, maker.history(known, payments, Random(id_)))


def bring_up_to_date(path: Path) -> None:
    """Apply every later migration, as the program does to a user's file, but without a backup.

    Whatever those keep by triggers (a customer's figures, further indexes) they fill themselves,
    set-based, for records that are there already: nothing of it is worked out here.
    """
    db = SqliteDatabase(path, pragmas=_PRAGMAS)
    with db.connection_context():
        runner = Runner(db, str(paths.migrations_folder()))
        with db.atomic():
            runner.up()
            db.execute_sql(f"PRAGMA user_version = {len(runner.migrations())}")


@contextmanager
def _indexed_afterwards(db: Any) -> Iterator[None]:
    """Without triggers and indexes meanwhile, which takes a fraction of the time."""
    made = db.execute_sql(
        "SELECT type, name, sql FROM sqlite_master "
        "WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in made:
        db.execute_sql(f'DROP {kind} "{name}"')
    yield
    db.execute_sql("INSERT INTO customer_search (customer_search) VALUES ('rebuild')")
    for _, _, sql in made:
        db.execute_sql(sql)


def _write(db: Any, tables: dict[str, Rows]) -> None:
    for table, rows in tables.items():
        names = COLUMNS[table].split()
        marks = ", ".join("?" * len(names))
        columns = ", ".join(f'"{name}"' for name in names)
        db.cursor().executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _migrations() -> dict[str, str]:
    """Each migration of the program with its digest."""
    files = sorted(paths.migrations_folder().glob("[0-9]*.py"))
    return {file.stem: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a big database, unless it is there.")
    parser.add_argument("--customers", type=int, default=1_000_000)
    start = time.perf_counter()
    path = big_database(parser.parse_args().customers)
    print(f"{path}: {path.stat().st_size / 1e9:.2f} GB, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
