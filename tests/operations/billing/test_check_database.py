"""A check is clean on what this program wrote, and finds what anybody else did to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import peewee
import pytest

from calmony_desktop.operations import operator
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.record_payment import record_payment
from calmony_desktop.operations.undo_cancellation import (
    reinstate_subscription,
    undo_cancellation,
)
from calmony_desktop.operations.void_invoice import void_invoice
from calmony_desktop.store import database, models

from .conftest import Company

sqlite3 = peewee.sqlite3


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company that billed four subscriptions, was paid, voided an invoice and cancelled some."""
    path = tmp_path_factory.mktemp("written") / "calmony.db"
    database.open_database(path)
    company = Company()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(operator, "time", SimpleNamespace(time=lambda: company.at))
        company.bring_in(
            company.customer(), *(company.subscription(id=f"sub_{number}") for number in range(4))
        )
        models.Business.update(invoice_prefix="NW").execute()
        for day in ("2026-02-01", "2026-03-01", "2026-04-01"):
            company.now_is(day)
            company.bill()
        first, second, third, *_ = company.issued()
        paid = {"method": "Cash", "received_on": date(2026, 4, 1)}
        record_payment(first.id, **paid, operation_id="1")
        record_payment(second.id, **paid, amount=5, operation_id="2")
        void_invoice(third.id, operation_id="3")
        cancel_subscription("sub_0", operation_id="4")
        undo_cancellation("sub_0", operation_id="5")
        cancel_subscription("sub_1", operation_id="6")
        cancel_subscription("sub_2", operation_id="7", at_period_end=True)
        company.now_is("2026-05-01")
        company.bring_in(company.subscription(("2026-05-01", "2026-06-01"), id="sub_4"))
        company.bill()
        cancel_subscription("sub_4", operation_id="9", at_period_end=True)
    models.database.execute_sql("PRAGMA journal_mode = DELETE")
    database.close_database()
    return path


@pytest.fixture
def books(written: Path, tmp_path: Path) -> Iterator[None]:
    """A copy of that, open."""
    shutil.copyfile(written, tmp_path / "calmony.db")
    database.open_database(tmp_path / "calmony.db")
    yield
    database.close_database()


def tamper(*statements: str) -> None:
    """Change the file as somebody with another program could, who puts the triggers back."""
    path = database.path()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        triggers = other.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'activity'"
        ).fetchall()
        for name, _ in triggers:
            other.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            other.execute(statement)
        for _, sql in triggers:
            other.execute(sql)


def test_what_this_program_wrote_is_well(books: None) -> None:
    report = check_database()
    assert report.findings == ()
    assert report.summary == "All is well: the file is whole and everything in it adds up."


def test_an_empty_database_is_well(company: Any) -> None:
    assert check_database().findings == ()


