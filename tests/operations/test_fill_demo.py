from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calmony_desktop.billing.money import CURRENCIES
from calmony_desktop.billing.periods import Interval, add_intervals, date_of
from calmony_desktop.billing.statuses import (
    InvoiceStatus,
    PaymentStatus,
    SubscriptionStatus,
    payment_intent_status,
)
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.fill_demo import demo_objects, fill_demo
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.store import business, customers, invoices

TODAY = date(2026, 11, 21)
ZONE = "Europe/Berlin"
BEATRIZ = "cus_NffrFeUfNV2Hib"

Object = dict[str, Any]


@pytest.fixture(scope="module")
def objects() -> list[Object]:
    return list(demo_objects(customers=250, seed=1, today=TODAY))


def of_kind(objects: Iterable[Object], kind: str) -> list[Object]:
    return [each for each in objects if each["object"] == kind]


def by_id(objects: Iterable[Object], kind: str) -> dict[str, Object]:
    return {each["id"]: each for each in of_kind(objects, kind)}


def day(instant: int) -> date:
    return date_of(instant, ZONE)


def midnight(on: date) -> int:
    return int(datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(ZONE)).timestamp())


def instants(value: Any, key: str = "") -> list[tuple[str, int]]:
    """Every number that stands for an instant, with the name it stands under."""
    if isinstance(value, dict):
        return [found for name, each in value.items() for found in instants(each, name)]
    if isinstance(value, list):
        return [found for each in value for found in instants(each, key)]
    if (
        isinstance(value, int)
        and value > 1_000_000_000
        and (key.endswith("_at") or key in ("created", "start_date"))
    ):
        return [(key, value)]
    return []


def plan_periods(objects: list[Object]) -> dict[str, list[tuple[date, date]]]:
    """The periods that the invoices of each subscription were made for."""
    periods = defaultdict(list)
    for invoice in of_kind(objects, "invoice"):
        if invoice["parent"]:
            line = invoice["lines"]["data"][0]
            subscription = invoice["parent"]["subscription_details"]["subscription"]
            period = line["period"]
            periods[subscription].append((day(period["start"]), day(period["end"])))
    return {key: sorted(found) for key, found in periods.items()}


def test_the_same_arguments_give_the_same_company() -> None:
    first = list(demo_objects(customers=40, seed=7, today=TODAY))
    second = list(demo_objects(customers=40, seed=7, today=TODAY))
    assert json.dumps(first) == json.dumps(second)


def test_another_seed_gives_another_company() -> None:
    first = list(demo_objects(customers=40, seed=7, today=TODAY))
    second = list(demo_objects(customers=40, seed=8, today=TODAY))
    assert {each["id"] for each in of_kind(first, "customer")[1:]}.isdisjoint(
        each["id"] for each in of_kind(second, "customer")[1:]
    )


def test_there_are_as_many_customers_as_were_asked_for(objects: list[Object]) -> None:
    assert len(by_id(objects, "customer")) == 250


def test_no_id_is_used_twice(objects: list[Object]) -> None:
    ids = Counter(each["id"] for each in objects)
    assert [each for each, count in ids.items() if count > 1] == []


def test_ids_look_like_the_providers(objects: list[Object]) -> None:
    shapes = {
        "customer": r"cus_\w{14}",
        "product": r"prod_\w{14}",
        "subscription": r"sub_1\w{23}",
        "invoice": r"in_1\w{23}",
        "payment_intent": r"pi_3\w{23}",
        "invoice_payment": r"inpay_1\w{23}",
    }
    assert [
        each["id"] for each in objects if not re.fullmatch(shapes[each["object"]], each["id"])
    ] == []


def test_lines_discounts_and_taxes_come_to_the_total(objects: list[Object]) -> None:
    for invoice in of_kind(objects, "invoice"):
        lines = invoice["lines"]["data"]
        discount = sum(each["amount"] for each in invoice["total_discount_amounts"])
        tax = sum(each["amount"] for each in invoice["total_taxes"])
        assert invoice["subtotal"] == sum(line["amount"] for line in lines)
        assert discount == sum(d["amount"] for line in lines for d in line["discount_amounts"])
        assert tax == sum(each["amount"] for line in lines for each in line["taxes"])
        assert invoice["total"] == invoice["subtotal"] - discount + tax
        assert invoice["amount_paid"] + invoice["amount_remaining"] == invoice["total"]
        for line in lines:
            assert line["amount"] == line["quantity"] * int(line["pricing"]["unit_amount_decimal"])


