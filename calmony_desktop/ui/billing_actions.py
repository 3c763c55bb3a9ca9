"""What staff do about billing: run it, record a payment, void, undo, hand over."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import CAN_STILL_BILL, InvoiceStatus
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.progress import Progress
from calmony_desktop.operations.undo_cancellation import (
    reinstate_subscription,
    undo_cancellation,
    undo_deadline,
)
from calmony_desktop.store import business, database
from calmony_desktop.store.rows import InvoiceRow, SubscriptionRow
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.customer_detail import CustomerDetailView
from calmony_desktop.ui.data_actions import DataActions
from calmony_desktop.ui.dialogs.files import ask_where_to_save
from calmony_desktop.ui.notice_bar import NoticeBar
from calmony_desktop.ui.style import formatting
from calmony_desktop.ui.tables.record_table import RecordTable
from calmony_desktop.ui.window_state import WindowState


class BillingActions(QObject):
    """Each verb asks, works in the background, and says what became of it."""

    changed = Signal()

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
        self._data = data_actions

    def run_billing(self) -> None:
        """Show what is due, and issue the invoices where that is wanted."""
        from calmony_desktop.operations.run_billing import preview_billing, run_billing
        from calmony_desktop.ui.dialogs.run_billing import RunBillingDialog, as_text

        title = self.tr("Run billing")
        failed = self.tr("Billing could not be run")
        preview = self._data.run(
            title,
            failed,
            self.tr("Nothing was billed."),
            lambda progress: preview_billing(progress=progress),
        )
        if preview is None:
            return
        operation_id = str(uuid.uuid4())
        dialog = RunBillingDialog(self._window, preview)
        is_wanted = dialog.exec() == QDialog.DialogCode.Accepted
        # What was shown last, also where midnight has passed since.
        through = dialog.preview.through
        dialog.deleteLater()
        if not is_wanted:
            return

        def bill(progress: Progress) -> Any:
            return run_billing(through, operation_id=operation_id, progress=progress)

        report = self._data.run(title, failed, self.tr("Billing was stopped."), bill)
        self.changed.emit()
        if report is not None:
            self._data.show_report(
                self.tr("Billing report"), f"{report.summary}\n\n{as_text(report)}"
            )

    def record_payment(self, invoice: InvoiceRow) -> None:
        """Ask what came for an open invoice, and record it."""
        from calmony_desktop.operations.record_payment import record_payment
        from calmony_desktop.ui.dialogs.record_payment import RecordPaymentDialog

        operation_id = str(uuid.uuid4())
        dialog = RecordPaymentDialog(self._window, invoice, self._customer_name(), _today())
        is_wanted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        if not is_wanted:
            return
        received = dialog.payment()
        self._do(
            self.tr("Recording the payment"),
            self.tr("The payment was not recorded"),
            lambda _progress: record_payment(
                invoice.id,
                amount=received.amount,
                method=received.method,
                received_on=received.received_on,
                note=received.note,
                operation_id=operation_id,
            ),
        )

    def void_invoice(self, invoice: InvoiceRow) -> None:
        """Ask, and void an open invoice; one that something was paid of can't be voided."""
        from calmony_desktop.operations.void_invoice import void_invoice
        from calmony_desktop.ui.dialogs.void_invoice import confirm_void

        if invoice.amount_paid:
            said = self.tr(
                "{amount} were paid of this invoice, so it can’t be voided. Pay that back at the "
                "payment provider first."
            )
            paid = formatting.money(invoice.amount_paid, invoice.currency)
            self._notices.say(said.replace("{amount}", paid), is_warning=True)
            return
        operation_id = str(uuid.uuid4())
        decision = confirm_void(self._window, invoice, self._customer_name())
        if decision is None:
            return
        self._do(
            self.tr("Voiding the invoice"),
            self.tr("The invoice was not voided"),
            lambda _progress: void_invoice(
                invoice.id, operation_id=operation_id, note=decision.note
            ),
        )

    def undo_cancellation(self, subscription_id: str) -> None:
        """Take the latest cancellation of this subscription back."""
        operation_id = str(uuid.uuid4())
        self._do(
            self.tr("Undoing the cancellation"),
            self.tr("The cancellation was not undone"),
            lambda _progress: undo_cancellation(subscription_id, operation_id=operation_id),
        )

    def reinstate(self, subscription_id: str) -> None:
        """Let a subscription go on that is set to end with its period."""
        operation_id = str(uuid.uuid4())
        self._do(
            self.tr("Reinstating the subscription"),
            self.tr("The subscription was not reinstated"),
            lambda _progress: reinstate_subscription(subscription_id, operation_id=operation_id),
        )

    def show_pending_changes(self) -> None:
        """List what the payment provider has not been told, to be handed over."""
        from calmony_desktop.operations.pending_changes import pending_changes
        from calmony_desktop.ui.dialogs.pending_changes import PendingChangesDialog

        changes = self._data.run(
            self.tr("Reading the pending changes"),
            self.tr("The pending changes could not be read"),
            "",
            lambda _progress: pending_changes(),
        )
        if changes is None:
            return
        dialog = PendingChangesDialog(self._window, changes)
        dialog.hand_over_wanted.connect(lambda: self._hand_over(dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add_to_menu(self, menu: QMenu, record: object) -> None:
        """What can be done with an open invoice, or with a subscription that was cancelled here."""
        if isinstance(record, InvoiceRow) and record.status == InvoiceStatus.OPEN:
            menu.addAction(self.tr("Record a payment…"), lambda: self.record_payment(record))
            if not record.amount_paid:
                menu.addAction(self.tr("Void invoice…"), lambda: self.void_invoice(record))
            menu.addSeparator()
        elif isinstance(record, SubscriptionRow):
            if self._can_undo(record.id):
                menu.addAction(
                    self.tr("Undo the cancellation"), lambda: self.undo_cancellation(record.id)
                )
                menu.addSeparator()
            elif record.cancel_at_period_end and record.status in CAN_STILL_BILL:
                menu.addAction(self.tr("Reinstate"), lambda: self.reinstate(record.id))
                menu.addSeparator()

    def record_payment_of_current(self) -> None:
        """Record a payment on the invoice that the table is on."""
        self._with_open_invoice(self.record_payment)

    def void_current(self) -> None:
        """Void the invoice that the table is on."""
        self._with_open_invoice(self.void_invoice)

    def undo_current(self) -> None:
        """Take back what ends the subscription that the table is on."""
        record = self._current(self._detail.subscriptions.table)
        if isinstance(record, SubscriptionRow) and self._can_undo(record.id):
            self.undo_cancellation(record.id)
        elif isinstance(record, SubscriptionRow) and record.cancel_at_period_end:
            self.reinstate(record.id)
        else:
            self._notices.say(
                self.tr("Choose a subscription that was cancelled in the last ten minutes."),
                is_warning=True,
            )

    def _customer_name(self) -> str:
        """Whose records are shown."""
        assert self._detail.detail is not None
        return self._detail.detail.customer.display_name

    def _with_open_invoice(self, action: Callable[[InvoiceRow], None]) -> None:
        record = self._current(self._detail.invoices.table)
        if isinstance(record, InvoiceRow) and record.status == InvoiceStatus.OPEN:
            action(record)
        else:
            self._notices.say(self.tr("Choose an open invoice first."), is_warning=True)

    @staticmethod
    def _can_undo(subscription_id: str) -> bool:
        try:
            return undo_deadline(subscription_id) is not None
        except KnownError:
            return False  # the next thing that is asked of the file says what is wrong

    @staticmethod
    def _current(table: RecordTable[Any]) -> object:
        return table.records.record(table.currentIndex())

    def _hand_over(self, dialog: QDialog) -> None:
        from calmony_desktop.operations.pending_changes import hand_over_changes

        operation_id = str(uuid.uuid4())
        name = f"Pending changes {_today().isoformat()}.csv"
        target = ask_where_to_save(
            self._window,
            self.tr("Hand over pending changes"),
            self._state.folder("folders/pending") / name,
            self.tr("CSV (*.csv);;JSON (*.json)"),
        )
        if target is None:
            return
        count = self._data.run(
            self.tr("Handing the changes over"),
            self.tr("The changes were not handed over"),
            "",
            lambda _progress: hand_over_changes(Path(target), operation_id=operation_id),
        )
        if count is not None:
            self._state.keep("folders/pending", target.parent)
            dialog.accept()
            said = (
                self.tr("1 change is saved in {name} and marked as handed over.")
                if count == 1
                else self.tr("{count} changes are saved in {name} and marked as handed over.")
            )
            self._notices.say(
                plain_text.filled(
                    said,
                    count=formatting.whole_number(count),
                    name=target.name,
                )
            )

    def _do(self, title: str, failed: str, work: Callable[[Progress], Any]) -> None:
        """One step in the background; its answer's sentence is said, and everything read again."""
        answer = self._data.run(title, failed, "", work)
        self.changed.emit()
        if answer is not None:
            self._notices.say(answer.sentence)


def _today() -> date:
    """Today, for the business; for this desk where the file cannot be read just now."""
    try:
        with database.reading():
            return date_of(int(time.time()), business.time_zone())
    except KnownError:
        return date.today()
