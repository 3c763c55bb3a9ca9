"""Everything the window shows of a customer is read at once, and through indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from calmony_desktop.billing.money import Money
from calmony_desktop.store import activity, business, customers, invoices, models, subscriptions
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.store.payment_pages import NEWEST_FIRST, payment_keys, payments_at
from calmony_desktop.store.rows import CustomerDetail, NextCharge
from calmony_desktop.store.search import CustomerSearch, Order, SearchResult

NOON = 1_773_489_600  # 2026-03-14T12:00:00Z


@pytest.fixture
def anna(records: Any) -> str:
    records.customer("cus_1", "Anna", "anna@x.example", country="DE", created_at=NOON)
    records.customer("cus_2", "Bert")
    records.payment("pi_other", "cus_2")
    return "cus_1"


def detail(customer_id: str) -> CustomerDetail:
    found = customers.detail(customer_id)
    assert found is not None
    return found


def test_there_is_nothing_to_show_of_an_unknown_customer(anna: str) -> None:
    assert customers.detail("cus_unknown") is None
    assert customers.detail("CUS_1") is None
    assert not customers.exists("CUS_1")
    assert customers.exists("cus_1")
    assert customers.count() == 2


def test_a_customer_without_records_has_a_profile_and_empty_sections(anna: str) -> None:
    shown = detail(anna)
    assert (shown.customer.name, shown.customer.email, shown.customer.country) == (
        "Anna",
        "anna@x.example",
        "DE",
    )
    assert shown.customer.created_on == date(2026, 3, 14)
    assert (shown.payments, shown.subscriptions, shown.invoices) == ((), (), ())
    assert (shown.customer.total_paid, shown.customer.open_balance) == ((), ())
    assert shown.customer.next_charge is None


@pytest.mark.parametrize(
    ("name", "email", "called"),
    [("Zoë", "z@x.example", "Zoë"), (None, "z@x.example", "z@x.example"), ("", None, "cus_9")],
)
def test_a_customer_is_called_by_name_else_email_else_id(
    name: str | None, email: str | None, called: str, records: Any
) -> None:
    records.customer("cus_9", name, email)
    assert detail("cus_9").customer.display_name == called


def test_every_section_shows_the_customers_own_records_newest_first(
    anna: str, records: Any
) -> None:
    for number in (2, 3, 1):
        records.payment(f"pi_{number}", anna, created_at=NOON + number)
        records.subscription(f"sub_{number}", anna, created_at=NOON + number)
        records.invoice(f"in_{number}", anna, issued_on=date(2026, 3, number))
    records.invoice("in_0", anna, issued_on=date(2026, 3, 2), created_at=NOON)
    shown = detail(anna)
    assert [row.id for row in shown.payments] == ["pi_3", "pi_2", "pi_1"]
    assert [row.id for row in shown.subscriptions] == ["sub_3", "sub_2", "sub_1"]
    assert [row.id for row in shown.invoices] == ["in_3", "in_0", "in_2", "in_1"]


def test_ended_subscriptions_are_there_too(anna: str, records: Any) -> None:
    records.subscription("sub_1", anna, status="canceled", next_billing_date=None)
    assert [row.status for row in detail(anna).subscriptions] == ["canceled"]


def test_a_payment_tells_the_number_of_its_invoice(anna: str, records: Any) -> None:
    records.invoice("in_1", anna, number="NW-1")
    records.payment("pi_1", anna, invoice_id="in_1", created_at=NOON)
    records.payment("pi_2", anna, invoice_id="in_not_here_yet", created_at=NOON + 1)
    assert [(row.invoice_id, row.invoice_number) for row in detail(anna).payments] == [
        ("in_not_here_yet", None),
        ("in_1", "NW-1"),
    ]


def test_what_payments_have_in_common_is_kept_once(anna: str, records: Any) -> None:
    for number in range(2):
        at = NOON + number
        records.payment(f"pi_{number}", anna, description="Membership fee", created_at=at)
    paged = payments_at(anna, payment_keys(anna, NEWEST_FIRST))
    for first, second in (detail(anna).payments, paged):
        assert first.description is second.description
        assert first.currency is second.currency
        assert first.created_on is second.created_on


def test_the_dates_of_a_payment_are_the_businesss(anna: str, records: Any) -> None:
    records.payment("pi_1", anna, created_at=NOON)
    business.save(BusinessDetails(business.seller(), "Pacific/Kiritimati"))
    shown = detail(anna)
    assert shown.payments[0].created_on == shown.customer.created_on == date(2026, 3, 15)


def test_total_paid_is_what_succeeded_less_what_went_back_in_each_currency(
    anna: str, records: Any
) -> None:
    records.payment("pi_1", anna, amount=10_00)
    records.payment("pi_2", anna, amount=5_00, amount_refunded=2_00)
    records.payment("pi_3", anna, amount=9_000, currency="JPY")
    records.payment("pi_4", anna, amount=7_00, currency="USD", amount_refunded=7_00)
    for status in ("failed", "processing", "requires_action"):
        records.payment(f"pi_{status}", anna, amount=99_00, status=status)
    assert detail(anna).customer.total_paid == (Money(9_000, "JPY"), Money(13_00, "EUR"))


def test_the_open_balance_is_what_open_invoices_still_ask_for(anna: str, records: Any) -> None:
    records.invoice("in_1", anna, total=49_00, amount_paid=9_00, amount_remaining=40_00)
    records.invoice("in_2", anna, total=5_00, amount_remaining=5_00)
    records.invoice("in_3", anna, amount_remaining=1_500, currency="KWD")
    for status in ("draft", "paid", "uncollectible", "void"):
        records.invoice(f"in_{status}", anna, status=status, amount_remaining=99_00)
    assert detail(anna).customer.open_balance == (Money(45_00, "EUR"), Money(1_500, "KWD"))


def test_the_next_charge_is_all_that_is_charged_on_the_earliest_date(
    anna: str, records: Any
) -> None:
    early, late = date(2026, 4, 1), date(2026, 4, 2)
    records.subscription("sub_1", anna, amount=49_00, next_billing_date=early)
    records.subscription("sub_2", anna, amount=1_00, next_billing_date=early)
    records.subscription("sub_3", anna, amount=7_00, currency="USD", next_billing_date=early)
    records.subscription("sub_4", anna, amount=99_00, next_billing_date=late)
    records.subscription("sub_5", anna, status="paused", next_billing_date=None)
    assert detail(anna).customer.next_charge == NextCharge(
        early, (Money(50_00, "EUR"), Money(7_00, "USD"))
    )


def test_what_a_customer_has_is_read_in_one_transaction_and_a_handful_of_queries(
    anna: str, records: Any
) -> None:
    for number in range(20):
        records.payment(f"pi_{number}", anna, invoice_id=f"in_{number}")
        records.invoice(f"in_{number}", anna)
        records.subscription(f"sub_{number}", anna)
    with recorded() as statements:
        detail(anna)
    assert [statement.split()[0] for statement in statements] == (
        ["BEGIN"] + ["SELECT"] * 5 + ["COMMIT"]
    )


# Query plans


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Every statement that is run meanwhile, with its values in place."""
    statements: list[str] = []
    connection = models.database.connection()
    connection.set_trace_callback(statements.append)
    yield statements
    connection.set_trace_callback(None)


