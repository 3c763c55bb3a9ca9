"""Raw statuses of a payment provider become the ones that a person sees."""

from __future__ import annotations

import pytest

from calmony_desktop.billing.statuses import (
    CAN_STILL_BILL,
    HAS_NEXT_BILLING_DATE,
    InvoiceStatus,
    PaymentStatus,
    SubscriptionStatus,
    charge_status,
    invoice_status,
    invoice_status_without_one,
    payment_intent_status,
    subscription_status,
)
from calmony_desktop.errors import KnownError


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("succeeded", "succeeded"),
        ("processing", "processing"),
        ("requires_capture", "processing"),
        ("requires_action", "requires_action"),
        ("requires_source_action", "requires_action"),
        ("requires_confirmation", "requires_action"),
        ("canceled", "failed"),
    ],
)
@pytest.mark.parametrize("has_payment_error", [False, True])
def test_a_payment_intent_is_shown_as(raw: str, shown: str, has_payment_error: bool) -> None:
    assert payment_intent_status(raw, has_payment_error=has_payment_error) == shown


@pytest.mark.parametrize("raw", ["requires_payment_method", "requires_source"])
def test_a_payment_intent_without_a_payment_method_failed_only_if_a_payment_did(raw: str) -> None:
    assert payment_intent_status(raw, has_payment_error=True) == "failed"
    assert payment_intent_status(raw, has_payment_error=False) == "requires_action"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Paid", "succeeded"),
        ("Refunded", "succeeded"),
        ("Partially Refunded", "succeeded"),
        ("Failed", "failed"),
        ("paid", "succeeded"),
        (" Paid ", "succeeded"),
        ("succeeded", "succeeded"),
        ("pending", "processing"),
        ("failed", "failed"),
        ("canceled", "failed"),
        ("requires_action", "requires_action"),
        ("requires_payment_method", "requires_action"),
    ],
)
def test_a_charge_or_a_csv_row_is_shown_as(raw: str, shown: str) -> None:
    assert charge_status(raw) == shown


@pytest.mark.parametrize("raw", ["draft", "open", "paid", "uncollectible", "void"])
def test_an_invoice_keeps_its_status(raw: str) -> None:
    assert invoice_status(raw) == invoice_status(raw.upper()) == raw


@pytest.mark.parametrize(
    ("paid", "forgiven", "shown"),
    [
        (True, False, "paid"),
        (True, True, "paid"),
        (False, True, "uncollectible"),
        (False, False, "open"),
    ],
)
def test_an_old_invoice_gets_its_status_from_its_flags(
    paid: bool, forgiven: bool, shown: str
) -> None:
    assert invoice_status_without_one(paid=paid, forgiven=forgiven) == shown


ALL_EIGHT = "incomplete incomplete_expired trialing active past_due unpaid paused canceled".split()


@pytest.mark.parametrize("raw", ALL_EIGHT)
def test_a_subscription_keeps_its_status(raw: str) -> None:
    assert subscription_status(raw) == raw


def test_active_subscriptions_are_those_that_can_still_bill() -> None:
    assert {"trialing", "active", "past_due", "unpaid", "paused"} == CAN_STILL_BILL


def test_a_paused_subscription_can_still_bill_but_has_no_date_for_it() -> None:
    assert {SubscriptionStatus.PAUSED} == CAN_STILL_BILL - HAS_NEXT_BILLING_DATE


@pytest.mark.parametrize("raw", ["", "succeded", "None", "active", "{}"])
def test_an_unknown_status_of_a_payment_is_refused_by_name(raw: str) -> None:
    with pytest.raises(KnownError, match=f"“{raw}” is not a status of a payment intent"):
        payment_intent_status(raw, has_payment_error=False)
    with pytest.raises(KnownError, match="is not a status of a payment intent"):
        charge_status(raw)


@pytest.mark.parametrize("raw", ["", "cancelled", "succeeded", "ended"])
def test_an_unknown_status_of_a_subscription_or_an_invoice_is_refused_by_name(raw: str) -> None:
    with pytest.raises(KnownError, match=f"“{raw}” is not a status of a subscription"):
        subscription_status(raw)
    with pytest.raises(KnownError, match=f"“{raw}” is not a status of an invoice"):
        invoice_status(raw)


def test_the_shown_statuses_are_those_that_the_customer_view_lists() -> None:
    assert set(PaymentStatus) == {"succeeded", "processing", "requires_action", "failed"}
    assert {"paid", "open", "void"} <= set(InvoiceStatus)
    assert set(SubscriptionStatus) == set(ALL_EIGHT)