NEWEST = "(SELECT max(id) FROM activity)"
INVOICE = "(SELECT id FROM invoices WHERE number = 'NW-2026-0005')"
TAMPERINGS: dict[str, tuple[list[str], str, str]] = {
    "an entry changed": (
        ["UPDATE activity SET operator = 'nobody' WHERE id = 3"],
        "activity",
        "Activity entry 3",
    ),
    "an entry's note added": (
        ["UPDATE activity SET note = 'was agreed' WHERE id = 5"],
        "activity",
        "Activity entry 5",
    ),
    "an entry removed": (["DELETE FROM activity WHERE id = 7"], "activity", "Activity entry 8"),
    "the newest entry removed": (
        [f"DELETE FROM activity WHERE id = {NEWEST}"],
        "activity",
        "were removed",
    ),
    "two entries exchanged": (
        [
            "UPDATE activity SET id = 999 WHERE id = 4",
            "UPDATE activity SET id = 4 WHERE id = 5",
            "UPDATE activity SET id = 5 WHERE id = 999",
        ],
        "activity",
        "Activity entry 4",
    ),
    "an entry put in": (
        [
            "INSERT INTO activity (operation_id, at, operator, action, object_kind, object_id, "
            f"seal) VALUES ('x', 1, 'a', 'b', 'c', 'd', '{'0' * 64}')"
        ],
        "activity",
        "put in from outside",
    ),
    "a total changed": (
        ["UPDATE invoices SET total = 1 WHERE number = 'NW-2026-0005'"],
        "totals",
        "NW-2026-0005: its total is not its subtotal and tax",
    ),
    "all amounts of an invoice changed": (
        [
            "UPDATE invoices SET subtotal = 1, total = 1, amount_remaining = 1 "
            "WHERE number = 'NW-2026-0005'",
            f"UPDATE invoice_lines SET amount = 1, unit_amount = '1' WHERE invoice_id = {INVOICE}",
        ],
        "records",
        "Invoice NW-2026-0005 was changed since it was issued.",
    ),
    "a payment invented": (
        [
            "UPDATE invoices SET status = 'paid', amount_paid = total, amount_remaining = 0 "
            "WHERE number = 'NW-2026-0005'"
        ],
        "totals",
        "NW-2026-0005: what is paid is not what its payments come to",
    ),
    "a payment removed": (
        [
            "DELETE FROM payment_intents WHERE amount = 4900",
            "UPDATE invoices SET status = 'open', amount_paid = 0, amount_remaining = total "
            "WHERE number = 'NW-2026-0001'",
        ],
        "records",
        "The payment of invoice NW-2026-0001",
    ),
    "an invoice removed": (
        [
            f"DELETE FROM billed_periods WHERE invoice_id = {INVOICE}",
            f"DELETE FROM invoice_lines WHERE invoice_id = {INVOICE}",
            "DELETE FROM invoices WHERE number = 'NW-2026-0005'",
        ],
        "numbers",
        "Invoice number NW-2026-0005 is missing",
    ),
    "a number changed": (
        ["UPDATE invoices SET number = 'NW-2026-0500' WHERE number = 'NW-2026-0005'"],
        "numbers",
        "Invoice number NW-2026-0005 is missing",
    ),
    "a number used twice": (
        ["UPDATE invoices SET number = 'NW-2026-0004' WHERE number = 'NW-2026-0005'"],
        "numbers",
        "Invoice number NW-2026-0004 is used by several",
    ),
    "a period billed twice": (
        [
            "CREATE TEMP TABLE again AS SELECT * FROM invoices WHERE number = 'NW-2026-0005'",
            "UPDATE again SET id = 'in_x', number = 'NW-2026-0099'",
            "INSERT INTO invoices SELECT * FROM again",
        ],
        "periods",
        "has 2 invoices for the period from",
    ),
    "a period kept that overlaps": (
        [
            "INSERT INTO billed_periods SELECT subscription_id, '2026-02-15', '2026-03-20', "
            "anchor_on, invoice_id FROM billed_periods WHERE subscription_id = 'sub_3' LIMIT 1"
        ],
        "periods",
        "Subscription sub_3 is billed twice",
    ),
    "a period forgotten": (
        [f"DELETE FROM billed_periods WHERE invoice_id = {INVOICE}"],
        "periods",
        "its period is not kept as billed",
    ),
    "a cancelled subscription revived": (
        [
            "UPDATE subscriptions SET status = 'active', canceled_here = 0, ended_at = NULL, "
            "next_billing_date = '2026-06-01' WHERE id = 'sub_1'"
        ],
        "records",
        "Subscription sub_1 was cancelled here and is not canceled any more",
    ),
    "an end erased": (
        [
            "UPDATE subscriptions SET cancel_at_period_end = 0, cancel_requested_here = 0, "
            "cancel_at = NULL WHERE id = 'sub_4'"
        ],
        "records",
        "Subscription sub_4 was set here to end on 2026-06-01 and is not any more.",
    ),
    "an end that an import may undo": (
        ["UPDATE subscriptions SET cancel_requested_here = 0 WHERE id = 'sub_4'"],
        "records",
        "Subscription sub_4 was set here to end on 2026-06-01 and is not any more.",
    ),
    "cancelled past the program": (
        [
            "UPDATE subscriptions SET status = 'canceled', canceled_here = 1, "
            "next_billing_date = NULL WHERE id = 'sub_3'"
        ],
        "records",
        "No activity tells that subscription sub_3 was cancelled here, as it says.",
    ),
    "set to end past the program": (
        [
            "UPDATE subscriptions SET cancel_at_period_end = 1, cancel_requested_here = 1, "
            "next_billing_date = NULL WHERE id = 'sub_3'"
        ],
        "records",
        "No activity tells that subscription sub_3 was cancelled here, as it says.",
    ),
    "a billing date set back": (
        ["UPDATE subscriptions SET next_billing_date = '2026-03-01' WHERE id = 'sub_3'"],
        "subscriptions",
        "Subscription sub_3 is billed until 2026-06-01, but next on 2026-03-01",
    ),
    "billed after a cancellation": (
        [
            "UPDATE invoices SET subscription_id = 'sub_1', period_start_on = '2026-05-01', "
            "created_at = 1800000000 WHERE number = 'NW-2026-0005'"
        ],
        "cancellations",
        "was issued for 2026-05-01, after its subscription had ended",
    ),
    "a void invoice opened again": (
        ["UPDATE invoices SET status = 'open' WHERE status = 'void'"],
        "records",
        "was voided here and is not void",
    ),
    "a trigger put in": (
        ["CREATE TRIGGER other AFTER INSERT ON invoices BEGIN SELECT 1; END"],
        "schema",
        "The trigger other of the database is none of this program’s",
    ),
    "a customer's records orphaned": (
        ["PRAGMA foreign_keys = 0", "DELETE FROM customers"],
        "file",
        "names a record of customers that is not there",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(books: None, name: str) -> None:
    statements, area, sentence = TAMPERINGS[name]
    tamper(*statements)
    findings = check_database().findings
    assert any(each.area == area and sentence in each.sentence for each in findings), findings


def test_a_trigger_that_was_dropped_or_changed_is_found(books: None) -> None:
    with closing(sqlite3.connect(database.path(), isolation_level=None)) as other:
        other.execute("DROP TRIGGER activity_no_delete")
        other.execute("DROP TRIGGER activity_no_update")
        other.execute(
            "CREATE TRIGGER activity_no_update BEFORE UPDATE ON activity BEGIN SELECT 1; END"
        )
    assert [each.sentence for each in check_database().findings] == [
        "The trigger activity_no_delete of the database was removed.",
        "The trigger activity_no_update of the database was changed.",
    ]


def test_a_bill_after_an_end_that_was_erased_is_found(company: Any) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id="1", at_period_end=True)
    tamper(
        "UPDATE subscriptions SET cancel_at_period_end = 0, cancel_requested_here = 0, "
        "cancel_at = NULL, next_billing_date = '2026-02-01'"
    )
    company.now_is("2026-02-01")
    company.bill()
    found = [each.sentence for each in check_database().findings]
    assert (
        "Invoice NW-2026-0001 was issued for 2026-02-01, and subscription sub_1 was set here to "
        "end on 2026-02-01."
    ) in found


def test_what_was_billed_after_reinstating_is_well(company: Any) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id="1", at_period_end=True)
    cancel_subscription("sub_1", operation_id="2")
    undo_cancellation("sub_1", operation_id="3")
    assert check_database().findings == ()
    reinstate_subscription("sub_1", operation_id="4")
    company.now_is("2026-02-01")
    company.bill()
    assert check_database().findings == ()


