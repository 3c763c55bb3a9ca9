"""What is due is billed once, whole, with the next number; nothing else is billed at all."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import peewee
import pytest

from calmony_desktop.billing.money import plain
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.operations.run_billing import preview_billing
from calmony_desktop.store import activity, invoices, models

from .conftest import noon


def taxes(invoice: Any) -> list[tuple[str, Any, int, str]]:
    return [
        (tax.label, tax.rate, tax.amount, tax.exemption_reason)
        for tax in models.InvoiceTax.select().where(models.InvoiceTax.invoice == invoice.id)
    ]


def test_a_period_that_is_due_is_billed_and_the_date_moves_on(company: Any) -> None:
    company.bring_in(company.subscription(quantity=3))
    company.now_is("2026-02-01")
    report = company.bill()
    (invoice,) = company.issued()
    assert (invoice.number, invoice.status, invoice.total) == ("NW-2026-0001", "open", 14700)
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 2, 1), date(2026, 3, 3))
    assert (invoice.period_start_on, invoice.period_end_on) == (date(2026, 2, 1), date(2026, 2, 28))
    assert (invoice.seller["name"], invoice.buyer["city"]) == ("Nordlicht", "Hamburg")
    document = invoices.issued_invoice(invoice.id)
    assert document is not None
    (line,) = document.lines
    assert (line.description, line.quantity, line.unit_amount) == ("Team", 3, 4900)
    assert company.stored().next_billing_date == date(2026, 3, 1)
    (billed,) = report.invoices
    assert (billed.number, billed.total, billed.customer_name) == ("NW-2026-0001", 14700, "Anna")
    assert report.summary == (
        f"1 invoice was issued through 1 February 2026: {plain(14700, 'EUR')}."
    )


def test_the_activity_trail_tells_what_was_billed(company: Any) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-02-01")
    operation_id = str(uuid4())
    company.bill(operation_id=operation_id)
    (entry,) = activity.of_object("subscription", "sub_1")
    assert (entry.action, entry.customer_id, entry.at) == ("bill_subscription", "cus_1", company.at)
    assert entry.before == {"status": "active", "next_billing_date": "2026-02-01"}
    assert entry.after["next_billing_date"] == "2026-03-01"
    assert [each["number"] for each in entry.after["invoices"]] == ["NW-2026-0001"]
    assert company.bill(operation_id=operation_id).invoices == ()


def test_every_period_that_was_missed_is_billed_on_the_day_of_the_run(company: Any) -> None:
    company.bring_in(company.subscription(("2025-12-31", "2026-01-31"), anchor="2025-08-31"))
    company.now_is("2026-05-15")
    company.bill()
    assert company.starts() == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert {each.issued_on for each in company.issued()} == {date(2026, 5, 15)}
    assert company.stored().next_billing_date == date(2026, 5, 31)


def test_billing_again_bills_nothing(company: Any) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-03-01")
    assert len(company.bill().invoices) == 2
    again = company.bill()
    assert again.invoices == ()
    assert again.summary == "Nothing was due through 1 March 2026."
    assert len(company.issued()) == 2


def test_a_preview_says_the_same_and_writes_nothing(company: Any) -> None:
    company.bring_in(company.subscription(), company.invoice("2026-02-01", "2026-03-01"))
    company.now_is("2026-03-05")
    before = list(models.database.execute_sql("SELECT * FROM subscriptions").fetchall())
    preview = preview_billing()
    assert company.issued() == []
    assert models.BilledPeriod.select().count() == 0
    assert before == list(models.database.execute_sql("SELECT * FROM subscriptions").fetchall())
    assert preview.is_preview
    report = company.bill()
    assert [(each.period_start_on, each.total) for each in preview.invoices] == [
        (each.period_start_on, each.total) for each in report.invoices
    ]
    assert preview.already_billed == report.already_billed
    assert len(report.already_billed) == 1


def test_numbers_go_on_after_the_highest_of_the_year(company: Any) -> None:
    paid = {"subscription": None, "parent": None}
    company.bring_in(
        company.subscription(),
        *(
            company.invoice("2025-06-01", "2025-07-01", id=f"in_{number}", number=number) | paid
            for number in ("NW-2026-0009", "NW-2026-0041", "NW-2025-0099", "NW-2026-x", "AB-7")
        ),
    )
    company.now_is("2026-02-01")
    company.bill()
    company.now_is("2027-01-01")
    company.bill()
    numbers = [each.number for each in company.issued()]
    assert numbers[:2] == ["NW-2026-0042", "NW-2027-0001"]
    assert numbers[-1] == "NW-2027-0011"


def test_a_number_that_an_import_brought_meanwhile_is_passed_over(company: Any) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-02-01")
    company.bill()
    company.bring_in(company.invoice("2025-01-01", "2025-02-01", number="NW-2026-0002"))
    company.now_is("2026-03-01")
    company.bill()
    assert [each.number for each in company.issued()] == ["NW-2026-0001", "NW-2026-0003"]


def test_no_number_is_lost_where_writing_fails(
    company: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-02-01")

    def fail(entry: object) -> None:
        raise KnownError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(activity, "add", fail)
        with pytest.raises(KnownError, match="disk is full"):
            company.bill()
    assert company.issued() == []
    assert company.stored().next_billing_date == date(2026, 2, 1)
    company.bill()
    assert [each.number for each in company.issued()] == ["NW-2026-0001"]


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired", "canceled", "paused"])
def test_what_can_not_bill_is_not_billed(company: Any, status: str) -> None:
    company.bring_in(company.subscription(status=status))
    company.now_is("2026-06-01")
    assert company.bill().invoices == ()


@pytest.mark.parametrize("status", ["active", "past_due", "unpaid"])
def test_what_can_bill_keeps_its_status(company: Any, status: str) -> None:
    company.bring_in(company.subscription(status=status))
    company.now_is("2026-02-01")
    assert len(company.bill().invoices) == 1
    assert company.stored().status == status


def test_collection_that_is_paused_is_not_billed(company: Any) -> None:
    company.bring_in(company.subscription(pause_collection={"behavior": "void"}))
    company.now_is("2026-06-01")
    assert company.bill().invoices == ()


def test_a_trial_is_billed_when_it_ends_and_becomes_active(company: Any) -> None:
    trial_end = company.subscription(("2026-01-17", "2026-01-31"))["items"]["data"][0]
    company.bring_in(
        company.subscription(
            ("2026-01-17", "2026-01-31"),
            status="trialing",
            trial_end=trial_end["current_period_end"],
        )
    )
    company.now_is("2026-01-30")
    assert company.bill().invoices == ()
    company.now_is("2026-03-31")
    company.bill()
    assert company.starts() == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert company.stored().status == "active"


@pytest.mark.parametrize("has_date", [True, False])
def test_a_cancellation_at_period_end_falls_due(company: Any, has_date: bool) -> None:
    made = company.subscription(cancel_at_period_end=True)
    if has_date:
        made["cancel_at"] = made["items"]["data"][0]["current_period_end"]
    company.bring_in(made)
    company.now_is("2026-01-31")
    assert company.bill().ended == ()
    assert company.stored().status == "active"
    company.now_is("2026-02-01")
    assert [each.sentence for each in preview_billing().ended] == [
        "“Team” (sub_1) ends on 1 February 2026, as was asked."
    ]
    report = company.bill()
    assert [each.sentence for each in report.ended] == [
        "“Team” (sub_1) ended on 1 February 2026, as was asked."
    ]
    stored = company.stored()
    assert (stored.status, stored.canceled_here) == ("canceled", False)
    assert company.issued() == []
    (entry,) = activity.of_object("subscription", "sub_1")
    assert (entry.action, entry.after["ended_on"]) == ("end_subscription", "2026-02-01")


def test_the_last_period_of_what_ends_within_it_is_billed_by_the_day(company: Any) -> None:
    end = company.subscription(("2026-01-01", "2026-02-15"))["items"]["data"][0]
    company.bring_in(company.subscription(cancel_at=end["current_period_end"]))
    company.now_is("2026-03-01")
    report = company.bill()
    (invoice,) = company.issued()
    assert (invoice.total, invoice.period_end_on) == (2450, date(2026, 2, 14))
    assert len(report.ended) == 1
    assert company.stored().status == "canceled"


def test_a_period_that_the_provider_has_billed_is_passed_over(company: Any) -> None:
    company.bring_in(company.subscription(), company.invoice("2026-02-01", "2026-03-01"))
    company.now_is("2026-03-01")
    report = company.bill()
    assert company.starts() == ["2026-03-01"]
    (note,) = report.already_billed
    assert "has the payment provider’s invoice NW-2026-0007" in note.sentence
    assert models.BilledPeriod.select().count() == 2


def test_a_void_invoice_of_the_provider_bills_nothing(company: Any) -> None:
    company.bring_in(
        company.subscription(), company.invoice("2026-02-01", "2026-03-01", status="void")
    )
    company.now_is("2026-02-01")
    company.bill()
    assert company.starts() == ["2026-02-01"]


def test_the_tax_goes_on_as_the_provider_charged_it(company: Any) -> None:
    company.bring_in(company.subscription(), company.invoice("2026-01-01", "2026-02-01"))
    company.now_is("2026-02-01")
    company.bill()
    (invoice,) = company.issued()
    assert (invoice.subtotal, invoice.tax_amount, invoice.total) == (4900, 931, 5831)
    assert taxes(invoice) == [("VAT", 19, 931, "")]


def test_the_rate_of_the_subscription_counts_before_that_of_an_invoice(company: Any) -> None:
    rates = [{"id": "txr_2", "object": "tax_rate", "percentage": 7.7}]
    company.bring_in(
        company.subscription(default_tax_rates=rates), company.invoice("2026-01-01", "2026-02-01")
    )
    assert str(models.Customer.get().tax_rate) == "7.7"
    company.now_is("2026-02-01")
    company.bill()
    (invoice,) = company.issued()
    assert taxes(invoice)[0][1:3] == (models.Customer.get().tax_rate, 377)


@pytest.mark.parametrize(
    ("exempt", "reason"),
    [("exempt", "Customer exempt from tax"), ("reverse", "Reverse charge")],
)
def test_an_exempt_customer_is_charged_no_tax(company: Any, exempt: str, reason: str) -> None:
    company.bring_in(
        company.customer(tax_exempt=exempt),
        company.subscription(),
        company.invoice("2026-01-01", "2026-02-01"),
    )
    company.now_is("2026-02-01")
    company.bill()
    (invoice,) = company.issued()
    assert (invoice.tax_amount, taxes(invoice)[0][3]) == (0, reason)


def test_prices_that_include_their_tax_stay_what_they_are(company: Any) -> None:
    company.bring_in(
        company.subscription(),
        company.invoice(
            "2026-01-01", "2026-02-01", total=4900, amount_due=4900, amount_remaining=4900
        ),
    )
    company.now_is("2026-02-01")
    company.bill()
    (invoice,) = company.issued()
    assert (invoice.subtotal, invoice.tax_amount, invoice.total) == (4900, 782, 4900)


def test_an_invoice_over_nothing_is_paid(company: Any) -> None:
    company.bring_in(company.subscription(unit_amount=0))
    company.now_is("2026-02-01")
    company.bill()
    (invoice,) = company.issued()
    assert (invoice.status, invoice.paid_at) == ("paid", company.at)


def other_items(made: Any, **changes: Any) -> Any:
    (item,) = made["items"]["data"]
    price = item["price"] | {"id": "price_other"} | changes.pop("price", {})
    made["items"]["data"] = [item, item | {"id": "si_other", "price": price} | changes]
    return made


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"price": {"unit_amount": None}}, "depends on usage or tiers"),
        ({"price": {"currency": "usd"}}, "is not in EUR"),
        ({"price": {"recurring": {"interval": "year"}}}, "different billing intervals"),
        ({"current_period_end": 1_800_000_000}, "different billing periods"),
    ],
    ids=str,
)
def test_what_this_program_can_not_work_out_is_told_and_left_alone(
    company: Any, change: dict[str, Any], reason: str
) -> None:
    company.bring_in(
        other_items(company.subscription(), **change), company.subscription(id="sub_2")
    )
    company.now_is("2026-02-01")
    report = company.bill()
    assert [each.subscription_id for each in report.invoices] == ["sub_2"]
    (refused,) = report.refused
    assert reason in refused.sentence
    assert company.stored().next_billing_date == date(2026, 2, 1)


def test_a_customer_deleted_at_the_provider_is_not_billed(company: Any) -> None:
    company.bring_in(company.subscription(), {"id": "cus_1", "object": "customer", "deleted": True})
    company.now_is("2026-02-01")
    (refused,) = company.bill().refused
    assert "its customer was deleted at the payment provider" in refused.sentence


def test_several_items_are_several_lines(company: Any) -> None:
    company.bring_in(other_items(company.subscription(), quantity=2, price={"nickname": "Seats"}))
    company.now_is("2026-02-01")
    company.bill()
    (invoice,) = company.issued()
    document = invoices.issued_invoice(invoice.id)
    assert document is not None
    assert [(line.description, line.amount) for line in document.lines] == [
        ("Team", 4900),
        ("Seats", 9800),
    ]


def test_a_person_may_stop_between_two_subscriptions(company: Any) -> None:
    company.bring_in(*(company.subscription(id=f"sub_{number}") for number in range(5)))
    company.now_is("2026-02-01")

    def stop_after_three(done: int, total: int) -> None:
        assert total == 5
        if done == 3:
            raise Cancelled

    report = company.bill(progress=stop_after_three)
    assert report.is_stopped
    assert "stopped" in report.summary
    assert len(report.invoices) == len(company.issued()) == 3
    assert len(company.bill().invoices) == 2


def test_a_day_years_ahead_is_a_slip(company: Any) -> None:
    with pytest.raises(KnownError, match="1 January 2062 lies years ahead"):
        company.bill("2062-01-01")
    with pytest.raises(KnownError, match="lies years ahead"):
        preview_billing(date(2062, 1, 1))


def test_an_invoice_billed_ahead_is_dated_on_its_period(company: Any) -> None:
    company.bring_in(company.subscription())
    company.bill("2026-03-31")
    assert [each.issued_on for each in company.issued()] == [date(2026, 2, 1), date(2026, 3, 1)]


def test_billing_ahead_says_what_it_means(company: Any) -> None:
    company.bring_in(
        company.subscription(),
        company.subscription(id="sub_2", status="trialing", trial_end=noon(date(2026, 2, 20))),
    )
    assert preview_billing().ahead == ()
    assert preview_billing(date(2026, 2, 1)).ahead == (
        "1 invoice is for a period that begins after today. It would be issued today, dated on "
        "the first day of its period, and stays owed even if the customer cancels before that.",
    )
    assert company.bill("2026-03-31").ahead == (
        "4 invoices are for periods that begin after today. They were issued today, dated on the "
        "first day of their period, and stay owed even if the customer cancels before that.",
        "1 trial became active today, before the trial ends.",
    )


def test_what_is_due_today_is_not_billed_ahead(company: Any) -> None:
    company.bring_in(company.subscription(status="trialing", trial_end=noon(date(2026, 2, 1))))
    company.now_is("2026-02-01")
    report = company.bill()
    assert len(report.invoices) == 1
    assert report.ahead == ()


def test_the_database_itself_refuses_a_period_twice(company: Any) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-02-01")
    company.bill()
    (invoice,) = company.issued()
    with pytest.raises(peewee.IntegrityError, match="UNIQUE"):
        models.BilledPeriod.create(
            subscription="sub_1",
            period_start_on=date(2026, 2, 1),
            period_end_on=date(2026, 3, 1),
            anchor_on=date(2026, 1, 1),
            invoice=invoice.id,
        )


def test_the_day_is_the_day_of_the_business(company: Any) -> None:
    company.bring_in(company.subscription())
    models.Business.update(time_zone="Asia/Tokyo").execute()
    company.now_is("2026-01-31")
    company.at += 4 * 3600
    # It is the first of February in Tokyo already.
    assert len(company.bill().invoices) == 1
