from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.fill_demo import fill_demo
from calmony_desktop.operations.import_records import import_objects, import_paths
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.store import business
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.store.database import database as connection
from calmony_desktop.store.database import open_database

MARCH = 1_772_366_400
SAMPLES = Path(__file__).parent / "import_records" / "samples"
TABLES = (
    "customers products prices subscriptions subscription_items invoices invoice_lines "
    "invoice_taxes payment_intents payment_charges waiting_records"
).split()


def kept():
    tables = {}
    for table in TABLES:
        cursor = connection.execute_sql(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        tables[table] = sorted(
            repr({name: value for name, value in row.items() if name != "key"}) for row in rows
        )
    return tables


def assert_comes_back_whole(tmp_path):
    """Exports, reads the export into the same database and into an empty one of another zone."""
    before = kept()
    folder = tmp_path / "out"
    export_records(folder)
    report = import_paths([folder])
    assert not report.changed, report.as_text()
    assert kept() == before
    open_database(tmp_path / "fresh.db")
    business.save(BusinessDetails(seller=Party(), time_zone="Pacific/Kiritimati"))
    import_paths([folder])
    assert kept() == before
    return folder


def test_the_samples_come_back_whole(database, tmp_path):
    business.save(
        BusinessDetails(
            seller=Party(name="Calmony GmbH", city="Berlin", iban="DE02", payment_terms="14 days"),
            time_zone="America/New_York",
        )
    )
    import_paths([SAMPLES])
    assert all(kept().values())
    assert_comes_back_whole(tmp_path)


def test_a_cancellation_comes_back_as_ours(database, tmp_path):
    import_paths([SAMPLES])
    (subscription_id,) = connection.execute_sql(
        "SELECT id FROM subscriptions WHERE status = 'active'"
    ).fetchone()
    cancel_subscription(subscription_id, operation_id="11111111-1111-4111-8111-111111111111")
    assert_comes_back_whole(tmp_path)
    (canceled_here,) = connection.execute_sql(
        "SELECT canceled_here FROM subscriptions WHERE id = ?", (subscription_id,)
    ).fetchone()
    assert canceled_here == 1


@pytest.mark.parametrize(
    "names",
    [
        ["stripe-test-mode", "stripe-webhooks", "stripe-openapi", "csv/payments-2014-sample.csv"],
    ],
)
def test_all_shared_exports_come_back_whole(shared_data, database, tmp_path, names):
    import_paths([shared_data / name for name in names])
    assert_comes_back_whole(tmp_path)


def test_naughty_strings_come_back_whole(shared_data, database, tmp_path):
    strings = json.loads((shared_data / "naughty-strings.json").read_text())
    import_objects(
        [
            {
                "id": f"cus_{number}",
                "object": "customer",
                "created": MARCH,
                "name": text,
                "email": text,
                "description": text,
            }
            for number, text in enumerate(strings)
        ],
        source="test",
    )
    assert_comes_back_whole(tmp_path)


def test_an_export_of_a_fresh_database_that_it_was_brought_into_is_the_same(database, tmp_path):
    fill_demo(customers=40, today=date(2026, 11, 21))
    logo = BytesIO()
    Image.new("RGB", (8, 4), "navy").save(logo, "PNG")
    here = business.details()
    assert here.time_zone == "Europe/Berlin"
    business.save(replace(here, language="de", page_size="Letter", logo=logo.getvalue()))
    here = business.details()
    first, second = tmp_path / "first", tmp_path / "second"
    export_records(first)
    assert import_paths([first]).lines == ()
    open_database(tmp_path / "fresh.db")
    assert business.details() != here
    report = import_paths([first])
    assert (report.counts["business"].updated, report.total.refused) == (1, 0)
    assert business.details() == here
    export_records(second)
    for path in first.iterdir():
        assert (second / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_business_that_was_entered_here_stays(database, tmp_path):
    business.save(BusinessDetails(seller=Party(name="Theirs"), time_zone="Europe/Berlin"))
    export_records(tmp_path / "out")
    open_database(tmp_path / "other.db")
    business.save(BusinessDetails(seller=Party(name="Ours"), time_zone="Asia/Tokyo"))
    before = business.details()
    report = import_paths([tmp_path / "out"])
    assert business.details() == before
    assert not report.changed
    assert [(line.source, line.outcome) for line in report.lines] == [
        ("out/business.jsonl", "unchanged")
    ]
    assert "entered before" in report.lines[0].reason


def test_a_dry_run_leaves_the_business_empty(database, tmp_path):
    business.save(BusinessDetails(seller=Party(name="Theirs"), time_zone="Europe/Berlin"))
    export_records(tmp_path / "out")
    open_database(tmp_path / "fresh.db")
    before = business.details()
    assert import_paths([tmp_path / "out"], dry_run=True).counts["business"].updated == 1
    assert business.details() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"seller": None},
        {"seller": {"name": 7}},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": None},
        {"page_size": "A0"},
        {"language": 7},
        {"invoice_prefix": "../.."},
        {"logo": "%"},
        {"logo": "bm8gcGljdHVyZQ=="},
        {"logo": 7},
    ],
)
def test_a_business_in_a_file_is_checked(database, tmp_path, changes):
    business.save(BusinessDetails(seller=Party(name="Theirs"), time_zone="Europe/Berlin"))
    export_records(tmp_path / "out")
    path = tmp_path / "out" / "business.jsonl"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes))
    open_database(tmp_path / "fresh.db")
    before = business.details()
    report = import_paths([path])
    assert (report.counts["business"].refused, report.total.total) == (1, 1)
    assert business.details() == before


