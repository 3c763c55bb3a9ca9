"""What can be done with the records of the customer who is open: cancel, download, copy, export."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QPoint, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QWidget

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.cancel_subscription import Outcome, cancel_subscription
from calmony_desktop.operations.cancellation_choices import cancellation_choices
from calmony_desktop.operations.export_table import table_as_csv
from calmony_desktop.operations.progress import Cancelled, Progress, unattended
from calmony_desktop.operations.write_file import write_whole
from calmony_desktop.store import invoices
from calmony_desktop.store.subscriptions import SubscriptionToCancel
from calmony_desktop.ui import background, plain_text
from calmony_desktop.ui.customer_detail import CustomerDetailView
from calmony_desktop.ui.dialogs.cancel_subscription import confirm_cancel
from calmony_desktop.ui.dialogs.files import ask_where_to_save
from calmony_desktop.ui.notice_bar import NoticeBar
from calmony_desktop.ui.section import Section
from calmony_desktop.ui.style import formatting
from calmony_desktop.ui.tables.record_table_model import RecordTableModel
from calmony_desktop.ui.window_state import WindowState

#: So many rows are exported within a few milliseconds.
_EXPORTED_AT_ONCE: Final = 500


class RecordActions(QObject):
    """Each verb of the window on one record, by the record's id."""

    #: Something was written: whoever shows this customer reads again.
    changed = Signal()
    #: The cancellation of the subscription with this id is to be taken back.
    undo_wanted = Signal(str)
    #: A context menu is being made for a record: whoever has more to offer adds it.
    menu_made = Signal(object, object)
    #: All invoices of the customer who is open are wanted as files.
    download_all_wanted = Signal()

    def __init__(
        self, window: QWidget, detail: CustomerDetailView, notices: NoticeBar, state: WindowState
    ) -> None:
        super().__init__(window)
        self._window = window
        self._detail = detail
        self._notices = notices
        self._state = state
        self._is_busy = False

    def cancel_subscription(self, subscription_id: str) -> None:
        """Ask, cancel, and say what became of it."""
        if self._is_busy:
            return
        self._is_busy = True
        try:
            self._cancel(subscription_id)
        except KnownError as error:
            self.tell_problem(self.tr("The subscription was not cancelled"), str(error))
        except Cancelled:
            self._notices.say(self.tr("Nothing was changed."))
        finally:
            self._is_busy = False

    def download_invoice(self, invoice_id: str) -> None:
        """Ask where to, save the PDF, and offer to open it."""
        if self._is_busy:
            return
        self._is_busy = True
        try:
            self._download(invoice_id)
        except KnownError as error:
            self.tell_problem(self.tr("The invoice was not saved"), str(error))
        except Cancelled:
            self._notices.say(self.tr("The invoice was not saved."))
        finally:
            self._is_busy = False

    def cancel_current(self) -> None:
        """Cancel the subscription that the table is on."""
        self._use_current(self._detail.subscriptions, self.cancel_subscription)

    def download_current(self) -> None:
        """Download the invoice that the table is on."""
        self._use_current(self._detail.invoices, self.download_invoice)

    def copy(self) -> None:
        """Copy the selected rows of the table that has the keyboard."""
        section = self._focused_section()
        if section is not None:
            section.table.copy_selected()

    def export_focused(self) -> None:
        """Save the table that has the keyboard, else the payments, as CSV."""
        self.export_table(self._focused_section() or self._detail.payments)

    def export_table(self, section: Section[Any]) -> None:
        """Ask where to, and save the table as CSV, sorted as it is shown."""
        records = section.table.records
        records.want_all()
        if not records.is_whole:
            return  # it took too long for a person, or cannot be read, which the window says
        if self._detail.detail is None or not records.rowCount():
            self._notices.say(self.tr("There is nothing in this table to export."), is_warning=True)
            return
        from_here = self._state.folder("folders/csv")
        name = f"{section.title} {self._detail.detail.customer.id}.csv"
        target = ask_where_to_save(
            self._window, self.tr("Export as CSV"), from_here / name, self.tr("CSV (*.csv)")
        )
        if target is None:
            return
        try:
            write_whole(target, self._as_csv(records))
        except Cancelled:
            return
        except KnownError as error:
            self.tell_problem(self.tr("The table was not exported"), str(error))
            return
        self._state.keep("folders/csv", target.parent)
        self._say_saved(target)

    def _as_csv(self, records: RecordTableModel[Any]) -> bytes:
        """All rows of a table; with a dialog that shows the progress where there are very many."""
        numbers = range(records.rowCount())

        def rows(progress: Progress) -> Iterator[Any]:
            for done, row in enumerate(records.read(numbers), 1):
                progress(done, len(numbers))
                yield row

        if len(numbers) <= _EXPORTED_AT_ONCE:
            return table_as_csv(rows(unattended))
        words = self.tr("Exporting the table…")
        return background.run(self._window, words, lambda progress: table_as_csv(rows(progress)))

    def tell_problem(self, title: str, text: str) -> None:
        """What went wrong, and what can be done, in a box that waits for nobody."""
        box = plain_text.message_box(self._window, QMessageBox.Icon.Warning, title, title, text)
        box.open()

    def _cancel(self, subscription_id: str) -> None:
        # Made before the question is asked, so that a retry is no second cancellation.
        operation_id = str(uuid.uuid4())
        choices = cancellation_choices(
            subscription_id, money=formatting.money, day=formatting.calendar_date
        )
        if choices is None:
            raise KnownError(self.tr("It is not in the database any more."))
        found = choices.subscription
        if not choices.at_once.is_possible:
            self._say_cancelled(Outcome.ALREADY_ENDED, found)
            return
        decision = confirm_cancel(self._window, choices)
        if decision is None:
            return
        answer = background.run(
            self._window,
            self.tr("Cancelling the subscription"),
            lambda _progress: cancel_subscription(
                subscription_id,
                operation_id=operation_id,
                at_period_end=decision.at_period_end,
                reason=decision.reason,
                note=decision.note,
            ),
            can_cancel=False,
        )
        self._say_cancelled(answer.outcome, answer.subscription)

    def _say_cancelled(self, outcome: Outcome, found: SubscriptionToCancel) -> None:
        self.changed.emit()
        words = {
            Outcome.CANCELED: self.tr(
                "“{plan}” of {customer} is cancelled. It will not be billed again."
            ),
            Outcome.SCHEDULED: self.tr(
                "“{plan}” of {customer} ends on {date}. It will not be billed again."
            ),
            Outcome.ALREADY_SCHEDULED: self.tr(
                "Nothing was changed: “{plan}” of {customer} was set to end already."
            ),
            Outcome.ALREADY_ENDED: self.tr(
                "Nothing was changed: “{plan}” of {customer} had already ended, or never began."
            ),
        }
        said = plain_text.filled(
            words[outcome],
            customer=found.customer_display_name,
            plan=found.plan,
            date=formatting.calendar_date(_end_of_period(found)),
        )
        if outcome in (Outcome.CANCELED, Outcome.SCHEDULED):
            undo = (self.tr("Undo"), lambda: self.undo_wanted.emit(found.id))
            self._notices.say(said, undo)
        else:
            self._notices.say(said, is_warning=True)

    def _download(self, invoice_id: str) -> None:
        # ReportLab takes longer to import than the window to paint, so only now.
        from calmony_desktop.operations.download_invoice import (
            download_invoice,
            suggested_file_name,
        )

        invoice = invoices.issued_invoice(invoice_id)
        if invoice is None:
            raise KnownError(self.tr("It is not in the database any more."))
        name = suggested_file_name(invoice.number, invoice.buyer_name)
        target = ask_where_to_save(
            self._window,
            self.tr("Download PDF"),
            self._state.folder("folders/pdf") / name,
            self.tr("PDF (*.pdf)"),
        )
        if target is None:
            return
        left_out = background.run(
            self._window,
            self.tr("Saving the invoice"),
            lambda _progress: download_invoice(invoice.id, target),
            can_cancel=False,
        )
        self._state.keep("folders/pdf", target.parent)
        self._say_saved(target, left_out)

    def _say_saved(self, target: Path, left_out: Sequence[str] = ()) -> None:
        said = [self.tr("Saved {name}").replace("{name}", target.name), *left_out]
        self._notices.say(
            " · ".join(said),
            (self.tr("Open"), lambda: self._open(target)),
            (self.tr("Show in folder"), lambda: self._open(target.parent)),
            is_warning=bool(left_out),
        )

    def _open(self, path: Path) -> None:
        if not path.exists():
            self.tell_problem(
                self.tr("It cannot be opened"),
                self.tr("{path} is not there any more.").replace("{path}", str(path)),
            )
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _focused_section(self) -> Section[Any] | None:
        focused = QApplication.focusWidget()
        return next((s for s in self._detail.sections() if s.table is focused), None)

    def _use_current(self, section: Section[Any], action: Any) -> None:
        if self._detail.detail is None:
            self._notices.say(self.tr("Choose a customer first."), is_warning=True)
            return
        rows = section.table.records.rows()
        record_id = section.table.current_id() or (rows[0].id if len(rows) == 1 else None)
        if record_id is not None:
            action(record_id)
        else:
            section.table.setFocus()
            self._notices.say(
                self.tr("Choose a row in “{title}” first.").replace("{title}", section.title),
                is_warning=True,
            )

    def show_menu(self, section: Section[Any], position: QPoint) -> None:
        """Show the context menu of the row at ``position``."""
        shown_at = section.table.viewport().mapToGlobal(position)
        self.context_menu(section, position).popup(shown_at)

    def context_menu(self, section: Section[Any], position: QPoint) -> QMenu:
        """What can be done with the row at ``position``, and with the table."""
        table = section.table
        menu = QMenu(table)
        index = table.indexAt(position)
        record = table.records.record(index if index.isValid() else table.currentIndex())
        if record is not None:
            action_words = table.records.columns[-1].text(record)
            if section is not self._detail.payments and action_words:
                menu.addAction(
                    plain_text.on_button(f"{action_words}…"),
                    lambda: table.action_requested.emit(record.id),
                )
                menu.addSeparator()
            self.menu_made.emit(menu, record)
            menu.addAction(self.tr("Copy ID"), lambda: QApplication.clipboard().setText(record.id))
            menu.addAction(self.tr("Copy"), table.copy_selected)
            menu.addSeparator()
        if section is self._detail.invoices:
            words = self.tr("Download all of this customer…")
            menu.addAction(words, self.download_all_wanted.emit)
        menu.addAction(self.tr("Export as CSV…"), lambda: self.export_table(section))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu


def _end_of_period(found: SubscriptionToCancel) -> date | None:
    """When it ends once it was set to end with its period."""
    return replace(found.terms, cancel_at_period_end=True).ends_on
