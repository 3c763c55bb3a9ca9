"""Cancelling a subscription happens once, whole, and leaves a trace."""

from __future__ import annotations

import getpass
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from calmony_desktop.billing.statuses import CAN_STILL_BILL, SubscriptionStatus
from calmony_desktop.errors import KnownError
from calmony_desktop.operations import cancel_subscription as operation
from calmony_desktop.operations.cancel_subscription import Outcome, cancel_subscription
from calmony_desktop.store import activity, customers, models, subscriptions
from calmony_desktop.store.rows import SubscriptionRow

NOON = 1_773_489_600


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon on 14 March 2026."""
    monkeypatch.setattr(operation, "now", lambda: NOON)


@pytest.fixture
def subscribed(database: Path) -> Callable[..., str]:
    """Makes a subscription of Anna's, with the given columns changed; returns its id."""
    models.Customer.create(
        id="cus_1",
        name="Anna",
        email="anna@x.example",
        created_at=0,
        sort_key="anna",
        email_key="anna@x.example",
        search_key="anna",
    )

    def subscribe(**changes: Any) -> str:
        columns: dict[str, Any] = {
            "id": "sub_1",
            "customer": "cus_1",
            "plan": "Team",
            "amount": 49_00,
            "currency": "EUR",
            "interval": "month",
            "status": "active",
            "raw_status": "active",
            "next_billing_date": date(2026, 4, 1),
            "created_at": 0,
        }
        return str(models.Subscription.create(**{**columns, **changes}).id)

    return subscribe


def shown() -> SubscriptionRow:
    """The one subscription, as the window shows it."""
    detail = customers.detail("cus_1")
    assert detail is not None
    (row,) = detail.subscriptions
    return row


def new_id() -> str:
    return str(uuid4())


def test_a_cancelled_subscription_is_canceled_and_never_billed_again(
    subscribed: Callable[..., str],
) -> None:
    done = cancel_subscription(subscribed(), operation_id=new_id())
    assert done.outcome is Outcome.CANCELED
    row = shown()
    assert (row.status, row.raw_status, row.next_billing_date) == ("canceled", "canceled", None)
    assert row.canceled_at == row.ended_at == NOON
    assert models.Subscription.get_by_id("sub_1").canceled_here, "so that no import undoes it"
    detail = customers.detail("cus_1")
    assert detail is not None
    assert detail.customer.next_charge is None


def test_the_answer_tells_what_was_found(subscribed: Callable[..., str]) -> None:
    found = cancel_subscription(subscribed(), operation_id=new_id()).subscription
    assert (found.customer_name, found.plan, found.amount, found.currency, found.status) == (
        "Anna",
        "Team",
        49_00,
        "EUR",
        "active",
    )
    assert found.next_billing_date == date(2026, 4, 1)


def test_the_activity_trail_tells_who_cancelled_what_and_when(
    subscribed: Callable[..., str],
) -> None:
    operation_id = new_id()
    cancel_subscription(
        subscribed(status="past_due", raw_status="past_due"), operation_id=operation_id
    )
    (entry,) = activity.of_object("subscription", "sub_1")
    assert (entry.operation_id, entry.at, entry.operator) == (
        operation_id,
        NOON,
        getpass.getuser(),
    )
    assert (entry.action, entry.customer_id) == ("cancel_subscription", "cus_1")
    assert entry.before == {
        "status": "past_due",
        "raw_status": "past_due",
        "next_billing_date": "2026-04-01",
        "canceled_at": None,
        "ended_at": None,
    }
    assert entry.after == {
        "status": "canceled",
        "raw_status": "canceled",
        "next_billing_date": None,
        "canceled_at": NOON,
        "ended_at": NOON,
    }


def test_a_system_without_a_login_name_says_so(
    monkeypatch: pytest.MonkeyPatch, subscribed: Callable[..., str]
) -> None:
    def nobody() -> str:
        raise OSError("No username set in the environment")

    monkeypatch.setattr(getpass, "getuser", nobody)
    cancel_subscription(subscribed(), operation_id=new_id())
    assert [entry.operator for entry in activity.of_object("subscription", "sub_1")] == ["unknown"]


