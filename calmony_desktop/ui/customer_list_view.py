"""The view of the customer list: a table of one column, fast at a million rows."""

from __future__ import annotations

from itertools import chain

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from calmony_desktop.ui.customer_list_model import CustomerListModel
from calmony_desktop.ui.delegates.customer_entry import (
    ENTRY_HEIGHT,
    PaintedEntry,
    paint_entries,
)
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.tables.index import Index


class CustomerListView(QTableView):
    """Asks its model for the pages around what is visible, before they are painted."""

    customer_chosen = Signal(str)

    def __init__(self, customers: CustomerListModel) -> None:
        super().__init__()
        self._customers = customers
        self._is_quiet = False
        self._is_awaited = False
        # Its own, because of Qt's own PySide asks what kind it is: see `_load_visible`.
        self._ground = QWidget()
        self.setViewport(self._ground)
        self.setModel(customers)
        self.setObjectName("customerList")
        self.setAccessibleName(self.tr("Customers"))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ENTRY_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalScrollBar().valueChanged.connect(self._load_visible)
        customers.modelReset.connect(self.scrollToTop)
        for signal in (customers.modelReset, customers.rowsInserted, customers.found):
            signal.connect(self._load_visible)
        customers.dataChanged.connect(self._page_came)

    def select_row(self, row: int) -> None:
        """Mark the customer at ``row`` without opening it."""
        index = self._customers.index(row)
        if index == self.currentIndex():
            self.selectRow(row)
            return  # scrolling now would pull the row away from under a click
        is_in_sight = self.viewport().rect().contains(self.visualRect(index))
        self._is_quiet = True
        try:
            self.setCurrentIndex(index)
        finally:
            self._is_quiet = False
        if not is_in_sight:
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def choose(self, row: int) -> None:
        """Open the customer at ``row``, if there is one."""
        if not 0 <= row < self._customers.rowCount():
            return
        index = self._customers.index(row)
        if index == self.currentIndex():
            self._emit(index)
        else:
            self.setCurrentIndex(index)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """A click or an arrow key opens the customer it lands on."""
        super().currentChanged(current, previous)
        self._is_awaited = False
        if current.isValid() and not self._is_quiet:
            self._emit(current)
        self._read_ahead()

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        """Where the current row goes, nobody is marked: Qt would go on to a neighbour."""
        if start <= self.currentIndex().row() <= end:
            self.mark_nothing()
        super().rowsAboutToBeRemoved(parent, start, end)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and entries at once: a delegate would be handed everything anew for each."""
        area = event.rect()
        with QPainter(self._ground) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.current().surface)
            painter.drawRect(area)
            first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
            if first < 0:
                return
            rows = range(first, last + 1 if last >= 0 else self._customers.rowCount())
            term = self._customers.shown.term
            paint_entries(painter, self._painted(rows), self._ground.width(), term)

    def _painted(self, rows: range) -> list[PaintedEntry]:
        keyboard = self.currentIndex().row() if self.hasFocus() else None
        is_selected = self.selectionModel().isRowSelected
        return [
            PaintedEntry(
                self.rowViewportPosition(row),
                self._customers.entry(row),
                is_selected(row),
                row == keyboard,
            )
            for row in rows
        ]

    def showEvent(self, event: QShowEvent) -> None:
        """The style sheet has had its say by now; what is opaque is moved when it is scrolled."""
        super().showEvent(event)
        self._ground.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More rows may have come into sight."""
        super().resizeEvent(event)
        self._load_visible()

    def _emit(self, index: Index) -> None:
        customer_id = index.data(Qt.ItemDataRole.UserRole)
        if customer_id:
            self.customer_chosen.emit(customer_id)
        else:
            self._is_awaited = True  # its page is still to come

    def _page_came(self) -> None:
        if self._is_awaited and self.currentIndex().data(Qt.ItemDataRole.UserRole):
            self._is_awaited = False
            self._emit(self.currentIndex())
        self._read_ahead()

    def _load_visible(self) -> None:
        rows = self._rows_in_sight()
        self._customers.load(rows.start, rows.stop)
        self._read_ahead()

    def _read_ahead(self) -> None:
        """An arrow key opens a neighbour, a click whoever is in sight."""
        row = self.currentIndex().row()
        neighbours = (row + 1, row - 1) if row >= 0 else ()
        self._customers.read_ahead(chain(neighbours, self._rows_in_sight()))

    def _rows_in_sight(self) -> range:
        # Not of `viewport()`: to tell what kind of widget it is, PySide brings all into Python.
        top = max(self.rowAt(0), 0)
        return range(top, top + self.maximumViewportSize().height() // ENTRY_HEIGHT + 2)

    def mark_nothing(self) -> None:
        """No customer is marked."""
        self._is_quiet = True
        try:
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()
        finally:
            self._is_quiet = False
