"""Looking back: what was done about the customer who is open, or about all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from calmony_desktop.ui.customer_detail import CustomerDetailView

if TYPE_CHECKING:
    from calmony_desktop.ui.activity_window import ActivityWindow


class ActivityActions(QObject):
    """Opens the activity windows, one for each customer and one for all, and keeps them true."""

    #: The customer with this id is to be opened.
    customer_wanted = Signal(str)

    def __init__(self, window: QWidget, detail: CustomerDetailView) -> None:
        super().__init__(window)
        self._window = window
        self._detail = detail
        self._windows: dict[str | None, ActivityWindow] = {}

    def show_customer(self) -> None:
        """What was done about the customer who is open; about all where none is."""
        if self._detail.detail is None:
            self.show_all()
            return
        customer = self._detail.detail.customer
        title = self.tr("Activity of {name}").replace("{name}", customer.display_name)
        self._show(title, customer.id)

    def show_all(self) -> None:
        """What was done, about all customers."""
        self._show(self.tr("Activity of all customers"), None)

    def refresh(self) -> None:
        """Something was written: show it wherever it belongs."""
        for shown in self._windows.values():
            shown.refresh()

    def close_all(self) -> None:
        """Another database is open now."""
        for shown in tuple(self._windows.values()):
            shown.reject()

    def _show(self, title: str, customer_id: str | None) -> None:
        from calmony_desktop.ui.activity_window import ActivityWindow

        shown = self._windows.get(customer_id)
        if shown is None:
            shown = self._windows[customer_id] = ActivityWindow(self._window, title, customer_id)
            shown.customer_wanted.connect(self._open_customer)
            shown.finished.connect(partial(self._forget, customer_id))
        shown.show()
        shown.raise_()
        shown.activateWindow()

    def _forget(self, customer_id: str | None, _result: int) -> None:
        self._windows.pop(customer_id).deleteLater()

    def _open_customer(self, customer_id: str) -> None:
        self.customer_wanted.emit(customer_id)
        self._window.activateWindow()
