from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calmony_desktop.operations.import_records import import_objects, import_paths
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.store import activity
from calmony_desktop.store.database import close_database, open_database


def test_the_same_again_changes_nothing(provider, bring_in, everything_kept):
    first = bring_in(*provider.everything())
    assert first.total.new == 8
    kept = everything_kept()
    again = bring_in(*provider.everything())
    assert (again.total.new, again.total.updated, again.total.unchanged) == (0, 0, 8)
    assert not again.changed
    assert again.lines == ()
    assert everything_kept() == kept


def test_a_dry_run_tells_the_same_and_keeps_nothing(provider, bring_in, everything_kept):
    empty = everything_kept()
    rehearsal = bring_in(*provider.everything(), dry_run=True)
    assert everything_kept() == empty
    real = bring_in(*provider.everything())
    assert rehearsal.counts == real.counts
    assert "dry run" in rehearsal.as_text()


@pytest.mark.parametrize("stop_at", [1, 4, 5, 9])
def test_cancelling_leaves_nothing_behind(provider, database, everything_kept, stop_at):
    objects = [provider.customer(f"cus_{number}") for number in range(1500)]
    calls = 0

    def progress(done, total):
        nonlocal calls
        calls += 1
        if calls == stop_at:
            raise Cancelled

    empty = everything_kept()
    with pytest.raises(Cancelled):
        import_objects(objects, source="test", progress=progress)
    assert everything_kept() == empty


def test_progress_grows_to_its_total(provider, database):
    seen = []
    objects = [provider.customer(f"cus_{number}") for number in range(1200)]
    import_objects(objects, source="test", progress=lambda *step: seen.append(step))
    reading = [done for done, total in seen if total == 0]
    applying = [step for step in seen if step[1]]
    assert reading == sorted(reading)
    assert set(reading) == {250, 500, 750, 1000, 1200}
    assert applying[-1] == (1200, 1200)
    assert applying == sorted(applying)