def test_the_export_has_the_providers_shape(database, tmp_path):
    import_paths([SAMPLES])
    report = export_records(tmp_path / "out")
    assert sorted(path.name for path in report.files) == sorted(
        path.name for path in (tmp_path / "out").iterdir()
    )
    objects = [
        json.loads(line)
        for path in report.files
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert len(objects) == report.total
    kinds = {each["object"] for each in objects}
    assert kinds == {
        "calmony.business",
        "customer",
        "product",
        "price",
        "subscription",
        "invoice",
        "payment_intent",
        "charge",
        "calmony.waiting_record",
    }
    subscription = next(each for each in objects if each["object"] == "subscription")
    price = subscription["items"]["data"][0]["price"]
    assert price["recurring"]["interval"] == "month"
    assert price["currency"] == "eur"


def test_an_edited_export_is_an_update(database, tmp_path):
    import_paths([SAMPLES])
    export_records(tmp_path)
    path = tmp_path / "customers.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Ada Lovelace", "Ada King"))
    report = import_paths([path])
    assert report.counts["customer"].updated == 1


def test_other_files_are_left_alone_and_an_earlier_export_replaced(database, tmp_path):
    other = tmp_path / "notes.jsonl"
    other.write_text("mine")
    export_records(tmp_path)
    import_paths([SAMPLES])
    export_records(tmp_path)
    assert other.read_text() == "mine"
    assert (tmp_path / "customers.jsonl").stat().st_size > 0
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_cancelled_export_leaves_the_earlier_one(database, tmp_path):
    objects = [
        {"id": f"cus_{number}", "object": "customer", "created": MARCH} for number in range(600)
    ]
    import_objects(objects[:1], source="test")
    export_records(tmp_path / "out")
    before = (tmp_path / "out" / "customers.jsonl").read_bytes()
    import_objects(objects, source="test")

    def stop(done, total):
        assert (done, total) == (250, 601)
        raise Cancelled

    with pytest.raises(Cancelled):
        export_records(tmp_path / "out", progress=stop)
    assert (tmp_path / "out" / "customers.jsonl").read_bytes() == before
    assert len(list((tmp_path / "out").iterdir())) == 9


def test_a_folder_that_cannot_be_made_is_a_plain_error(database, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KnownError, match="not exported"):
        export_records(tmp_path / "file" / "out")
    (tmp_path / "customers.jsonl").mkdir()
    with pytest.raises(KnownError, match="is a folder"):
        export_records(tmp_path)


@pytest.mark.parametrize(
    "ours",
    [
        {"id": "cus_other"},
        {"customer_id": "cus_other"},
        {"status": "odd"},
        {"status": None},
        {"issued_on": "2026-02-30"},
        {"issued_on": None},
        {"seller": ["x"]},
        {"seller": {"name": 7}},
        {"lines": "x"},
        {"total": "100"},
        {"total": 1.5},
        {"total": True},
        {"total": 10**18},
        {"currency": "zzz"},
        {"as_of": -1},
        {"as_of": "now"},
        {"lines": [{"quantity": "1e999999999", "amount": 1, "description": ""}]},
        {"lines": [{"quantity": "NaN", "amount": 1, "description": ""}]},
        {"unknown": {}},
    ],
)
def test_what_stands_beside_the_shape_is_checked(database, tmp_path, ours):
    import_paths([SAMPLES])
    export_records(tmp_path)
    path = tmp_path / "invoices.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines[0]["calmony"] |= ours
    path.write_text("\n".join(map(json.dumps, lines)))
    before = kept()
    report = import_paths([path])
    assert report.counts["invoice"].refused == 1
    assert kept() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "activity"},
        {"kind": "subscription"},
        {"payload": 7},
        {"payload": {}},
        {"payload": {"values": {"id": "x"}, "exact": {}, "carries": [], "links": []}},
        {"payload": {"values": [], "exact": {}, "carries": [], "links": [], "as_of": 0}},
        {"id": ""},
    ],
)
def test_a_waiting_record_in_a_file_is_checked(database, tmp_path, changes):
    import_paths([SAMPLES])
    export_records(tmp_path)
    path = tmp_path / "waiting_records.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    payment = next(each for each in lines if each["kind"] == "payment_intent")
    path.write_text(json.dumps(payment | changes))
    before = kept()
    assert import_paths([path]).total.refused == 1
    assert kept() == before
