"""Many invoices as files at once: of a period, or of the customer who is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from calmony_desktop.store.invoices import InvoiceSelection
from calmony_desktop.ui.customer_detail import CustomerDetailView
from calmony_desktop.ui.data_actions import DataActions
from calmony_desktop.ui.dialogs.files import ask_folder, ask_where_to_save
from calmony_desktop.ui.dialogs.invoice_period import InvoicePeriodDialog
from calmony_desktop.ui.notice_bar import NoticeBar
from calmony_desktop.ui.style import formatting
from calmony_desktop.ui.window_state import WindowState


class BulkActions(QObject):
    """*Download all invoices…*, in the background with its progress and a report."""

    def __init__(
        self,
        window: QWidget,
        detail: CustomerDetailView,
        notices: NoticeBar,
        state: WindowState,
        data_actions: DataActions,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._detail = detail
        self._notices = notices
        self._state = state
        self._data_actions = data_actions

    def download_period(self) -> None:
        """Ask for a period, and save the invoices of all customers."""
        self._ask(None, self.tr("Invoices of all customers"))

    def download_customer(self) -> None:
        """Ask for a period, and save the invoices of the customer who is open."""
        if self._detail.detail is not None:
            customer = self._detail.detail.customer
            whose = self.tr("Invoices of {name}").replace("{name}", customer.display_name)
            self._ask(customer.id, whose)

    def _ask(self, customer_id: str | None, whose: str) -> None:
        dialog = InvoicePeriodDialog(self._window, whose, of_one_customer=customer_id is not None)
        is_wanted = dialog.exec() == QDialog.DialogCode.Accepted
        selection = InvoiceSelection(customer_id, *dialog.days())
        as_zip = dialog.wants_zip()
        dialog.deleteLater()
        target = self._ask_target(selection, as_zip) if is_wanted else None
        if target is not None:
            self._download(selection, target, as_zip)

    def _ask_target(self, selection: InvoiceSelection, as_zip: bool) -> Path | None:
        title = self.tr("Download invoices")
        start = self._state.folder("folders/invoices")
        if not as_zip:
            return ask_folder(self._window, title, start)
        days = [str(day) for day in (selection.issued_from, selection.issued_to) if day]
        name = " ".join([self.tr("Invoices"), selection.customer_id or "", " – ".join(days)])
        suggested = start / f"{' '.join(name.split())}.zip"
        return ask_where_to_save(self._window, title, suggested, self.tr("Zip (*.zip)"))

    def _download(self, selection: InvoiceSelection, target: Path, as_zip: bool) -> None:
        from calmony_desktop.operations.download_invoices import download_invoices

        report = self._data_actions.run(
            self.tr("Downloading invoices"),
            self.tr("The invoices were not saved"),
            self.tr("The download was cancelled. Nothing was saved."),
            lambda progress: download_invoices(selection, target, as_zip=as_zip, progress=progress),
        )
        if report is None:
            return
        folder = target.parent if as_zip else target
        self._state.keep("folders/invoices", folder)
        number = formatting.whole_number(report.made)
        saved = (
            self.tr("Saved 1 invoice in {name}")
            if report.made == 1
            else self.tr("Saved {number} invoices in {name}").replace("{number}", number)
        )
        self._notices.say(
            saved.replace("{name}", target.name),
            (
                self.tr("Show in folder"),
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
            ),
            is_warning=report.failed > 0,
        )
        if report.has_remarks:
            self._data_actions.show_report(self.tr("Download report"), report.as_text())
