"""An invoice in a window of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from calmony_desktop.ui.invoice_preview import InvoicePreview
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.pdf_pages import print_pages

from .conftest import BEATRIZ, FileDialog


@pytest.fixture
def preview(window: MainWindow, qtbot: QtBot) -> InvoicePreview:
    """The newest invoice of Beatriz, shown."""
    window.open_customer(BEATRIZ)
    window.detail.invoices.table.selectRow(0)
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    shown = window.findChild(InvoicePreview)
    assert isinstance(shown, InvoicePreview)
    qtbot.waitUntil(lambda: shown.page_count() == 1)
    return shown


def test_ctrl_p_shows_the_invoice_the_table_is_on(preview: InvoicePreview) -> None:
    assert preview.invoice_id() == "in_paid"
    assert preview.windowTitle() == "NW-2026-0000"
    assert not preview._view.pages[0].isNull()


def test_next_and_previous_walk_through_the_issued_invoices(
    preview: InvoicePreview, qtbot: QtBot
) -> None:
    assert not preview._previous.isEnabled()
    seen = [preview.invoice_id()]
    while preview._next.isEnabled():
        preview._next.trigger()
        qtbot.waitUntil(lambda: preview.page_count() == 1)
        seen.append(preview.invoice_id())
    assert seen == ["in_paid", "in_open", "in_void"]  # a draft has no document


def test_saving_from_the_preview_saves_that_invoice(
    preview: InvoicePreview, tmp_path: Path, file_dialog: FileDialog
) -> None:
    target = tmp_path / "a.pdf"
    file_dialog("getSaveFileName", (str(target), ""))
    preview._save.trigger()
    assert "NW-2026-0000" in PdfReader(target).pages[0].extract_text()


def test_printing_gives_a_sheet_a_page(
    preview: InvoicePreview, window: MainWindow, tmp_path: Path
) -> None:
    assert preview._shown is not None
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    print_pages(preview._shown.pdf, printer)
    assert len(PdfReader(tmp_path / "printed.pdf").pages) == 1


def test_escape_closes_the_preview(preview: InvoicePreview, qtbot: QtBot) -> None:
    qtbot.waitActive(preview)
    qtbot.keyClick(preview, Qt.Key.Key_Escape)
    assert not preview.isVisible()
