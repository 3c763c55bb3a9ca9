"""The customers of one search as a model: it shows what a searcher answers, page by page.

Painting never runs a query: `data` answers from pages that have come, and the view says which rows
are visible.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from calmony_desktop.store.customer_entry import CustomerEntry
from calmony_desktop.store.search import CustomerSearch, SearchResult
from calmony_desktop.ui.customer_searcher import (
    PAGE,
    Counted,
    CustomerSearcher,
    Failed,
    Found,
    PageRead,
    Placed,
)
from calmony_desktop.ui.tables.index import Index

#: So many pages are kept: enough for scrolling back and forth, little memory.
_MOST_PAGES: Final = 80

_Page = tuple[CustomerEntry, ...]


class CustomerListModel(QAbstractListModel):
    """One column of `CustomerEntry`."""

    #: The first page of the latest search has come.
    found = Signal()
    #: It is known how many there are.
    counted = Signal()
    #: A customer's id, and its row or None where it is not listed.
    placed = Signal(str, object)
    #: What is wrong with the file.
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown = CustomerSearch()
        self.count: int | None = None
        #: Whose very id was searched for.
        self.named: str | None = None
        self._wanted = self.shown
        self._number = 0
        self._rows = 0
        self._pages: dict[int, _Page] = {}
        #: Of the same search before it was read again, shown until the page comes anew.
        self._old_pages: dict[int, _Page] = {}
        self.searcher = CustomerSearcher(self)
        self.searcher.answered.connect(self._take_answers)

    @property
    def is_settled(self) -> bool:
        """Whether the search that was wanted last is the one that is shown."""
        return self._number == 0

    def search(self, search: CustomerSearch) -> None:
        """List the customers of ``search`` as soon as they are found."""
        self._wanted = search
        self._number = self.searcher.search(search)
        self.searcher.wait_a_moment()
        self._take_answers()

    def show_at_once(self, search: CustomerSearch) -> None:
        """List the first customers of ``search`` now: for the window's first paint.

        Raises KnownError when they cannot be read.
        """
        page = SearchResult(search).page(0, PAGE)
        self._reset(search, page, None)

    def load(self, first: int, last: int) -> None:
        """The rows from ``first`` to ``last`` are visible."""
        pages = range(max(first, 0) // PAGE, min(last, self._rows - 1) // PAGE + 1)
        missing = [page for page in pages if page not in self._pages]
        self.searcher.read_pages(missing)
        if missing:
            self.searcher.wait_a_moment()
            self._take_answers()

    def find(self, customer_id: str) -> None:
        """Find out where ``customer_id`` stands; `placed` tells."""
        for number, page in self._pages.items():
            for place, entry in enumerate(page):
                if entry.id == customer_id:
                    self.placed.emit(customer_id, number * PAGE + place)
                    return
        self.searcher.find(customer_id)
        self.searcher.wait_a_moment()
        self._take_answers()

    def read_ahead(self, rows: Iterable[int]) -> None:
        """The customers at these rows may be opened next, the first of them first."""
        entries = (self.entry(row) for row in rows)
        self.searcher.read_ahead(dict.fromkeys(entry.id for entry in entries if entry is not None))

    def entry(self, row: int) -> CustomerEntry | None:
        """The customer at ``row``, if its page has come."""
        number, place = divmod(row, PAGE)
        page = self._pages.get(number) or self._old_pages.get(number, ())
        return page[place] if 0 <= place < len(page) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102
        return 0 if parent.isValid() else self._rows

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == Qt.ItemDataRole.UserRole:
            return entry.id
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.display_name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            attention = self.tr("needs attention") if entry.needs_attention else None
            return ", ".join(filter(None, (entry.name, entry.email, entry.id, attention)))
        return None

    def _take_answers(self) -> None:
        """Show what has come of the latest search; the rest is of no use any more."""
        while self.searcher.answers:
            answer = self.searcher.answers.popleft()
            if answer.number != self.searcher.number:
                continue
            match answer:
                case Found(_, page, count, named):
                    self.named = named
                    self._show(page, count)
                case PageRead(_, page_number, page):
                    self._show_page(page_number, page)
                case Counted(_, count):
                    self._resize(count)
                    self.counted.emit()
                case Placed(_, customer_id, position):
                    self.placed.emit(customer_id, position)
                case Failed(_, sentence):
                    self._fail(sentence)

    def _show(self, page: _Page, count: int | None) -> None:
        self._number = 0
        if self._wanted != self.shown or not self._rows:
            self._reset(self._wanted, page, count)
            return
        # The same search, read again: nothing moves until what is there now has come.
        self._old_pages, self._pages = self._old_pages | self._pages, {0: page}
        if count is not None or len(page) < PAGE:
            self._resize(len(page) if count is None else count)
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(self._rows - 1))
        self.found.emit()

    def _reset(self, search: CustomerSearch, page: _Page, count: int | None) -> None:
        if count is None and len(page) < PAGE:
            count = len(page)
        self.beginResetModel()
        self.shown, self._number, self.count = search, 0, count
        self._rows = len(page) if count is None else count
        self._pages, self._old_pages = {0: page}, {}
        self.endResetModel()
        self.found.emit()

    def _resize(self, count: int) -> None:
        self.count = count
        if count > self._rows:
            self.beginInsertRows(QModelIndex(), self._rows, count - 1)
            self._rows = count
            self.endInsertRows()
        elif count < self._rows:
            self.beginRemoveRows(QModelIndex(), count, self._rows - 1)
            self._rows = count
            self.endRemoveRows()

    def _show_page(self, page: int, entries: _Page) -> None:
        if page * PAGE >= self._rows:
            return
        self._pages[page] = entries
        self._old_pages.pop(page, None)
        for pages in (self._pages, self._old_pages):
            while len(pages) > _MOST_PAGES:
                del pages[next(iter(pages))]
        self.dataChanged.emit(
            self.index(page * PAGE), self.index(min(page * PAGE + PAGE, self._rows) - 1)
        )

    def _fail(self, sentence: str) -> None:
        self.beginResetModel()
        self._number, self._rows, self.count = 0, 0, None
        self._pages, self._old_pages = {}, {}
        self.endResetModel()
        self.failed.emit(sentence)
