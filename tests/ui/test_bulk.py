"""Downloading many invoices at once from the window."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtCore import QDate, QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QProgressDialog,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from calmony_desktop.operations.progress import Cancelled, Progress
from calmony_desktop.store.models import Invoice
from calmony_desktop.ui import background
from calmony_desktop.ui.dialogs.invoice_period import InvoicePeriodDialog
from calmony_desktop.ui.dialogs.report import ReportDialog
from calmony_desktop.ui.main_window import MainWindow

from .conftest import BEATRIZ, FileDialog

Choose = Callable[[InvoicePeriodDialog], None]


@pytest.fixture
def period_dialog() -> Iterator[Callable[[Choose], None]]:
    """Answers the dialog that asks for a period, once it is open."""
    answers: list[Choose] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if answers and isinstance(dialog, InvoicePeriodDialog) and dialog.isVisible():
            answers.pop()(dialog)

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    yield answers.append
    timer.stop()
    assert not answers, "the dialog did not open"


def press_download(dialog: InvoicePeriodDialog) -> None:
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    next(button for button in box.buttons() if button.text() == "Download…").click()


def all_dates(dialog: InvoicePeriodDialog) -> None:
    dialog.period.setCurrentIndex(0)
    press_download(dialog)


def menu_action(window: MainWindow, words: str) -> QAction:
    return next(each for each in window.findChildren(QAction) if each.text() == words)


def reports() -> list[ReportDialog]:
    shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, ReportDialog)]
    return [each for each in shown if each.isVisible()]


# The dialog


@pytest.mark.parametrize(
    ("preset", "days"),
    [
        ("All dates", (None, None)),
        ("This month", (date(2024, 2, 1), date(2024, 2, 29))),
        ("Last month", (date(2024, 1, 1), date(2024, 1, 31))),
        ("This year", (date(2024, 1, 1), date(2024, 12, 31))),
        ("Last year", (date(2023, 1, 1), date(2023, 12, 31))),
    ],
)
@pytest.mark.parametrize("before", ["All dates", "Last year", "This year"])
def test_a_period_has_a_name(
    before: str, preset: str, days: tuple[date | None, date | None], window: MainWindow
) -> None:
    dialog = InvoicePeriodDialog(window, "All", of_one_customer=False, today=date(2024, 2, 29))
    for name in (before, preset):
        dialog.period.setCurrentText(name)
    assert dialog.days() == days
    assert dialog.period.currentText() == preset


def test_it_begins_with_last_month_or_with_all_of_a_customer(window: MainWindow) -> None:
    in_january = date(2026, 1, 31)
    dialog = InvoicePeriodDialog(window, "All", of_one_customer=False, today=in_january)
    assert dialog.days() == (date(2025, 12, 1), date(2025, 12, 31))
    dialog = InvoicePeriodDialog(window, "Anna", of_one_customer=True, today=in_january)
    assert dialog.days() == (None, None)
    assert not dialog.start.isEnabled()


def test_other_days_can_be_chosen_and_never_end_before_they_begin(window: MainWindow) -> None:
    dialog = InvoicePeriodDialog(window, "All", of_one_customer=False, today=date(2026, 11, 20))
    dialog.start.setDate(QDate(2026, 10, 5))
    assert dialog.period.currentText() == "Other dates"
    assert dialog.days() == (date(2026, 10, 5), date(2026, 10, 31))
    dialog.start.setDate(QDate(2026, 12, 24))
    assert dialog.days() == (date(2026, 12, 24), date(2026, 12, 24))
    dialog.end.setDate(QDate(2026, 12, 1))
    assert dialog.days() == (date(2026, 12, 24), date(2026, 12, 24))


# The download


def test_the_file_menu_saves_a_period_of_all_customers_into_a_zip(
    window: MainWindow,
    tmp_path: Path,
    file_dialog: FileDialog,
    period_dialog: Callable[[Choose], None],
) -> None:
    def october_and_november(dialog: InvoicePeriodDialog) -> None:
        dialog.start.setDate(QDate(2026, 10, 2))
        dialog.end.setDate(QDate(2026, 11, 1))
        press_download(dialog)

    asked = file_dialog("getSaveFileName", (str(tmp_path / "all"), ""))
    period_dialog(october_and_november)
    menu_action(window, "Download &all invoices…").trigger()
    assert Path(asked[0][2]).name == "Invoices 2026-10-02 – 2026-11-01.zip"
    with ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == [
            "NW-2026-0001 Talleres Salgado S.L.pdf",
            "NW-2026-0000 Talleres Salgado S.L.pdf",
            "index.csv",
        ]
    assert window.notices.text() == "Saved 2 invoices in all.zip"
    (report,) = reports()
    assert "e-invoice data was left out" in report.text.toPlainText(), "the seller has no address"
    report.close()


def test_the_context_menu_saves_all_of_the_customer_into_a_folder(
    window: MainWindow,
    tmp_path: Path,
    file_dialog: FileDialog,
    period_dialog: Callable[[Choose], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def into_a_folder(dialog: InvoicePeriodDialog) -> None:
        dialog.in_folder.setChecked(True)
        press_download(dialog)

    target = tmp_path / "out"
    target.mkdir()
    file_dialog("getExistingDirectory", str(target))
    period_dialog(into_a_folder)
    window.open_customer(BEATRIZ)
    menu = window.record_actions.context_menu(window.detail.invoices, QPoint(5, 5))
    next(a for a in menu.actions() if a.text() == "Download all of this customer…").trigger()
    names = sorted(path.name for path in target.iterdir())
    assert names == [f"NW-2026-000{n} Talleres Salgado S.L.pdf" for n in range(3)] + ["index.csv"]

    opened: list[str] = []
    monkeypatch.setattr(
        "calmony_desktop.ui.bulk_actions.QDesktopServices.openUrl",
        lambda url: opened.append(url.toLocalFile()),
    )
    window.notices.findChild(QPushButton).click()
    assert opened == [str(target)]

    (report,) = reports()
    assert "Left out, 1 draft" in report.text.toPlainText()
    report.close()


def test_a_download_without_a_remark_needs_no_report(
    window: MainWindow,
    tmp_path: Path,
    file_dialog: FileDialog,
    period_dialog: Callable[[Choose], None],
) -> None:
    Invoice.update(status="void", raw_status="void").where(Invoice.id == "in_paid").execute()
    Invoice.delete().where(Invoice.id.in_(["in_open", "in_draft"])).execute()
    file_dialog("getSaveFileName", (str(tmp_path / "all.zip"), ""))
    period_dialog(all_dates)
    window.bulk_actions.download_period()
    assert window.notices.text() == "Saved 2 invoices in all.zip"
    assert reports() == []


def test_only_invoices_are_downloaded_from_a_context_menu(window: MainWindow) -> None:
    window.open_customer(BEATRIZ)
    for section in (window.detail.payments, window.detail.subscriptions):
        menu = window.record_actions.context_menu(section, QPoint(5, 5))
        assert not [a for a in menu.actions() if "Download all" in a.text()]


def test_whoever_thinks_better_of_it_saves_nothing(
    window: MainWindow, file_dialog: FileDialog, period_dialog: Callable[[Choose], None]
) -> None:
    period_dialog(InvoicePeriodDialog.reject)
    window.bulk_actions.download_period()
    asked = file_dialog("getSaveFileName", ("", ""))
    period_dialog(all_dates)
    window.bulk_actions.download_period()
    assert len(asked) == 1
    assert window.notices.text() == ""


def test_without_a_customer_there_is_nothing_to_ask(window: MainWindow) -> None:
    window.bulk_actions.download_customer()
    assert window.notices.text() == ""


def test_a_period_without_invoices_is_a_plain_message(
    window: MainWindow,
    tmp_path: Path,
    file_dialog: FileDialog,
    period_dialog: Callable[[Choose], None],
) -> None:
    def long_ago(dialog: InvoicePeriodDialog) -> None:
        dialog.start.setDate(QDate(1990, 1, 1))
        dialog.end.setDate(QDate(1990, 1, 1))
        press_download(dialog)

    file_dialog("getSaveFileName", (str(tmp_path / "all.zip"), ""))
    period_dialog(long_ago)
    window.bulk_actions.download_period()
    boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
    (box,) = [box for box in boxes if box.isVisible()]
    assert "not saved" in box.text()
    assert "No invoice was issued" in box.informativeText()
    box.close()
    assert not (tmp_path / "all.zip").exists()


def test_a_cancelled_download_says_that_nothing_was_saved(
    window: MainWindow,
    tmp_path: Path,
    file_dialog: FileDialog,
    period_dialog: Callable[[Choose], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cancelled(*_: object, **__: object) -> None:
        raise Cancelled

    monkeypatch.setattr("calmony_desktop.operations.download_invoices.download_invoices", cancelled)
    file_dialog("getSaveFileName", (str(tmp_path / "all.zip"), ""))
    period_dialog(all_dates)
    window.bulk_actions.download_period()
    assert window.notices.text() == "The download was cancelled. Nothing was saved."


def test_the_progress_dialog_counts_and_its_button_cancels(
    window: MainWindow, qtbot: QtBot
) -> None:
    said: list[str] = []

    def work(progress: Progress) -> None:
        while True:
            progress(312, 1000)
            time.sleep(0.01)

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QProgressDialog) and dialog.isVisible():
            said.extend(label.text() for label in dialog.findChildren(QLabel))
            for button in dialog.findChildren(QPushButton):  # gone once it was clicked
                qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    with pytest.raises(Cancelled):
        background.run(window, "Downloading <b>", work)
    timer.stop()
    assert said[0] == "Downloading <b>\n312 of 1,000"
