"""Invoices to download, and both ways of drawing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop.operations.download_invoices import rendering
from calmony_desktop.store import database as store
from calmony_desktop.store.models import Customer, Invoice, InvoiceLine

FIRST_DAY = date(2026, 3, 1)


def add_customer(customer_id: str, name: str) -> None:
    keys = {"sort_key": name, "email_key": "", "search_key": name}
    Customer.create(id=customer_id, name=name, created_at=1_700_000_000, **keys)


def add_invoice(invoice_id: str, **changes: Any) -> None:
    """An open invoice of cus_1 over 49.00 EUR, with these columns changed."""
    columns = {
        "number": invoice_id.upper(),
        "customer": "cus_1",
        "status": "open",
        "raw_status": "open",
        "currency": "EUR",
        "subtotal": 4900,
        "total": 4900,
        "amount_remaining": 4900,
        "created_at": 1_772_323_200,
        "issued_on": FIRST_DAY,
        "seller": {"name": "Nordlicht"},
        "buyer": {"name": "Anna"},
    }
    Invoice.create(id=invoice_id, **{**columns, **changes})
    InvoiceLine.create(invoice=invoice_id, position=0, description="Team", quantity=1, amount=4900)


@pytest.fixture
def company(database: Path) -> Path:
    """Two customers; cus_1 has an invoice on each of three days and a draft, cus_2 one."""
    with store.writing():
        add_customer("cus_1", "Anna")
        add_customer("cus_2", "Berta")
        for number in range(3):
            add_invoice(f"in_{number}", issued_on=FIRST_DAY + timedelta(days=number))
        add_invoice("in_draft", number=None, status="draft", raw_status="draft")
        add_invoice(
            "in_b", customer="cus_2", buyer={"name": "Berta"}, status="paid", raw_status="x"
        )
    return database


@pytest.fixture
def many(database: Path) -> Path:
    """Forty invoices of one customer."""
    with store.writing():
        add_customer("cus_1", "Anna")
        for number in range(40):
            add_invoice(f"in_{number:02}", issued_on=FIRST_DAY + timedelta(days=number))
    return database


@pytest.fixture
def use_processes(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has every download from now on drawn by this many processes; by one: in this one."""

    def use(count: int) -> None:
        monkeypatch.setattr(rendering, "FEWEST_FOR_PROCESSES", 1)
        monkeypatch.setattr(rendering, "cores", lambda: count)

    return use
