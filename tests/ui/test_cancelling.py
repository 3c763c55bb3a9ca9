"""Cancelling a subscription from its row, with the real question answered by its real buttons."""

from __future__ import annotations

import getpass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.store import activity, customers
from calmony_desktop.store.rows import SubscriptionRow
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.tables.record_table import RecordTable

from .conftest import BEATRIZ, Answer

KEEP = "Keep Subscription"
CANCEL = "Cancel Subscription"


def stored(subscription_id: str) -> SubscriptionRow:
    detail = customers.detail(BEATRIZ)
    assert detail is not None
    return next(row for row in detail.subscriptions if row.id == subscription_id)


def go_to(window: MainWindow, subscription_id: str) -> RecordTable[SubscriptionRow]:
    window.open_customer(BEATRIZ)
    table = window.detail.subscriptions.table
    row = table.records.row_of(subscription_id)
    assert row is not None
    table.setFocus()
    table.setCurrentIndex(table.records.index(row, 0))
    return table


def click_button(window: MainWindow, qtbot: QtBot, subscription_id: str) -> None:
    table = go_to(window, subscription_id)
    index = table.records.index(table.currentIndex().row(), table.records.columnCount() - 1)
    qtbot.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center()
    )


def test_the_question_names_everything_that_matters(
    window: MainWindow, qtbot: QtBot, answer: Answer
) -> None:
    said = answer(KEEP)
    click_button(window, qtbot, "sub_pro")
    (question,) = said
    for text in (
        "Beatriz Salgado Núñez",
        "Workshop Pro",
        "sub_pro",
        "€59.00 / month",
        "1 Dec 2026",
        "Active",
    ):
        assert text in question
    assert "<" not in question


def test_each_choice_is_explained_in_words_and_dates_and_nothing_is_said_twice(
    window: MainWindow, qtbot: QtBot
) -> None:
    said: list[str] = []

    def read_then_keep() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.extend(line for label in box.findChildren(QLabel) for line in label.text().split("\n"))
        next(each for each in box.buttons() if each.text() == KEEP).click()

    QTimer.singleShot(100, read_then_keep)
    click_button(window, qtbot, "sub_pro")
    assert "It is not billed on 1 Dec 2026 (€59.00) nor on any later date." in said
    assert "1 open invoice stays open: €59.00 are still owed." in said
    sentences = [line for line in said if line.endswith(".")]
    assert len(sentences) == len(set(sentences))
    assert not [line for line in said if "EUR" in line]


def test_a_customer_named_like_a_placeholder_keeps_that_name() -> None:
    words = plain_text.filled("“{plan}” of {customer}", customer="{plan}", plan="Pro {customer}")
    assert words == "“Pro {customer}” of {plan}"


def test_keeping_changes_nothing(window: MainWindow, qtbot: QtBot, answer: Answer) -> None:
    answer(KEEP)
    click_button(window, qtbot, "sub_pro")
    assert stored("sub_pro").status == "active"
    assert activity.of_object("subscription", "sub_pro") == ()


def test_enter_and_escape_keep_the_subscription(window: MainWindow, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        boxes: list[QMessageBox] = []

        def press(key: Qt.Key = key, boxes: list[QMessageBox] = boxes) -> None:
            box = QApplication.activeModalWidget()
            assert isinstance(box, QMessageBox)
            boxes.append(box)
            qtbot.keyClick(box, key)

        QTimer.singleShot(100, press)
        click_button(window, qtbot, "sub_pro")
        assert boxes
        assert stored("sub_pro").status == "active"


def test_confirming_cancels_everywhere(window: MainWindow, qtbot: QtBot, answer: Answer) -> None:
    answer(CANCEL)
    click_button(window, qtbot, "sub_pro")
    row = stored("sub_pro")
    assert (row.status, row.raw_status, row.next_billing_date) == ("canceled", "canceled", None)
    assert window.detail.subscriptions.table.records.row_of("sub_pro") is None
    window.detail.show_ended.click()
    shown = window.detail.subscriptions.table.records
    place = shown.row_of("sub_pro")
    assert place is not None
    assert [shown.index(place, column).data() for column in range(2, 5)] == ["—", "Canceled", ""]
    assert "will not be billed again" in window.notices.text()
    (entry,) = activity.of_object("subscription", "sub_pro")
    assert entry.operator == getpass.getuser()
    assert entry.customer_id == BEATRIZ
    assert entry.before["status"] == "active"
    assert entry.before["next_billing_date"] == "2026-12-01"
    assert entry.after["status"] == "canceled"


def test_the_keyboard_cancels_from_the_row(
    window: MainWindow, qtbot: QtBot, answer: Answer
) -> None:
    answer(CANCEL)
    qtbot.keyClick(go_to(window, "sub_pro"), Qt.Key.Key_Space)
    assert stored("sub_pro").status == "canceled"
    qtbot.keyClick(go_to(window, "sub_parts"), Qt.Key.Key_Return)
    assert stored("sub_parts").status == "canceled"


def test_the_shortcut_cancels_the_current_row(
    window: MainWindow, qtbot: QtBot, answer: Answer
) -> None:
    answer(CANCEL)
    go_to(window, "sub_parts")
    qtbot.keyClick(window, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert stored("sub_parts").status == "canceled"
    assert stored("sub_pro").status == "active"


def test_the_context_menu_cancels_the_row_under_the_mouse(
    window: MainWindow, answer: Answer
) -> None:
    answer(CANCEL)
    table = go_to(window, "sub_parts")
    place = table.visualRect(table.currentIndex()).center()
    menu = window.record_actions.context_menu(window.detail.subscriptions, place)
    action = next(each for each in menu.actions() if each.text() == "Cancel Subscription…")
    action.trigger()
    assert stored("sub_parts").status == "canceled"


def test_a_subscription_that_ended_meanwhile_is_left_alone_and_said_so(
    window: MainWindow, qtbot: QtBot
) -> None:
    """The window still shows it as active: no question is asked, nothing is written twice."""
    table = go_to(window, "sub_pro")
    cancel_subscription("sub_pro", operation_id="from another window")
    before = stored("sub_pro")
    table.action_requested.emit("sub_pro")
    assert stored("sub_pro") == before
    assert "had already ended" in window.notices.text()
    assert len(activity.of_object("subscription", "sub_pro")) == 1
    assert table.records.row_of("sub_pro") is None


def test_one_that_ends_while_the_question_is_open_is_not_cancelled_twice(
    window: MainWindow, qtbot: QtBot
) -> None:
    def change_then_confirm() -> None:
        cancel_subscription("sub_pro", operation_id="from another window")
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(each for each in box.buttons() if each.text() == CANCEL).click()

    QTimer.singleShot(100, change_then_confirm)
    click_button(window, qtbot, "sub_pro")
    assert len(activity.of_object("subscription", "sub_pro")) == 1
    assert "had already ended" in window.notices.text()
