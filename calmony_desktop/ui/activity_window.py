"""Who did what, when and why: of one customer, or of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.errors import KnownError
from calmony_desktop.store import activity as trail
from calmony_desktop.store import business, database
from calmony_desktop.store.activity import ActivityRow
from calmony_desktop.ui.activity_details import ActivityDetails
from calmony_desktop.ui.message_panel import MessagePanel
from calmony_desktop.ui.plain_text import ElidedLabel
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.table_window import button, card
from calmony_desktop.ui.tables import activity
from calmony_desktop.ui.tables.record_table import RecordTable

#: So many entries are read at a time.
PAGE: Final = 200
_SIZE: Final = QSize(1120, 640)


class ActivityWindow(QDialog):
    """The trail, newest first, read a page at a time, and all that one entry says.

    ``customer_id`` None shows all customers; then an entry leads to the customer it is about.
    """

    #: The customer with this id is to be opened.
    customer_wanted = Signal(str)

    def __init__(self, parent: QWidget, title: str, customer_id: str | None) -> None:
        super().__init__(parent)
        self.setObjectName("activityWindow")
        self.setWindowTitle(title)
        self.resize(_SIZE.boundedTo(parent.window().size() - QSize(24, 40)))
        self._customer_id = customer_id
        self._entries: tuple[ActivityRow, ...] = ()
        self._time_zone = ""
        self.table: RecordTable[activity.ActivityLine] = RecordTable(
            activity.columns(of_all=customer_id is None)
        )
        self.table.setObjectName("activityTable")
        self.table.setAccessibleName(title)
        self.details = ActivityDetails()
        self.message = MessagePanel()
        self.more = button(self.tr("Show older"))
        self.more.clicked.connect(self._read_more)
        self.open_customer = button(self.tr("Open customer"))
        self.open_customer.setToolTip(self.tr("Show the customer that this entry is about (Enter)"))
        self.open_customer.setVisible(customer_id is None)
        self.open_customer.clicked.connect(self._want_customer)
        self.table.activated.connect(self._want_customer)
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        self._lay_out(title)
        again = QAction(self)
        again.setShortcut(QKeySequence("F5"))
        again.triggered.connect(self.refresh)
        self.addAction(again)
        self.refresh()

    def refresh(self) -> None:
        """Read as much as is shown again, with what is new, keeping what is chosen."""
        self._read(None, max(PAGE, len(self._entries)))

    def _read_more(self) -> None:
        self._read(self._entries[-1].id, PAGE)

    def _read(self, before: int | None, limit: int) -> None:
        try:
            with database.reading():
                self._time_zone = business.time_zone()
                # One more than is shown tells whether there are any older ones.
                page = trail.latest(self._customer_id, before=before, limit=limit + 1)
        except KnownError as error:
            again = (self.tr("Try again"), self.refresh)
            self._say(self.tr("The activity could not be read"), str(error), again)
            return
        shown = page[:limit]
        self._entries = shown if before is None else self._entries + shown
        self.more.setVisible(len(page) > limit)
        self.table.show_rows(activity.lines(self._entries, self._time_zone), keep_place=True)
        if self._entries:
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)
            self._body.setCurrentWidget(self._splitter)
        else:
            self._say(
                self.tr("Nothing was done here yet"),
                self.tr("Cancellations, billing, payments and imports will be listed here."),
            )
        self._show_current()

    def _say(self, title: str, sentence: str, *actions: tuple[str, Callable[[], object]]) -> None:
        self.message.show_message(title, sentence, *actions)
        self._body.setCurrentWidget(self.message)

    def _current(self) -> ActivityRow | None:
        line = self.table.records.record(self.table.currentIndex())
        return None if line is None else line.entry

    def _show_current(self) -> None:
        entry = self._current()
        self.details.show_entry(entry, self._time_zone)
        self.open_customer.setEnabled(entry is not None and entry.customer_id is not None)

    def _want_customer(self) -> None:
        entry = self._current()
        if self._customer_id is None and entry is not None and entry.customer_id is not None:
            self.customer_wanted.emit(entry.customer_id)

    def _lay_out(self, title: str) -> None:
        heading = ElidedLabel()
        heading.setText(title)
        heading.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(10)
        self._splitter.setChildrenCollapsible(False)
        for widget, width in ((self.table, 640), (self.details, 440)):
            around = card(widget)
            around.setMinimumWidth(300)
            self._splitter.addWidget(around)
            self._splitter.setStretchFactor(self._splitter.count() - 1, width)
        self._splitter.setSizes([640, 440])
        self._body = QStackedLayout()
        close = button(self.tr("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        buttons.addWidget(self.open_customer)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addLayout(self._body, 1)
        layout.addLayout(buttons)
        # Only now: a stack without a widget around it shows its first one as a window.
        self._body.addWidget(self._splitter)
        self._body.addWidget(self.message)
