from __future__ import annotations

import pytest

from calmony_desktop.store import batches, database, waiting
from calmony_desktop.store.models import ALL_MODELS
from calmony_desktop.store.waiting import Waiting


def _customer(customer_id, **values):
    row = batches.empty_row("customer")
    return row | {"id": customer_id, "created_at": 1} | values


@pytest.mark.parametrize("kind", ["customer", "price", "subscription", "invoice", "payment_intent"])
def test_the_columns_of_a_kind_are_those_of_its_model(kind):
    (model,) = [each for each in ALL_MODELS if each._meta.table_name == f"{kind}s"]
    worked_out = {"key", "sort_key", "email_key", "search_key"}
    kept_by_triggers = {
        *("open_invoices", "open_balance", "last_payment_at", "last_payment_failed"),
        *("active_subscriptions", "unpaid_subscriptions", "main_currency"),
    }
    columns = {field.column_name for field in model._meta.sorted_fields}
    columns -= worked_out | kept_by_triggers
    children = {"items", "lines", "taxes"}
    assert set(batches.columns(kind)) - children == columns


def test_rows_are_written_and_read_in_batches(database_file):
    rows = [_customer(f"cus_{number:04}", name=f"Zoë {number}") for number in range(1201)]
    with database.writing():
        batches.insert("customer", rows)
    assert batches.count("customer") == 1201
    assert list(batches.everything("customer")) == rows
    found = batches.by_id("customer", [row["id"] for row in rows] + ["missing"])
    assert found == {row["id"]: row for row in rows}
    assert batches.existing("customer", ["cus_0001", "CUS_0001"]) == {"cus_0001"}
    with database.writing():
        batches.update("customer", [rows[0] | {"name": "Changed"}])
    assert batches.by_id("customer", ["cus_0000"])["cus_0000"]["name"] == "Changed"
    ((sort_key, search_key),) = batches.query(
        "SELECT sort_key, search_key FROM customers WHERE id = ?", ["cus_0000"]
    )
    assert (sort_key, search_key) == ("changed", "changed\n\ncus_0000")


def test_what_waits_is_found_by_what_it_waits_for(database_file):
    one = Waiting("invoice", "in_1", "cus_1", {"a": [1, "ü"]})
    two = Waiting("charge", "in_1", "cus_2", {})
    assert waiting.waiting_for(["cus_1"]) == []
    with database.writing():
        waiting.keep_waiting([one, two])
    assert waiting.waiting_for(["cus_1", "cus_3"]) == [one]
    assert waiting.waiting_with_ids(["in_1"]) == {
        ("invoice", "in_1"): one,
        ("charge", "in_1"): two,
    }
    with database.writing():
        waiting.keep_waiting([Waiting("invoice", "in_1", "cus_9", {"b": 2})])
        waiting.stop_waiting([("charge", "in_1")])
    assert waiting.all_waiting() == [Waiting("invoice", "in_1", "cus_9", {"b": 2})]


@pytest.fixture
def database_file(tmp_path):
    path = tmp_path / "calmony.db"
    database.open_database(path)
    yield path
    database.close_database()
