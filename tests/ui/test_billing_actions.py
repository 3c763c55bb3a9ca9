"""Billing from the window: end of the period, undo, payments, void, run, hand over, look back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QRadioButton,
)
from pytestqt.qtbot import QtBot

from calmony_desktop.store import activity, customers
from calmony_desktop.store import database as store
from calmony_desktop.store.models import Invoice, Price, Subscription, SubscriptionItem
from calmony_desktop.store.rows import InvoiceRow, SubscriptionRow
from calmony_desktop.ui import background
from calmony_desktop.ui.dialogs.pending_changes import PendingChangesDialog
from calmony_desktop.ui.dialogs.record_payment import RecordPaymentDialog
from calmony_desktop.ui.dialogs.report import ReportDialog
from calmony_desktop.ui.dialogs.run_billing import RunBillingDialog
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.style import formatting

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
            try:
                do(dialog)
            except BaseException:
                dialog.reject()  # else a failing test would wait for it for ever
                raise
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
    ends_on = formatting.calendar_date((datetime.now(UTC) + timedelta(days=20)).date())
    assert f"ends on {ends_on}. It will not be billed again" in opened.notices.text()
    table = opened.detail.subscriptions.table.records
    place = table.row_of("sub_pro")
    assert place is not None
    assert table.index(place, 2).data() == f"Ends on {ends_on}"


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


def test_recording_a_payment_says_whose_invoice_it_is_and_what_becomes_of_it(
    opened: MainWindow,
) -> None:
    said: list[str] = []

    def look(dialog: RecordPaymentDialog) -> None:
        said.extend(label.text() for label in dialog.findChildren(QLabel))
        for amount in ("20", "60", ""):
            dialog.amount.setText(amount)
            said.append(dialog.outcome.text())
        dialog.reject()

    in_dialog(RecordPaymentDialog, look)
    opened.billing_actions.record_payment(invoice())
    assert {
        "Beatriz Salgado Núñez",
        "Invoice NW-2026-0001: €59.00 are owed. Due on 16 Oct 2026.",
        "That is all of it: the invoice becomes paid.",
    } <= set(said)
    assert said[-3:] == [
        "That is a part: the invoice stays open, with €39.00 left to pay.",
        *["Enter an amount above zero, and at most the €59.00 that are owed."] * 2,
    ]
    assert invoice().status == "open"


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


def test_an_invoice_that_something_was_paid_of_is_not_offered_to_be_voided(
    opened: MainWindow,
) -> None:
    with store.writing():
        Invoice.update(amount_paid=900, amount_remaining=5000).where(
            Invoice.id == "in_open"
        ).execute()
    assert menu_action(opened, invoice(), "Record a payment…") is not None
    assert menu_action(opened, invoice(), "Void invoice…") is None
    opened.billing_actions.void_invoice(invoice())  # as from the menu bar; nothing is asked
    assert "€9.00 were paid of this invoice" in opened.notices.text()
    assert invoice().status == "open"


def test_voiding_asks_first_and_keeps_by_default(opened: MainWindow, answer: Answer) -> None:
    said = answer("Keep invoice")
    menu_action(opened, invoice(), "Void invoice…").trigger()
    for text in (
        "Void invoice NW-2026-0001 of Beatriz Salgado Núñez?",
        "€59.00 · Issued on 2 Oct 2026 · due on 16 Oct 2026",
        "The customer does not owe €59.00 any more.",
        "This cannot be undone.",
    ):
        assert text in said[0]
    assert invoice().status == "open"


def test_voiding_marks_the_invoice_and_keeps_the_note(opened: MainWindow) -> None:
    def note_and_void(box: QMessageBox) -> None:
        note = box.findChild(QLineEdit)
        assert isinstance(note, QLineEdit)
        note.setText(" Sent twice ")
        next(each for each in box.buttons() if each.text() == "Void invoice").click()

    in_dialog(QMessageBox, note_and_void)
    menu_action(opened, invoice(), "Void invoice…").trigger()
    assert invoice().status == "void"
    (entry,) = activity.of_object("invoice", "in_open")
    assert entry.note == "Sent twice"
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


def cells(dialog: RunBillingDialog) -> list[list[str]]:
    records = dialog.table.records
    return [
        [str(records.index(row, column).data()) for column in range(records.columnCount())]
        for row in range(records.rowCount())
    ]


def ahead() -> date:
    """The day on which the subscription bills next."""
    return (datetime.now(UTC) + timedelta(days=20)).date()


def test_another_date_is_previewed_anew_and_billing_ahead_says_what_it_means(
    opened: MainWindow, qtbot: QtBot
) -> None:
    count = len(customers.detail(BEATRIZ).invoices)  # type: ignore[union-attr]

    def look(dialog: RunBillingDialog) -> None:
        assert not dialog.issue.isEnabled()
        assert not dialog.ahead.isVisible()
        dialog.through.setDate(QDate(*ahead().timetuple()[:3]))
        # What is shown is not what the date says: it cannot be billed.
        dialog.accept()
        assert dialog.isVisible()
        qtbot.waitUntil(lambda: dialog.preview.through == ahead() and dialog.isEnabled())
        (row,) = cells(dialog)
        assert row[:2] == ["Beatriz Salgado Núñez", "Workshop Pro"]
        assert row[2].startswith(f"{formatting.calendar_date(ahead())} – ")
        assert row[3] == "€59.00"
        assert dialog.issue.text() == "Issue 1 invoice"
        assert dialog.ahead.isVisible()
        assert "begins after today" in dialog.ahead.text()
        dialog.accept()

    in_dialog(RunBillingDialog, look)
    opened.billing_actions.run_billing()
    assert len(customers.detail(BEATRIZ).invoices) == count + 1  # type: ignore[union-attr]
    report = opened.findChild(ReportDialog)
    assert isinstance(report, ReportDialog)
    report.close()


def test_a_trial_that_is_billed_ahead_is_said_to_become_active(
    opened: MainWindow, qtbot: QtBot
) -> None:
    with store.writing():
        Subscription.update(
            status="trialing", raw_status="trialing", trial_end_at=NOW + 20 * DAY
        ).where(Subscription.id == "sub_pro").execute()
    said: list[str] = []

    def look(dialog: RunBillingDialog) -> None:
        dialog.through.setDate(QDate(*ahead().timetuple()[:3]))
        qtbot.waitUntil(lambda: dialog.preview.through == ahead() and dialog.isEnabled())
        said.append(dialog.ahead.text())
        dialog.reject()

    in_dialog(RunBillingDialog, look)
    opened.billing_actions.run_billing()
    assert said[0].endswith("1 trial would become active today, before the trial ends.")
    assert subscription().status == "trialing"


def test_a_date_that_cannot_be_billed_through_is_refused_inside_the_window(
    opened: MainWindow, qtbot: QtBot
) -> None:
    def look(dialog: RunBillingDialog) -> None:
        today = dialog.preview.through
        dialog.through.setDate(QDate(today.year + 30, 1, 1))
        qtbot.waitUntil(dialog.problem.isVisible)
        assert "lies years ahead" in dialog.problem.text()
        assert not dialog.issue.isEnabled()
        dialog.accept()
        assert dialog.isVisible()
        qtbot.waitUntil(dialog.isEnabled)
        dialog.through.setDate(QDate(today.year, today.month, today.day))
        qtbot.waitUntil(lambda: not dialog.problem.isVisible())
        dialog.reject()

    in_dialog(RunBillingDialog, look)
    opened.billing_actions.run_billing()


def test_the_window_is_not_closed_under_a_preview_that_is_under_way(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = background.run

    def run_and_close(dialog: QDialog, *arguments: Any) -> Any:
        dialog.close()
        assert dialog.isVisible()
        return run(dialog, *arguments)

    def look(dialog: RunBillingDialog) -> None:
        monkeypatch.setattr(background, "run", run_and_close)
        dialog.through.setDate(QDate(*ahead().timetuple()[:3]))
        qtbot.waitUntil(lambda: dialog.preview.through == ahead() and dialog.isEnabled())
        # What was about to be previewed is not, once the window is closed.
        dialog.through.setDate(QDate(*ahead().timetuple()[:3]).addDays(1))
        dialog.close()
        assert not dialog.isVisible()

    in_dialog(RunBillingDialog, look)
    opened.billing_actions.run_billing()
    qtbot.wait(50)


def test_enter_in_the_date_shows_its_preview_and_bills_nothing(
    opened: MainWindow, qtbot: QtBot
) -> None:
    def look(dialog: RunBillingDialog) -> None:
        dialog.through.setFocus()
        field = dialog.through.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        field.setText(formatting.calendar_date(ahead()))
        qtbot.keyClick(dialog.through, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: dialog.preview.through == ahead() and dialog.isEnabled())
        assert dialog.isVisible()
        dialog.reject()

    in_dialog(RunBillingDialog, look)
    opened.billing_actions.run_billing()
    assert len(activity.of_object("subscription", "sub_pro")) == 0


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
    assert opened.notices.text().startswith("1 change is saved in pending.json")
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
