"""What hands do at the window: keys that must say where they are, clicks that must not slip."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from calmony_desktop.store import database as store
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.tables.record_table import RecordTable

from .conftest import BEATRIZ, add_customer, add_payment


def right_edge(table: RecordTable[Any]) -> int:
    last = table.records.columnCount() - 1
    return table.columnViewportPosition(last) + table.columnWidth(last)


def test_tab_into_a_table_selects_the_row_that_keys_will_act_on(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_customer(BEATRIZ)
    window.detail.payments.table.setFocus()
    qtbot.keyClick(window.detail.payments.table, Qt.Key.Key_Tab)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    table = window.detail.subscriptions.table
    assert QApplication.focusWidget() is table
    assert table.selected_ids() == [table.current_id()] == ["sub_parts"]


def test_ctrl_3_comes_back_to_the_row_that_was_selected(window: MainWindow, qtbot: QtBot) -> None:
    window.open_customer(BEATRIZ)
    table = window.detail.invoices.table
    table.selectRow(2)
    window.detail.payments.table.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is table
    assert table.selected_ids() == ["in_void"]


def test_a_column_dragged_wide_pushes_no_other_out_of_sight(window: MainWindow) -> None:
    window.open_customer(BEATRIZ)
    for section in window.detail.sections():
        table = section.table
        action_width = table.columnWidth(table.records.columnCount() - 1)
        table.horizontalHeader().resizeSection(1, 3000)
        assert right_edge(table) == table.viewport().width()
        if section is not window.detail.payments:
            assert table.columnWidth(table.records.columnCount() - 1) == action_width


def test_the_stretching_column_can_be_dragged_narrower(window: MainWindow) -> None:
    window.open_customer(BEATRIZ)
    table = window.detail.invoices.table
    narrower = table.columnWidth(0) - 60
    table.horizontalHeader().resizeSection(0, narrower)
    assert table.columnWidth(0) == narrower
    assert right_edge(table) == table.viewport().width()


def test_a_long_amount_widens_its_column_rather_than_being_cut_off(window: MainWindow) -> None:
    window.open_customer(BEATRIZ)
    table = window.detail.payments.table
    before = table.columnWidth(1)
    with store.writing():
        add_payment("pi_long", BEATRIZ, 123_456_789_012, "succeeded", 1_790_000_000)
    window.refresh()
    needed = table.fontMetrics().horizontalAdvance("€1,234,567,890.12")
    assert before < needed < table.columnWidth(1)


def test_a_click_on_a_row_half_in_sight_opens_and_marks_that_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    with store.writing():
        for number in range(40):
            add_customer(f"cus_Row{number:03}", f"Row {number:03}")
    window.refresh()
    view = window.customer_list.view
    bottom = QPoint(40, view.viewport().height() - 3)
    wanted = view.indexAt(bottom).data(Qt.ItemDataRole.UserRole)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=bottom)
    qtbot.mouseMove(view.viewport(), bottom)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=bottom)
    assert window.detail.detail is not None
    assert window.detail.detail.customer.id == wanted
    marked = [each.data(Qt.ItemDataRole.UserRole) for each in view.selectedIndexes()]
    assert marked == [wanted]


def test_down_in_the_search_field_marks_the_customer_it_opens(
    window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClicks(window.customer_list.search_field, "beatriz")
    qtbot.keyClick(window.customer_list.search_field, Qt.Key.Key_Down)
    assert window.detail.detail is not None
    assert window.detail.detail.customer.id == BEATRIZ
    marked = window.customer_list.view.selectedIndexes()
    assert [each.data(Qt.ItemDataRole.UserRole) for each in marked] == [BEATRIZ]


def test_deleting_a_word_in_the_search_field_cancels_nothing(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_customer(BEATRIZ)
    window.detail.subscriptions.table.selectRow(0)
    field = window.customer_list.search_field
    field.setFocus()
    field.setText("beatriz salgado")
    field.home(False)
    # A question would wait for an answer here for ever.
    qtbot.keyClick(field, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "salgado"


def test_without_a_customer_in_sight_no_key_acts_on_the_one_before(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_customer(BEATRIZ)
    window.detail.subscriptions.table.selectRow(0)
    window.detail.invoices.table.selectRow(0)
    QApplication.clipboard().setText("as it was")
    assert not window.open_customer("cus_missing")
    assert not window.customer_list.view.selectedIndexes()
    control = Qt.KeyboardModifier.ControlModifier
    for key in (Qt.Key.Key_D, Qt.Key.Key_Delete):
        qtbot.keyClick(window, key, control)  # a file dialog or a question would fail this test
        assert window.notices.text() == "Choose a customer first."
    qtbot.keyClick(window, Qt.Key.Key_C, control | Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.clipboard().text() == "as it was"


def test_the_cards_never_overlap_when_the_window_becomes_narrow(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1320, 860)
    window.open_customer(BEATRIZ)
    profile, tables = window.detail.profile, window.detail.splitter
    for size in ((1320, 860), (1024, 700), (900, 600)):
        window.resize(*size)
        qtbot.waitUntil(lambda: profile.height() == profile.sizeHint().height())
        qtbot.waitUntil(lambda: tables.y() == profile.geometry().bottom() + 11)


def test_since_when_is_shown_whole_beside_the_id_or_below_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    def is_whole() -> bool:
        (since,) = (
            label
            for label in window.detail.profile.findChildren(QLabel)
            if "Customer since" in label.text() and label.isVisible()
        )
        return since.width() >= since.sizeHint().width()

    window.open_customer(BEATRIZ)
    for width in range(1400, 900, -40):
        window.resize(width, 860)
        qtbot.waitUntil(is_whole)
