"""A payment that came for an open invoice outside the payment provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.billing.money import parse_major, to_major
from calmony_desktop.errors import KnownError
from calmony_desktop.store.rows import InvoiceRow
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import formatting


@dataclass(frozen=True, slots=True)
class ReceivedPayment:
    """What was entered: minor units, how, the calendar date, a note."""

    amount: int
    method: str
    received_on: date
    note: str | None


class RecordPaymentDialog(QDialog):
    """Asks how much came, how and when; suggests all that is owed, today."""

    def __init__(self, parent: QWidget, invoice: InvoiceRow, today: date) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Record a payment"))
        self.setMinimumWidth(440)
        self._invoice = invoice
        owed = formatting.money(invoice.amount_remaining, invoice.currency)
        heading = plain_text.label(
            plain_text.filled(
                self.tr(
                    "Invoice {number}: {amount} are owed. It is marked as paid once all of it came."
                ),
                amount=owed,
                number=invoice.number or invoice.id,
            )
        )
        heading.setWordWrap(True)
        self.amount = QLineEdit(str(to_major(invoice.amount_remaining, invoice.currency)))
        self.amount.setAccessibleName(self.tr("Amount"))
        self.method = QComboBox()
        self.method.setEditable(True)
        self.method.addItems([self.tr("Bank transfer"), self.tr("Cash"), self.tr("Cheque")])
        self.received_on = QDateEdit(QDate(today.year, today.month, today.day))
        self.received_on.setCalendarPopup(True)
        self.received_on.setMaximumDate(QDate(today.year, today.month, today.day))
        self.note = QLineEdit()
        self.note.setMaxLength(500)
        self._problem = plain_text.label(tone="danger")
        self._problem.setWordWrap(True)
        form = QFormLayout()
        form.addRow(
            self.tr("Amount in {currency}").replace("{currency}", invoice.currency), self.amount
        )
        form.addRow(self.tr("Paid by"), self.method)
        form.addRow(self.tr("Received on"), self.received_on)
        form.addRow(self.tr("Note"), self.note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        record = buttons.addButton(
            self.tr("Record payment"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        # Enter alone must not record money.
        record.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addLayout(form)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)

    def payment(self) -> ReceivedPayment:
        """What was entered. Raises KnownError for what cannot be a payment of this invoice."""
        day = self.received_on.date()
        amount = parse_major(self.amount.text(), self._invoice.currency)
        if not 0 < amount <= self._invoice.amount_remaining:
            owed = formatting.money(self._invoice.amount_remaining, self._invoice.currency)
            raise KnownError(
                self.tr(
                    "Enter an amount above zero, and at most the {amount} that are owed."
                ).replace("{amount}", owed)
            )
        method = self.method.currentText().strip()
        if not method:
            raise KnownError(self.tr("Say how it was paid, in a few words."))
        return ReceivedPayment(
            amount=amount,
            method=method,
            received_on=date(day.year(), day.month(), day.day()),
            note=self.note.text().strip() or None,
        )

    def accept(self) -> None:
        """Close, if what was entered can be a payment; else say what is wrong."""
        try:
            self.payment()
        except KnownError as error:
            self._problem.setText(str(error))
            return
        super().accept()
