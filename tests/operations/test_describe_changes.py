"""What an entry changed is said in words, whichever version of the program wrote it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.describe_changes import (
    Change,
    describe_changes,
    instant_in_words,
    read_changes,
    reason_in_words,
)
from calmony_desktop.operations.record_payment import record_payment
from calmony_desktop.operations.save_business_details import save_business_details
from calmony_desktop.store import activity, business, models
from calmony_desktop.store.activity import ActivityRow

#: 14 March 2026, 12:00 UTC.
NOON = 1_773_489_600


def entry(before: Any, after: Any, **values: Any) -> ActivityRow:
    given: dict[str, Any] = {
        "id": 1,
        "operation_id": "1",
        "at": NOON,
        "operator": "anna",
        "action": "cancel_subscription",
        "object_kind": "subscription",
        "object_id": "sub_1",
        "customer_id": "cus_1",
        "customer_name": "Anna",
        "before": before,
        "after": after,
        "reason": None,
        "note": None,
    }
    return ActivityRow(**given | values)


def said(before: Any, after: Any, **values: Any) -> list[tuple[str, str | None, str | None]]:
    changes = describe_changes(entry(before, after, **values), "Europe/Madrid", "EUR")
    return [(each.field, each.before, each.after) for each in changes]


@pytest.mark.parametrize(
    ("key", "before", "after", "expected"),
    [
        ("status", "past_due", "canceled", ("Status", "past due", "canceled")),
        (
            "next_billing_date",
            "2026-03-01",
            None,
            ("Next billing date", "1 March 2026", "none"),
        ),
        ("cancel_at_period_end", False, True, ("Ends with its period", "no", "yes")),
        ("canceled_at", None, NOON, ("Cancelled", "none", "14 March 2026, 13:00")),
        # Midnight in Madrid: the end of a day, not an hour.
        ("cancel_at", None, 1_772_319_600, ("Set to end", "none", "1 March 2026")),
        ("amount_remaining", 123450, 0, ("Left to pay", "1,234.50 EUR", "0.00 EUR")),
        ("cancellation_reason", "unused", None, ("Cancellation reason", "Not used enough", "none")),
        # What this version does not know.
        ("seats_ordered", 1200, 3, ("Seats ordered", "1,200", "3")),
        ("renewed_on", "2026-03-01", "soon", ("Renewed on", "1 March 2026", "soon")),
        ("flags", ["a", "b"], [], ("Flags", "a; b", "none")),
        ("ratio", 1.5, 2.5, ("Ratio", "1.5", "2.5")),
        ("raw_status", "active", "ended_early", None),
    ],
)
def test_a_field_is_named_and_its_values_are_in_words(
    key: str, before: Any, after: Any, expected: tuple[str, str, str] | None
) -> None:
    expected = expected or ("Status at the payment provider", "active", "ended early")
    assert said({key: before}, {key: after}) == [expected]


def test_what_is_the_same_is_left_out_and_what_matters_comes_first() -> None:
    before = {"zeal": 1, "next_billing_date": None, "plan": "Pro", "status": "active"}
    after = {"zeal": 2, "next_billing_date": "2026-03-01", "plan": "Pro", "status": "paused"}
    fields = [field for field, _, _ in said(before, after)]
    assert fields == ["Status", "Next billing date", "Zeal"]


def test_the_providers_own_status_is_said_only_where_it_is_another() -> None:
    both = {"status": "active", "raw_status": "active"}
    assert len(said(both, {"status": "canceled", "raw_status": "canceled"})) == 1
    assert len(said(both, {"status": "paused", "raw_status": "active"})) == 1
    assert len(said(both, {"status": "paused", "raw_status": "trialing"})) == 2


def test_a_side_that_says_nothing_is_told_from_one_that_says_none() -> None:
    assert said({"status": "open"}, {"status": "void", "number": "NW-1"}) == [
        ("Status", "open", "void"),
        ("Invoice number", None, "NW-1"),
    ]
    assert said({"number": None}, {}) == [("Invoice number", "none", None)]
    assert said(None, {"number": None}) == [("Invoice number", None, "none")]


def test_invoices_that_were_issued_are_rows_of_their_own() -> None:
    period = {"period_start_on": "2026-03-01", "period_end_on": "2026-03-31"}
    after = {
        "invoices": [
            {"id": "in_1", "number": "NW-2026-0001", "total": 590, "currency": "JPY", **period},
            {"id": "in_2", "number": None, "total": 1190, "currency": "KWD", **period},
        ],
        "already_billed": [{"id": "in_3", "number": None, "period_start_on": "2026-04-01"}],
    }
    assert said({}, after) == [
        ("Invoice NW-2026-0001", None, "590 JPY for 1 March 2026 to 31 March 2026"),
        ("Invoice in_2", None, "1.190 KWD for 1 March 2026 to 31 March 2026"),
        ("The payment provider’s invoice in_3", None, "from 1 April 2026"),
    ]


def test_an_import_says_how_many_of_each_kind() -> None:
    after = {
        "customer": {"new": 1200, "updated": 3, "unchanged": 0},
        "payment_intent": {"new": 0, "updated": 0, "unchanged": 0},
        "marked_here": {"canceled_here": [f"sub_{n}" for n in range(1220)], "changed_here": []},
    }
    rows = said(None, after, action="import", object_kind="import", customer_id=None)
    assert rows[0] == ("Customer", None, "1,200 new, 3 updated")
    ((field, before, after_words),) = rows[1:]
    assert (field, before) == ("Changed here", None)
    assert after_words is not None
    assert after_words.startswith("Canceled here: sub_0; sub_1; ")
    assert after_words.endswith("; sub_19; and 1,200 more")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, None),
        ([], "text"),
        ("text", {"status": 1}),
        ({"status": 1, "next_billing_date": 3}, {"status": ["x", {"a": None}], "invoices": 7}),
        ({"seller": {"name": "A"}}, {"seller": None}),
        ({"invoices": [1, None, {}]}, {"invoices": [None, "x", {"period_start_on": "x"}]}),
        ({"paid_at": 10**18, "as_of": -(10**18)}, {"paid_at": True, "as_of": ""}),
        ({"": {"": {"": 1}}}, {"": {"": {"": 2}}}),
        ({"payment": {"amount": 5, "currency": 7}}, {"payment": {"amount": None}}),
    ],
)
def test_no_shape_of_an_entry_keeps_it_from_being_shown(before: Any, after: Any) -> None:
    for each in describe_changes(entry(before, after), "UTC"):
        assert each.field
        assert "{" not in f"{each.before}{each.after}"


def test_each_side_is_in_its_own_currency() -> None:
    before = {"amount": 1000, "currency": "EUR", "interval": "month"}
    assert said(before, before | {"amount": 900, "currency": "JPY"}) == [
        ("Amount", "10.00 EUR", "900 JPY"),
        ("Currency", "EUR", "JPY"),
    ]
    assert said(before, before | {"currency": "USD"}) == [("Currency", "EUR", "USD")]
    assert said({}, {"total": 1000, "currency": "USD"}) == [("Total", None, "10.00 USD")]


def test_a_day_that_is_said_needs_no_instant_beside_it() -> None:
    payment = {"received_on": "2026-03-02", "received_at": NOON}
    assert said({}, {"payment": payment}) == [("Payment · Received on", None, "2 March 2026")]


def test_an_amount_whose_currency_nobody_knows_is_not_taken_for_another() -> None:
    changes = describe_changes(entry({"amount_paid": 0}, {"amount_paid": 5900}), "UTC")
    assert changes == (
        Change(
            "Paid",
            "0 in the smallest unit of its currency",
            "5,900 in the smallest unit of its currency",
        ),
    )


def test_reasons_are_in_words_and_other_versions_reasons_as_they_are() -> None:
    assert reason_in_words("too_expensive") == "Too expensive"
    assert reason_in_words("moved away") == "moved away"


def test_an_instant_beyond_every_calendar_is_shown_as_its_number() -> None:
    assert instant_in_words(10**15, "UTC") == "1000000000000000"


@pytest.fixture
def customer(database: Path) -> None:
    models.Customer.create(
        id="cus_1", name="Anna", created_at=0, sort_key="anna", email_key="", search_key="anna"
    )


def fields(row: ActivityRow) -> dict[str, tuple[str | None, str | None]]:
    return {each.field: (each.before, each.after) for each in read_changes(row)}


@pytest.mark.usefixtures("customer")
def test_a_cancellation_reads_as_the_person_saw_it() -> None:
    models.Subscription.create(
        id="sub_1",
        customer="cus_1",
        plan="Team",
        amount=4900,
        currency="EUR",
        interval="month",
        status="active",
        raw_status="active",
        next_billing_date=date(2026, 4, 1),
        created_at=0,
    )
    cancel_subscription("sub_1", operation_id="1")
    (row,) = activity.latest("cus_1")
    shown = fields(row)
    assert shown.pop("Status") == ("active", "canceled")
    assert shown.pop("Next billing date") == ("1 April 2026", "none")
    at = instant_in_words(row.at, "UTC")
    assert shown == {"Cancelled": ("none", at), "Ended": ("none", at)}


@pytest.mark.usefixtures("customer")
def test_a_payment_is_in_the_currency_of_its_invoice() -> None:
    models.Invoice.create(
        id="in_1",
        number="NW-1",
        customer="cus_1",
        status="open",
        raw_status="open",
        currency="JPY",
        subtotal=5900,
        total=5900,
        amount_paid=0,
        amount_remaining=5900,
        created_at=0,
        issued_on=date(2026, 3, 1),
        seller={},
        buyer={},
    )
    record_payment(
        "in_1", amount=900, method="Cash", received_on=date(2026, 3, 2), operation_id="1"
    )
    (row,) = activity.latest("cus_1")
    shown = fields(row)
    assert shown["Paid"] == ("0 JPY", "900 JPY")
    assert shown["Left to pay"] == ("5,900 JPY", "5,000 JPY")
    assert shown["Payment · Amount"] == (None, "900 JPY")
    assert shown["Payment · Received on"] == (None, "2 March 2026")
    assert "Payment · Currency" not in shown


@pytest.mark.usefixtures("database")
def test_a_field_of_the_business_that_was_empty_was_none() -> None:
    first = replace(business.details(), seller=Party(name="Łódź & Co", city="Łódź"))
    save_business_details(first)
    save_business_details(replace(first, seller=Party(name="Łódź & Co", iban="PL61 1090")))
    shown = fields(activity.latest()[0])
    assert shown == {
        "Seller · City": ("Łódź", "none"),
        "Seller · IBAN": ("none", "PL61 1090"),
    }
