"""The migrated tables are what the models say, and they refuse what must not be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import peewee
import pytest
from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models

from calmony_desktop import paths
from calmony_desktop.billing.statuses import (
    HAS_NEXT_BILLING_DATE,
    InvoiceStatus,
    PaymentStatus,
    SubscriptionStatus,
)
from calmony_desktop.errors import KnownError
from calmony_desktop.store import activity, models
from calmony_desktop.store import database as store
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.search import CustomerSearch, SearchResult

TABLES = [model._meta.table_name for model in models.ALL_MODELS]
MIGRATIONS = sorted(path.stem for path in paths.migrations_folder().glob("[0-9]*.py"))


def columns(table: str) -> Iterable[Any]:
    return models.database.execute_sql(f"PRAGMA table_info({table})").fetchall()


# The models and the tables


def test_the_models_hold_every_table_that_is_made(database: Path) -> None:
    made = {
        name
        for name in models.database.get_tables()
        if name != "schema_migration" and not name.startswith("customer_search")
    }
    assert made == set(TABLES)


def test_the_models_have_the_columns_and_indexes_of_the_tables(database: Path) -> None:
    assert not diff_models(models.database, models.ALL_MODELS)


@pytest.mark.parametrize("model", models.ALL_MODELS, ids=TABLES)
def test_a_model_has_the_types_of_its_table(model: Any, database: Path) -> None:
    in_table = {
        name: (kind, bool(not_null))
        for _, name, kind, not_null, _, _ in columns(model._meta.table_name)
    }
    kinds = dict.fromkeys(("AUTO", "INT", "BIGINT", "BOOL"), "INTEGER")
    in_model = {
        field.column_name: (
            kinds.get(field.field_type, field.field_type),
            not field.null,
        )
        for field in model._meta.sorted_fields
    }
    assert in_model == in_table


@pytest.mark.parametrize("model", models.ALL_MODELS, ids=TABLES)
def test_a_model_has_the_primary_and_foreign_keys_of_its_table(model: Any, database: Path) -> None:
    table = model._meta.table_name
    assert set(models.database.get_primary_keys(table)) == {
        field.column_name for field in model._meta.get_primary_keys()
    }
    in_table = {
        (key.column, key.dest_table, key.dest_column)
        for key in models.database.get_foreign_keys(table)
    }
    assert in_table == {
        (field.column_name, field.rel_model._meta.table_name, field.rel_field.column_name)
        for field in model._meta.refs
    }


def test_every_table_is_strict(database: Path) -> None:
    listed = models.database.execute_sql("PRAGMA table_list").fetchall()
    strict = {name for _, name, _, _, _, is_strict in listed if is_strict}
    assert strict >= set(TABLES)


def test_every_foreign_key_has_an_index_to_delete_and_look_up_by(database: Path) -> None:
    for model in models.ALL_MODELS:
        table = model._meta.table_name
        leading = {index.columns[0] for index in models.database.get_indexes(table)}
        leading |= set(models.database.get_primary_keys(table)[:1])
        wanted = {key.column for key in models.database.get_foreign_keys(table)}
        # Prices are never deleted, nor is a subscription looked up by one.
        assert wanted - leading <= {"price_id"}, table


# Databases of earlier versions


def written_by(last_migration: str, path: Path) -> None:
    """A database as the version wrote it whose last migration this was, with one customer."""
    earlier = peewee.SqliteDatabase(str(path), pragmas={"journal_mode": "wal"})
    with earlier.connection_context():
        Runner(earlier, str(paths.migrations_folder())).up(last_migration)
        earlier.execute_sql(f"PRAGMA application_id = {store.APPLICATION_ID}")
        earlier.execute_sql(
            "INSERT INTO customers (id, name, created_at, sort_key, email_key, search_key) "
            "VALUES ('cus_old', 'Anna Alt', 1700000000, 'anna alt', '', 'anna alt\n\ncus_old')"
        )


@pytest.mark.parametrize("last_migration", MIGRATIONS)
def test_a_database_of_an_earlier_version_is_opened_with_its_records(
    last_migration: str, tmp_path: Path
) -> None:
    path = tmp_path / "calmony.db"
    written_by(last_migration, path)
    store.open_database(path)
    assert not diff_models(models.database, models.ALL_MODELS)
    assert [customer.id for customer in SearchResult(CustomerSearch("nna al")).page(0, 9)] == [
        "cus_old"
    ]
    store.close_database()


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "calmony.db"
    store.open_database(path)
    store.close_database()
    before = path.read_bytes()
    folder = tmp_path / "migrations"
    folder.mkdir()
    for migration in paths.migrations_folder().glob("[0-9]*.py"):
        (folder / migration.name).write_bytes(migration.read_bytes())
    (folder / "9999_broken.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('DROP TABLE activity')\n    raise ValueError\n"
    )
    monkeypatch.setattr(paths, "migrations_folder", lambda: folder)
    with pytest.raises(ValueError):  # noqa: PT011  # the migration's own bug, with nothing to say
        store.open_database(path)
    assert path.read_bytes() == before


# What is refused

REFUSED = "CHECK constraint failed|FOREIGN KEY constraint failed|cannot store"


@pytest.fixture
def customer(records: Any) -> str:
    records.customer("cus_1", "Anna")
    return "cus_1"


@pytest.mark.parametrize("status", [*PaymentStatus])
def test_every_status_of_a_payment_is_kept(status: str, records: Any, customer: str) -> None:
    records.payment("pi_1", customer, status=status)
    assert models.PaymentIntent.get_by_id("pi_1").status == status


@pytest.mark.parametrize("status", [*SubscriptionStatus])
def test_every_status_of_a_subscription_is_kept(status: str, records: Any, customer: str) -> None:
    next_date = date(2026, 4, 1) if status in HAS_NEXT_BILLING_DATE else None
    records.subscription("sub_1", customer, status=status, next_billing_date=next_date)
    assert models.Subscription.get_by_id("sub_1").status == status


@pytest.mark.parametrize("status", [*InvoiceStatus])
def test_every_status_of_an_invoice_is_kept(status: str, records: Any, customer: str) -> None:
    records.invoice("in_1", customer, status=status)
    assert models.Invoice.get_by_id("in_1").status == status


@pytest.mark.parametrize("kind", ["payment", "subscription", "invoice"])
@pytest.mark.parametrize(
    "changes",
    [
        {"status": "cancelled"},
        {"status": "ACTIVE"},
        {"status": ""},
        {"currency": "eur"},
        {"currency": "EURO"},
        {"currency": "E1R"},
        {"currency": ""},
        {"id": ""},
        {"id": "x" * 256},
        {"customer": "cus_unknown"},
        {"customer": "CUS_1"},
    ],
    ids=str,
)
def test_a_record_that_breaks_a_rule_is_refused(
    kind: str, changes: dict[str, Any], records: Any, customer: str
) -> None:
    with pytest.raises(peewee.IntegrityError, match=REFUSED):
        getattr(records, kind)(**{"id": "x_1", "customer": customer, **changes})


@pytest.mark.parametrize("status", sorted(set(SubscriptionStatus) - HAS_NEXT_BILLING_DATE))
def test_no_next_billing_date_is_left_on_a_subscription_that_will_not_bill(
    status: str, records: Any, customer: str
) -> None:
    with pytest.raises(peewee.IntegrityError, match=REFUSED):
        records.subscription("sub_1", customer, status=status)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("payment", {"amount": -1}),
        ("payment", {"amount": 5_00, "amount_refunded": 5_01}),
        ("payment", {"amount_refunded": -1}),
        ("subscription", {"interval": "fortnight"}),
        ("subscription", {"interval_count": 0}),
        ("subscription", {"canceled_here": True}),
        ("subscription", {"cancel_requested_here": True}),
        ("subscription", {"cancellation_reason": "bored"}),
        ("customer", {"tax_exempt": "maybe"}),
        ("customer", {"currency": "euro"}),
        ("customer", {"id": ""}),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(
    kind: str, changes: dict[str, Any], records: Any, customer: str
) -> None:
    named = {"id": "x_1"} if kind == "customer" else {"id": "x_1", "customer": customer}
    with pytest.raises(peewee.IntegrityError, match=REFUSED):
        getattr(records, kind)(**{**named, **changes})


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("subscriptions", "next_billing_date"),
        ("invoices", "issued_on"),
        ("invoices", "due_on"),
        ("invoices", "period_start_on"),
        ("invoices", "period_end_on"),
    ],
)
@pytest.mark.parametrize(
    "value", ["2026-02-30", "2026-13-01", "2026-3-1", "01.03.2026", "2026-03-01T00:00:00", "", 5]
)
def test_what_is_no_calendar_date_is_refused(
    table: str,
    column: str,
    value: object,
    records: Any,
    customer: str,
    run_sql: Callable[..., object],
) -> None:
    records.subscription("x_1", customer)
    records.invoice("x_1", customer)
    with pytest.raises(peewee.IntegrityError, match=REFUSED):
        run_sql(f"UPDATE {table} SET {column} = ?", value)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("payment_intents", "amount", 19.5),
        ("payment_intents", "amount", "19 EUR"),
        ("payment_intents", "created_at", "2026-03-01"),
        ("subscriptions", "amount", 0.1),
        ("subscriptions", "cancel_at_period_end", 2),
        ("invoices", "total", 141.26000000000002),
        ("invoices", "seller", "not json"),
        ("invoices", "buyer", "{'name': 'x'}"),
        ("invoices", "issued_here", 2),
        ("business", "invoice_prefix", ""),
        ("customers", "name", b"\xff"),
        ("business", "id", 2),
        ("business", "seller", ""),
    ],
)
def test_a_column_takes_only_what_it_was_made_for(
    table: str,
    column: str,
    value: object,
    records: Any,
    customer: str,
    run_sql: Callable[..., object],
) -> None:
    records.payment("pi_1", customer)
    records.subscription("sub_1", customer)
    records.invoice("in_1", customer)
    with pytest.raises(peewee.IntegrityError, match=REFUSED):
        run_sql(f"UPDATE {table} SET {column} = ?", value)


def test_a_customer_who_has_records_cannot_be_deleted(records: Any, customer: str) -> None:
    records.payment("pi_1", customer)
    with pytest.raises(peewee.IntegrityError, match=REFUSED):
        models.Customer.delete().execute()


def test_ids_are_opaque_and_case_sensitive(records: Any, customer: str) -> None:
    records.customer("CUS_1")
    records.customer("cus_1 ")
    assert models.Customer.select().count() == 3


def test_an_operation_is_in_the_activity_trail_once(database: Path) -> None:
    entry: dict[str, Any] = {
        "operation_id": "3f1c",
        "at": 1,
        "operator": "anna",
        "action": "cancel_subscription",
        "object_kind": "subscription",
        "object_id": "sub_1",
    }
    activity.add(ActivityEntry(**entry))
    with pytest.raises(peewee.IntegrityError, match="append-only"):
        activity.add(ActivityEntry(**entry))


def billed(records: Any, customer: str, **changes: Any) -> None:
    records.subscription("sub_1", customer)
    records.invoice("in_1", customer)
    columns = {
        "subscription": "sub_1",
        "period_start_on": date(2026, 3, 1),
        "period_end_on": date(2026, 4, 1),
        "anchor_on": date(2026, 1, 1),
        "invoice": "in_1",
    }
    models.BilledPeriod.create(**{**columns, **changes})


def test_a_period_is_billed_once(records: Any, customer: str) -> None:
    billed(records, customer)
    again = models.BilledPeriod.get().__data__ | {"period_end_on": date(2026, 5, 1)}
    with pytest.raises(peewee.IntegrityError, match="UNIQUE"):
        models.BilledPeriod.insert(again).execute()
    with pytest.raises(peewee.IntegrityError, match=REFUSED):
        models.Invoice.delete().execute()


@pytest.mark.parametrize(
    "changes",
    [
        {"period_end_on": date(2026, 3, 1)},
        {"invoice": "in_unknown"},
        {"subscription": "sub_unknown"},
    ],
    ids=str,
)
def test_a_period_that_makes_no_sense_is_refused(
    records: Any, customer: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(peewee.IntegrityError, match=REFUSED):
        billed(records, customer, **changes)


def test_an_earlier_versions_activity_is_sealed_and_its_numbering_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "calmony.db"
    written_by("0002_business_details", path)
    earlier = peewee.SqliteDatabase(str(path))
    with earlier.connection_context():
        for number in range(3):
            earlier.execute_sql(
                "INSERT INTO activity (operation_id, at, operator, action, object_kind, object_id, "
                "customer_id, before, after) VALUES (?, 1, 'Zoë', 'cancel_subscription', "
                "'subscription', 'sub_1', NULL, NULL, ?)",
                (str(number), '{"b": [1, null], "a": "Łódź"}'),
            )
            earlier.execute_sql(
                "INSERT INTO invoices (id, number, customer_id, status, raw_status, currency, "
                "subtotal, discount_amount, tax_amount, total, amount_paid, amount_remaining, "
                "created_at, issued_on, seller, buyer) VALUES (?, ?, 'cus_old', 'open', 'open', "
                "'EUR', 1, 0, 0, 1, 0, 1, 1, ?, '{}', '{}')",
                (str(number), f"NW-2026-000{number}", f"2026-01-0{number + 1}"),
            )
    store.open_database(path)
    assert list(activity.broken_entries()) == []
    activity.add(ActivityEntry("9", 2, "anna", "import", "import", "9"))
    assert list(activity.broken_entries()) == []
    assert models.Business.get().invoice_prefix == "NW"
    store.close_database()


def test_a_number_is_issued_here_once(records: Any, customer: str) -> None:
    for key in ("in_1", "in_2"):
        # The provider may use one twice.
        records.invoice(key, customer, number="NW-2026-0001")
    records.invoice("in_3", customer, number="NW-2026-0001", issued_here=True)
    with pytest.raises(peewee.IntegrityError, match="UNIQUE"):
        records.invoice("in_4", customer, number="NW-2026-0001", issued_here=True)


def test_an_earlier_versions_database_with_a_number_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calmony.db"
    written_by("0003_billing_and_activity", path)
    earlier = peewee.SqliteDatabase(str(path))
    with earlier.connection_context():
        for key in ("in_1", "in_2"):
            earlier.execute_sql(
                "INSERT INTO invoices (id, number, customer_id, status, raw_status, currency, "
                "subtotal, discount_amount, tax_amount, total, amount_paid, amount_remaining, "
                "created_at, issued_on, seller, buyer, issued_here) VALUES (?, 'NW-2026-0001', "
                "'cus_old', 'open', 'open', 'EUR', 1, 0, 0, 1, 0, 1, 1, '2026-01-01', '{}', '{}', "
                "1)",
                (key,),
            )
    with pytest.raises(KnownError, match="more than one invoice issued here has the number NW-20"):
        store.open_database(path)


def test_lines_go_with_their_invoice(records: Any, customer: str) -> None:
    records.invoice("in_1", customer)
    models.InvoiceLine.create(invoice="in_1", position=0, description="x", quantity=1, amount=1)
    models.InvoiceTax.create(invoice="in_1", position=0, label="VAT", amount=1)
    models.Invoice.delete().execute()
    assert models.InvoiceLine.select().count() == models.InvoiceTax.select().count() == 0
