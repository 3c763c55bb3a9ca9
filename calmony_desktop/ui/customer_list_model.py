"""The customers of one search as a model that knows its length and reads pages when asked.

Painting never runs a query: `data` answers from pages that the view has asked for with `load`.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from calmony_desktop.store.rows import CustomerEntry
from calmony_desktop.store.search import CustomerSearch, SearchResult
from calmony_desktop.ui.tables.record_table_model import Index, Role

_PAGE = 100
#: So many pages are kept: enough for scrolling back and forth, little memory.
_MOST_PAGES = 40


class CustomerListModel(QAbstractListModel):
    """One column of `CustomerEntry`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._result: SearchResult | None = None
        self._count = 0
        self._pages: dict[int, tuple[CustomerEntry, ...]] = {}

    def search(self, search: CustomerSearch) -> None:
        """List the customers of ``search``. Raises KnownError when they cannot be read."""
        result = SearchResult(search)
        count = result.count()
        first = result.page(0, _PAGE)
        self.beginResetModel()
        self._result, self._count, self._pages = result, count, {0: first}
        self.endResetModel()

    def clear(self) -> None:
        """List nothing."""
        self.beginResetModel()
        self._result, self._count, self._pages = None, 0, {}
        self.endResetModel()

    def load(self, first: int, last: int) -> None:
        """Have the rows from ``first`` to ``last`` at hand, as far as there are any."""
        if self._result is None:
            return
        last = min(last, self._count - 1)
        for page in range(max(first, 0) // _PAGE, last // _PAGE + 1):
            if page in self._pages:
                continue
            self._pages[page] = self._result.page(page * _PAGE, _PAGE)
            start = page * _PAGE
            end = min(start + _PAGE, self._count) - 1
            self.dataChanged.emit(self.index(start), self.index(end))
            while len(self._pages) > _MOST_PAGES:
                del self._pages[next(iter(self._pages))]

    def entry(self, row: int) -> CustomerEntry | None:
        """The customer at ``row``, if its page is loaded."""
        page = self._pages.get(row // _PAGE, ())
        place = row % _PAGE
        return page[place] if 0 <= place < len(page) else None

    def position(self, customer_id: str) -> int | None:
        """Where ``customer_id`` stands; None where it is not listed."""
        for number, page in self._pages.items():
            for place, entry in enumerate(page):
                if entry.id == customer_id:
                    return number * _PAGE + place
        return self._result.position(customer_id) if self._result else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == Role.RECORD:
            return entry
        if role == Qt.ItemDataRole.UserRole:
            return entry.id
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.display_name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            attention = self.tr("needs attention") if entry.needs_attention else None
            return ", ".join(filter(None, (entry.name, entry.email, entry.id, attention)))
        return None
