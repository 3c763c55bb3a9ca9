"""The buttons above the customer list: how it is sorted, and whom it leaves out."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from calmony_desktop.errors import KnownError
from calmony_desktop.store.search import CustomerSearch, Filter, Order, currencies
from calmony_desktop.ui.style import icons, theme


class ListChoices(QObject):
    """Two buttons with a menu each. Emits when something else is chosen."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.order = Order.NAME_A_TO_Z
        self.filters: frozenset[Filter] = frozenset()
        self.currency: str | None = None
        self.order_button = self._order_button()
        self.filter_button = self._filter_button()

    def search(self, text: str) -> CustomerSearch:
        """The search for ``text`` as it is narrowed and sorted."""
        return CustomerSearch(text, self.order, self.filters, self.currency)

    def set_order(self, order: Order) -> None:
        """Sort the list."""
        self.order = order
        self.order_button.setText(f"{self._order_words()[order]} ▾")
        self.changed.emit()

    def narrow(self, filters: frozenset[Filter], currency: str | None) -> None:
        """List only customers of whom all of this is true."""
        if (filters, currency) != (self.filters, self.currency):
            self.filters, self.currency = filters, currency
            self._show_filters()
            self.changed.emit()

    def words(self) -> str:
        """What the list is narrowed to; empty where nobody is left out."""
        words = [words for each, words in self._filter_words().items() if each in self.filters]
        return ", ".join([*words, self.currency] if self.currency else words)

    def show_icons(self) -> None:
        """Draw the funnel; in colour where somebody is left out."""
        self._has_icon = True
        colors = theme.current()
        color = colors.accent if self.words() else colors.muted
        self.filter_button.setIcon(icons.icon(icons.FILTER, color))
        self.filter_button.setText("")

    def _show_filters(self) -> None:
        if self._has_icon:
            self.show_icons()
        narrowed = self.words()
        self.filter_button.setToolTip(
            self.tr("Only: {filters}").replace("{filters}", narrowed)
            if narrowed
            else self.tr("List only some of the customers")
        )

    def _order_words(self) -> dict[Order, str]:
        return {
            Order.NAME_A_TO_Z: self.tr("Name A–Z"),
            Order.NAME_Z_TO_A: self.tr("Name Z–A"),
            Order.NEWEST: self.tr("Newest first"),
            Order.OPEN_BALANCE: self.tr("Open balance"),
            Order.LAST_PAYMENT: self.tr("Last payment"),
        }

    def _filter_words(self) -> dict[Filter, str]:
        return {
            Filter.OPEN_INVOICES: self.tr("Has open invoices"),
            Filter.FAILED_PAYMENT: self.tr("Last payment failed"),
            Filter.ACTIVE_SUBSCRIPTION: self.tr("Has an active subscription"),
        }

    def _order_button(self) -> QToolButton:
        button = _menu_button(self.tr("Sort the list"), self.tr("How the list is sorted"))
        button.setText(f"{self._order_words()[self.order]} ▾")
        self._orders = QActionGroup(button)
        button.menu().aboutToShow.connect(self._fill_orders)
        return button

    def _filter_button(self) -> QToolButton:
        self._has_icon = False
        button = _menu_button(
            self.tr("Filter the list"), self.tr("List only some of the customers")
        )
        button.setText("▾")
        button.menu().aboutToShow.connect(self._fill_filters)
        return button

    def _fill_orders(self) -> None:
        menu = self.order_button.menu()
        menu.clear()
        for order, words in self._order_words().items():
            action = menu.addAction(words, partial(self.set_order, order))
            action.setCheckable(True)
            action.setChecked(order is self.order)
            self._orders.addAction(action)

    def _fill_filters(self) -> None:
        """As chosen now, with the currencies that there are now."""
        menu = self.filter_button.menu()
        menu.clear()
        for each, words in self._filter_words().items():
            chosen = self.filters ^ {each}
            action = menu.addAction(words, partial(self.narrow, chosen, self.currency))
            action.setCheckable(True)
            action.setChecked(each in self.filters)
        menu.addSeparator()
        try:
            known = currencies()
        except KnownError:
            known = ()  # the list says what is wrong with the file
        for code in known:
            other = None if code == self.currency else code
            action = menu.addAction(code, partial(self.narrow, self.filters, other))
            action.setCheckable(True)
            action.setChecked(code == self.currency)
        menu.addSeparator()
        everybody = QAction(self.tr("All customers"), menu)
        everybody.setEnabled(bool(self.words()))
        everybody.triggered.connect(lambda: self.narrow(frozenset(), None))
        menu.addAction(everybody)


def _menu_button(name: str, tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(name)
    button.setToolTip(tooltip)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(QMenu(button))
    return button
