"""The payments of a customer who has very many: keys in each order, and rows by key."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from calmony_desktop.billing.money import Money
from calmony_desktop.store import business, customers
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.store.payment_pages import (
    NEWEST_FIRST,
    ORDERS,
    first_keys,
    payment_keys,
    payments_at,
    payments_in_all,
)

NOON = 1_773_489_600  # 2026-03-14T12:00:00Z


@pytest.fixture
def anna(records: Any) -> str:
    records.customer("cus_1", "Anna")
    records.customer("cus_2", "Bert")
    records.payment("pi_other", "cus_2", amount=999_00, created_at=0)
    records.invoice("in_1", "cus_1", number="NW-1")
    records.payment("pi_1", "cus_1", amount=10_00, created_at=NOON, invoice_id="in_1")
    records.payment("pi_2", "cus_1", amount=5_00, amount_refunded=2_00, created_at=NOON + 2)
    records.payment("pi_3", "cus_1", amount=7, currency="JPY", status="failed", created_at=NOON + 2)
    records.payment("pi_4", "cus_1", amount=7_00, currency="USD", created_at=NOON + 1)
    return "cus_1"


def test_rows_come_by_key_in_the_order_of_the_keys_as_the_customer_shows_them(anna: str) -> None:
    keys = payment_keys(anna, NEWEST_FIRST)
    detail = customers.detail(anna)
    assert detail is not None
    assert payments_at(anna, keys) == detail.payments
    assert [row.id for row in detail.payments] == ["pi_2", "pi_3", "pi_4", "pi_1"]
    assert detail.payments[3].invoice_number == "NW-1"
    assert payments_at(anna, keys[::-1]) == detail.payments[::-1]


def test_a_key_of_somebody_else_or_of_nothing_brings_no_row(anna: str) -> None:
    (other,) = payment_keys("cus_2", NEWEST_FIRST)
    keys = payment_keys(anna, NEWEST_FIRST)
    found = payments_at(anna, [keys[0], other, 12345, keys[1]])
    assert [row.id for row in found] == ["pi_2", "pi_3"]


@pytest.mark.parametrize("most", [1, 3, 10])
def test_what_is_first_in_each_order_is_the_beginning_of_the_order(anna: str, most: int) -> None:
    length, keys = first_keys(anna, most)
    assert length == 4
    for order in ORDERS:
        assert keys[order] == payment_keys(anna, order)[:most] == payment_keys(anna, order, most)


def test_nobody_has_no_payments(anna: str) -> None:
    assert first_keys("cus_0", 5).length == len(payment_keys("cus_0", NEWEST_FIRST)) == 0
    nothing = payments_in_all("cus_0")
    assert nothing.total_paid == nothing.samples == ()


def test_what_was_paid_in_all_is_what_the_profile_says(anna: str) -> None:
    detail = customers.detail(anna)
    assert detail is not None
    assert payments_in_all(anna).total_paid == detail.customer.total_paid
    assert detail.customer.total_paid == (Money(13_00, "EUR"), Money(7_00, "USD"))


def test_the_samples_have_every_width_of_amount_and_every_status_and_date(
    anna: str, records: Any
) -> None:
    business.save(BusinessDetails(business.seller(), "Pacific/Kiritimati"))
    samples = payments_in_all(anna).samples
    wide = {(row.currency, row.status, len(str(row.amount))) for row in samples}
    assert wide == {
        ("EUR", "succeeded", 4),
        ("EUR", "succeeded", 3),
        ("JPY", "failed", 1),
        ("USD", "succeeded", 3),
    }
    assert date(2026, 3, 15) in {row.created_on for row in samples}
