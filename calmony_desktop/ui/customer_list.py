"""The left side: the search field and the customers it finds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
)

from calmony_desktop.errors import KnownError
from calmony_desktop.store import customers
from calmony_desktop.store.search import CustomerSearch, Order
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.customer_list_model import CustomerListModel
from calmony_desktop.ui.customer_list_view import CustomerListView
from calmony_desktop.ui.message_panel import MessagePanel
from calmony_desktop.ui.style import formatting, icons, theme


class CustomerList(QFrame):
    """Search as you type. Emits the id of the customer that is wanted."""

    customer_selected = Signal(str)
    import_wanted = Signal()
    demo_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.customers = CustomerListModel(self)
        self.view = CustomerListView(self.customers)
        self.view.customer_chosen.connect(self.customer_selected)
        self.search_field = QLineEdit()
        self.search_field.setObjectName("searchField")
        self.search_field.setAccessibleName(self.tr("Search customers"))
        self.search_field.setPlaceholderText(self.tr("Search name, email or ID"))
        self.search_field.setToolTip(
            self.tr("Search customers, payments, subscriptions and invoices (Ctrl+F)")
        )
        self.search_field.setClearButtonEnabled(True)
        self.search_field.textChanged.connect(self._search_changed)
        self.search_field.returnPressed.connect(lambda: self.view.choose(0))
        self.search_field.installEventFilter(self)
        self._search_icon: QAction | None = None
        self._order = Order.NAME_A_TO_Z
        self._count = plain_text.label(tone="muted")
        self._order_button = self._make_order_button()
        self._message = MessagePanel()
        self._body = QStackedLayout()
        self._body.addWidget(self.view)
        self._body.addWidget(self._message)
        self._lay_out()

    @property
    def order(self) -> Order:
        """How the list is sorted."""
        return self._order

    def refresh(self) -> None:
        """Read the list again, keeping the marked customer and the scroll."""
        marked = self.view.currentIndex().data(Qt.ItemDataRole.UserRole)
        scroll = self.view.verticalScrollBar().value()
        self._show()
        if marked is not None:
            self.view.select_customer(marked)
        self.view.verticalScrollBar().setValue(scroll)

    def mark(self, customer_id: str) -> None:
        """Mark the customer that is open; a search that hides it is cleared."""
        if self.view.select_customer(customer_id):
            return
        if self.search_field.text():
            self.search_field.clear()
            self.view.select_customer(customer_id)

    def focus_search(self) -> None:
        """Go to the search field, with what is in it selected."""
        self.search_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_field.selectAll()

    def set_order(self, order: Order) -> None:
        """Sort the list."""
        self._order = order
        self._order_button.setText(f"{self._order_words()[order]} ▾")
        for action in self._order_button.menu().actions():
            action.setChecked(action.data() is order)
        self.refresh()

    def show_icons(self) -> None:
        """Draw the magnifying glass."""
        icon = icons.icon(icons.SEARCH, theme.current().muted)
        if self._search_icon is None:
            leading = QLineEdit.ActionPosition.LeadingPosition
            self._search_icon = self.search_field.addAction(icon, leading)
        self._search_icon.setIcon(icon)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search field, Down goes to the list and Escape clears the search."""
        if watched is self.search_field and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.matches(
                QKeySequence.StandardKey.DeleteEndOfWord
            ):
                event.accept()  # while typing it deletes a word, and cancels no subscription
                return True
            pressed = event.type() == QEvent.Type.KeyPress
            if pressed and event.key() == Qt.Key.Key_Down and self.customers.rowCount():
                self.view.setFocus(Qt.FocusReason.TabFocusReason)
                if not self.view.currentIndex().isValid():
                    self.view.choose(0)
                return True
            if pressed and event.key() == Qt.Key.Key_Escape and self.search_field.text():
                self.search_field.clear()
                return True
        return super().eventFilter(watched, event)

    def _search_changed(self, text: str) -> None:
        self._show()
        self.view.scrollToTop()
        term = CustomerSearch(text).term
        try:
            is_id = bool(term) and customers.exists(term)
        except KnownError:
            return  # the list already says what is wrong with the file
        if is_id:
            self.customer_selected.emit(term)

    def _show(self) -> None:
        search = CustomerSearch(self.search_field.text(), self._order)
        try:
            self.customers.search(search)
        except KnownError as error:
            self.customers.clear()
            self._count.setText("")
            self._message.show_message(
                self.tr("The customers could not be read"),
                str(error),
                (self.tr("Try again"), self.refresh),
            )
            self._body.setCurrentWidget(self._message)
            return
        count = self.customers.rowCount()
        self._count.setText(self._count_words(count, is_search=bool(search.term)))
        if count:
            self._body.setCurrentWidget(self.view)
            return
        if search.term:
            shown = plain_text.shortened(search.term)
            self._message.show_message(
                self.tr("Nothing found"),
                self.tr("No customer, payment, subscription or invoice matches “{text}”.").replace(
                    "{text}", shown
                ),
                (self.tr("Clear the search"), self.search_field.clear),
            )
        else:
            self._message.show_message(
                self.tr("No customers yet"),
                self.tr("Import the payment provider’s files, or look around in the demo company."),
                (self.tr("Import files…"), self.import_wanted.emit),
                (self.tr("Open the demo"), self.demo_wanted.emit),
            )
        self._body.setCurrentWidget(self._message)

    def _count_words(self, count: int, *, is_search: bool) -> str:
        number = formatting.whole_number(count)
        if is_search:
            words = self.tr("1 match") if count == 1 else self.tr("{number} matches")
        else:
            words = self.tr("1 customer") if count == 1 else self.tr("{number} customers")
        return words.replace("{number}", number)

    def _order_words(self) -> dict[Order, str]:
        return {
            Order.NAME_A_TO_Z: self.tr("Name A–Z"),
            Order.NAME_Z_TO_A: self.tr("Name Z–A"),
            Order.NEWEST: self.tr("Newest first"),
        }

    def _make_order_button(self) -> QToolButton:
        button = QToolButton()
        button.setToolTip(self.tr("How the list is sorted"))
        button.setAccessibleName(self.tr("Sort the list"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setText(f"{self._order_words()[self._order]} ▾")
        menu = QMenu(button)
        group = QActionGroup(menu)
        for order, words in self._order_words().items():
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(order is self._order)
            action.setData(order)
            action.triggered.connect(lambda _checked=False, order=order: self.set_order(order))
            group.addAction(action)
        button.setMenu(menu)
        return button

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(15, 2, 8, 2)
        line.addWidget(self._count)
        line.addStretch(1)
        line.addWidget(self._order_button)
        search = QHBoxLayout()
        search.setContentsMargins(13, 12, 13, 4)
        search.addWidget(self.search_field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 8)
        layout.setSpacing(0)
        layout.addLayout(search)
        layout.addLayout(line)
        layout.addLayout(self._body, 1)
