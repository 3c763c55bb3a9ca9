"""The window as its users meet it: find a customer, see everything about them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from calmony_desktop.app import build_window
from calmony_desktop.errors import KnownError
from calmony_desktop.store import database as store
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.dialogs.go_to_customer import GoToCustomerDialog
from calmony_desktop.ui.dialogs.restore_backup import RestoreBackupDialog
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.style import theme

from .conftest import ANDERS, BEATRIZ, MARKUP, MARKUP_NAME, NOBODY, FileDialog, add_customer


def texts(window: MainWindow, name: str) -> list[list[str]]:
    table = window.findChild(QTableView, name)
    model = table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def listed(window: MainWindow) -> list[str]:
    view = window.findChild(QAbstractItemView, "customerList")
    model = view.model()
    return [model.index(row, 0).data(Qt.ItemDataRole.UserRole) for row in range(model.rowCount())]


def profile_texts(window: MainWindow) -> str:
    card = window.findChild(QWidget, "customerProfile")
    return "\n".join(label.text() for label in card.findChildren(QLabel))


def test_the_named_parts_are_there_and_speak(window: MainWindow) -> None:
    for name in ("customerList", "paymentTable", "subscriptionTable", "invoiceTable"):
        assert window.findChild(QAbstractItemView, name).accessibleName()
    assert window.findChild(QLineEdit, "searchField").accessibleName()
    assert window.findChild(QWidget, "customerProfile").accessibleName()


def test_customers_are_listed_by_name(window: MainWindow) -> None:
    assert listed(window) == [MARKUP, ANDERS, BEATRIZ, NOBODY]


def test_a_click_in_the_list_opens_the_customer(window: MainWindow, qtbot: QtBot) -> None:
    view = window.customer_list.view
    place = view.visualRect(view.model().index(2, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.detail.detail is not None
    assert window.detail.detail.customer.id == BEATRIZ


def test_the_profile_says_who_it_is_and_how_they_stand(window: MainWindow) -> None:
    assert window.open_customer(BEATRIZ)
    shown = profile_texts(window)
    for text in (
        "Beatriz Salgado Núñez",
        "b.salgado@talleresn.example",
        "+34 91 555 01 42",
        "Calle de Atocha 112, 28012 Madrid, Spain",
        BEATRIZ,
        "14 Mar 2023",
        "€59.00",
        "1 Dec 2026 · €59.00",
    ):
        assert text in shown


def test_the_payments_are_shown_newest_first_with_id_amount_and_status(window: MainWindow) -> None:
    window.open_customer(BEATRIZ)
    assert [row[:3] for row in texts(window, "paymentTable")] == [
        ["pi_succeeded", "€59.00", "Succeeded"],
        ["pi_requires_action", "€59.01", "Requires action"],
        ["pi_processing", "€59.02", "Processing"],
        ["pi_failed", "€59.03", "Failed"],
    ]


def test_active_subscriptions_leave_ended_ones_out_until_asked(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_customer(BEATRIZ)
    assert [row[0] for row in texts(window, "subscriptionTable")] == [
        "Parts catalogue",
        "Workshop Pro",
    ]
    window.detail.show_ended.click()
    assert [row[0] for row in texts(window, "subscriptionTable")] == [
        "Workshop Basic",
        "Parts catalogue",
        "Workshop Pro",
    ]
    ended = texts(window, "subscriptionTable")[0]
    assert ended[3:] == ["Canceled", ""]


def test_invoices_show_number_amount_status_and_a_download(window: MainWindow) -> None:
    window.open_customer(BEATRIZ)
    rows = texts(window, "invoiceTable")
    assert rows[0] == [
        "NW-2026-0000",
        "€59.00",
        "Paid",
        "1 Nov 2026",
        "15 Nov 2026",
        "Download PDF",
    ]
    assert rows[3][0] == "in_draft"
    assert rows[3][5] == ""


def test_each_row_carries_its_records_id(window: MainWindow) -> None:
    window.open_customer(BEATRIZ)
    model = window.findChild(QTableView, "invoiceTable").model()
    assert model.index(0, 0).data(Qt.ItemDataRole.UserRole) == "in_paid"


def test_an_unknown_customer_is_said_so(window: MainWindow) -> None:
    assert not window.open_customer("cus_missing")
    assert "cus_missing" in window.detail._message.words()


def test_ids_are_case_sensitive(window: MainWindow) -> None:
    assert not window.open_customer(BEATRIZ.lower())


def test_a_customer_without_name_or_email_is_called_by_id(window: MainWindow) -> None:
    assert window.open_customer(NOBODY)
    assert NOBODY in profile_texts(window)
    assert "No email address" in profile_texts(window)


def test_markup_in_a_message_box_stays_text(window: MainWindow) -> None:
    box = plain_text.message_box(
        window, QMessageBox.Icon.NoIcon, "title", MARKUP_NAME, f"{MARKUP_NAME}\nsecond line"
    )
    shown = [label for label in box.findChildren(QLabel) if MARKUP_NAME in label.text()]
    assert len(shown) == 2
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in shown)


def test_markup_in_a_name_stays_text(window: MainWindow) -> None:
    window.open_customer(MARKUP)
    assert MARKUP_NAME in profile_texts(window)
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText
        for label in window.findChildren(QLabel)
        if label.text()
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("beatriz", [BEATRIZ]),
        ("NUNEZ", [BEATRIZ]),
        ("an", [ANDERS]),
        ("fjallbyggen", [ANDERS]),
        ("cus_Anders", [ANDERS]),
        ("pi_processing", [BEATRIZ]),
        ("nw-2026-0001", [BEATRIZ]),
        ("sub_parts", [BEATRIZ]),
        ("in_open", [BEATRIZ]),
    ],
)
def test_searching_as_one_types(
    window: MainWindow, qtbot: QtBot, typed: str, found: list[str]
) -> None:
    qtbot.keyClicks(window.customer_list.search_field, typed)
    assert listed(window) == found


def test_a_search_without_a_hit_says_what_was_searched_and_can_be_cleared(
    window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClicks(window.customer_list.search_field, "zzz<b>")
    assert "“zzz<b>”" in window.customer_list._message.words()
    qtbot.keyClick(window.customer_list.search_field, Qt.Key.Key_Escape)
    assert len(listed(window)) == 4


def test_enter_in_the_search_field_opens_the_best_hit(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.customer_list.search_field, "anders")
    qtbot.keyClick(window.customer_list.search_field, Qt.Key.Key_Return)
    assert window.detail.detail is not None
    assert window.detail.detail.customer.id == ANDERS


def test_arrows_walk_through_the_list(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.customer_list.search_field, Qt.Key.Key_Down)
    assert window.detail.detail is not None
    assert window.detail.detail.customer.id == MARKUP
    qtbot.keyClick(window.customer_list.view, Qt.Key.Key_Down)
    assert window.detail.detail.customer.id == ANDERS


@pytest.mark.parametrize(
    "pasted", [BEATRIZ, f"https://pay.example/dashboard/customers/{BEATRIZ}?tab=1"]
)
def test_an_id_or_an_address_in_the_search_field_opens_the_customer(
    window: MainWindow, pasted: str
) -> None:
    QApplication.clipboard().setText(pasted)
    window.customer_list.search_field.paste()
    assert window.detail.detail is not None
    assert window.detail.detail.customer.id == BEATRIZ


def test_ctrl_g_goes_to_an_id(window: MainWindow, qtbot: QtBot) -> None:
    def type_id() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, GoToCustomerDialog)
        qtbot.keyClicks(dialog.field, f"/dashboard/customers/{BEATRIZ}")
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)

    QTimer.singleShot(100, type_id)
    qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert window.detail.detail is not None
    assert window.detail.detail.customer.id == BEATRIZ


def test_opening_a_customer_that_the_search_hides_clears_the_search(
    window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClicks(window.customer_list.search_field, "anders")
    window.open_customer(BEATRIZ)
    assert window.customer_list.search_field.text() == ""
    assert window.customer_list.view.currentIndex().data(Qt.ItemDataRole.UserRole) == BEATRIZ


def test_an_empty_database_offers_import_and_demo(
    database: Path, qtbot: QtBot, file_dialog: FileDialog
) -> None:
    window = build_window(database)
    qtbot.addWidget(window)
    assert "No customers yet" in window.customer_list._message.words()
    assert window.detail.welcome is not None
    assert window.detail.welcome.isVisibleTo(window)
    asked = file_dialog("getOpenFileNames", ([], ""))
    way_in(window, "Import files").click()
    assert asked


def test_an_empty_database_offers_to_restore_a_backup(
    database: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[QDialog] = []
    monkeypatch.setattr(RestoreBackupDialog, "exec", lambda dialog: offered.append(dialog))
    window = build_window(database)
    qtbot.addWidget(window)
    way_in(window, "Restore a backup").click()
    assert len(offered) == 1


def test_the_welcome_goes_when_there_are_customers(database: Path, qtbot: QtBot) -> None:
    window = build_window(database)
    qtbot.addWidget(window)
    assert window.detail.welcome is not None
    with store.writing():
        add_customer(ANDERS, "Anders Lindqvist")
    window.refresh()
    assert not window.detail.welcome.isVisibleTo(window)
    assert "No customer chosen" in window.detail._message.words()


def test_the_ways_in_are_whole_in_the_smallest_window(database: Path, qtbot: QtBot) -> None:
    window = build_window(database)
    qtbot.addWidget(window)
    window.resize(900, 600)
    with qtbot.waitExposed(window):
        window.show()
    assert window.detail.welcome is not None
    for way in window.detail.welcome.ways:
        assert way.height() >= way.heightForWidth(way.width())
        for label in way.findChildren(QLabel):
            assert way.rect().contains(label.geometry())


def way_in(window: MainWindow, words: str) -> QPushButton:
    assert window.detail.welcome is not None
    return next(each for each in window.detail.welcome.ways if each.accessibleName() == words)


def test_a_failed_read_says_what_happened_and_can_be_tried_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from calmony_desktop.store import customers

    def fail(_customer_id: str, **_limits: int) -> None:
        raise KnownError("The disk is away.")

    with monkeypatch.context() as broken:
        broken.setattr(customers, "detail", fail)
        assert not window.open_customer(BEATRIZ)
        assert "The disk is away." in window.detail._message.words()
    _button(window.detail._message, "Try again").click()
    assert window.detail.detail is not None


def test_painting_runs_no_query(window: MainWindow, qtbot: QtBot) -> None:
    window.open_customer(BEATRIZ)
    QApplication.processEvents()
    statements: list[str] = []
    connection: Any = store.database.connection()
    connection.set_trace_callback(statements.append)
    try:
        window.grab()
        window.customer_list.view.viewport().repaint()
        assert statements == []
        window.refresh()
        assert statements, "the counter must see queries at all"
    finally:
        connection.set_trace_callback(None)


def test_what_another_program_writes_is_shown_without_losing_the_place(
    window: MainWindow, records: Path, qtbot: QtBot
) -> None:
    window.open_customer(BEATRIZ)
    table = window.detail.invoices.table
    table.selectRow(1)
    _elsewhere(records, "UPDATE customers SET name = 'Beatriz Renamed' WHERE id = ?", BEATRIZ)
    _elsewhere(records, "UPDATE invoices SET total = 6100 WHERE id = ?", "in_paid")
    qtbot.waitUntil(lambda: "Beatriz Renamed" in profile_texts(window), timeout=2000)
    assert texts(window, "invoiceTable")[0][1] == "€61.00"
    assert table.selected_ids() == ["in_open"]
    assert window.customer_list.view.currentIndex().data(Qt.ItemDataRole.UserRole) == BEATRIZ


def test_f5_reads_again(window: MainWindow, qtbot: QtBot) -> None:
    window.open_customer(BEATRIZ)
    with store.writing():
        store.database.execute_sql("UPDATE customers SET phone = '123' WHERE id = ?", [BEATRIZ])
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert "123" in profile_texts(window)


def test_the_window_remembers_how_it_was_left(records: Path, qtbot: QtBot) -> None:
    first = build_window(records)
    qtbot.addWidget(first)
    first.resize(900, 720)
    first.show()
    first.open_customer(BEATRIZ)
    first.detail.show_ended.setChecked(True)
    first.detail.invoices.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    first.detail.payments.table.setColumnWidth(0, 301)
    first.close()
    second = build_window(records)
    qtbot.addWidget(second)
    second.show()
    second.open_last_customer()
    assert second.detail.detail is not None
    assert second.detail.detail.customer.id == BEATRIZ
    assert second.height() == 720  # the width is the smallest there is: the test screen is small
    assert second.detail.show_ended.isChecked()
    assert second.detail.payments.table.column_widths()[0] == 301
    assert [row[0] for row in texts(second, "invoiceTable")] == [
        "NW-2026-0002",
        "NW-2026-0001",
        "NW-2026-0000",
        "in_draft",
    ]
    second.close()


def test_the_theme_can_be_pinned(window: MainWindow) -> None:
    window.pin_theme(Qt.ColorScheme.Dark)
    assert theme.current() is theme.DARK
    window.pin_theme(Qt.ColorScheme.Light)
    assert theme.current() is theme.LIGHT


@pytest.mark.parametrize("_window_number", range(5))
def test_the_theme_changes_in_one_window_after_another(
    window: MainWindow, qtbot: QtBot, _window_number: int
) -> None:
    # Taking the style sheet off while a window is made let this crash, two times of three.
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Unknown):
        theme.pin(scheme)
        qtbot.wait(5)


def test_copying_the_customer_id(window: MainWindow, qtbot: QtBot) -> None:
    window.open_customer(BEATRIZ)
    window.detail.profile._copy.click()
    assert QApplication.clipboard().text() == BEATRIZ


def test_dropped_files_are_imported(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[list[Path]] = []
    monkeypatch.setattr(window.data_actions, "import_files", dropped.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.json"))])
    event = QDropEvent(
        QPointF(QPoint(5, 5)),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    qtbot.waitUntil(lambda: dropped == [[tmp_path / "a.json"]])


def _button(panel: QWidget, words: str) -> Any:
    return next(b for b in panel.findChildren(QPushButton) if b.text() == words and b.isEnabled())


def _elsewhere(path: Path, statement: str, record_id: str) -> None:
    """Write to the file from another process, as another window would."""
    program = (
        "import sys, sqlite3; c = sqlite3.connect(sys.argv[1], timeout=5);"
        "c.execute(sys.argv[2], (sys.argv[3],)); c.commit(); c.close()"
    )
    subprocess.run([sys.executable, "-c", program, path, statement, record_id], check=True)
