"""A payment that came for an open invoice outside the payment provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QComboBox,
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
from calmony_desktop.ui.dialogs import questions
from calmony_desktop.ui.dialogs.date_field import DateField
from calmony_desktop.ui.style import formatting, theme


@dataclass(frozen=True, slots=True)
class ReceivedPayment:
    """What was entered: minor units, how, the calendar date, a note."""

    amount: int
    method: str
    received_on: date
    note: str | None


class RecordPaymentDialog(QDialog):
    """Asks how much came, how and when; suggests all that is owed, today.

    Says beforehand what becomes of the invoice with that amount.
    """

    def __init__(
        self, parent: QWidget, invoice: InvoiceRow, customer_name: str, today: date
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Record a payment"))
        self.setMinimumWidth(460)
        self._invoice = invoice
        self.amount = QLineEdit(str(to_major(invoice.amount_remaining, invoice.currency)))
        self.amount.setAccessibleName(self.tr("Amount"))
        self.amount.textChanged.connect(self._show_outcome)
        self.method = QComboBox()
        self.method.setEditable(True)
        self.method.addItems([self.tr("Bank transfer"), self.tr("Cash"), self.tr("Cheque")])
        self.received_on = DateField(today)
        self.received_on.setMaximumDate(QDate(today.year, today.month, today.day))
        self.note = questions.note_field()
        self.outcome = plain_text.label()
        self.outcome.setWordWrap(True)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
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
        whose = plain_text.label(plain_text.shortened(customer_name))
        whose.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        whose.setWordWrap(True)
        owed = plain_text.label(self._what_is_owed())
        owed.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(whose)
        layout.addWidget(owed)
        layout.addLayout(form)
        layout.addWidget(self.outcome)
        layout.addWidget(buttons)
        self._show_outcome()

    def payment(self) -> ReceivedPayment:
        """What was entered. Raises KnownError for what cannot be a payment of this invoice."""
        amount = self._entered_amount()
        method = self.method.currentText().strip()
        if not method:
            raise KnownError(self.tr("Say how it was paid, in a few words."))
        return ReceivedPayment(
            amount=amount,
            method=method,
            received_on=self.received_on.day(),
            note=questions.note_in(self.note),
        )

    def accept(self) -> None:
        """Close, if what was entered can be a payment; else say what is wrong."""
        try:
            self.payment()
        except KnownError as error:
            self._say(str(error), tone="danger")
            return
        super().accept()

    def _what_is_owed(self) -> str:
        invoice = self._invoice
        template = (
            self.tr("Invoice {number}: {owed} are owed.")
            if invoice.amount_remaining == invoice.amount
            else self.tr("Invoice {number}: {owed} of {amount} are still owed.")
        )
        said = plain_text.filled(
            template,
            number=plain_text.shortened(invoice.number or invoice.id),
            owed=formatting.money(invoice.amount_remaining, invoice.currency),
            amount=formatting.money(invoice.amount, invoice.currency),
        )
        if invoice.due_on is None:
            return said
        due = self.tr("Due on {date}.").replace("{date}", formatting.calendar_date(invoice.due_on))
        return f"{said} {due}"

    def _entered_amount(self) -> int:
        entered = self.amount.text().strip()
        amount = parse_major(entered, self._invoice.currency) if entered else 0
        if not 0 < amount <= self._invoice.amount_remaining:
            owed = formatting.money(self._invoice.amount_remaining, self._invoice.currency)
            raise KnownError(
                self.tr(
                    "Enter an amount above zero, and at most the {amount} that are owed."
                ).replace("{amount}", owed)
            )
        return amount

    def _show_outcome(self) -> None:
        try:
            left = self._invoice.amount_remaining - self._entered_amount()
        except KnownError as error:
            self._say(str(error), tone="danger")
            return
        if left == 0:
            self._say(self.tr("That is all of it: the invoice becomes paid."))
        else:
            self._say(
                self.tr(
                    "That is a part: the invoice stays open, with {amount} left to pay."
                ).replace("{amount}", formatting.money(left, self._invoice.currency))
            )

    def _say(self, text: str, *, tone: str = "") -> None:
        self.outcome.setText(text)
        self.outcome.setProperty("tone", tone)
        self.outcome.style().polish(self.outcome)
