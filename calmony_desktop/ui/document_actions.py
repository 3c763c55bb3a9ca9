"""What can be done with invoices as documents: the business's details, and looking at one."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.operations.render_invoice import RenderedInvoice, render_stored_invoice
from calmony_desktop.store import business, database
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.store.rows import InvoiceRow
from calmony_desktop.ui import background
from calmony_desktop.ui.customer_detail import CustomerDetailView
from calmony_desktop.ui.notice_bar import NoticeBar
from calmony_desktop.ui.record_actions import RecordActions
from calmony_desktop.ui.tables.invoices import can_download


class DocumentActions(QObject):
    """*Business details…* and *Preview invoice*."""

    def __init__(
        self,
        window: QWidget,
        detail: CustomerDetailView,
        notices: NoticeBar,
        records: RecordActions,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._detail = detail
        self._notices = notices
        self._records = records

    def preview_current(self) -> None:
        """Show the invoice that the table is on, in a window of its own."""
        table = self._detail.invoices.table
        record = table.records.record(table.currentIndex())
        if record is not None:
            self.preview(record.id)
        elif self._detail.detail is not None and self._detail.detail.invoices:
            self.preview(table.records.rows()[0].id)
        else:
            self._notices.say(self.tr("There is no invoice to show."))

    def preview(self, invoice_id: str) -> None:
        """Show one of the customer's invoices; the others are a step away."""
        # Brings PDFium and Qt's printing: not needed for the first paint.
        from calmony_desktop.ui.invoice_preview import InvoicePreview, PreviewedInvoice

        rows: tuple[InvoiceRow, ...] = self._detail.invoices.table.records.rows()
        shown = [
            PreviewedInvoice(row.id, row.number or row.id, is_issued=can_download(row))
            for row in rows
        ]
        window = InvoicePreview(self._window, shown, invoice_id, _render)
        window.save_wanted.connect(self._records.download_invoice)
        window.show()

    def edit_business(self) -> None:
        """Ask for the business's details, with an invoice beside them as it will look."""
        # These bring ReportLab and the checks of ids: not needed for the first paint.
        from calmony_desktop.operations.preview_business_details import render_sample
        from calmony_desktop.ui.dialogs.business_details import BusinessDetailsDialog

        try:
            details = business.details()
        except KnownError as error:
            self._records.tell_problem(self.tr("The details could not be read"), str(error))
            return
        dialog = BusinessDetailsDialog(self._window, details, render_sample)
        dialog.save_wanted.connect(lambda wanted: self._save(dialog, wanted))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, dialog: QWidget, details: BusinessDetails) -> None:
        from calmony_desktop.operations.save_business_details import save_business_details
        from calmony_desktop.ui.dialogs.business_details import BusinessDetailsDialog

        assert isinstance(dialog, BusinessDetailsDialog)
        try:
            background.run(
                self._window,
                self.tr("Saving the business details"),
                lambda _progress: save_business_details(details),
            )
        except (KnownError, Cancelled) as error:
            self._records.tell_problem(self.tr("The details were not saved"), str(error))
            return
        dialog.saved()
        self._notices.say(self.tr("The business details are saved. New invoices will carry them."))


def _render(invoice_id: str) -> RenderedInvoice:
    """Runs on the preview's own thread."""
    with database.connection():
        return render_stored_invoice(invoice_id, is_preview=True)
