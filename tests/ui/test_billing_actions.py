"""Billing from the window: end of the period, undo, payments, void, run, hand over, look back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QMenu,
    QMessageBox,
    QPushButton,
    QRadioButton,
)
from pytestqt.qtbot import QtBot

from calmony_desktop.store import activity, customers
from calmony_desktop.store import database as store
from calmony_desktop.store.models import Price, Subscription, SubscriptionItem
from calmony_desktop.store.rows import InvoiceRow, SubscriptionRow
from calmony_desktop.ui.activity_window import ActivityWindow
from calmony_desktop.ui.dialogs.pending_changes import PendingChangesDialog
from calmony_desktop.ui.dialogs.record_payment import RecordPaymentDialog
from calmony_desktop.ui.dialogs.report import ReportDialog
from calmony_desktop.ui.dialogs.run_billing import RunBillingDialog
from calmony_desktop.ui.main_window import MainWindow

from .conftest import BEATRIZ, Answer, FileDialog

NOW = int(datetime.now(UTC).timestamp())
DAY = 86_400


@pytest.fixture
def opened(window: MainWindow) -> MainWindow:
    """Beatriz, whose subscription has a period that goes on, a price and no bill for it."""
    with store.writing():
        Price.create(
            id="price_pro", name="Workshop Pro", currency="EUR", unit_amount=5900, interval="month"
        )
        Subscription.update(
            current_period_start_at=NOW - 10 * DAY,
            current_period_end_at=NOW + 20 * DAY,
            billing_cycle_anchor_at=NOW - 10 * DAY,
            next_billing_date=(datetime.now(UTC) + timedelta(days=20)).date(),
        ).where(Subscription.id == "sub_pro").execute()
        SubscriptionItem.create(
            subscription="sub_pro",
            position=0,
            price="price_pro",
            quantity=1,
            current_period_end_at=NOW + 20 * DAY,
        )
    window.open_customer(BEATRIZ)
    return window


def subscription(subscription_id: str = "sub_pro") -> SubscriptionRow:
    detail = customers.detail(BEATRIZ)
    assert detail is not None
    return next(row for row in detail.subscriptions if row.id == subscription_id)


def invoice(invoice_id: str = "in_open") -> InvoiceRow:
    detail = customers.detail(BEATRIZ)
    assert detail is not None
    return next(row for row in detail.invoices if row.id == invoice_id)


def in_dialog(kind: type[QDialog], do: Callable[[Any], None]) -> None:
    """Once a dialog of this kind is up, do something in it."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            do(dialog)
        else:
            QTimer.singleShot(30, look)

    QTimer.singleShot(30, look)


def menu_action(window: MainWindow, record: object, words: str) -> Any:
    menu = QMenu(window)
    window.billing_actions.add_to_menu(menu, record)
    return next((each for each in menu.actions() if each.text() == words), None)


def end_with_period(window: MainWindow) -> None:
    def choose(box: QMessageBox) -> None:
        radios = box.findChildren(QRadioButton)
        next(each for each in radios if each.text() == "At the end of the period").click()
        reasons = box.findChild(QComboBox)
        assert isinstance(reasons, QComboBox)
        reasons.setCurrentIndex(reasons.findData("too_expensive"))
        next(each for each in box.buttons() if each.text() == "Cancel Subscription").click()

    in_dialog(QMessageBox, choose)
    window.record_actions.cancel_subscription("sub_pro")


def test_ending_with_the_period_keeps_it_until_then_and_bills_no_more(opened: MainWindow) -> None:
    end_with_period(opened)
    row = subscription()
    assert (row.status, row.cancel_at_period_end, row.next_billing_date) == ("active", True, None)
    (entry,) = activity.of_object("subscription", "sub_pro")
    assert entry.reason == "too_expensive"
    assert "ends with its period" in opened.notices.text()
    table = opened.detail.subscriptions.table.records
    place = table.row_of("sub_pro")
    assert place is not None
    assert table.index(place, 2).data() == "Ends with its period"


def test_now_is_chosen_until_a_person_chooses_otherwise(opened: MainWindow, answer: Answer) -> None:
    answer("Cancel Subscription")
    opened.record_actions.cancel_subscription("sub_pro")
    assert subscription().status == "canceled"


def test_undo_in_the_notice_brings_it_back(opened: MainWindow, answer: Answer) -> None:
    before = subscription()
    answer("Cancel Subscription")
    opened.record_actions.cancel_subscription("sub_pro")
    opened.notices._buttons[0].click()
    assert subscription() == before
    assert "goes on" in opened.notices.text()


def test_one_set_to_end_can_be_reinstated_from_its_menu(opened: MainWindow) -> None:
    before = subscription()
    end_with_period(opened)
    action = menu_action(opened, subscription(), "Undo the cancellation")
    action.trigger()
    assert subscription() == before
    assert menu_action(opened, subscription(), "Undo the cancellation") is None


