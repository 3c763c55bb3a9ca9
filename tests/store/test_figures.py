"""Whatever is written however, the figures of the customers say the same as their records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calmony_desktop.billing.money import exponent
from calmony_desktop.billing.statuses import CAN_STILL_BILL, SubscriptionStatus
from calmony_desktop.store.models import Customer, Invoice, PaymentIntent, Subscription

CUSTOMERS = ("cus_1", "cus_2")
NOT_PAID = ("past_due", "unpaid")
CURRENCIES = ("EUR", "JPY", "KWD")


def counted(customer_id: str) -> dict[str, Any]:
    """The figures, worked out the long way."""
    invoices = [each for each in Invoice.select() if each.customer_id == customer_id]
    payments = [each for each in PaymentIntent.select() if each.customer_id == customer_id]
    subscriptions = [each for each in Subscription.select() if each.customer_id == customer_id]
    owed = [each for each in invoices if each.status == "open"]
    newest = max(payments, key=lambda each: (each.created_at, each.id), default=None)
    return {
        "open_invoices": len(owed),
        "open_balance": sum(
            int(each.amount_remaining * 100 // 10 ** exponent(each.currency)) for each in owed
        ),
        "last_payment_at": max(
            (each.created_at for each in payments if each.status == "succeeded"), default=0
        ),
        "last_payment_failed": newest is not None and newest.status == "failed",
        "active_subscriptions": sum(each.status in CAN_STILL_BILL for each in subscriptions),
        "unpaid_subscriptions": sum(each.status in NOT_PAID for each in subscriptions),
    }


def kept(customer_id: str) -> dict[str, Any]:
    row = Customer.get(Customer.id == customer_id)
    return {name: getattr(row, name) for name in counted(customer_id)}


ids = st.sampled_from(["a", "b", "c"])
owners = st.sampled_from(CUSTOMERS)
invoices = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["open", "paid", "void", "draft"]),
        "amount_remaining": st.integers(0, 10**12),
        "currency": st.sampled_from(CURRENCIES),
        "customer": owners,
    }
)
payments = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["succeeded", "failed", "processing"]),
        "created_at": st.integers(1, 4),
        "customer": owners,
    }
)
subscriptions = st.fixed_dictionaries(
    {"status": st.sampled_from([each.value for each in SubscriptionStatus]), "customer": owners}
)
writes = st.lists(
    st.one_of(
        st.tuples(st.just("invoice"), ids, st.none() | invoices),
        st.tuples(st.just("payment"), ids, st.none() | payments),
        st.tuples(st.just("subscription"), ids, st.none() | subscriptions),
    ),
    max_size=12,
)
MODELS: dict[str, Any] = {
    "invoice": Invoice,
    "payment": PaymentIntent,
    "subscription": Subscription,
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(writes=writes)
def test_the_figures_follow_every_insert_update_and_delete(records: Any, writes: Any) -> None:
    for model in (*MODELS.values(), Customer):
        model.delete().execute()
    for each in CUSTOMERS:
        records.customer(each)
    for kind, record_id, values in writes:
        model = MODELS[kind]
        if values is None:
            model.delete().where(model.id == record_id).execute()
        elif model.select().where(model.id == record_id).exists():
            model.update(**values).where(model.id == record_id).execute()
        else:
            changes = dict(values)
            if kind == "subscription":
                changes["next_billing_date"] = None
            getattr(records, kind)(record_id, changes.pop("customer"), **changes)
        for each in CUSTOMERS:
            assert kept(each) == counted(each)


def main_currency(customer_id: str) -> str | None:
    found: str | None = Customer.get(Customer.id == customer_id).main_currency
    return found


def test_the_main_currency_is_the_providers_word_else_that_of_the_first_record(
    records: Any,
) -> None:
    records.customer("cus_1")
    assert main_currency("cus_1") is None
    records.payment("pi_1", "cus_1", currency="USD")
    records.invoice("in_1", "cus_1", currency="EUR")
    assert main_currency("cus_1") == "USD"
    Customer.update(currency="GBP").execute()
    assert main_currency("cus_1") == "GBP"
    records.customer("cus_2", currency="CHF")
    assert main_currency("cus_2") == "CHF"


def test_the_largest_amounts_do_not_overflow(records: Any) -> None:
    records.customer("cus_1")
    for number in range(50):
        records.invoice(f"in_{number}", "cus_1", currency="JPY", amount_remaining=10**15)
    assert kept("cus_1")["open_invoices"] == 50
    assert kept("cus_1")["open_balance"] > 10**15


def test_the_index_of_a_figure_is_not_rewritten_by_records_that_do_not_touch_it(
    records: Any, run_sql: Callable[..., list[tuple[Any, ...]]]
) -> None:
    records.customer("cus_1")
    records.invoice("in_1", "cus_1", status="paid", amount_remaining=0)
    before = run_sql("SELECT total_changes()")
    Invoice.update(memo="Thank you").execute()
    assert run_sql("SELECT total_changes()")[0][0] - before[0][0] == 1


@pytest.mark.parametrize("status", ["open", "paid"])
def test_an_invoice_that_is_written_again_as_it_was_counts_once(records: Any, status: str) -> None:
    records.customer("cus_1")
    records.invoice("in_1", "cus_1", status=status)
    Invoice.update(status=status, amount_remaining=49_00).execute()
    assert kept("cus_1") == counted("cus_1")