def test_the_tax_of_each_rate_is_that_rate_of_its_taxable_amount(objects: list[Object]) -> None:
    for invoice in of_kind(objects, "invoice"):
        percent = {rate["id"]: rate["percentage"] for rate in invoice["default_tax_rates"]}
        taxable = 0
        for tax in invoice["total_taxes"]:
            exact = tax["taxable_amount"] * percent[tax["tax_rate_details"]["tax_rate"]]
            assert abs(tax["amount"] * 100 - exact) <= 50
            taxable += tax["taxable_amount"]
        assert taxable == invoice["total_excluding_tax"]


def test_german_vat_falls_on_germans_and_on_consumers_in_the_union_only(
    objects: list[Object],
) -> None:
    buyers = by_id(objects, "customer")
    reasons = defaultdict(set)
    for invoice in of_kind(objects, "invoice"):
        buyer = buyers[invoice["customer"]]
        country = buyer["address"]["country"]
        place = (
            "DE"
            if country == "DE"
            else ("business" if buyer["tax_ids"]["data"] else "consumer")
            if country in ("AT", "ES", "FR", "IT", "NL", "PL", "SE")
            else "outside"
            if country in ("CH", "GB", "JP", "KW", "US")
            else ""
        )
        reasons[place].update(tax["taxability_reason"] for tax in invoice["total_taxes"])
    assert reasons["DE"] == {"standard_rated", "reduced_rated"}
    assert reasons["consumer"] == {"standard_rated", "reduced_rated"}
    assert reasons["business"] == {"reverse_charge"}
    assert reasons["outside"] == {"not_subject_to_tax"}


def test_each_paid_invoice_has_one_payment_over_its_total(objects: list[Object]) -> None:
    paid: dict[str, list[Object]] = defaultdict(list)
    intents = by_id(objects, "payment_intent")
    for link in of_kind(objects, "invoice_payment"):
        intent = intents[link["payment"]["payment_intent"]]
        if intent["status"] == "succeeded":
            paid[link["invoice"]].append(intent)
    for invoice in of_kind(objects, "invoice"):
        payments = paid[invoice["id"]]
        assert len(payments) == (invoice["status"] == "paid")
        for payment in payments:
            assert payment["amount"] == invoice["total"]
            assert payment["currency"] == invoice["currency"]
            assert payment["customer"] == invoice["customer"]
            assert payment["created"] >= invoice["created"]
            assert payment["latest_charge"]["amount_refunded"] <= payment["amount"]


def test_every_payment_belongs_to_an_invoice(objects: list[Object]) -> None:
    linked = {each["payment"]["payment_intent"] for each in of_kind(objects, "invoice_payment")}
    assert linked == set(by_id(objects, "payment_intent"))


def test_a_payment_still_under_way_leaves_its_invoice_open(objects: list[Object]) -> None:
    found = by_id(objects, "invoice")
    intents = by_id(objects, "payment_intent")
    statuses = {
        found[link["invoice"]]["status"]
        for link in of_kind(objects, "invoice_payment")
        if intents[link["payment"]["payment_intent"]]["status"] in ("processing", "requires_action")
    }
    assert statuses == {"open"}


def test_failed_payments_say_why(objects: list[Object]) -> None:
    failed = [
        each
        for each in of_kind(objects, "payment_intent")
        if each["status"] == "requires_payment_method"
    ]
    messages = Counter(each["last_payment_error"]["message"] for each in failed)
    assert messages["Your card was declined: insufficient funds"] > 0
    assert len(messages) >= 5


def test_some_payments_were_refunded_in_full_and_some_in_part(objects: list[Object]) -> None:
    charges = [each["latest_charge"] for each in of_kind(objects, "payment_intent")]
    refunded = [each for each in charges if each and each["amount_refunded"]]
    assert {each["amount_refunded"] == each["amount"] for each in refunded} == {True, False}


def test_numbers_are_unbroken_in_each_year_in_order_of_issue(objects: list[Object]) -> None:
    issued = [each for each in of_kind(objects, "invoice") if each["status"] != "draft"]
    years = defaultdict(list)
    for invoice in sorted(issued, key=lambda each: (each["created"], each["number"])):
        years[day(invoice["created"]).year].append(invoice["number"])
    assert len(years) >= 4
    for year, numbers in years.items():
        assert numbers == [f"NW-{year}-{rank:04d}" for rank in range(1, len(numbers) + 1)]


def test_drafts_have_no_number_and_no_payment(objects: list[Object]) -> None:
    drafts = {key for key, each in by_id(objects, "invoice").items() if each["status"] == "draft"}
    assert drafts
    assert {by_id(objects, "invoice")[key]["number"] for key in drafts} == {None}
    assert drafts.isdisjoint(each["invoice"] for each in of_kind(objects, "invoice_payment"))


