"""What was decided here stands, whatever an import says; nothing comes in twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.import_records import import_paths
from calmony_desktop.operations.record_payment import record_payment
from calmony_desktop.operations.undo_cancellation import (
    reinstate_subscription,
    undo_cancellation,
    undo_deadline,
)
from calmony_desktop.operations.void_invoice import void_invoice
from calmony_desktop.store import activity, models
from calmony_desktop.store.database import open_database

from .conftest import noon

NewId = Callable[[], str]


def reasons(report: Any) -> list[str]:
    return [line.reason for line in report.lines]


def test_an_import_never_undoes_that_a_subscription_ends_with_its_period(
    company: Any, new_id: NewId
) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    before = dict(company.stored().__data__)
    # The provider does not know, and has begun the next period.
    newer = company.subscription(("2026-02-01", "2026-03-01"), anchor="2026-01-01")
    for told in (company.subscription(), newer):
        report = company.bring_in(told)
        assert report.total.conflicting == 1
        assert dict(company.stored().__data__) == before
    company.now_is("2026-02-01")
    company.bill()
    assert company.stored().status == "canceled"
    assert company.bring_in(newer).total.conflicting == 1
    assert company.stored().status == "canceled"
    assert company.issued() == []
    assert check_database().findings == ()


@pytest.mark.parametrize("keeps_flag", [True, False])
def test_a_provider_that_has_ended_it_agrees(company: Any, new_id: NewId, keeps_flag: bool) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    company.bring_in(
        company.subscription(
            status="canceled", cancel_at_period_end=keeps_flag, ended_at=company.at
        )
    )
    assert company.stored().status == "canceled"


def test_a_provider_that_was_told_agrees(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    report = company.bring_in(company.subscription(cancel_at_period_end=True))
    assert report.total.conflicting == 0
    assert company.stored().cancel_requested_here


def test_the_same_files_after_billing_change_nothing(company: Any) -> None:
    files = [
        company.customer(),
        company.subscription(("2025-12-31", "2026-01-31"), anchor="2025-08-31"),
        company.invoice("2025-12-31", "2026-01-31"),
    ]
    company.bring_in(*files)
    company.now_is("2026-03-01")
    company.bill()
    before = dict(company.stored().__data__)
    report = company.bring_in(*files)
    assert (report.total.new, report.total.updated, report.total.conflicting) == (0, 0, 0)
    assert dict(company.stored().__data__) == before
    company.now_is("2026-03-31")
    company.bill()
    assert company.starts() == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_a_trial_that_was_billed_here_stays_over(company: Any) -> None:
    made = company.subscription(("2026-01-17", "2026-01-31"), status="trialing")
    made["trial_end"] = made["items"]["data"][0]["current_period_end"]
    company.bring_in(made)
    company.now_is("2026-01-31")
    company.bill()
    company.bring_in(made)
    stored = company.stored()
    assert (stored.status, stored.next_billing_date) == ("active", date(2026, 2, 28))


def test_a_period_billed_here_does_not_come_in_again(company: Any) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-02-01")
    company.bill()
    theirs = company.invoice("2026-02-01", "2026-03-01")
    for _ in range(2):
        report = company.bring_in(theirs)
        assert report.total.conflicting == 1
        assert "its period was billed here by invoice NW-2026-0001" in reasons(report)[0]
    assert models.Invoice.select().count() == 1
    (entry,) = activity.of_object("invoice", "in_2026-02-01")
    assert (entry.action, entry.customer_id) == ("import_conflict", "cus_1")
    # Another period, an invoice that is void, or a proration within the period, does come in.
    report = company.bring_in(
        company.invoice("2026-03-01", "2026-04-01"),
        company.invoice("2026-02-01", "2026-03-01", id="in_void", status="void"),
        company.invoice("2026-02-10", "2026-03-01"),
    )
    assert (report.total.new, report.total.conflicting) == (3, 0)


def test_where_ours_is_void_theirs_comes_in(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-02-01")
    company.bill()
    (ours,) = company.issued()
    void_invoice(ours.id, operation_id=new_id())
    assert company.bring_in(company.invoice("2026-02-01", "2026-03-01")).total.new == 1


def test_a_number_issued_here_does_not_come_in_again(company: Any) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-02-01")
    company.bill()
    theirs = company.invoice("2025-06-01", "2025-07-01", number="NW-2026-0001")
    report = company.bring_in(theirs)
    assert "an invoice issued here has its number NW-2026-0001" in reasons(report)[0]
    assert models.Invoice.select().count() == 1


def test_a_payment_recorded_here_is_not_undone(company: Any, new_id: NewId) -> None:
    theirs = company.invoice("2026-01-01", "2026-02-01")
    company.bring_in(company.subscription(), theirs)
    paid = {"method": "Cash", "received_on": date(2026, 1, 15)}
    record_payment("in_2026-01-01", **paid, amount=1000, operation_id=new_id())
    report = company.bring_in(theirs)
    assert report.total.conflicting == 1
    invoice = models.Invoice.get_by_id("in_2026-01-01")
    assert (invoice.amount_paid, invoice.amount_remaining) == (1000, 4831)
    record_payment("in_2026-01-01", **paid, operation_id=new_id())
    company.bring_in(theirs)
    assert models.Invoice.get_by_id("in_2026-01-01").status == "paid"


def test_a_voided_invoice_stays_void(company: Any, new_id: NewId) -> None:
    theirs = company.invoice("2026-01-01", "2026-02-01")
    company.bring_in(company.subscription(), theirs)
    void_invoice("in_2026-01-01", operation_id=new_id())
    company.bring_in(theirs)
    assert models.Invoice.get_by_id("in_2026-01-01").status == "void"


def test_a_provider_that_was_paid_is_believed(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription(), company.invoice("2026-01-01", "2026-02-01"))
    paid = {"method": "Cash", "received_on": date(2026, 1, 15)}
    record_payment("in_2026-01-01", **paid, amount=1000, operation_id=new_id())
    company.bring_in(
        company.invoice(
            "2026-01-01", "2026-02-01", status="paid", amount_paid=5831, amount_remaining=0
        )
    )
    assert models.Invoice.get_by_id("in_2026-01-01").status == "paid"


def test_what_was_billed_here_reads_back_whole_elsewhere_and_is_not_billed_again(
    company: Any, new_id: NewId, tmp_path: Path
) -> None:
    rates = [{"id": "txr_2", "object": "tax_rate", "percentage": 7.7}]
    company.bring_in(
        company.subscription(default_tax_rates=rates), company.subscription(id="sub_2")
    )
    company.now_is("2026-02-01")
    company.bill()
    cancel_subscription(
        "sub_2",
        operation_id=new_id(),
        at_period_end=True,
        reason=CancellationReason.OTHER,
        note="Zoë",
    )
    export_records(tmp_path / "export")
    tables = ("customers", "subscriptions", "invoice_lines", "invoice_taxes")

    def kept() -> Any:
        run = models.database.execute_sql
        return [sorted(map(str, run(f"SELECT * FROM {each}").fetchall())) for each in tables]

    before = kept()
    here = import_paths([tmp_path / "export"])
    assert (here.total.new, here.total.updated, here.total.conflicting) == (0, 0, 0)
    open_database(tmp_path / "elsewhere.db")
    import_paths([tmp_path / "export"])
    assert kept() == before
    company.bill()
    company.now_is("2026-02-28")
    assert company.bill().invoices == ()
    company.now_is("2026-03-01")
    assert [each.subscription_id for each in company.bill().invoices] == ["sub_1"]
    assert check_database().findings == ()


def test_a_reason_that_is_none_of_the_list_is_refused(company: Any, tmp_path: Path) -> None:
    company.bring_in(company.subscription())
    hostile = company.subscription(calmony={"cancellation_reason": "<b>bored</b>"})
    report = company.bring_in(hostile)
    assert report.total.refused == 1


def _cancelled(company: Any, new_id: NewId, **options: Any) -> dict[str, Any]:
    company.bring_in(company.subscription())
    before = dict(company.stored().__data__)
    cancel_subscription("sub_1", operation_id=new_id(), **options)
    company.at += 60
    return before


@pytest.mark.parametrize("at_period_end", [True, False])
def test_what_the_provider_repeats_blocks_no_undo(
    company: Any, new_id: NewId, at_period_end: bool
) -> None:
    before = _cancelled(company, new_id, at_period_end=at_period_end)
    assert company.bring_in(company.subscription()).total.conflicting == 1
    assert undo_deadline("sub_1") is not None
    undo_cancellation("sub_1", operation_id=new_id())
    assert dict(company.stored().__data__) == before


def test_a_period_that_was_billed_here_meanwhile_is_no_news(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-02-03")
    company.bill()
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    renewed = company.subscription(("2026-02-01", "2026-03-01"), anchor="2026-01-01")
    assert company.bring_in(renewed).total.conflicting == 1
    assert reinstate_subscription("sub_1", operation_id=new_id()).next_billing_date == date(
        2026, 3, 1
    )


@pytest.mark.parametrize(
    "news",
    [
        {"pause_collection": {"behavior": "void"}},
        {"status": "past_due"},
        {"cancel_at": noon(date(2026, 3, 10))},
        {"period": ("2026-01-15", "2026-02-15")},
        {"unit_amount": 9900},
        {"status": "incomplete_expired"},
    ],
)
def test_other_news_of_the_provider_block_undo_and_reinstating(
    company: Any, new_id: NewId, news: dict[str, Any]
) -> None:
    _cancelled(company, new_id, at_period_end=True)
    cancelled = dict(company.stored().__data__)
    company.bring_in(company.subscription(**news))
    assert undo_deadline("sub_1") is None
    for take_back in (undo_cancellation, reinstate_subscription):
        with pytest.raises(KnownError, match="says otherwise"):
            take_back("sub_1", operation_id=new_id())
    assert dict(company.stored().__data__) == cancelled


def test_our_own_export_blocks_no_reinstating(company: Any, new_id: NewId, tmp_path: Path) -> None:
    company.bring_in(company.subscription())
    export_records(tmp_path / "before")
    before = dict(company.stored().__data__)
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    export_records(tmp_path / "after")
    cancelled = dict(company.stored().__data__)
    for folder in ("before", "after", "before"):
        import_paths([tmp_path / folder])
        assert dict(company.stored().__data__) == cancelled
    reinstate_subscription("sub_1", operation_id=new_id())
    assert dict(company.stored().__data__) == before


def test_what_is_repeated_between_two_cancellations_blocks_neither_way_back(
    company: Any, new_id: NewId
) -> None:
    before = _cancelled(company, new_id, at_period_end=True)
    cancel_subscription("sub_1", operation_id=new_id())
    company.bring_in(company.subscription())
    undo_cancellation("sub_1", operation_id=new_id())
    reinstate_subscription("sub_1", operation_id=new_id())
    assert dict(company.stored().__data__) == before


def test_news_that_come_again_after_another_cancellation_count_again(
    company: Any, new_id: NewId
) -> None:
    _cancelled(company, new_id, at_period_end=True)
    paused = company.subscription(pause_collection={"behavior": "void"})
    company.bring_in(paused)
    cancel_subscription("sub_1", operation_id=new_id())
    company.bring_in(paused)
    company.bring_in(paused)
    entries = activity.of_object("subscription", "sub_1")
    assert [each.action for each in entries].count("import_conflict") == 2
    with pytest.raises(KnownError, match="says otherwise"):
        undo_cancellation("sub_1", operation_id=new_id())


def test_a_provider_that_agrees_moves_no_end_that_was_asked_for_here(
    company: Any, new_id: NewId
) -> None:
    _cancelled(company, new_id, at_period_end=True)
    asked = company.stored().cancel_at
    later = company.subscription(
        ("2026-02-01", "2026-03-01"), cancel_at_period_end=True, cancel_at=noon(date(2026, 3, 1))
    )
    assert company.bring_in(later).total.conflicting == 0
    assert company.stored().cancel_at == asked
    company.now_is("2026-02-01")
    company.bill()
    assert (company.stored().status, company.issued()) == ("canceled", [])


def test_news_count_by_the_time_of_their_event_whatever_lies_ahead(company: Any) -> None:
    def event(at: int, **changes: Any) -> dict[str, Any]:
        told = company.subscription(("2026-06-01", "2026-07-01"), **changes)
        return {"object": "event", "id": f"evt_{at}", "created": at, "data": {"object": told}}

    company.bring_in(event(company.at))
    company.bring_in(event(company.at + 60, pause_collection={"behavior": "void"}))
    assert company.stored().is_paused
    company.bring_in(event(company.at))
    assert company.stored().is_paused


def test_why_a_subscription_was_cancelled_here_is_not_replaced(company: Any, new_id: NewId) -> None:
    _cancelled(company, new_id, reason=CancellationReason.UNUSED, note="Moved away")
    theirs = {"feedback": "too_expensive", "comment": "Dear", "reason": "cancellation_requested"}
    company.bring_in(
        company.subscription(status="canceled", ended_at=company.at, cancellation_details=theirs)
    )
    stored = company.stored()
    assert (stored.cancellation_reason, stored.cancellation_note) == ("unused", "Moved away")


def test_an_invoice_paid_here_is_not_voided_by_an_import(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription(), company.invoice("2026-01-01", "2026-02-01"))
    record_payment(
        "in_2026-01-01", method="Cash", received_on=date(2026, 1, 15), operation_id=new_id()
    )
    paid = dict(models.Invoice.get_by_id("in_2026-01-01").__data__)
    later = noon(date(2026, 1, 20))
    for status in ("open", "void", "uncollectible", "draft"):
        made = company.invoice("2026-01-01", "2026-02-01", status=status)
        event = {"object": "event", "id": "evt_1", "created": later, "data": {"object": made}}
        report = company.bring_in(event)
        assert (report.total.updated, models.Invoice.get_by_id("in_2026-01-01").__data__) == (
            0,
            paid,
        )
    assert check_database().findings == ()


@pytest.mark.parametrize("status", ["open", "uncollectible", "draft"])
def test_an_invoice_voided_here_is_not_owed_again(company: Any, new_id: NewId, status: str) -> None:
    company.bring_in(company.subscription(), company.invoice("2026-01-01", "2026-02-01"))
    void_invoice("in_2026-01-01", operation_id=new_id())
    void = dict(models.Invoice.get_by_id("in_2026-01-01").__data__)
    made = company.invoice("2026-01-01", "2026-02-01", status=status)
    later = noon(date(2026, 1, 20))
    company.bring_in({"object": "event", "id": "evt_1", "created": later, "data": {"object": made}})
    assert models.Invoice.get_by_id("in_2026-01-01").__data__ == void
    assert check_database().findings == ()
