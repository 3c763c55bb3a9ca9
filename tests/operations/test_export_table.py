"""A table as CSV: exact amounts, plain dates, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.operations.export_table import harmless, table_as_csv
from calmony_desktop.store.rows import InvoiceRow, PaymentRow


def payment(description: str, amount: int = 123_450, currency: str = "EUR") -> PaymentRow:
    return PaymentRow(
        id="pi_1",
        charge_id=None,
        invoice_id=None,
        invoice_number=None,
        amount=amount,
        amount_refunded=0,
        currency=currency,
        status="succeeded",
        raw_status="succeeded",
        created_at=1_700_000_000,
        created_on=date(2023, 11, 14),
        description=description,
        failure_message=None,
        payment_method=None,
    )


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_amounts_are_exact_in_the_currencys_own_decimals() -> None:
    rows = read(table_as_csv([payment(""), payment("", 1200, "JPY"), payment("", 12_345, "KWD")]))
    assert [row["amount"] for row in rows] == ["1234.50", "1200", "12.345"]


def test_dates_and_instants_are_plain() -> None:
    (row,) = read(table_as_csv([payment("")]))
    assert row["created_on"] == "2023-11-14"
    assert row["created_at"] == "2023-11-14 22:13:20"


def test_an_invoice_without_a_due_date_leaves_it_empty() -> None:
    invoice = InvoiceRow(
        id="in_1",
        number=None,
        amount=5,
        amount_paid=0,
        amount_remaining=5,
        currency="USD",
        status="open",
        raw_status="open",
        issued_on=date(2026, 1, 1),
        due_on=None,
        paid_at=None,
        subscription_id=None,
    )
    (row,) = read(table_as_csv([invoice]))
    assert (row["due_on"], row["number"]) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x")',
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1+1",
        "＝1+1",  # full-width signs
        "＠SUM(A1)",
    ],
)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+5.25", "12", "Workshop Pro", "a=b", ""])
def test_plain_text_and_numbers_stay(text: str) -> None:
    assert harmless(text) == text


@given(st.text())
def test_any_description_comes_back_whole(text: str) -> None:
    text = text.replace("\x00", "")
    (row,) = read(table_as_csv([payment(text)]))
    assert row["description"] == harmless(text)