@pytest.mark.parametrize("seed", [1, 2])
def test_every_status_occurs(seed: int) -> None:
    objects = list(demo_objects(customers=250, seed=seed, today=TODAY))
    payments = {
        payment_intent_status(each["status"], has_payment_error=bool(each["last_payment_error"]))
        for each in of_kind(objects, "payment_intent")
    }
    assert payments == set(PaymentStatus)
    assert {each["status"] for each in of_kind(objects, "subscription")} == set(SubscriptionStatus)
    assert {each["status"] for each in of_kind(objects, "invoice")} == set(InvoiceStatus)


def test_trials_cancellations_ahead_and_paused_collection_occur(objects: list[Object]) -> None:
    found = of_kind(objects, "subscription")
    assert any(each["status"] == "active" and each["trial_end"] for each in found)
    assert any(each["status"] == "active" and each["cancel_at_period_end"] for each in found)
    assert any(each["status"] == "active" and each["pause_collection"] for each in found)
    assert any(len(each["items"]["data"]) > 1 for each in found)


@pytest.mark.parametrize("today", [date(2026, 11, 21), date(2028, 2, 29), date(2027, 1, 1)])
def test_nothing_happens_today_or_later(today: date) -> None:
    objects = list(demo_objects(customers=120, seed=3, today=today))
    late = [
        (each["id"], name)
        for each in objects
        for name, instant in instants(each)
        if instant >= midnight(today)
    ]
    # What lies ahead is named as such: the end of what is cancelled.
    assert {name for _, name in late} <= {"cancel_at"}
    assert max(each["created"] for each in of_kind(objects, "invoice")) >= midnight(today) - 604_800


def test_nobody_buys_before_being_a_customer(objects: list[Object]) -> None:
    since = {key: each["created"] for key, each in by_id(objects, "customer").items()}
    early = [
        each["id"]
        for each in objects
        if "customer" in each and each["created"] < since[each["customer"]]
    ]
    assert early == []


def test_periods_follow_on_each_other_and_keep_their_anchor(objects: list[Object]) -> None:
    found = plan_periods(objects)
    subscriptions = by_id(objects, "subscription")
    kept_month_ends = 0
    for key, periods in found.items():
        subscription = subscriptions[key]
        recurring = subscription["items"]["data"][0]["price"]["recurring"]
        anchor = day(subscription["billing_cycle_anchor"])
        whole = [period for period in periods if period[0] >= anchor]
        for count, period in enumerate(whole):
            steps = recurring["interval_count"]
            interval = Interval(recurring["interval"])
            assert period == (
                add_intervals(anchor, interval, count * steps),
                add_intervals(anchor, interval, (count + 1) * steps),
            )
            kept_month_ends += period[0].day == 31
        assert all(one[1] == other[0] for one, other in pairwise(periods))
    assert kept_month_ends


def test_an_invoice_is_issued_on_the_first_day_of_its_period(objects: list[Object]) -> None:
    for invoice in of_kind(objects, "invoice"):
        if invoice["parent"]:
            assert day(invoice["created"]) == day(invoice["lines"]["data"][0]["period"]["start"])


def test_what_can_still_bill_is_in_its_current_period(objects: list[Object]) -> None:
    for subscription in of_kind(objects, "subscription"):
        if subscription["status"] in ("active", "trialing", "past_due", "unpaid"):
            item = subscription["items"]["data"][0]
            assert day(item["current_period_start"]) < TODAY <= day(item["current_period_end"])


def test_the_latest_invoice_bills_what_the_subscription_is_for(objects: list[Object]) -> None:
    found = by_id(objects, "invoice")
    for subscription in of_kind(objects, "subscription"):
        if subscription["status"] == "active" and subscription["latest_invoice"]:
            lines = found[subscription["latest_invoice"]]["lines"]["data"]
            billed = [
                (line["pricing"]["price_details"]["price"], line["quantity"])
                for line in lines
                if "price_details" in line["pricing"]
                and not line["parent"][line["parent"]["type"]]["proration"]
            ]
            items = subscription["items"]["data"]
            assert billed == [(item["price"]["id"], item["quantity"]) for item in items]


def test_an_ended_subscription_is_not_billed_after_its_end(objects: list[Object]) -> None:
    found = plan_periods(objects)
    for subscription in of_kind(objects, "subscription"):
        if subscription["status"] == "canceled":
            ended_on = day(subscription["ended_at"])
            assert all(start < ended_on for start, _ in found[subscription["id"]])


def test_a_past_due_subscription_has_an_open_latest_invoice(objects: list[Object]) -> None:
    found = by_id(objects, "invoice")
    for subscription in of_kind(objects, "subscription"):
        if subscription["status"] == "past_due":
            assert found[subscription["latest_invoice"]]["status"] == "open"


def test_an_active_subscription_has_no_overdue_invoice(objects: list[Object]) -> None:
    found = by_id(objects, "invoice")
    latest = [
        found[each["latest_invoice"]]
        for each in of_kind(objects, "subscription")
        if each["status"] == "active"
    ]
    overdue = [
        each["number"]
        for each in latest
        if each["status"] == "open" and day(each["due_date"]) < TODAY
    ]
    assert overdue == []