def open_a_customer() -> None:
    customers.detail("cus_1")


def look_up_an_invoice() -> None:
    invoices.issued_invoice("in_1")


def look_up_an_invoice_by_number() -> None:
    invoices.issued_invoice("NW-1")


def ask_before_cancelling() -> None:
    subscriptions.read_to_cancel("sub_1")


def read_what_was_done() -> None:
    activity.of_object("subscription", "sub_1")
    activity.has("3f1c")


def search_by_id() -> None:
    # A term of four characters is looked up as a beginning of every id and number.
    SearchResult(CustomerSearch("NW-1")).page(0, 60)


def list_by_name() -> None:
    SearchResult(CustomerSearch()).page(0, 60)
    SearchResult(CustomerSearch(order=Order.NAME_Z_TO_A)).page(0, 60)


def list_the_newest() -> None:
    SearchResult(CustomerSearch(order=Order.NEWEST)).page(0, 60)


def find_a_place_in_the_list() -> None:
    SearchResult(CustomerSearch()).position("cus_1")


def queries_of(work: Callable[[], None]) -> list[str]:
    with recorded() as statements:
        work()
    queries = [sql for sql in statements if sql.startswith("SELECT")]
    assert queries
    return queries


def plan_of(sql: str) -> list[str]:
    steps = models.database.execute_sql(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    return [step for _, _, _, step in steps if step != "SCAN CONSTANT ROW"]


@pytest.mark.parametrize(
    "work",
    [
        open_a_customer,
        look_up_an_invoice,
        look_up_an_invoice_by_number,
        ask_before_cancelling,
        read_what_was_done,
        search_by_id,
    ],
)
def test_no_table_is_read_through_to(work: Callable[[], None], anna: str, records: Any) -> None:
    records.subscription("sub_1", anna)
    records.invoice("in_1", anna, number="NW-1")
    for sql in queries_of(work):
        steps = [step for step in plan_of(sql) if "(subquery" not in step and "VIRTUAL" not in step]
        assert [step for step in steps if step.startswith("SCAN")] == [], sql


@pytest.mark.parametrize("work", [list_by_name, list_the_newest, find_a_place_in_the_list])
def test_the_list_walks_an_index_and_sorts_nothing(work: Callable[[], None], anna: str) -> None:
    for sql in queries_of(work):
        plan = plan_of(sql)
        assert not [step for step in plan if "TEMP B-TREE" in step], sql
        scanned = [step for step in plan if step.startswith("SCAN") and "subquery" not in step]
        assert all("INDEX" in step for step in scanned), sql
