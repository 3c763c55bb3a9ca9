"""How to tell what the program's customer list shows; this and `rows_in_sight` know its insides."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QWidget
from rows_in_sight import has_blank_row, rows_in_sight
from watching import Paints

from calmony_desktop.store.search import CustomerSearch
from calmony_desktop.ui.customer_list import CustomerList
from calmony_desktop.ui.message_panel import MessagePanel


class TheList:
    """The list in the real window."""

    def __init__(self, customer_list: CustomerList) -> None:
        self.field = customer_list.search_field
        self.view = customer_list.view
        self.model = customer_list.customers
        panels: list[QWidget] = customer_list.findChildren(MessagePanel)
        labels = [label for panel in panels for label in panel.findChildren(QWidget)]
        self._paints = Paints([self.view.viewport(), *panels, *labels])
        self._is_changed = False
        model = self.model
        for signal in (model.modelReset, model.layoutChanged):
            signal.connect(self._change)
        model.rowsInserted.connect(self._change)
        model.rowsRemoved.connect(self._change)
        model.dataChanged.connect(self._change_rows)

    def expect(self) -> None:
        """What was painted so far does not count any more."""
        self._is_changed = False
        self._paints.seen.clear()

    def shows(self, text: str) -> bool:
        """Whether the results for this text are there and painted since `expect`."""
        is_there = self.model.shown.term == CustomerSearch(text).term
        is_painted = bool(self._paints.seen) or not self._is_changed
        return self.model.is_settled and is_there and is_painted

    def is_painted(self) -> bool:
        """Whether the view was painted since `expect`, with a customer in every row in sight."""
        return self.view.viewport() in self._paints.seen and not has_blank_row(self.view)

    def _change(self, *_: object) -> None:
        self.expect()
        self._is_changed = True

    def _change_rows(self, top: QModelIndex, bottom: QModelIndex) -> None:
        """Rows out of sight are read, too, and paint nothing."""
        if set(range(top.row(), bottom.row() + 1)) & set(rows_in_sight(self.view)):
            self._change()