def test_a_payment_is_recorded_on_an_open_invoice(opened: MainWindow) -> None:
    def fill(dialog: RecordPaymentDialog) -> None:
        assert dialog.amount.text() == "59.00"
        dialog.amount.setText("not money")
        dialog.accept()
        assert dialog.isVisible()
        dialog.amount.setText("59.01")
        dialog.accept()
        assert dialog.isVisible()
        dialog.amount.setText("20,00")
        dialog.accept()

    in_dialog(RecordPaymentDialog, fill)
    menu_action(opened, invoice(), "Record a payment…").trigger()
    row = invoice()
    assert (row.status, row.amount_paid, row.amount_remaining) == ("open", 2000, 3900)
    detail = opened.detail.detail
    assert detail is not None
    assert any(each.payment_method == "Bank transfer" for each in detail.payments)


def test_a_paid_invoice_offers_neither_payment_nor_void(opened: MainWindow) -> None:
    assert menu_action(opened, invoice("in_paid"), "Record a payment…") is None
    assert menu_action(opened, invoice("in_paid"), "Void invoice…") is None


def test_voiding_asks_first_and_keeps_by_default(opened: MainWindow, answer: Answer) -> None:
    said = answer("Keep invoice")
    menu_action(opened, invoice(), "Void invoice…").trigger()
    assert "€59.00 will not be owed any more" in said[0]
    assert invoice().status == "open"


def test_voiding_marks_the_invoice(opened: MainWindow, answer: Answer) -> None:
    answer("Void invoice")
    menu_action(opened, invoice(), "Void invoice…").trigger()
    assert invoice().status == "void"
    assert "is void" in opened.notices.text()


def test_billing_shows_what_is_due_before_it_issues_anything(opened: MainWindow) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    with store.writing():
        Subscription.update(
            next_billing_date=yesterday,
            current_period_start_at=NOW - 32 * DAY,
            current_period_end_at=NOW - DAY,
            billing_cycle_anchor_at=NOW - 32 * DAY,
        ).where(Subscription.id == "sub_pro").execute()
        SubscriptionItem.update(current_period_end_at=NOW - DAY).execute()
    count = len(opened.detail.detail.invoices) if opened.detail.detail else 0
    in_dialog(RunBillingDialog, lambda dialog: dialog.reject())
    opened.billing_actions.run_billing()
    opened.refresh()
    assert len(customers.detail(BEATRIZ).invoices) == count  # type: ignore[union-attr]
    in_dialog(RunBillingDialog, lambda dialog: dialog.accept())
    opened.billing_actions.run_billing()
    detail = customers.detail(BEATRIZ)
    assert detail is not None
    assert len(detail.invoices) == count + 1
    next_on = subscription().next_billing_date
    assert next_on is not None
    assert next_on > date.today() - timedelta(days=1)
    report = opened.findChild(ReportDialog)
    assert isinstance(report, ReportDialog)
    assert "1 invoice was issued" in report.text.toPlainText()
    report.close()


def test_pending_changes_are_handed_over_once(
    opened: MainWindow, answer: Answer, tmp_path: Path, file_dialog: FileDialog, qtbot: QtBot
) -> None:
    answer("Cancel Subscription")
    opened.record_actions.cancel_subscription("sub_pro")
    target = tmp_path / "pending.json"
    file_dialog("getSaveFileName", (str(target), ""))
    opened.billing_actions.show_pending_changes()
    dialog = opened.findChild(PendingChangesDialog)
    assert isinstance(dialog, PendingChangesDialog)
    dialog.hand_over_wanted.emit()
    (change,) = json.loads(target.read_bytes())
    assert change["object_id"] == "sub_pro"
    qtbot.waitUntil(lambda: opened.findChild(PendingChangesDialog) is None)
    opened.billing_actions.show_pending_changes()
    again = opened.findChild(PendingChangesDialog)
    assert isinstance(again, PendingChangesDialog)
    button = again.findChild(QPushButton, "handOver")
    assert isinstance(button, QPushButton)
    assert not button.isEnabled()
    again.reject()


def test_the_activity_of_a_customer_says_who_did_what(opened: MainWindow, answer: Answer) -> None:
    answer("Cancel Subscription")
    opened.record_actions.cancel_subscription("sub_pro")
    opened.billing_actions.show_customer_activity()
    shown = opened.findChild(ActivityWindow)
    assert isinstance(shown, ActivityWindow)
    row = [shown.table.records.index(0, column).data() for column in range(4)]
    assert row[2] == "Beatriz Salgado Núñez"
    assert "Cancelled subscription sub_pro at once" in row[3]
    shown.close()
