"""Recording a payment and voiding an invoice: once, whole, and with a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.describe_activity import describe_activity
from calmony_desktop.operations.record_payment import record_payment
from calmony_desktop.operations.void_invoice import void_invoice
from calmony_desktop.store import activity, customers

from .conftest import noon

NewId = Callable[[], str]
TODAY = date(2026, 2, 1)


@pytest.fixture
def invoice_id(company: Any) -> str:
    """An open invoice over 49.00 EUR, issued here today."""
    company.bring_in(company.subscription())
    company.now_is("2026-02-01")
    company.bill()
    (invoice,) = company.issued()
    return str(invoice.id)


def pay(invoice_id: str, operation_id: str, **changes: Any) -> Any:
    facts = {"method": "Bank transfer", "received_on": TODAY}
    return record_payment(invoice_id, operation_id=operation_id, **{**facts, **changes})


def test_a_payment_of_all_that_is_owed_settles_the_invoice(
    company: Any, invoice_id: str, new_id: NewId
) -> None:
    paid = pay(invoice_id, new_id())
    assert paid.sentence == "49.00 EUR recorded for NW-2026-0001, which is paid now."
    detail = customers.detail("cus_1")
    assert detail is not None
    (payment,) = detail.payments
    assert (payment.amount, payment.status, payment.payment_method) == (
        4900,
        "succeeded",
        "Bank transfer",
    )
    assert (payment.invoice_number, payment.created_on) == ("NW-2026-0001", TODAY)
    (invoice,) = detail.invoices
    assert (invoice.status, invoice.amount_remaining, invoice.paid_at) == ("paid", 0, company.at)
    assert detail.customer.open_balance == ()
    assert check_database().findings == ()


def test_a_part_leaves_the_rest_open(invoice_id: str, new_id: NewId) -> None:
    part = pay(invoice_id, new_id(), amount=1900, received_on=date(2026, 1, 28))
    assert part.sentence == "19.00 EUR recorded for NW-2026-0001; 30.00 EUR are still owed."
    assert part.invoice.status == "open"
    rest = pay(invoice_id, new_id(), note="The rest")
    assert (rest.amount, rest.invoice.status) == (3000, "paid")
    entries = activity.of_object("invoice", invoice_id)
    assert [entry.action for entry in entries] == ["record_payment"] * 2
    assert entries[1].note == "The rest"
    assert entries[0].after["payment"]["received_on"] == "2026-01-28"
    assert check_database().findings == ()


def test_the_same_operation_pays_once(invoice_id: str, new_id: NewId) -> None:
    operation_id = new_id()
    answers = [pay(invoice_id, operation_id, amount=1900) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(activity.of_object("invoice", invoice_id)) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": 0}, "more than nothing"),
        ({"amount": -5}, "more than nothing"),
        ({"amount": 4901}, "more than is owed: 49.00 EUR are left"),
        ({"received_on": date(2026, 2, 2)}, "2 February 2026 lies ahead"),
        ({"method": " "}, "Say how it was paid"),
        ({"method": "x" * 501}, "Say how it was paid"),
        ({"note": "x" * 5_001}, "The note is too long. It can have 5,000 characters."),
    ],
    ids=str,
)
def test_a_payment_that_can_not_be_is_refused(
    invoice_id: str, new_id: NewId, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(KnownError, match=sentence):
        pay(invoice_id, new_id(), **changes)
    assert activity.of_object("invoice", invoice_id) == ()


@pytest.mark.parametrize("status", ["draft", "paid", "uncollectible", "void"])
def test_only_an_open_invoice_is_paid_or_voided(company: Any, new_id: NewId, status: str) -> None:
    company.bring_in(company.invoice("2026-01-01", "2026-02-01", status=status))
    with pytest.raises(KnownError, match=f"is {status}"):
        pay("in_2026-01-01", new_id())
    with pytest.raises(KnownError, match=f"is {status}"):
        void_invoice("in_2026-01-01", operation_id=new_id())
    with pytest.raises(KnownError, match="The note is too long"):
        void_invoice("in_2026-01-01", operation_id=new_id(), note="x" * 5_001)
    with pytest.raises(KnownError, match="There is no invoice in_x"):
        pay("in_x", new_id())


def test_a_void_invoice_is_owed_no_more_and_its_period_stays_billed(
    company: Any, invoice_id: str, new_id: NewId
) -> None:
    operation_id = new_id()
    for _ in range(2):
        voided = void_invoice(invoice_id, operation_id=operation_id, note="Wrong address")
        assert voided.sentence == "Invoice NW-2026-0001 is void: 49.00 EUR are not owed any more."
    (entry,) = activity.of_object("invoice", invoice_id)
    assert (entry.action, entry.note, entry.before["status"]) == (
        "void_invoice",
        "Wrong address",
        "open",
    )
    detail = customers.detail("cus_1")
    assert detail is not None
    assert detail.customer.open_balance == ()
    assert company.bill().invoices == ()
    assert check_database().findings == ()


def test_what_was_paid_in_part_is_not_voided(invoice_id: str, new_id: NewId) -> None:
    pay(invoice_id, new_id(), amount=1900)
    with pytest.raises(KnownError, match=r"19\.00 EUR were paid of invoice NW-2026-0001"):
        void_invoice(invoice_id, operation_id=new_id())


def test_a_void_is_told_with_its_amount_and_why(invoice_id: str, new_id: NewId) -> None:
    void_invoice(invoice_id, operation_id=new_id(), note="  Wrong address\n")
    (entry,) = activity.of_object("invoice", invoice_id)
    assert describe_activity(entry) == (
        "Voided invoice NW-2026-0001 over 49.00 EUR; that is not owed any more. Note: Wrong address"
    )


def late(company: Any, status: str, **changes: Any) -> list[str]:
    """A late subscription with two open invoices of the provider's; the ids of these, oldest first.

    They are due on 15 February and 15 March.
    """
    invoices = [
        company.invoice(
            f"2026-0{month}-01",
            f"2026-0{month + 1}-01",
            number=f"P-{month}",
            due_date=noon(date(2026, month, 15)),
        )
        for month in (2, 3)
    ]
    company.now_is("2026-03-20")
    company.bring_in(
        company.subscription(("2026-03-01", "2026-04-01"), status=status, **changes), *invoices
    )
    return ["in_2026-02-01", "in_2026-03-01"]


def test_a_payment_of_the_latest_invoice_makes_what_is_past_due_active(
    company: Any, new_id: NewId
) -> None:
    _, latest = late(company, "past_due")
    on_19_march = {"received_on": date(2026, 3, 19)}
    part = pay(latest, new_id(), amount=5000, **on_19_march)
    assert not part.is_active_again
    assert company.stored().status == "past_due"
    operation_id = new_id()
    answers = [pay(latest, operation_id, **on_19_march) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0].sentence == (
        "8.31 EUR recorded for P-3, which is paid now. Its subscription is active again."
    )
    stored = company.stored()
    assert (stored.status, stored.raw_status) == ("active", "active")
    assert stored.next_billing_date == date(2026, 4, 1)
    entry = activity.of_object("invoice", latest)[-1]
    assert entry.before["subscription"] == {"id": "sub_1", "status": "past_due"}
    assert entry.after["subscription"] == {"id": "sub_1", "status": "active"}
    assert describe_activity(entry) == (
        "Recorded 8.31 EUR by Bank transfer for invoice P-3, received on 19 March 2026. "
        "Subscription sub_1 is active again."
    )
    assert check_database().findings == ()


def test_a_payment_of_an_older_invoice_leaves_it_past_due(company: Any, new_id: NewId) -> None:
    older, latest = late(company, "past_due")
    assert not pay(older, new_id()).is_active_again
    assert company.stored().status == "past_due"
    assert pay(latest, new_id()).is_active_again
    assert check_database().findings == ()


def test_the_last_open_invoice_need_not_be_the_newest(company: Any, new_id: NewId) -> None:
    older, latest = late(company, "past_due")
    void_invoice(latest, operation_id=new_id())
    assert pay(older, new_id()).is_active_again
    assert check_database().findings == ()


@pytest.mark.parametrize(("day", "status"), [(15, "active"), (16, "unpaid")])
def test_what_is_unpaid_becomes_active_by_a_payment_before_the_due_date(
    company: Any, new_id: NewId, day: int, status: str
) -> None:
    _, latest = late(company, "unpaid")
    pay(latest, new_id(), received_on=date(2026, 3, day))
    assert company.stored().status == status
    assert check_database().findings == ()


@pytest.mark.parametrize("status", ["canceled", "incomplete", "trialing", "paused"])
def test_a_payment_changes_no_other_subscription(company: Any, new_id: NewId, status: str) -> None:
    _, latest = late(company, status)
    assert not pay(latest, new_id()).is_active_again
    assert company.stored().status == status
    assert check_database().findings == ()


def test_a_late_subscription_that_is_set_to_end_still_ends(company: Any, new_id: NewId) -> None:
    _, latest = late(company, "past_due")
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    assert pay(latest, new_id()).is_active_again
    assert company.stored().next_billing_date is None
    assert check_database().findings == ()
    company.now_is("2026-04-01")
    company.bill()
    assert company.stored().status == "canceled"
    assert company.issued() == []
    assert check_database().findings == ()
