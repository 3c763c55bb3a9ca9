"""Who did what, when and why: of one customer, or of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QAction, QFont, QKeySequence
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from calmony_desktop.store.activity import ActivityRow
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.tables import activity
from calmony_desktop.ui.tables.record_table import RecordTable

#: So many entries are read at a time.
PAGE: Final = 200

#: A page of the trail: `before` is the id of the last entry that is shown, None for the newest.
ReadPage = Callable[[int | None], tuple[ActivityRow, ...]]


class ActivityWindow(QDialog):
    """The trail, newest first, read a page at a time."""

    def __init__(self, parent: QWidget, title: str, read_page: ReadPage) -> None:
        super().__init__(parent)
        self.setObjectName("activityWindow")
        self.setWindowTitle(title)
        self.resize(980, 560)
        self._read_page = read_page
        self._entries: tuple[ActivityRow, ...] = ()
        heading = plain_text.label(title)
        heading.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        self.table: RecordTable[activity.ActivityLine] = RecordTable(activity.columns())
        self.table.setObjectName("activityTable")
        self.table.setAccessibleName(title)
        self._empty = plain_text.label(
            self.tr(
                "Nothing was done here yet. Cancellations, billing and imports will be listed."
            ),
            tone="muted",
        )
        self.more = QPushButton(self.tr("Show older"))
        self.more.clicked.connect(self._read_more)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addWidget(self._empty)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        refresh = QAction(self)
        refresh.setShortcut(QKeySequence("F5"))
        refresh.triggered.connect(self.refresh)
        self.addAction(refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read the newest page again. Raises KnownError when it cannot be read."""
        self._entries = self._read_page(None)
        self._show(has_more=len(self._entries) == PAGE)

    def _read_more(self) -> None:
        page = self._read_page(self._entries[-1].id)
        self._entries += page
        self._show(has_more=len(page) == PAGE)

    def _show(self, *, has_more: bool) -> None:
        self.table.show_rows(activity.lines(self._entries), keep_place=True)
        self.more.setVisible(has_more)
        self._empty.setVisible(not self._entries)
        self.table.setVisible(bool(self._entries))
