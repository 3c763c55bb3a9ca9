"""A window on a handful of known customers, and a person who answers its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from calmony_desktop.app import build_window
from calmony_desktop.operations import processes
from calmony_desktop.store import database as store
from calmony_desktop.store.models import Customer, Invoice, InvoiceLine, PaymentIntent, Subscription
from calmony_desktop.store.search_keys import fold, search_key, sort_key
from calmony_desktop.ui import customer_searcher
from calmony_desktop.ui.main_window import MainWindow

BEATRIZ = "cus_NffrFeUfNV2Hib"
ANDERS = "cus_Anders00000001"
NOBODY = "cus_Nobody00000001"
MARKUP = "cus_Markup00000001"
MARKUP_NAME = "<img src=/dev/zero> & <b>Bold</b>"


def add_customer(customer_id: str, name: str | None, email: str | None = None) -> None:
    Customer.create(
        id=customer_id,
        name=name,
        email=email,
        phone="+34 91 555 01 42",
        line1="Calle de Atocha 112",
        postal_code="28012",
        city="Madrid",
        country="ES",
        created_at=1_678_800_000,
        sort_key=sort_key(name, email, customer_id),
        email_key=fold(email or ""),
        search_key=search_key(name, email, customer_id),
    )


def add_payment(payment_id: str, customer_id: str, amount: int, status: str, at: int) -> None:
    PaymentIntent.create(
        id=payment_id,
        customer=customer_id,
        amount=amount,
        currency="EUR",
        status=status,
        raw_status=status,
        created_at=at,
        description="Workshop Pro",
    )


def add_subscription(
    subscription_id: str, customer_id: str, plan: str, status: str, next_on: date | None
) -> None:
    Subscription.create(
        id=subscription_id,
        customer=customer_id,
        plan=plan,
        amount=5900,
        currency="EUR",
        interval="month",
        status=status,
        raw_status=status,
        next_billing_date=next_on,
        created_at=1_700_000_000,
    )


def add_invoice(
    invoice_id: str, customer_id: str, number: str | None, status: str, issued_on: date
) -> None:
    Invoice.create(
        id=invoice_id,
        number=number,
        customer=customer_id,
        subscription_id="sub_pro",
        status=status,
        raw_status=status,
        currency="EUR",
        subtotal=5900,
        total=5900,
        amount_paid=5900 if status == "paid" else 0,
        amount_remaining=0 if status == "paid" else 5900,
        created_at=1_790_000_000,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=14),
        seller={"name": "Nordlicht Werkstatt GmbH"},
        buyer={"name": "Talleres Salgado S.L."},
    )
    InvoiceLine.create(
        invoice=invoice_id, position=0, description="Workshop Pro", quantity=1, amount=5900
    )


@pytest.fixture
def records(database: Path) -> Path:
    """Four customers; Beatriz has one of everything."""
    with store.writing():
        add_customer(BEATRIZ, "Beatriz Salgado Núñez", "b.salgado@talleresn.example")
        add_customer(ANDERS, "Anders Lindqvist", "anders@fjallbyggen.example")
        add_customer(NOBODY, None)
        add_customer(MARKUP, MARKUP_NAME, "markup@x.example")
        for number, status in enumerate(("succeeded", "requires_action", "processing", "failed")):
            amount = 5900 + number
            add_payment(f"pi_{status}", BEATRIZ, amount, status, 1_790_000_000 - number * 86_400)
        add_subscription("sub_pro", BEATRIZ, "Workshop Pro", "active", date(2026, 12, 1))
        add_subscription("sub_parts", BEATRIZ, "Parts catalogue", "past_due", date(2027, 3, 9))
        add_subscription("sub_old", BEATRIZ, "Workshop Basic", "canceled", None)
        for number, status in enumerate(("paid", "open", "void", "draft")):
            name = None if status == "draft" else f"NW-2026-000{number}"
            issued_on = date(2026, 11, 1) - timedelta(days=30 * number)
            add_invoice(f"in_{status}", BEATRIZ, name, status, issued_on)
    return database


@pytest.fixture(autouse=True)
def work_stays_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a test can take part in it; `tests/operations/test_processes.py` tries the other."""

    def here(work: Callable[..., Any], *arguments: Any, progress: Callable[..., None]) -> Any:
        return work(*arguments, progress=progress)

    monkeypatch.setattr(processes, "in_own_process", here)


@pytest.fixture(autouse=True)
def searches_are_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, so that a test can look at the list right after a key."""
    monkeypatch.setattr(customer_searcher, "_A_MOMENT", 5)


@pytest.fixture
def window(records: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    """The real window, shown and active, with no customer open."""
    shown = build_window(records)
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
    shown.show_icons()
    yield shown
    shown.close()


FileDialog = Callable[[str, Any], list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def file_dialog(monkeypatch: pytest.MonkeyPatch) -> FileDialog:
    """Answers the system's file dialogs, which hang without a screen; none is expected.

    ``file_dialog("getSaveFileName", (path, ""))`` answers one kind from now on and returns a list
    that fills with the arguments of each call.
    """

    def unexpected(*_arguments: Any) -> Any:
        raise AssertionError("a file dialog opened that the test does not expect")

    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory"):
        monkeypatch.setattr(QFileDialog, name, unexpected)

    def answer(name: str, result: Any) -> list[tuple[Any, ...]]:
        calls: list[tuple[Any, ...]] = []

        def dialog(*arguments: Any) -> Any:
            calls.append(arguments)
            return result

        monkeypatch.setattr(QFileDialog, name, dialog)
        return calls

    return answer


Answer = Callable[[str], list[str]]


@pytest.fixture
def answer(qtbot: QtBot) -> Iterator[Answer]:
    """Answers the next message boxes by clicking the button with these words.

    Returns a list that fills with what each box said.
    """
    timer = QTimer()
    said: list[str] = []

    def answer_with(words: str) -> list[str]:
        def look() -> None:
            box = QApplication.activeModalWidget()
            if not isinstance(box, QMessageBox) or not box.isVisible():
                return
            said.append(f"{box.text()}\n{box.informativeText()}")
            next(each for each in box.buttons() if each.text() == words).click()

        timer.timeout.connect(look)
        timer.start(20)
        return said

    yield answer_with
    timer.stop()