def test_an_error_on_the_way_leaves_nothing_behind(
    provider, bring_in, everything_kept, monkeypatch
):
    empty = everything_kept()

    def fail(*arguments):
        raise RuntimeError("a bug")

    monkeypatch.setattr("calmony_desktop.operations.import_records.apply.settle_links", fail)
    with pytest.raises(RuntimeError):
        bring_in(*provider.everything())
    assert everything_kept() == empty


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_kill_in_the_middle_leaves_nothing_behind(tmp_path, everything_kept, provider):
    path = tmp_path / "killed.db"
    script = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from calmony_desktop.operations.import_records import import_objects
        from calmony_desktop.store.database import open_database

        open_database(Path(sys.argv[1]))
        def progress(done, total):
            if total and done >= 1000:
                os.kill(os.getpid(), signal.SIGKILL)
        objects = [
            {"id": f"cus_{n}", "object": "customer", "created": 1} for n in range(2000)
        ]
        import_objects(objects, source="x", progress=progress)
        """
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    open_database(path)
    assert not any(everything_kept().values())


def test_an_import_that_changed_something_is_one_entry_in_the_trail(provider, bring_in):
    operation = "22222222-2222-4222-8222-222222222222"
    bring_in(*provider.everything(), operation_id=operation)
    (entry,) = activity.of_object("import", operation)
    assert entry.action == "import"
    assert entry.operation_id == operation
    assert entry.after["customer"]["new"] == 1

    bring_in(*provider.everything(), operation_id=operation)
    assert len(activity.of_object("import", operation)) == 1
    report = bring_in(provider.customer("cus_other"), operation_id=operation)
    assert report.changed
    assert len(activity.of_object("import", operation)) == 1


def test_nothing_new_leaves_no_entry(provider, bring_in):
    operation = "33333333-3333-4333-8333-333333333333"
    bring_in(*provider.everything())
    bring_in(*provider.everything(), operation_id=operation)
    bring_in(provider.customer("cus_x"), operation_id=operation, dry_run=True)
    assert activity.of_object("import", operation) == ()


def test_what_has_no_customer_yet_waits_and_is_attached(provider, bring_in, rows):
    orphans = [provider.subscription(), provider.invoice(), provider.payment_intent()]
    report = bring_in(*orphans)
    assert (report.total.waiting, report.counts["price"].new) == (3, 1)
    assert all("cus_ada is not here yet" in line.reason for line in report.lines)
    again = bring_in(*orphans)
    assert again.total.waiting == 3
    assert not again.changed
    assert len(rows("waiting_records")) == 3

    report = bring_in(provider.customer())
    assert report.total.new == 4
    assert report.counts["customer"].new == 1
    assert sum("attached" in line.reason for line in report.lines) == 3
    assert len(rows("subscriptions")) == len(rows("invoices")) == len(rows("payment_intents")) == 1
    assert rows("waiting_records") == []
    assert not bring_in(*orphans, provider.customer()).changed


def test_a_waiting_record_is_replaced_by_a_newer_one_only(provider, bring_in, rows):
    newer = provider.event(provider.subscription(status="past_due"), created=provider.march + 9)
    bring_in(newer)
    bring_in(provider.subscription())
    bring_in(provider.customer())
    assert rows("subscriptions")[0]["status"] == "past_due"


def test_shortened_text_is_reported(provider, bring_in, rows):
    report = bring_in(provider.customer(name="x" * 501, description="y" * 5001))
    (customer,) = rows("customers")
    assert (len(customer["name"]), len(customer["description"])) == (500, 5000)
    (line,) = report.lines
    assert line.outcome == "new"
    assert "name is 501 characters long" in line.reason
    assert "description is 5,001 characters long" in line.reason


def test_of_several_files_the_order_does_not_matter(provider, fresh, database, everything_kept):
    march = provider.march
    objects = [
        *provider.everything(),
        provider.event(provider.customer(name="Ada King"), created=march + 60),
        provider.event(provider.subscription(status="past_due"), created=march + 61),
        provider.event(provider.invoice(status="paid", amount_paid=4522), created=march + 62),
        provider.event(provider.charge(amount_refunded=100), created=march + 63),
        provider.charge("ch_failed", status="failed", created=march - 60),
    ]
    results = []
    for seed in range(8):
        shuffled = Random(seed).sample(objects, len(objects))
        fresh(seed)
        if seed % 2:
            for each in shuffled:
                import_objects([each], source="test")
        else:
            import_objects(shuffled, source="test")
        results.append(everything_kept())
        assert not import_objects(shuffled, source="test").changed
    assert all(result == results[0] for result in results)
    assert results[0]["subscriptions"][0]["status"] == "past_due"


statuses = st.sampled_from(["active", "past_due", "unpaid", "trialing", "paused"])


@given(
    versions=st.lists(
        st.tuples(st.integers(1, 50), statuses, st.text(max_size=5)), min_size=1, max_size=6,
        unique_by=lambda version: version[0],
    ),
    seed=st.randoms(use_true_random=False),
)  # fmt: skip
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_newest_of_any_events_counts_in_any_order(provider, fresh, versions, seed):
    fresh("property")
    try:
        import_objects([provider.customer(), provider.product()], source="test")
        events = [
            provider.event(provider.subscription(status=status), created=provider.march + age)
            for age, status, _ in versions
        ] + [
            provider.event(provider.customer(name=name), created=provider.march + age)
            for age, _, name in versions
        ]
        seed.shuffle(events)
        cut = len(events) // 2
        for part in (events[:cut], events[cut:], events):
            import_objects(part, source="test")
        from calmony_desktop.store.batches import by_id

        _, status, _ = max(versions)
        assert by_id("subscription", ["sub_team"])["sub_team"]["status"] == status
        assert not import_objects(events, source="test").changed
    finally:
        close_database()


def test_a_report_reads_well(provider, bring_in):
    report = bring_in(provider.customer(), provider.invoice(status="odd"))
    assert report.as_text() == (
        "Import\n"
        "\n"
        "          new  updated  unchanged  conflicting  waiting  refused\n"
        "customer    1        0          0            0        0        0\n"
        "invoice     0        0          0            0        0        1\n"
        "total       1        0          0            0        0        1\n"
        "\n"
        "test, item 2: invoice in_march: refused: “odd” is not a status of an invoice\n"
    )


def test_everything_of_the_test_mode_is_brought_in(shared_data, database, rows):
    folder = shared_data / "stripe-test-mode"
    report = import_paths([folder])
    expected = {}
    for kind in ("customers", "subscriptions", "invoices", "payment_intents", "prices"):
        ids = {each["id"] for each in json.loads((folder / f"{kind}.json").read_text())["data"]}
        assert {row["id"] for row in rows(kind)} == ids
        expected[kind.removesuffix("s")] = len(ids)
    assert {kind: report.counts[kind].new for kind in expected} == expected
    assert report.counts["charge"].new == 27
    assert report.counts["invoice_payment"].new == 16
    assert {kind for kind, counts in report.counts.items() if counts.refused} == {
        "coupon",
        "credit_note",
        "refund",
    }
    # Invoices of 2021 and 2024 name payments that are not in the files.
    assert {row["kind"] for row in rows("waiting_records")} == {"invoice_payment"}
    links = json.loads((folder / "invoice_payments.json").read_text())["data"]
    paid_by = {row["id"]: row["invoice_id"] for row in rows("payment_intents")}
    for link in links:
        assert paid_by[link["payment"]["payment_intent"]] == link["invoice"]
    assert sum(invoice is not None for invoice in paid_by.values()) == 21
    assert not import_paths([folder]).changed


def test_all_shared_exports_come_in_whatever_their_order(
    shared_data, fresh, database, everything_kept, monkeypatch
):
    monkeypatch.setattr(
        "calmony_desktop.operations.import_records.customers.now", lambda: 1_800_000_000
    )
    folders = ("stripe-test-mode", "stripe-webhooks", "stripe-openapi")
    files = [path for folder in folders for path in (shared_data / folder).glob("*.json")]
    files += (shared_data / "csv").glob("*.csv")
    # Two webhooks of one invoice's id are of two different invoices.
    files = [file for file in files if file.name != "invoice.payment_failed.json"]
    results = []
    for seed in range(4):
        shuffled = Random(seed).sample(sorted(files), len(files))
        fresh(seed)
        if seed % 2:
            for file in shuffled:
                import_paths([file])
        else:
            import_paths(shuffled)
        results.append(everything_kept())
        for file in shuffled:
            assert not import_paths([file]).changed, file.name
    assert all(result == results[0] for result in results)


@pytest.mark.parametrize("year", ["2018-12-21", "2022-12-22", "2026-07-29"])
def test_one_object_of_every_kind_of_each_api_generation_is_accounted_for(
    shared_data, database, rows, year
):
    path = shared_data / f"stripe-openapi/fixtures3.{year}.json"
    resources = json.loads(path.read_text())["resources"]
    report = import_paths([path])
    assert {"customer", "subscription", "invoice", "product", "price"} <= set(report.counts)
    assert rows("customers")[0]["deleted_at"] is not None
    assert len(rows("invoices")) == 1
    assert report.counts["subscription"].new + report.counts["subscription"].waiting == 1
    assert report.total.total >= len(resources) - 3  # a stub, and two shapes of one price
    assert not import_paths([path]).changed
