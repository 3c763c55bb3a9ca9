"""A check is clean on what this program wrote, and finds what anybody else did to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import peewee
import pytest

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.operations import operator
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.import_records import import_paths
from calmony_desktop.operations.record_payment import record_payment
from calmony_desktop.operations.save_business_details import save_business_details
from calmony_desktop.operations.undo_cancellation import (
    reinstate_subscription,
    undo_cancellation,
)
from calmony_desktop.operations.void_invoice import void_invoice
from calmony_desktop.store import (
    activity,
    batches,
    database,
    invoice_seals,
    models,
)
from calmony_desktop.store.business import BusinessDetails

from .conftest import Company, noon

sqlite3 = peewee.sqlite3


LOGO = b"not the picture itself"
PAID: dict[str, Any] = {"method": "Cash", "received_on": date(2026, 4, 1)}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company that billed, was paid, voided and cancelled; part of it the provider did."""
    path = tmp_path_factory.mktemp("written") / "calmony.db"
    database.open_database(path)
    company = Company()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(operator, "time", SimpleNamespace(time=lambda: company.at))
        seller = Party(name="Nordlicht", payment_terms="Payable within 30 days.")
        save_business_details(BusinessDetails(seller, "UTC", invoice_prefix="NW", logo=LOGO))
        company.bring_in(
            company.customer(), *(company.subscription(id=f"sub_{number}") for number in range(4))
        )
        for day in ("2026-02-01", "2026-03-01", "2026-04-01"):
            company.now_is(day)
            company.bill()
        first, second, third, *_ = company.issued()
        record_payment(first.id, **PAID, operation_id="1")
        record_payment(second.id, **PAID, amount=5, operation_id="2")
        void_invoice(third.id, operation_id="3")
        cancel_subscription("sub_0", operation_id="4")
        undo_cancellation("sub_0", operation_id="5")
        cancel_subscription("sub_1", operation_id="6")
        cancel_subscription("sub_2", operation_id="7", at_period_end=True)
        company.now_is("2026-05-01")
        company.bring_in(
            company.subscription(("2026-05-01", "2026-06-01"), id="sub_4"),
            company.customer("cus_2"),
            company.subscription(
                ("2026-03-01", "2026-04-01"), id="sub_5", customer="cus_2", status="past_due"
            ),
            *(
                company.invoice(
                    f"2026-0{month}-01",
                    f"2026-0{month + 1}-01",
                    number=f"P-{month}",
                    customer="cus_2",
                    subscription="sub_5",
                    parent=None,
                )
                for month in (3, 4)
            ),
        )
        company.bill()
        record_payment("in_2026-04-01", **PAID, amount=1000, operation_id="8")
        cancel_subscription("sub_4", operation_id="9", at_period_end=True)
        late = next(each for each in company.issued() if each.subscription_id == "sub_5")
        assert record_payment(late.id, **PAID, operation_id="10").is_active_again
    models.database.execute_sql("PRAGMA journal_mode = DELETE")
    database.close_database()
    return path


