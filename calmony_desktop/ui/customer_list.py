"""The left side: the search field and the customers it finds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.errors import KnownError
from calmony_desktop.store.search import CustomerSearch
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.card import Card
from calmony_desktop.ui.customer_list_model import CustomerListModel
from calmony_desktop.ui.customer_list_view import CustomerListView
from calmony_desktop.ui.list_choices import ListChoices
from calmony_desktop.ui.message_panel import MessagePanel
from calmony_desktop.ui.style import formatting, icons, theme


class CustomerList(Card):
    """Search as you type. Emits the id of the customer that is wanted."""

    customer_selected = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.customers = CustomerListModel(self)
        self.customers.found.connect(self._show_found)
        self.customers.counted.connect(self._show_count)
        self.customers.placed.connect(self._mark_row)
        self.customers.failed.connect(self._show_problem)
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
        self.search_field.returnPressed.connect(self._choose_first)
        self.search_field.installEventFilter(self)
        self._search_icon: QAction | None = None
        self.choices = ListChoices(self)
        self.choices.changed.connect(self._choice_changed)
        self._marked: str | None = None
        self._opens_first = False
        self._opens_named = False
        self._count = plain_text.label(tone="muted")
        self._narrowed = plain_text.label(tone="muted")
        self._message = MessagePanel()
        self._body = QStackedLayout()
        self._lay_out()
        # Only now: a stack without a widget around it shows its first one as a window.
        self._body.addWidget(self.view)
        self._body.addWidget(self._message)

    def show_at_once(self) -> None:
        """Show the first customers before the window is painted first."""
        try:
            self.customers.show_at_once(self._search())
        except KnownError as error:
            self._show_problem(str(error))

    def refresh(self) -> None:
        """Read the list again, keeping the marked customer and the scroll."""
        self.customers.search(self._search())

    def mark(self, customer_id: str) -> None:
        """Mark the customer that is open, once it is known where; a search that hides it ends."""
        self._marked = customer_id
        marked = self.view.selectedIndexes()
        if [each.data(Qt.ItemDataRole.UserRole) for each in marked] != [customer_id]:
            self.customers.find(customer_id)

    def mark_nothing(self) -> None:
        """No customer is open."""
        self._marked = None
        self.view.mark_nothing()

    def focus_search(self) -> None:
        """Go to the search field, with what is in it selected."""
        self.search_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_field.selectAll()

    def show_icons(self) -> None:
        """Draw the magnifying glass."""
        icon = icons.icon(icons.SEARCH, theme.current().muted)
        if self._search_icon is None:
            leading = QLineEdit.ActionPosition.LeadingPosition
            self._search_icon = self.search_field.addAction(icon, leading)
        self._search_icon.setIcon(icon)
        self.choices.show_icons()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search field, Down goes to the list and Escape clears the search."""
        if watched is self.search_field and isinstance(event, QKeyEvent):
            from PySide6.QtGui import QKeySequence  # not before a key is pressed

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

    def _search(self) -> CustomerSearch:
        return self.choices.search(self.search_field.text())

    def _choice_changed(self) -> None:
        narrowed = self.choices.words()
        self._narrowed.setText(narrowed)
        self._narrowed_line.setVisible(bool(narrowed))
        self.refresh()

    def _show_everybody(self) -> None:
        self.search_field.clear()
        self.choices.narrow(frozenset(), None)

    def _search_changed(self) -> None:
        self._opens_first, self._opens_named = False, True
        self.refresh()

    def _choose_first(self) -> None:
        """Open the first customer of what is typed, also where it is still to be found."""
        if self.customers.is_settled:
            self.view.choose(0)
        else:
            self._opens_first = True

    def _mark_row(self, customer_id: str, row: int | None) -> None:
        if customer_id != self._marked:
            return
        if row is not None:
            self.view.select_row(row)
        elif self._search().is_narrowed:
            self._show_everybody()
            self.customers.find(customer_id)

    def _show_problem(self, sentence: str) -> None:
        self._count.setText("")
        self._message.show_message(
            self.tr("The customers could not be read"),
            sentence,
            (self.tr("Try again"), self.refresh),
        )
        self._body.setCurrentWidget(self._message)

    def _show_count(self) -> None:
        count = self.customers.count
        is_search = self.customers.shown.is_narrowed
        self._count.setText("" if count is None else self._count_words(count, is_search=is_search))

    def _show_found(self) -> None:
        self._show_count()
        if self._opens_named and self.customers.named:
            self.customer_selected.emit(self.customers.named)
        self._opens_named = False
        if self.customers.rowCount():
            self._body.setCurrentWidget(self.view)
            if self._opens_first:
                self._opens_first = False
                self.view.choose(0)
            return
        self._show_nothing(self.customers.shown)

    def _show_nothing(self, search: CustomerSearch) -> None:
        if search.term:
            words = self.tr("No customer, payment, subscription or invoice matches “{text}”.")
            if narrowed := self.choices.words():
                words += " " + self.tr("The filter leaves out others: {filters}.")
            self._message.show_message(
                self.tr("Nothing found"),
                plain_text.filled(words, text=plain_text.shortened(search.term), filters=narrowed),
                (self.tr("Clear the search"), self._show_everybody),
            )
        elif search.is_narrowed:
            self._message.show_message(
                self.tr("Nobody is left"),
                self.tr("No customer fits the filter: {filters}.").replace(
                    "{filters}", self.choices.words()
                ),
                (self.tr("Show all customers"), self._show_everybody),
            )
        else:
            self._message.show_message(
                self.tr("No customers yet"),
                self.tr("They will be listed here."),
            )
        self._body.setCurrentWidget(self._message)

    def _count_words(self, count: int, *, is_search: bool) -> str:
        number = formatting.whole_number(count)
        if is_search:
            words = self.tr("1 match") if count == 1 else self.tr("{number} matches")
        else:
            words = self.tr("1 customer") if count == 1 else self.tr("{number} customers")
        return words.replace("{number}", number)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(15, 2, 8, 2)
        line.addWidget(self._count)
        line.addStretch(1)
        line.addWidget(self.choices.order_button)
        search = QHBoxLayout()
        search.setContentsMargins(13, 12, 8, 4)
        search.setSpacing(4)
        search.addWidget(self.search_field)
        search.addWidget(self.choices.filter_button)
        self._narrowed.setWordWrap(True)
        every = QToolButton()
        every.setText(self.tr("Show all"))
        every.clicked.connect(self._show_everybody)
        self._narrowed_line = QWidget()
        self._narrowed_line.hide()
        narrowed = QHBoxLayout(self._narrowed_line)
        narrowed.setContentsMargins(15, 0, 8, 2)
        narrowed.addWidget(self._narrowed, 1)
        narrowed.addWidget(every)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 8)
        layout.setSpacing(0)
        layout.addLayout(search)
        layout.addLayout(line)
        layout.addWidget(self._narrowed_line)
        layout.addLayout(self._body, 1)
