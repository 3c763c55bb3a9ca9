"""What billing would do, before it does it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, Qt, QTimer
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.billing.money import Money
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.operations.run_billing import BillingReport, preview_billing
from calmony_desktop.ui import background, plain_text
from calmony_desktop.ui.dialogs.date_field import DateField
from calmony_desktop.ui.style import formatting, theme
from calmony_desktop.ui.tables.due_invoices import DueInvoice, columns, due_invoices, period
from calmony_desktop.ui.tables.record_table import RecordTable

translate = QCoreApplication.translate

_NOTES_HEIGHT = 108


class RunBillingDialog(QDialog):
    """The preview, and through which date it goes; accepted where it is to be done.

    ``preview`` is always what is shown: another date is previewed anew before it can be billed.
    """

    def __init__(self, parent: QWidget, preview: BillingReport) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Run billing"))
        self.resize(820, 560)
        self.preview = preview
        self.through = DateField(preview.through)
        self.through.setAccessibleName(self.tr("Bill everything due through"))
        # A date that is typed is looked at once it is whole.
        self.through.setKeyboardTracking(False)
        self.through.dateChanged.connect(self._other_date)
        # Whoever holds an arrow key down has chosen once they let go.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._preview_again)
        self._heading = plain_text.label()
        self._heading.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        self._hint = plain_text.label(tone="muted")
        self.ahead = plain_text.label()
        self.ahead.setFont(theme.weighted(QFont.Weight.Medium))
        self.problem = plain_text.label(tone="danger")
        for label in (self._heading, self._hint, self.ahead, self.problem):
            label.setWordWrap(True)
        self.table: RecordTable[DueInvoice] = RecordTable(columns())
        self.table.setAccessibleName(self.tr("What would be billed"))
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setMaximumHeight(_NOTES_HEIGHT)
        self.notes.setAccessibleName(self.tr("What else there is to know"))
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.issue: QPushButton = self._buttons.addButton(
            "", QDialogButtonBox.ButtonRole.AcceptRole
        )
        # Enter alone must not bill anybody.
        self.issue.setAutoDefault(False)
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setDefault(True)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        self._show_preview()

    def accept(self) -> None:
        """Close, if what is shown is what the date says; else show that first."""
        self.through.interpretText()
        if self.through.day() == self.preview.through:
            super().accept()

    def reject(self) -> None:
        """Close; a preview that is under way is stopped by its own *Cancel* first."""
        if self.isEnabled():
            super().reject()

    def done(self, result: int) -> None:
        """No preview begins in a window that is closed."""
        self._soon.stop()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ends the date that is typed; it does not press *Cancel*."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() not in keys or self.focusWidget() is not self.through:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        caption = plain_text.label(self.tr("Bill everything due through"))
        caption.setBuddy(self.through)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(caption)
        row.addWidget(self.through)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addLayout(row)
        for widget in (self._heading, self._hint, self.ahead, self.problem):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.notes)
        layout.addStretch(0)
        layout.addWidget(self._buttons)

    def _other_date(self) -> None:
        """Nothing can be billed any more before that date's preview is there."""
        self.issue.setEnabled(False)
        self._soon.start()

    def _preview_again(self) -> None:
        through = self.through.day()
        self.setEnabled(False)
        try:
            self.preview = background.run(
                self,
                self.tr("Looking for what is due"),
                lambda progress: preview_billing(through, progress=progress),
            )
        except KnownError as error:
            self._show_problem(str(error))
        except Cancelled:
            self._go_back()
        else:
            self._show_preview()
        finally:
            self.setEnabled(True)
            self.through.setFocus()

    def _go_back(self) -> None:
        """Show the date of the preview that is still there."""
        day = self.preview.through
        self.through.blockSignals(True)
        self.through.setDate(QDate(day.year, day.month, day.day))
        self.through.blockSignals(False)
        self._show_preview()

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        for widget in (self._heading, self._hint, self.ahead, self.table, self.notes):
            widget.hide()
        self.problem.show()
        self.issue.setEnabled(False)

    def _show_preview(self) -> None:
        preview = self.preview
        notes = notes_as_text(preview)
        has_work = bool(preview.invoices or preview.ended)
        self._heading.setText(self._summary())
        self._hint.setText(
            self.tr("Nothing is written until you say so. A period is never billed twice.")
            if has_work
            else self.tr("Choose a later date to bill ahead of time.")
        )
        self.ahead.setText("\n".join(preview.ahead))
        self.table.show_rows(due_invoices(preview), keep_place=False)
        self.notes.setPlainText(notes)
        self.problem.hide()
        self._heading.show()
        self._hint.show()
        self.ahead.setVisible(bool(preview.ahead))
        self.table.setVisible(bool(preview.invoices))
        self.notes.setVisible(bool(notes))
        self.issue.setText(self._what_it_does())
        self.issue.setEnabled(has_work)

    def _what_it_does(self) -> str:
        count = len(self.preview.invoices)
        if not count:
            return self.tr("End subscriptions") if self.preview.ended else self.tr("Issue invoices")
        words = self.tr("Issue 1 invoice") if count == 1 else self.tr("Issue {count} invoices")
        return words.replace("{count}", formatting.whole_number(count))

    def _summary(self) -> str:
        """How many invoices, and what they come to in each currency."""
        count = len(self.preview.invoices)
        if not count:
            return self.tr("Nothing is due through {date}.").replace(
                "{date}", formatting.calendar_date(self.preview.through)
            )
        template = (
            self.tr("1 invoice: {amounts}")
            if count == 1
            else self.tr("{count} invoices: {amounts}")
        )
        totals = [Money(amount, currency) for currency, amount in self.preview.totals.items()]
        return plain_text.filled(
            template, count=formatting.whole_number(count), amounts=formatting.amounts(totals)
        )


def as_text(report: BillingReport) -> str:
    """The report, a line for each thing that was done."""
    lines = []
    for each in report.invoices:
        whose = each.customer_name or each.customer_id
        amount = formatting.money(each.total, each.currency)
        lines.append("  ".join(filter(None, (each.number, amount, period(each), each.plan, whose))))
    return "\n".join(filter(None, ("\n".join(lines), *report.ahead, notes_as_text(report))))


def notes_as_text(report: BillingReport) -> str:
    """What is refused, what ends and what the provider has billed, under a heading each."""
    groups = (
        (translate("run_billing", "Can’t be billed here"), report.refused),
        (translate("run_billing", "Ends, as was asked"), report.ended),
        (translate("run_billing", "Billed by the payment provider already"), report.already_billed),
    )
    lines = []
    for heading, notes in groups:
        if notes:
            lines.append(f"{heading} ({formatting.whole_number(len(notes))})")
        lines += [f"  {each.customer_name or each.customer_id}: {each.sentence}" for each in notes]
    return "\n".join(lines)
