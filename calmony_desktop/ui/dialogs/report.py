"""What an import or a download did, line by line, to read and to save."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import theme


class ReportDialog(QDialog):
    """A title, a text to scroll through, *Save report…* and *Close*."""

    save_wanted = Signal()

    def __init__(self, parent: QWidget, title: str, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(720, 480)
        heading = plain_text.label(title)
        heading.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setFont(theme.monospaced())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        save = buttons.addButton(self.tr("Save report…"), QDialogButtonBox.ButtonRole.ActionRole)
        save.clicked.connect(self.save_wanted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for widget in (heading, self.text, buttons):
            layout.addWidget(widget)
