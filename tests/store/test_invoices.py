"""An invoice is read as it was issued, from its own snapshot."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from calmony_desktop.billing.issued_invoice import IssuedLine, IssuedTax, Party
from calmony_desktop.store import business, invoices, models
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.store.invoices import InvoiceSelection


@pytest.fixture
def issued(records: Any) -> None:
    records.customer("cus_1", "Anna Today")
    records.invoice(
        "in_1",
        "cus_1",
        number="NW-1",
        seller={"name": "Calmony Then", "vat_id": "DE1"},
        buyer={"name": "Anna Then"},
    )
    for position in (1, 0):
        models.InvoiceLine.create(
            invoice="in_1",
            position=position,
            description=f"Line {position}",
            quantity=Decimal("0.5"),
            unit_amount=Decimal("0.00001"),
            amount=position,
            tax_rate=Decimal("19.0"),
            period_start_on=date(2026, 2, 1),
            period_end_on=date(2026, 2, 28),
        )
        models.InvoiceTax.create(
            invoice="in_1", position=position, label=f"Tax {position}", amount=position
        )


def test_an_unknown_invoice_is_none(issued: None) -> None:
    assert invoices.issued_invoice("in_unknown") is None
    assert invoices.issued_invoice("IN_1") is None


def test_an_invoice_is_found_by_id_or_number(issued: None) -> None:
    assert invoices.issued_invoice("in_1") == invoices.issued_invoice("NW-1") is not None


def test_an_id_goes_before_the_number_of_another_invoice(issued: None, records: Any) -> None:
    records.invoice("in_2", "cus_1", number="in_1")
    found = invoices.issued_invoice("in_1")
    assert found is not None
    assert found.id == "in_1"


def test_an_invoice_without_a_number_goes_by_its_id(issued: None, records: Any) -> None:
    records.invoice("in_2", "cus_1")
    found = invoices.issued_invoice("in_2")
    assert found is not None
    assert found.number == "in_2"


def test_lines_and_taxes_stand_in_the_invoices_order_and_are_exact(issued: None) -> None:
    found = invoices.issued_invoice("in_1")
    assert found is not None
    assert found.lines == tuple(
        IssuedLine(
            description=f"Line {position}",
            quantity=Decimal("0.5"),
            unit_amount=Decimal("0.00001"),
            amount=position,
            tax_rate=Decimal("19.0"),
            period_start_on=date(2026, 2, 1),
            period_end_on=date(2026, 2, 28),
        )
        for position in (0, 1)
    )
    assert found.taxes == tuple(
        IssuedTax(label=f"Tax {position}", rate=None, taxable_amount=None, amount=position)
        for position in (0, 1)
    )


def test_an_issued_invoice_does_not_change_with_its_customer_or_the_business(issued: None) -> None:
    before = invoices.issued_invoice("in_1")
    models.Customer.update(name="Anna Tomorrow", line1="Elsewhere 1").execute()
    business.save(BusinessDetails(Party(name="Calmony Tomorrow"), "UTC"))
    assert invoices.issued_invoice("in_1") == before is not None
    assert (before.seller, before.buyer) == (
        Party(name="Calmony Then", vat_id="DE1"),
        Party(name="Anna Then"),
    )


def test_what_paid_an_invoice_is_the_last_payment_that_succeeded(
    issued: None, records: Any
) -> None:
    payments = [("succeeded", "Visa", 1), ("succeeded", "SEPA", 2), ("failed", "Amex", 3)]
    for status, method, at in payments:
        records.payment(
            f"pi_{at}",
            "cus_1",
            invoice_id="in_1",
            status=status,
            payment_method=method,
            created_at=at,
        )
    found = invoices.issued_invoice("in_1")
    assert found is not None
    assert found.payment_method == "SEPA"


def test_the_day_it_was_paid_or_voided_is_the_businesss(issued: None, records: Any) -> None:
    late = 1_773_529_200  # 2026-03-14T23:00:00Z
    records.invoice("in_2", "cus_1", status="void", paid_at=late, voided_at=late)
    business.save(BusinessDetails(Party(), "Europe/Berlin"))
    found = invoices.issued_invoice("in_2")
    assert found is not None
    assert found.paid_on == found.voided_on == date(2026, 3, 15)


# Many at once


def test_many_are_read_as_each_would_be_alone_in_the_order_asked(
    issued: None, records: Any
) -> None:
    records.invoice("in_2", "cus_1", number="NW-2")
    records.payment("pi_1", "cus_1", invoice_id="in_2", payment_method="Visa")
    assert invoices.issued_invoices(["in_2", "in_unknown", "in_1"]) == [
        invoices.issued_invoice("in_2"),
        invoices.issued_invoice("in_1"),
    ]


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (InvoiceSelection(), ["in_4", "in_1", "in_3", "in_5"]),
        (InvoiceSelection(issued_from=date(2026, 3, 2)), ["in_3", "in_5"]),
        (InvoiceSelection(issued_to=date(2026, 3, 1)), ["in_4", "in_1"]),
        (InvoiceSelection("cus_1", date(2026, 3, 1), date(2026, 3, 31)), ["in_1", "in_3"]),
        (InvoiceSelection("cus_unknown"), []),
    ],
    ids=str,
)
def test_invoices_are_selected_by_customer_and_by_day_of_issue(
    selection: InvoiceSelection, ids: list[str], records: Any
) -> None:
    records.customer("cus_1")
    records.customer("cus_2")
    records.invoice("in_1", "cus_1", number="B")
    records.invoice("in_3", "cus_1", issued_on=date(2026, 3, 31))
    records.invoice("in_4", "cus_2", number="A")
    records.invoice("in_5", "cus_2", issued_on=date(2026, 4, 1))
    records.invoice("in_6", "cus_1", status="draft")
    assert invoices.selected_ids(selection) == ids


def test_drafts_are_selected_apart(records: Any) -> None:
    records.customer("cus_1")
    records.invoice("in_1", "cus_1")
    records.invoice("in_2", "cus_1", status="draft")
    assert invoices.selected_ids(InvoiceSelection("cus_1"), drafts=True) == ["in_2"]
    assert invoices.selected_ids(InvoiceSelection("cus_2"), drafts=True) == []
