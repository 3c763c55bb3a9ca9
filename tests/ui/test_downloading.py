"""Saving an invoice as a PDF, and a table as CSV, from the window."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from calmony_desktop.store import database as store
from calmony_desktop.store.models import Invoice
from calmony_desktop.store.rows import InvoiceRow
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.tables.record_table import RecordTable

from .conftest import BEATRIZ, FileDialog


def go_to(window: MainWindow, invoice_id: str) -> RecordTable[InvoiceRow]:
    window.open_customer(BEATRIZ)
    table = window.detail.invoices.table
    row = table.records.row_of(invoice_id)
    assert row is not None
    table.setFocus()
    table.setCurrentIndex(table.records.index(row, 0))
    return table


def open_box() -> QMessageBox:
    boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
    (box,) = [box for box in boxes if box.isVisible()]
    return box


def test_a_click_on_the_rows_button_saves_the_invoice(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, file_dialog: FileDialog
) -> None:
    target = tmp_path / "invoice.pdf"
    asked = file_dialog("getSaveFileName", (str(target), ""))
    table = go_to(window, "in_open")
    index = table.records.index(table.currentIndex().row(), table.records.columnCount() - 1)
    qtbot.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center()
    )
    text = PdfReader(target).pages[0].extract_text()
    assert "NW-2026-0001" in text
    assert "59.00" in text
    assert Path(asked[0][2]).name == "NW-2026-0001 Talleres Salgado S.L.pdf"
    assert "Saved invoice.pdf" in window.notices.text()


def test_a_press_beside_the_button_saves_nothing(window: MainWindow, qtbot: QtBot) -> None:
    table = go_to(window, "in_open")
    place = table.visualRect(table.currentIndex()).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.notices.text() == ""


def test_the_keyboard_saves_from_the_row_and_by_shortcut(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, file_dialog: FileDialog
) -> None:
    for number, (key, modifier) in enumerate(
        (
            (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
            (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
            (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier),
        )
    ):
        target = tmp_path / f"{number}.pdf"
        file_dialog("getSaveFileName", (str(target), ""))
        qtbot.keyClick(go_to(window, "in_paid"), key, modifier)
        assert target.read_bytes().startswith(b"%PDF")


def test_the_context_menu_saves_the_row_under_the_mouse(
    window: MainWindow, tmp_path: Path, file_dialog: FileDialog
) -> None:
    target = tmp_path / "menu.pdf"
    file_dialog("getSaveFileName", (str(target), ""))
    table = go_to(window, "in_void")
    place = table.visualRect(table.currentIndex()).center()
    menu = window.record_actions.context_menu(window.detail.invoices, place)
    next(a for a in menu.actions() if a.text() == "Download PDF…").trigger()
    assert "NW-2026-0002" in PdfReader(target).pages[0].extract_text()


def test_a_draft_offers_no_download(window: MainWindow, qtbot: QtBot) -> None:
    table = go_to(window, "in_draft")
    place = table.visualRect(table.currentIndex()).center()
    menu = window.record_actions.context_menu(window.detail.invoices, place)
    assert "Download PDF…" not in [action.text() for action in menu.actions()]
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert window.notices.text() == ""


def test_the_folder_is_remembered(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, file_dialog: FileDialog
) -> None:
    folder = tmp_path / "accounting"
    folder.mkdir()
    file_dialog("getSaveFileName", (str(folder / "a.pdf"), ""))
    window.record_actions.download_invoice("in_paid")
    asked = file_dialog("getSaveFileName", ("", ""))
    window.open_customer(BEATRIZ)
    window.record_actions.download_invoice("in_open")
    assert Path(asked[0][2]).parent == folder


def test_a_buyer_without_a_name_is_called_by_email_in_the_file_name(
    window: MainWindow, file_dialog: FileDialog
) -> None:
    with store.writing():
        Invoice.update(buyer={"email": "b@x.example"}).where(Invoice.id == "in_paid").execute()
    asked = file_dialog("getSaveFileName", ("", ""))
    window.record_actions.download_invoice("in_paid")
    assert Path(asked[0][2]).name == "NW-2026-0000 bx.example.pdf"


def test_pdf_is_added_where_no_ending_was_typed(
    window: MainWindow, tmp_path: Path, file_dialog: FileDialog
) -> None:
    file_dialog("getSaveFileName", (str(tmp_path / "invoice"), ""))
    window.record_actions.download_invoice("in_paid")
    assert [each.name for each in tmp_path.glob("*.pdf")] == ["invoice.pdf"]


def test_closing_the_file_dialog_saves_nothing(window: MainWindow, file_dialog: FileDialog) -> None:
    file_dialog("getSaveFileName", ("", ""))
    window.record_actions.download_invoice("in_paid")
    assert window.notices.text() == ""


def test_a_folder_that_cannot_be_written_is_a_plain_message_and_leaves_nothing(
    window: MainWindow, tmp_path: Path, file_dialog: FileDialog
) -> None:
    missing = tmp_path / "gone" / "invoice.pdf"
    file_dialog("getSaveFileName", (str(missing), ""))
    window.record_actions.download_invoice("in_paid")
    box = open_box()
    assert "not saved" in box.text()
    assert "Traceback" not in box.informativeText()
    box.close()
    assert not missing.parent.exists()


def test_the_notice_opens_the_file_or_its_folder(
    window: MainWindow,
    tmp_path: Path,
    file_dialog: FileDialog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "calmony_desktop.ui.record_actions.QDesktopServices.openUrl",
        lambda url: opened.append(url.toLocalFile()),
    )
    target = tmp_path / "invoice.pdf"
    file_dialog("getSaveFileName", (str(target), ""))
    window.record_actions.download_invoice("in_paid")
    for button in window.notices.findChildren(QPushButton):
        button.click()
    assert opened == [str(target), str(tmp_path)]


def test_a_table_is_exported_as_csv_in_the_order_shown(
    window: MainWindow, tmp_path: Path, file_dialog: FileDialog
) -> None:
    target = tmp_path / "payments.csv"
    file_dialog("getSaveFileName", (str(target), ""))
    window.open_customer(BEATRIZ)
    section = window.detail.payments
    section.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    window.record_actions.export_table(section)
    raw = target.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = raw.decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("id,")
    assert [line.split(",")[0] for line in lines[1:5]] == [
        "pi_failed",
        "pi_processing",
        "pi_requires_action",
        "pi_succeeded",
    ]


def test_copied_rows_are_tab_separated_text(window: MainWindow, qtbot: QtBot) -> None:
    window.open_customer(BEATRIZ)
    table = window.detail.invoices.table
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == (
        "NW-2026-0000\t€59.00\tPaid\t1 Nov 2026\t15 Nov 2026"
    )
    assert os.linesep not in QApplication.clipboard().text()
