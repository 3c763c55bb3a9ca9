"""What is done in a transaction is done whole or not at all, and its troubles are told plainly."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Thread

import peewee
import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.store import database as store
from calmony_desktop.store import models

sqlite3 = peewee.sqlite3


def add_product(id: str) -> None:
    models.Product.create(id=id)


def fail_after(work: Callable[[], None]) -> None:
    """Do some work in a transaction and then run into a bug."""
    with store.writing():
        work()
        raise ZeroDivisionError


def test_a_transaction_that_fails_leaves_nothing(database: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after(lambda: add_product("prod_1"))
    assert models.Product.select().count() == 0


def test_a_transaction_inside_another_belongs_to_it(database: Path) -> None:
    def nested() -> None:
        with store.writing(), store.reading():
            add_product("prod_1")

    with pytest.raises(ZeroDivisionError):
        fail_after(nested)
    assert models.Product.select().count() == 0


def test_a_second_writer_waits_and_then_is_told_who_is_in_the_way(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(KnownError, match="is busy in another program"), store.writing():
            add_product("prod_1")
        other.execute("ROLLBACK")
    with store.writing():
        add_product("prod_1")
    assert models.Product.select().count() == 1


def test_reading_goes_on_while_another_writes(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE business SET time_zone = 'Asia/Tokyo'")
        with store.reading():
            assert models.Business.get_by_id(1).time_zone == "UTC"


def test_one_reading_sees_one_state(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as other, store.reading():
        assert models.Product.select().count() == 0
        other.execute("INSERT INTO products (id) VALUES ('prod_1')")
        assert models.Product.select().count() == 0
    assert models.Product.select().count() == 1


def test_a_full_disk_is_told_as_such_and_loses_nothing(database: Path) -> None:
    with store.writing():
        add_product("prod_1")
    pages = store.database.execute_sql("PRAGMA page_count").fetchone()[0]
    store.database.execute_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(KnownError, match="The disk is full"), store.writing():
        models.Product.create(id="prod_2", name="x" * 100_000)
    assert [product.id for product in models.Product.select()] == ["prod_1"]


def test_a_broken_rule_is_a_bug_and_not_the_files_fault(database: Path) -> None:
    with pytest.raises(peewee.IntegrityError), store.writing():
        models.Price.create(id="price_1", currency="euro")


def test_text_that_is_no_utf_8_is_told_as_damage(database: Path) -> None:
    store.database.execute_sql("INSERT INTO products (id, name) VALUES ('p', CAST(x'ff' AS TEXT))")
    with pytest.raises(KnownError, match="is damaged"), store.reading():
        list(models.Product.select())


def test_a_commit_of_another_connection_shows_as_a_new_data_version(database: Path) -> None:
    before = store.data_version()
    with store.writing():
        add_product("prod_1")
    assert store.data_version() == before, "our own commits are no news"
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("UPDATE business SET time_zone = 'Asia/Tokyo'")
    assert store.data_version() != before


def test_work_in_another_thread_has_a_connection_of_its_own(database: Path) -> None:
    found: list[object] = []

    def work() -> None:
        with store.connection():
            found.append(models.Business.get_by_id(1).time_zone)
            with store.connection():
                found.append(store.database.is_closed())
        found.append(store.database.is_closed())

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["UTC", False, True]
    assert not store.database.is_closed(), "this thread's connection stays open"


def test_dates_are_kept_as_dates(database: Path) -> None:
    assert models.Invoice.issued_on.db_value(date(2026, 3, 1)) == "2026-03-01"
    assert models.Invoice.issued_on.python_value("2026-03-01") == date(2026, 3, 1)
