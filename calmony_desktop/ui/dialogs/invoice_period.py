"""Which invoices to download: those of which period, and as what."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.ui import plain_text
from calmony_desktop.ui.dialogs.date_field import DateField


class InvoicePeriodDialog(QDialog):
    """Asks for a period, by name or by its days, and for a zip file or a folder.

    ``whose`` says whose invoices they are; ``of_one_customer`` begins with all dates rather than
    with last month.
    """

    def __init__(
        self, parent: QWidget, whose: str, *, of_one_customer: bool, today: date | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Download invoices"))
        self.setMinimumWidth(400)
        self.period = QComboBox()
        today = today or date.today()
        self.start, self.end = DateField(today), DateField(today)
        self.in_zip = QRadioButton(self.tr("In one zip file"))
        self.in_folder = QRadioButton(self.tr("As files in a folder"))
        self.in_zip.setChecked(True)
        for name, days in self._periods(today):
            self.period.addItem(name, days)
        self.period.currentIndexChanged.connect(self._show_days)
        for field in (self.start, self.end):
            field.dateChanged.connect(self._days_changed)
        self.period.setCurrentIndex(2)
        if of_one_customer:
            self.period.setCurrentIndex(0)
        self._lay_out(whose)

    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day, inclusive; None where all dates are wanted."""
        if self._is_unlimited():
            return None, None
        return self.start.day(), self.end.day()

    def wants_zip(self) -> bool:
        """Whether they shall be one zip file."""
        return self.in_zip.isChecked()

    def _periods(self, today: date) -> list[tuple[str, tuple[QDate, QDate] | None]]:
        this_month = QDate(today.year, today.month, 1)
        this_year = QDate(today.year, 1, 1)
        last_month, last_year = this_month.addMonths(-1), this_year.addYears(-1)
        return [
            (self.tr("All dates"), None),
            (self.tr("This month"), (this_month, this_month.addMonths(1).addDays(-1))),
            (self.tr("Last month"), (last_month, this_month.addDays(-1))),
            (self.tr("This year"), (this_year, this_year.addYears(1).addDays(-1))),
            (self.tr("Last year"), (last_year, this_year.addDays(-1))),
            (self.tr("Other dates"), None),
        ]

    def _is_unlimited(self) -> bool:
        return self.period.currentIndex() == 0

    def _show_days(self) -> None:
        days = self.period.currentData()
        if days is not None:
            for field, day in zip((self.start, self.end), days, strict=True):
                field.blockSignals(True)
                # The other day's limits belong to the period before.
                field.clearMinimumDate()
                field.setDate(day)
                field.blockSignals(False)
            self.end.setMinimumDate(self.start.date())
        for field in (self.start, self.end):
            field.setEnabled(not self._is_unlimited())

    def _days_changed(self) -> None:
        self.end.setMinimumDate(self.start.date())
        self.period.setCurrentIndex(self.period.count() - 1)

    def _lay_out(self, whose: str) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in (
            (self.tr("Issued"), self.period),
            (self.tr("From"), self.start),
            (self.tr("To"), self.end),
            (self.tr("Save"), self.in_zip),
            ("", self.in_folder),
        ):
            field.setAccessibleName(words or self.in_folder.text())
            label = plain_text.label(words)
            label.setBuddy(field)
            label.setMinimumHeight(field.sizeHint().height())
            form.addRow(label, field)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        download = buttons.addButton(self.tr("Download…"), QDialogButtonBox.ButtonRole.AcceptRole)
        download.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        heading: QLabel = plain_text.ElidedLabel()
        heading.setText(whose)
        note = plain_text.label(
            self.tr("An index of them comes along, for spreadsheets. Drafts are left out."),
            tone="muted",
        )
        note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addWidget(buttons)