@pytest.fixture
def books(written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A copy of that, open, on the day on which it was last written to."""
    at = noon(date(2026, 5, 1))
    monkeypatch.setattr(operator, "time", SimpleNamespace(time=lambda: at))
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
PAID_INVOICE = "(SELECT id FROM invoices WHERE number = 'NW-2026-0001')"
TAXED_INVOICE = "(SELECT id FROM invoices WHERE issued_here AND subscription_id = 'sub_5')"
CHANGED = "Invoice NW-2026-0005 was changed since it was issued."


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
    "what an entry says removed": (
        ["UPDATE activity SET after = '{}', before = NULL WHERE action <> 'import'"],
        "activity",
        "Activity entry 2",
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
    "an invoice of the provider's removed": (
        ["PRAGMA foreign_keys = 0", "DELETE FROM invoices WHERE number = 'P-4'"],
        "records",
        "Invoice P-4 was issued, paid or voided here and is not there any more.",
    ),
    "a payment removed": (
        [
            f"DELETE FROM payment_intents WHERE invoice_id = {PAID_INVOICE}",
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
        [
            "DROP INDEX invoices_number_issued_here",
            "UPDATE invoices SET number = 'NW-2026-0004' WHERE number = 'NW-2026-0005'",
        ],
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
    "a line's description changed": (
        [f"UPDATE invoice_lines SET description = 'Free' WHERE invoice_id = {INVOICE}"],
        "records",
        CHANGED,
    ),
    "a line's quantity and price changed": (
        [
            "UPDATE invoice_lines SET quantity = '2', unit_amount = '2450' "
            f"WHERE invoice_id = {INVOICE}"
        ],
        "records",
        CHANGED,
    ),
    "a line's period changed": (
        [f"UPDATE invoice_lines SET period_end_on = '2026-12-31' WHERE invoice_id = {INVOICE}"],
        "records",
        CHANGED,
    ),
    "a line added": (
        [
            "INSERT INTO invoice_lines (invoice_id, position, description, quantity, amount, "
            f"discount_amount) VALUES ({INVOICE}, 1, 'Thanks', '1', 0, 0)"
        ],
        "records",
        CHANGED,
    ),
    "a tax rate changed": (
        [f"UPDATE invoice_taxes SET rate = '19.01' WHERE invoice_id = {TAXED_INVOICE}"],
        "records",
        "Invoice NW-2026-0013 was changed since it was issued.",
    ),
    "a tax's name changed": (
        [f"UPDATE invoice_taxes SET label = 'Tax' WHERE invoice_id = {TAXED_INVOICE}"],
        "records",
        "Invoice NW-2026-0013 was changed since it was issued.",
    ),
    "a tax invented": (
        [
            "INSERT INTO invoice_taxes (invoice_id, position, label, rate, taxable_amount, amount, "
            f"exemption_reason) VALUES ({INVOICE}, 0, 'VAT', '0', 4900, 0, 'reverse_charge')"
        ],
        "records",
        CHANGED,
    ),
    "a logo changed": (
        ["UPDATE logos SET image = x'00'"],
        "logos",
        "The logo of invoice NW-2026-0005 was changed or removed.",
    ),
    "a logo removed": (
        ["DELETE FROM logos"],
        "logos",
        "The logo of invoice NW-2026-0005 was changed or removed.",
    ),
    "a number changed, told by its entry": (
        ["UPDATE invoices SET number = 'NW-2026-0500' WHERE number = 'NW-2026-0005'"],
        "records",
        CHANGED,
    ),
    "an invoice made somebody else's": (
        ["UPDATE invoices SET issued_here = 0 WHERE number = 'NW-2026-0005'"],
        "records",
        "Invoice NW-2026-0005 was issued here and is not marked so any more.",
    ),
    "an invoice of the provider made ours": (
        ["UPDATE invoices SET issued_here = 1 WHERE number = 'P-3'"],
        "records",
        "No activity tells of invoice P-3, issued here.",
    ),
    "an invoice that imports may change": (
        ["UPDATE invoices SET changed_here = 0 WHERE number = 'P-4'"],
        "records",
        "Invoice P-4 was changed here and is not marked so any more.",
    ),
    "an invoice that imports may not change": (
        ["UPDATE invoices SET changed_here = 1 WHERE number = 'P-3'"],
        "records",
        "No activity tells that invoice P-3 was changed here, as it says.",
    ),
    "the counter of a series put on": (
        ["UPDATE invoice_series SET last = last + 1"],
        "numbers",
        "Invoice number NW-2026-0016 is missing: the series has a gap.",
    ),
    "the counter of a series put back": (
        ["UPDATE invoice_series SET last = last - 1"],
        "numbers",
        "Invoice NW-2026-0015 was issued here, but its number was never taken.",
    ),
    "a series begun later": (
        ["UPDATE invoice_series SET first = 2"],
        "numbers",
        "Invoice NW-2026-0001 was issued here, but its number was never taken.",
    ),
    "a series removed": (
        ["DELETE FROM invoice_series"],
        "numbers",
        "Invoice NW-2026-0001 was issued here, but its number was never taken.",
    ),
    "a period moved": (
        [f"UPDATE billed_periods SET period_start_on = '2026-03-02' WHERE invoice_id = {INVOICE}"],
        "periods",
        "Invoice NW-2026-0005 is kept for 2026-03-02 to 2026-03-31 of subscription sub_0, and is "
        "itself for 2026-03-01 to 2026-03-31 of sub_0.",
    ),
    "a period made longer": (
        [f"UPDATE billed_periods SET period_end_on = '2026-04-02' WHERE invoice_id = {INVOICE}"],
        "records",
        "The period of subscription sub_0 from 2026-03-01 was changed since it was billed.",
    ),
    "a period kept for another subscription": (
        [f"UPDATE billed_periods SET subscription_id = 'sub_5' WHERE invoice_id = {INVOICE}"],
        "periods",
        "2026-03-31 of subscription sub_5, and is itself for 2026-03-01 to 2026-03-31 of sub_0.",
    ),
    "a period kept for another invoice": (
        [
            f"UPDATE billed_periods SET invoice_id = {PAID_INVOICE} WHERE invoice_id = {INVOICE}",
        ],
        "records",
        "The period of subscription sub_0 from 2026-03-01 is kept for another invoice than "
        "NW-2026-0005.",
    ),
    "the anchor of a period moved": (
        [f"UPDATE billed_periods SET anchor_on = '2026-01-31' WHERE invoice_id = {INVOICE}"],
        "records",
        "The period of subscription sub_0 from 2026-03-01 was changed since it was billed.",
    ),
    "a period of the provider's forgotten": (
        ["DELETE FROM billed_periods WHERE invoice_id = 'in_2026-04-01'"],
        "records",
        "The period of subscription sub_5 from 2026-04-01 was billed and is not kept as billed",
    ),
    "a period invented, so that it is not billed": (
        [
            "INSERT INTO billed_periods VALUES "
            "('sub_3', '2026-06-01', '2026-07-01', '2026-01-01', 'in_2026-03-01')"
        ],
        "records",
        "No activity tells that the period of subscription sub_3 from 2026-06-01 was billed.",
    ),
    "void without an entry": (
        [
            "UPDATE invoices SET status = 'void', raw_status = 'void', voided_at = 1777636800 "
            "WHERE number = 'NW-2026-0005'"
        ],
        "records",
        "Invoice NW-2026-0005 is void with 0.00 EUR paid and 49.00 EUR owed, and by the activity "
        "trail it is open with 0.00 EUR paid and 49.00 EUR owed.",
    ),
    "paid without an entry, with a payment": (
        [
            "CREATE TEMP TABLE again AS SELECT * FROM payment_intents LIMIT 1",
            f"UPDATE again SET id = 'pi_x', invoice_id = {INVOICE}, amount = 4900",
            "INSERT INTO payment_intents SELECT * FROM again",
            "UPDATE invoices SET status = 'paid', raw_status = 'paid', paid_at = 1777636800, "
            "amount_paid = total, amount_remaining = 0 WHERE number = 'NW-2026-0005'",
        ],
        "records",
        "Invoice NW-2026-0005 is paid with 49.00 EUR paid and 0.00 EUR owed, and by the activity",
    ),
    "another amount paid of a provider's invoice": (
        ["UPDATE invoices SET amount_paid = 2000, amount_remaining = 3831 WHERE number = 'P-4'"],
        "records",
        "Invoice P-4 is open with 20.00 EUR paid and 38.31 EUR owed, and by the activity trail it "
        "is open with 10.00 EUR paid and 48.31 EUR owed.",
    ),
    "a paid invoice opened again": (
        [
            "UPDATE invoices SET status = 'open', raw_status = 'open', paid_at = NULL, "
            "amount_paid = 0, amount_remaining = total WHERE number = 'NW-2026-0001'"
        ],
        "records",
        "Invoice NW-2026-0001 is open with 0.00 EUR paid and 49.00 EUR owed, and by the activity",
    ),
    "a void invoice made paid": (
        ["UPDATE invoices SET status = 'paid', raw_status = 'paid' WHERE status = 'void'"],
        "records",
        "Invoice NW-2026-0003 is paid with",
    ),
    "the day of a payment moved": (
        ["UPDATE invoices SET paid_at = paid_at - 86400 WHERE number = 'NW-2026-0001'"],
        "records",
        "Invoice NW-2026-0001 was paid or voided at another time than it says.",
    ),
    "the day of a void moved": (
        ["UPDATE invoices SET voided_at = voided_at - 86400 WHERE status = 'void'"],
        "records",
        "Invoice NW-2026-0003 was paid or voided at another time than it says.",
    ),
    "another status for the provider": (
        ["UPDATE invoices SET raw_status = 'void' WHERE number = 'NW-2026-0005'"],
        "records",
        "Invoice NW-2026-0005 is open, and its raw status is void.",
    ),
    "a cancellation made forgettable": (
        ["UPDATE subscriptions SET canceled_here = 0 WHERE id = 'sub_1'"],
        "records",
        "Subscription sub_1 was cancelled here and is not marked so any more.",
    ),
    "past due again": (
        ["UPDATE subscriptions SET status = 'past_due' WHERE id = 'sub_5'"],
        "records",
        "Subscription sub_5 is past_due, and was left active here.",
    ),
    "a billing date put off": (
        ["UPDATE subscriptions SET next_billing_date = '2030-06-01' WHERE id = 'sub_3'"],
        "records",
        "Subscription sub_3 is billed next on 2030-06-01, and here that was set to 2026-06-01.",
    ),
    "a billing date removed": (
        ["UPDATE subscriptions SET next_billing_date = NULL WHERE id = 'sub_3'"],
        "records",
        "Subscription sub_3 is billed next on no day, and here that was set to 2026-06-01.",
    ),
    "the index that keeps numbers apart removed": (
        ["DROP INDEX invoices_number_issued_here"],
        "schema",
        "The index invoices_number_issued_here of the database was removed.",
    ),
    "a trigger put in": (
        ["CREATE TRIGGER other AFTER INSERT ON invoices BEGIN SELECT 1; END"],
        "schema",
        "The trigger other of the database is none of this program’s",
    ),
    "a change marked as handed over": (
        [
            "INSERT INTO handovers SELECT id, 1777636800 FROM activity "
            "WHERE action = 'cancel_subscription' LIMIT 1"
        ],
        "handovers",
        "provider: 1; that the activity trail tells of: 0",
    ),
    "another account to pay to": (
        ["UPDATE business SET seller = json_set(seller, '$.iban', 'DE00')"],
        "business",
        "The business’s details are not those that were last saved here.",
    ),
    "another series from now on": (
        ["UPDATE business SET invoice_prefix = 'XX'"],
        "business",
        "The business’s details are not those that were last saved here.",
    ),
    "another calendar": (
        ["UPDATE business SET time_zone = 'Asia/Tokyo'"],
        "business",
        "The business’s details are not those that were last saved here.",
    ),
    "entries renumbered": (
        ["UPDATE activity SET id = id + 1000"],
        "activity",
        "Activity entry 1001",
    ),
    "the newest entry renumbered": (
        [f"UPDATE activity SET id = id + 1000 WHERE id = {NEWEST}"],
        "activity",
        "was changed or put in from outside",
    ),
    "a reason changed": (
        ["UPDATE subscriptions SET cancellation_reason = 'other' WHERE id = 'sub_4'"],
        "records",
        "When or why subscription sub_4 was cancelled is not what the activity trail says.",
    ),
    "the day of a cancellation moved": (
        ["UPDATE subscriptions SET canceled_at = canceled_at - 86400 WHERE id = 'sub_4'"],
        "records",
        "When or why subscription sub_4 was cancelled is not what the activity trail says.",
    ),
    "an end put off": (
        ["UPDATE subscriptions SET cancel_at = cancel_at + 99999999 WHERE id = 'sub_4'"],
        "records",
        "When or why subscription sub_4 was cancelled is not what the activity trail says.",
    ),
    "a subscription given to another customer": (
        ["UPDATE subscriptions SET customer_id = 'cus_2' WHERE id = 'sub_4'"],
        "records",
        "Subscription sub_4 was given to another customer, cus_2.",
    ),
    "a subscription set to end removed": (
        [
            "DELETE FROM subscription_items WHERE subscription_id = 'sub_4'",
            "DELETE FROM subscriptions WHERE id = 'sub_4'",
        ],
        "records",
        "Activity tells of subscription sub_4, which is not there any more.",
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


def test_whatever_is_changed_of_an_issued_invoice_is_found(books: None) -> None:
    assignments = [
        "buyer = json_set(buyer, '$.name', 'Eva')",
        "buyer = json_set(buyer, '$.line1', 'Kai 2')",
        "seller = json_set(seller, '$.name', 'Somebody')",
        "seller = json_set(seller, '$.iban', 'DE02120300000000202051')",
        "due_on = '2027-01-01'",
        "due_on = NULL",
        "issued_on = '2026-03-02'",
        "created_at = created_at + 1",
        "currency = 'USD'",
        "customer_id = 'cus_2'",
        "subscription_id = 'sub_4'",
        "period_start_on = '2026-03-02'",
        "period_end_on = '2026-04-01'",
        "memo = 'Paid in cash'",
        "footer = 'No VAT'",
    ]
    numbers = [f"NW-2026-{number:04d}" for number in range(1, len(assignments) + 1)]
    tamper(
        *(
            f"UPDATE invoices SET {assignment} WHERE number = '{number}'"
            for assignment, number in zip(assignments, numbers, strict=True)
        )
    )
    found = {each.sentence for each in check_database().findings}
    assert {f"Invoice {number} was changed since it was issued." for number in numbers} <= found


@pytest.mark.parametrize(
    "assignment",
    [
        "customer_id = 'cus_2'",
        "invoice_id = NULL",
        "payment_method = 'Card'",
        "amount_refunded = amount",
        "description = 'Refunded'",
        "created_at = created_at - 86400",
    ],
)
def test_whatever_is_changed_of_a_recorded_payment_is_found(books: None, assignment: str) -> None:
    tamper(f"UPDATE payment_intents SET {assignment} WHERE invoice_id = {PAID_INVOICE}")
    sentence = (
        "The payment of invoice NW-2026-0001 that was recorded here on 2026-04-01 was changed or "
        "removed."
    )
    assert sentence in {each.sentence for each in check_database().findings}


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


def everything() -> list[Path]:
    """All records, exported beside the database that is open."""
    folder = database.path().parent / "out"
    export_records(folder)
    return [folder]


def test_an_import_of_what_was_exported_is_well(books: None) -> None:
    report = import_paths(everything())
    assert not report.changed
    assert report.total.conflicting == 0
    assert check_database().findings == ()


def test_a_new_database_of_what_was_exported_is_well(books: None) -> None:
    folder = everything()
    database.open_database(database.path().with_name("new.db"))
    for _ in range(2):
        # What another computer issued is not issued here.
        import_paths(folder)
        assert check_database().findings == ()
    void_invoice(models.Invoice.get(number="NW-2026-0005").id, operation_id="11")
    record_payment("in_2026-04-01", **PAID, operation_id="12")
    cancel_subscription("sub_3", operation_id="13")
    undo_cancellation("sub_3", operation_id="14")
    reinstate_subscription("sub_4", operation_id="15")
    assert check_database().findings == ()
    tamper(
        "UPDATE invoices SET changed_here = 1 WHERE number = 'P-3'",
        "UPDATE invoices SET status = 'open' WHERE number = 'NW-2026-0005'",
        "UPDATE subscriptions SET status = 'canceled', canceled_here = 1, next_billing_date = NULL "
        "WHERE id = 'sub_0'",
    )
    assert {each.sentence for each in check_database().findings} >= {
        "No activity tells that invoice P-3 was changed here, as it says.",
        "Invoice NW-2026-0005 was voided here and is not void.",
        "No activity tells that subscription sub_0 was cancelled here, as it says.",
    }


def test_an_import_does_not_change_what_was_issued(books: None) -> None:
    (folder,) = everything()
    file = folder / "invoices.jsonl"
    text = file.read_text(encoding="utf-8")
    assert '"number":"NW-2026-0005"' in text
    file.write_text(text.replace("NW-2026-0005", "NW-2026-0004"), encoding="utf-8")
    report = import_paths([folder])
    assert (report.total.updated, report.total.conflicting) == (0, 1)
    reasons = " ".join(line.reason for line in report.lines)
    assert "it was issued here, and what was issued never changes" in reasons
    assert check_database().findings == ()


def test_what_the_provider_says_was_paid_is_well(company: Any) -> None:
    theirs = company.invoice("2026-01-01", "2026-02-01")
    company.bring_in(company.subscription(), theirs)
    record_payment("in_2026-01-01", **PAID | {"received_on": date(2026, 1, 15)}, operation_id="1")
    paid = {"status": "paid", "amount_paid": 5831, "amount_remaining": 0}
    times = {"status_transitions": {"paid_at": company.at - 60}}
    report = company.bring_in(theirs | paid | times)
    assert report.total.updated == 1
    assert check_database().findings == ()


def test_a_bill_that_comes_to_nothing_is_well_and_stays_paid(company: Any) -> None:
    company.bring_in(company.subscription(unit_amount=0))
    company.now_is("2026-02-01")
    company.bill()
    assert check_database().findings == ()
    tamper("UPDATE invoices SET status = 'open', raw_status = 'open', paid_at = NULL")
    assert check_database().findings


def test_an_import_over_what_was_done_here_is_well(company: Any) -> None:
    """The provider goes on with a subscription, ends another, and says of a third it is late."""
    company.bring_in(*(company.subscription(id=f"sub_{number}") for number in range(4)))
    company.now_is("2026-02-01")
    company.bill()
    cancel_subscription("sub_0", operation_id="1", at_period_end=True)
    cancel_subscription("sub_1", operation_id="2")
    later = ("2026-02-01", "2026-03-01")
    company.bring_in(
        company.subscription(later, id="sub_0", status="canceled", ended_at=company.at),
        company.subscription(later, id="sub_1"),
        company.subscription(later, id="sub_2", status="past_due"),
        company.subscription(later, id="sub_3", pause_collection={"behavior": "void"}),
    )
    assert [company.stored(f"sub_{number}").status for number in range(4)] == [
        *("canceled", "canceled", "past_due", "active")
    ]
    assert check_database().findings == ()
    company.now_is("2026-03-01")
    company.bill()
    assert check_database().findings == ()


def written_by_an_earlier_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have entries written as they were before they told of seals, anchors and marks."""
    add = activity.add

    def less(after: Any) -> Any:
        later = ("seal", "anchor_on", "marked_here", "received_at")
        if isinstance(after, dict):
            return {key: less(value) for key, value in after.items() if key not in later}
        return [less(each) for each in after] if isinstance(after, list) else after

    monkeypatch.setattr(activity, "add", lambda entry: add(replace(entry, after=less(entry.after))))


def test_entries_of_an_earlier_version_are_well(
    company: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_by_an_earlier_version(monkeypatch)
    company.bring_in(*(company.subscription(id=f"sub_{number}") for number in range(3)))
    company.now_is("2026-02-01")
    company.bill()
    first, second, *_ = company.issued()
    record_payment(first.id, **PAID | {"received_on": date(2026, 2, 1)}, operation_id="1")
    void_invoice(second.id, operation_id="2")
    cancel_subscription("sub_0", operation_id="3")
    cancel_subscription("sub_1", operation_id="4", at_period_end=True)
    company.bring_in(company.customer("cus_2"), company.subscription(id="sub_9"))
    assert check_database().findings == ()
    assert all("seal" not in str(each.after) for each in activity.latest())
    # As that version's import did not tell which it brought in, this may have come so.
    tamper(
        "UPDATE subscriptions SET status = 'canceled', canceled_here = 1, next_billing_date = NULL "
        "WHERE id = 'sub_9'"
    )
    assert check_database().findings == ()
    tamper("UPDATE invoices SET total = 1 WHERE number = 'NW-2026-0003'")
    found = {each.sentence for each in check_database().findings}
    assert "Invoice NW-2026-0003 was changed since it was issued." in found


def test_every_column_of_an_invoice_is_sealed_or_told_by_entries() -> None:
    changes_later = {"status", "raw_status", "amount_paid", "amount_remaining", "paid_at"}
    bookkeeping = {"issued_here", "changed_here", "as_of", "api_version", "lines", "taxes"}
    assert set(batches.columns("invoice")) == (
        set(invoice_seals.SEALED) | changes_later | {"voided_at"} | bookkeeping
    )
    assert set(batches.child_columns("invoice", "lines")) == set(invoice_seals.SEALED_LINE)
    assert set(batches.child_columns("invoice", "taxes")) == set(invoice_seals.SEALED_TAX)


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
