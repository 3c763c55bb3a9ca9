"""An invoice in a window of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from calmony_desktop.store import database as store
from calmony_desktop.store.models import Invoice, InvoiceLine
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
    assert seen == ["in_paid", "in_open", "in_void", "in_draft"]
    # A draft can be looked at, marked as one, and no more.
    assert not preview._save.isEnabled()
    assert not preview._print.isEnabled()


def test_what_no_font_has_is_said(window: MainWindow, qtbot: QtBot) -> None:
    with store.writing():
        Invoice.update(buyer={"name": "Acme \U00013000"}).where(Invoice.id == "in_paid").execute()
    window.open_customer(BEATRIZ)
    window.document_actions.preview("in_paid")
    shown = window.findChild(InvoicePreview)
    assert isinstance(shown, InvoicePreview)
    qtbot.waitUntil(lambda: "\U00013000" in shown._where.text())
    shown.close()


def test_very_many_pages_are_shown_in_part_and_said_so(window: MainWindow, qtbot: QtBot) -> None:
    with store.writing():
        for place in range(1, 800):
            InvoiceLine.create(
                invoice="in_paid", position=place, description="Part", quantity=1, amount=0
            )
    window.open_customer(BEATRIZ)
    window.document_actions.preview("in_paid")
    shown = window.findChild(InvoicePreview)
    assert isinstance(shown, InvoicePreview)
    qtbot.waitUntil(lambda: shown.page_count() > 20)
    assert len(shown._view.pages) == 20
    assert "The first 20 of" in shown._where.text()
    shown.close()


def test_printing_stops_when_it_is_cancelled(preview: InvoicePreview, tmp_path: Path) -> None:
    assert preview._shown is not None
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    asked: list[tuple[int, int]] = []

    def go_on(done: int, total: int) -> bool:
        asked.append((done, total))
        return False

    print_pages(preview._shown.pdf, printer, go_on)
    assert asked == [(0, 1)]


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
