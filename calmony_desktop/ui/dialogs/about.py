"""What this program is: its version, its licence and others', and where its data lies."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop import __version__, paths
from calmony_desktop.store import database
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import theme


class AboutDialog(QDialog):
    """Version, records, data folder, and the licence of everything that comes along."""

    folder_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setWindowTitle(self.tr("About Calmony Desktop"))
        self.resize(680, 560)
        heading = plain_text.label("Calmony Desktop")
        heading.setFont(theme.weighted(QFont.Weight.DemiBold, 20))
        facts = QFormLayout()
        facts.setHorizontalSpacing(16)
        facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for name, fact in (
            (self.tr("Version"), __version__),
            (self.tr("Licence"), self.tr("MIT: use it, change it and pass it on, for nothing.")),
            (self.tr("Your records"), plain_text.breakable(str(database.path()))),
            (self.tr("Data folder"), plain_text.breakable(str(paths.data_folder()))),
        ):
            value = plain_text.label(fact)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            facts.addRow(plain_text.label(name, tone="muted"), value)
        below = plain_text.label(
            self.tr("It stands on the work of many others. Their licences:"), tone="muted"
        )
        file = paths.resource("licences", "licences.txt")
        self.licences = QPlainTextEdit(file.read_text(encoding="utf-8"))
        self.licences.setReadOnly(True)
        self.licences.setFont(theme.monospaced())
        self.licences.setAccessibleName(self.tr("Licences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.open_folder: QPushButton = buttons.addButton(
            self.tr("Open the data folder"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.open_folder.setAutoDefault(False)
        self.open_folder.clicked.connect(self.folder_wanted)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addLayout(facts)
        layout.addWidget(below)
        layout.addWidget(self.licences, 1)
        layout.addWidget(buttons)
