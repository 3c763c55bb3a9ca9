"""Go to a customer by id, or by the address of a customer's page."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from calmony_desktop.store.search import CustomerSearch
from calmony_desktop.ui import plain_text


class GoToCustomerDialog(QDialog):
    """Asks for an id. ``customer_id()`` is what was typed, an address reduced to its id."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Go to Customer"))
        self.setMinimumWidth(380)
        prompt = plain_text.label(self.tr("Customer ID, or the address of a customer’s page:"))
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Customer ID"))
        self.field.setPlaceholderText("cus_…")
        prompt.setBuddy(self.field)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for widget in (prompt, self.field, buttons):
            layout.addWidget(widget)

    def customer_id(self) -> str:
        """The id that was asked for; empty where nothing was typed."""
        return CustomerSearch(self.field.text()).term
