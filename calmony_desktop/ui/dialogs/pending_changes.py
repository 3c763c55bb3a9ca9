"""What was done here and the payment provider has not been told."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.operations.pending_changes import PendingChange
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import theme


class PendingChangesDialog(QDialog):
    """The list, and a button that saves it as a file and marks it as handed over."""

    hand_over_wanted = Signal()

    def __init__(self, parent: QWidget, changes: Sequence[PendingChange]) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Pending changes"))
        self.resize(760, 460)
        heading = plain_text.label(
            self.tr("The payment provider has not been told of {count} changes.").replace(
                "{count}", str(len(changes))
            )
            if len(changes) != 1
            else self.tr("The payment provider has not been told of one change.")
        )
        heading.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        hint = plain_text.label(
            self.tr(
                "Save them as JSON or CSV for whoever enters them there. "
                "They are marked as handed over, and leave this list."
            ),
            tone="muted",
        )
        hint.setWordWrap(True)
        text = QPlainTextEdit("\n".join(_line(each) for each in changes))
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("Pending changes"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        hand_over = buttons.addButton(self.tr("Hand over…"), QDialogButtonBox.ButtonRole.ActionRole)
        hand_over.setObjectName("handOver")
        hand_over.setEnabled(bool(changes))
        hand_over.clicked.connect(self.hand_over_wanted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for widget in (heading, hint, text, buttons):
            layout.addWidget(widget)


def _line(change: PendingChange) -> str:
    whose = change.customer_name or change.customer_id or ""
    return f"{whose}: {change.sentence}" if whose else change.sentence