def test_an_entry_removed_is_not_hidden_by_the_next_one(books: None) -> None:
    tamper(f"DELETE FROM activity WHERE id = {NEWEST}")
    cancel_subscription("sub_3", operation_id="8")
    assert {each.area for each in check_database().findings} >= {"activity"}


def test_a_date_on_a_canceled_subscription_is_found(books: None) -> None:
    with closing(sqlite3.connect(database.path(), isolation_level=None)) as other:
        other.execute("PRAGMA ignore_check_constraints = 1")
        other.execute("UPDATE subscriptions SET next_billing_date = '2026-06-01'")
    found = [each.sentence for each in check_database().findings]
    assert "Subscription sub_1 is canceled and has a next billing date." in found


def test_flipped_bytes_are_found(books: None) -> None:
    database.close_database()
    path = database.path()
    whole = bytearray(path.read_bytes())
    page = 4096 * 30
    whole[page : page + 4096] = bytes(4096)
    path.write_bytes(whole)
    for stale in ("-wal", "-shm"):
        Path(f"{path}{stale}").unlink(missing_ok=True)
    assert any("damaged" in each.sentence for each in check_database().findings)


def test_nothing_is_changed_by_looking(books: None) -> None:
    before = database.data_version()
    with closing(sqlite3.connect(database.path())) as other:
        version = other.execute("PRAGMA data_version").fetchone()
        check_database()
        assert other.execute("PRAGMA data_version").fetchone() == version
    assert database.data_version() == before
