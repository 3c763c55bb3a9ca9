"""One table model for every table of records: the columns say what is in a cell."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    Qt,
    Signal,
)

from calmony_desktop.errors import KnownError
from calmony_desktop.ui.tables.index import Index
from calmony_desktop.ui.tables.paged_rows import PAGE, PagedRows


class Form(StrEnum):
    """How a cell's text is set. Each a string, whose hash costs nothing: texts are kept by it."""

    PLAIN = "plain"
    STRONG = "strong"
    MUTED = "muted"
    ID = "id"
    AMOUNT = "amount"
    STATUS = "status"
    ACTION = "action"


class Record(Protocol):
    """A row: whatever has the record's own id."""

    @property
    def id(self) -> str:
        """The id that actions are given, never a row number."""


R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column.

    ``text`` is what is shown, ``sort_key`` what it is sorted by (default: the text, without
    case), ``status`` the status that a badge shows, ``tooltip`` what else there is to say.
    A text that must never be cut off has ``alike``: rows for which it is the same are equally
    wide, up to their digits, so that one of each is measured.
    ``width`` is in logical pixels; ``stretches`` takes what is left over, and the columns with the
    lowest ``keeps`` give way first, down to ``smallest``, when there is too little.
    """

    title: str
    text: Callable[[R], str]
    width: int
    form: Form = Form.PLAIN
    sort_key: Callable[[R], Any] | None = None
    status: Callable[[R], str] | None = None
    tooltip: Callable[[R], str] | None = None
    alike: Callable[[R], Hashable] | None = None
    stretches: bool = False
    keeps: int = 1
    smallest: int = 60


class RecordTableModel(QAbstractTableModel, Generic[R]):
    """Frozen rows under a list of columns. Asking it for data never runs a query.

    Sorting is by the columns' keys and stable; the chosen order is kept when rows are set anew.
    Paged rows come in the chosen order, and are asked for anew where another is chosen.
    """

    #: Not every row is here yet, and something needs all: whoever hears this sets them now.
    all_wanted = Signal()
    #: Another order was chosen for paged rows: whoever hears this sets them anew.
    order_wanted = Signal()
    #: Paged rows with these numbers, a `range`, are in sight: whoever hears this gets them.
    rows_wanted = Signal(object)
    #: Paged rows cannot be read: a `KnownError`.
    failed = Signal(object)

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[R] = []
        self._as_given: tuple[R, ...] = ()
        #: In place of all these.
        self._paged: PagedRows[R] | None = None
        self._sorted_by: tuple[int, Qt.SortOrder] | None = None

    @property
    def sorted_by(self) -> tuple[int, Qt.SortOrder] | None:
        """The column and the direction that the user chose."""
        return self._sorted_by

    @property
    def is_whole(self) -> bool:
        """Whether all rows are here, or can be read at least."""
        return self._paged is None or self._paged.is_whole

    def want_all(self) -> None:
        """See to it that it is whole."""
        if not self.is_whole:
            self.all_wanted.emit()

    def set_rows(self, rows: Sequence[R] | PagedRows[R]) -> None:
        """Show these rows, in the order the user chose or else as they are given."""
        # Not as a reset: the heading would be measured and painted anew.
        if self.rowCount():
            self.beginRemoveRows(QModelIndex(), 0, self.rowCount() - 1)
            self._rows, self._as_given, self._paged = [], (), None
            self.endRemoveRows()
        if rows:
            self.beginInsertRows(QModelIndex(), 0, len(rows) - 1)
            if isinstance(rows, PagedRows):
                self._paged = rows
            else:
                self._paged, self._as_given = None, tuple(rows)
                self._rows = self._in_order()
            self.endInsertRows()

    def rows(self) -> tuple[R, ...]:
        """The rows as they are shown. Of paged ones all are read: see `read`."""
        return tuple(self._rows if self._paged is None else self.read(range(self.rowCount())))

    def read(self, numbers: Sequence[int]) -> Iterator[R]:
        """The rows with these numbers, also on another thread.

        Paged ones are read anew, and left out where they are gone or not known yet. Raises
        KnownError when they cannot be read.
        """
        if self._paged is None:
            return map(self._rows.__getitem__, numbers)
        return self._paged.read(numbers)

    def record(self, index: Index) -> R | None:
        """The row of ``index``; None for an invalid one."""
        if not index.isValid():
            return None
        if self._paged is None:
            return self._rows[index.row()]
        try:
            return self._paged.row(index.row()) or next(self._paged.read([index.row()]), None)
        except KnownError as error:
            self.failed.emit(error)
            return None

    def some_rows(self, numbers: range) -> Sequence[R | None]:
        """The rows with these numbers, one after the other; None for one that is to come."""
        if self._paged is None:
            return self._rows[numbers.start : numbers.stop]
        return [self._paged.row(number) for number in numbers]

    def prepare(self, numbers: range) -> None:
        """These rows are in sight."""
        if self._paged is not None:
            self.rows_wanted.emit(numbers)

    def page_came(self, page: int) -> None:
        """Show the rows of a page, which are here now."""
        first, last = page * PAGE, min(page * PAGE + PAGE, self.rowCount()) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def keys(self) -> Sequence[Hashable]:
        """What tells the rows from each other, in their order, for as many as are known."""
        return [row.id for row in self._rows] if self._paged is None else self._paged.keys

    def row_of(self, record_id: str) -> int | None:
        """Where the record with this id stands now; None for one that is not here."""
        return next((i for i, row in enumerate(self._rows) if row.id == record_id), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102
        if parent.isValid():
            return 0
        return len(self._rows if self._paged is None else self._paged)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102
        return 0 if parent.isValid() else len(self.columns)

    def headerData(  # noqa: D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(self.columns[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        number, column = index.row(), self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(column)
        row = self._rows[number] if self._paged is None else self._paged.row(number)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.UserRole:
            return row.id
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(row)}" if column.title else column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            # Qt guesses rich text in tooltips: the view shows this one as plain text.
            return column.tooltip(row) if column.tooltip else None
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 goes back to the order the rows were given in."""
        self._sorted_by = (column, order) if 0 <= column < len(self.columns) else None
        if self._paged is not None:
            self.order_wanted.emit()
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._rows[index.row()].id for index in before]
        self._rows = self._in_order()
        places = {row.id: place for place, row in enumerate(self._rows)}
        after = [
            self.index(places[record_id], index.column())
            for record_id, index in zip(ids, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _in_order(self) -> list[R]:
        if self._sorted_by is None:
            return list(self._as_given)
        column, order = self._sorted_by
        key = self.columns[column].sort_key or self._text_key(self.columns[column])
        descending = order == Qt.SortOrder.DescendingOrder
        return sorted(self._as_given, key=key, reverse=descending)

    @staticmethod
    def _text_key(column: Column[R]) -> Callable[[R], Any]:
        return lambda row: column.text(row).casefold()

    @staticmethod
    def _alignment(column: Column[R]) -> Qt.AlignmentFlag:
        right = column.form is Form.AMOUNT
        horizontal = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return horizontal | Qt.AlignmentFlag.AlignVCenter