@pytest.mark.parametrize("status", sorted(CAN_STILL_BILL))
def test_whatever_can_still_bill_can_be_cancelled(
    status: str, subscribed: Callable[..., str]
) -> None:
    next_date = None if status == "paused" else date(2026, 4, 1)
    subscribed(status=status, raw_status=status, next_billing_date=next_date)
    assert cancel_subscription("sub_1", operation_id=new_id()).outcome is Outcome.CANCELED
    assert shown().status == "canceled"


@pytest.mark.parametrize("status", sorted(set(SubscriptionStatus) - CAN_STILL_BILL))
def test_what_has_ended_meanwhile_is_left_as_it_is(
    status: str, subscribed: Callable[..., str]
) -> None:
    subscribed(status=status, raw_status=status, next_billing_date=None, ended_at=7)
    before = shown()
    done = cancel_subscription("sub_1", operation_id=new_id())
    assert done.outcome is Outcome.ALREADY_ENDED
    assert done.subscription.status == status
    assert shown() == before
    assert activity.of_object("subscription", "sub_1") == ()


def test_cancelling_twice_changes_nothing_the_second_time(
    subscribed: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel_subscription(subscribed(), operation_id=new_id())
    before = shown()
    monkeypatch.setattr(operation, "now", lambda: NOON + 60)
    assert cancel_subscription("sub_1", operation_id=new_id()).outcome is Outcome.ALREADY_ENDED
    assert shown() == before
    assert len(activity.of_object("subscription", "sub_1")) == 1


def test_a_retry_of_the_same_operation_answers_as_the_first_time(
    subscribed: Callable[..., str],
) -> None:
    operation_id = new_id()
    subscribed()
    answers = [cancel_subscription("sub_1", operation_id=operation_id) for _ in range(2)]
    assert [answer.outcome for answer in answers] == [Outcome.CANCELED, Outcome.CANCELED]
    assert len(activity.of_object("subscription", "sub_1")) == 1


def test_a_subscription_that_is_not_there_is_told(subscribed: Callable[..., str]) -> None:
    subscribed()
    with pytest.raises(KnownError, match="There is no subscription SUB_1"):
        cancel_subscription("SUB_1", operation_id=new_id())
    assert shown().status == "active"


def test_other_subscriptions_and_open_invoices_stay_as_they_are(
    subscribed: Callable[..., str],
) -> None:
    subscribed(id="sub_2")
    subscribed()
    models.Invoice.create(
        id="in_1",
        customer="cus_1",
        subscription_id="sub_1",
        status="open",
        raw_status="open",
        currency="EUR",
        subtotal=49_00,
        total=49_00,
        amount_remaining=49_00,
        created_at=0,
        issued_on=date(2026, 3, 1),
        seller={},
        buyer={},
    )
    found = subscriptions.read_to_cancel("sub_1")
    assert found is not None
    assert found.open_invoices == 1
    cancel_subscription("sub_1", operation_id=new_id())
    assert models.Subscription.get_by_id("sub_2").status == "active"
    invoice = models.Invoice.get_by_id("in_1")
    assert (invoice.status, invoice.amount_remaining) == ("open", 49_00)


def test_where_the_trail_cannot_be_written_nothing_is_cancelled(
    subscribed: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(entry: object) -> None:
        raise KnownError("The disk is full.")

    subscribed()
    before = shown()
    monkeypatch.setattr(activity, "add", fail)
    with pytest.raises(KnownError):
        cancel_subscription("sub_1", operation_id=new_id())
    assert shown() == before


CANCEL_IN_A_PROCESS = """
import json, sys
from pathlib import Path
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.store.database import open_database
open_database(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps([cancel_subscription(f"sub_{number}", operation_id=sys.argv[2] + str(number))
    .outcome.value for number in range(20)]))
"""


def test_two_windows_that_cancel_at_once_cancel_once(
    subscribed: Callable[..., str], database: Path
) -> None:
    for number in range(20):
        subscribed(id=f"sub_{number}")
    windows = [
        subprocess.Popen(
            [sys.executable, "-c", CANCEL_IN_A_PROCESS, database, new_id()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for window in windows:
        assert window.stdout is not None
        assert window.stdout.readline() == "ready\n"
    for window in windows:
        assert window.stdin is not None
        window.stdin.close()
        window.stdin = None
    outcomes = [json.loads(window.communicate()[0]) for window in windows]
    for number, pair in enumerate(zip(*outcomes, strict=True)):
        assert sorted(pair) == ["already_ended", "canceled"]
        assert len(activity.of_object("subscription", f"sub_{number}")) == 1