def test_the_customers_are_from_everywhere(objects: list[Object]) -> None:
    found = of_kind(objects, "customer")
    currencies = {each["currency"].upper() for each in of_kind(objects, "invoice")}
    assert len({each["address"]["country"] for each in found}) >= 50
    assert currencies <= CURRENCIES
    assert {"EUR", "USD", "GBP", "CHF", "SEK", "JPY", "KWD", "BRL", "INR"} <= currencies
    assert any("\u3040" < letter < "\u9fff" for each in found for letter in each["name"] or "")
    assert any("\u0600" < letter < "\u06ff" for each in found for letter in each["name"] or "")


def test_a_few_have_no_name_or_no_email_and_one_has_neither(objects: list[Object]) -> None:
    missing = Counter(
        (not each["name"], not each["email"]) for each in of_kind(objects, "customer")
    )
    assert 3 <= missing[True, False] <= 12
    assert 3 <= missing[False, True] <= 12
    assert missing[True, True] == 1


def test_names_are_various_and_emails_reach_nobody(objects: list[Object]) -> None:
    found = of_kind(objects, "customer")
    names = Counter(each["name"] for each in found if each["name"])
    assert [name for name, count in names.items() if count > 1] == []
    emails = [each["email"] for each in found if each["email"]]
    assert [
        each for each in emails if not re.fullmatch(r"[a-z0-9.-]+@[a-z0-9-]+\.example", each)
    ] == []


def test_some_customers_pay_in_two_currencies(objects: list[Object]) -> None:
    currencies = defaultdict(set)
    for invoice in of_kind(objects, "invoice"):
        currencies[invoice["customer"]].add(invoice["currency"])
    assert 3 <= sum(len(each) == 2 for each in currencies.values()) <= 25


def test_the_demo_comes_in_whole(database: Path) -> None:
    report = fill_demo(customers=120, today=TODAY)
    assert report.lines == ()
    total = report.total
    assert (total.refused, total.waiting, total.conflicting, total.updated) == (0, 0, 0, 0)
    assert customers.count() == 120


def test_the_customer_of_the_pictures_has_her_page(database: Path) -> None:
    fill_demo(customers=20, today=TODAY)
    page = customers.detail(BEATRIZ)
    assert page is not None
    assert page.customer.name == "Beatriz Salgado Núñez"
    assert page.customer.created_on == date(2023, 3, 14)
    assert page.customer.next_charge is not None
    assert page.customer.next_charge.on == date(2026, 12, 1)
    shown = {
        (each.plan, each.amount, each.status, each.next_billing_date) for each in page.subscriptions
    }
    assert shown == {
        ("Workshop Pro", 5900, "active", date(2026, 12, 1)),
        ("Parts catalogue add-on", 24000, "past_due", date(2027, 3, 9)),
        ("Workshop Basic", 2900, "canceled", None),
    }
    assert {each.status for each in page.payments[:5]} == set(PaymentStatus)
    assert {"paid", "open", "void"} <= {each.status for each in page.invoices}
    assert len(page.invoices) > 30


def test_an_invoice_carries_the_company_and_the_buyer_as_they_were(database: Path) -> None:
    fill_demo(customers=2, today=TODAY)
    page = customers.detail(BEATRIZ)
    assert page is not None
    issued = invoices.issued_invoice(page.invoices[1].id)
    assert issued is not None
    assert issued.seller.name == "Nordlicht Werkstatt GmbH"
    assert issued.seller.vat_id == "DE298712345"
    assert (issued.buyer.name, issued.buyer.contact_name, issued.buyer.vat_id) == (
        "Talleres Salgado S.L.",
        "Beatriz Salgado Núñez",
        "ESB87654321",
    )
    assert (issued.period_start_on, issued.period_end_on) == (date(2026, 11, 1), date(2026, 11, 30))
    assert [tax.exemption_reason for tax in issued.taxes] == ["Reverse charge"]
    assert issued.payment_method == "Visa ending 4242"


def test_the_business_itself_is_set_up(database: Path) -> None:
    fill_demo(customers=1, today=TODAY)
    assert business.time_zone() == ZONE
    assert business.seller().iban == "DE02120300000000202051"


def test_a_database_with_customers_is_left_alone(database: Path) -> None:
    fill_demo(customers=3, today=TODAY)
    with pytest.raises(KnownError, match="has customers already"):
        fill_demo(customers=5, today=TODAY)
    assert customers.count() == 3


def test_a_demo_that_is_cancelled_leaves_nothing_behind(database: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fill_demo(customers=20, today=TODAY, progress=stop)
    assert customers.count() == 0
    assert business.seller().name == ""
