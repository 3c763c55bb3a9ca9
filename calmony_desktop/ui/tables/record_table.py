"""The view of every record table: rows of 36 px, columns that fit, one action a row."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Sequence
from itertools import groupby
from typing import Generic, TypeVar

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from calmony_desktop.ui.delegates.cells import (
    INNER_HEIGHT,
    ROW_HEIGHT,
    CellDelegate,
    Cells,
    paint_cell_to_come,
)
from calmony_desktop.ui.delegates.row_action import RowActionDelegate
from calmony_desktop.ui.delegates.status_badge import StatusBadgeDelegate
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.style.theme import Theme
from calmony_desktop.ui.tables.column_widths import NARROWEST, fit
from calmony_desktop.ui.tables.paged_rows import PagedRows
from calmony_desktop.ui.tables.record_table_model import Column, Form, Record, RecordTableModel
from calmony_desktop.ui.tables.table_header import TableHeader

R = TypeVar("R", bound=Record)

#: Marks the row that the keyboard is on.
_FOCUS_BAR = 3


class RecordTable(QTableView, Generic[R]):
    """A table of records. Emits the **id** of the record whose action is wanted.

    Enter and Space use the current row's action, Ctrl+C copies the selected rows as text.
    """

    action_requested = Signal(str)

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        action_icon: str = "",
        action_is_danger: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.records: RecordTableModel[R] = RecordTableModel(columns, self)
        self._wanted_widths = [column.width for column in columns]
        self._needed_widths = [0] * len(columns)
        #: What cells that are alike need, by column: measured once.
        self._measured: list[dict[Hashable, int]] = [{} for _ in columns]
        self._is_fitting = False
        self._delegates: list[CellDelegate] = []
        #: While not all is known: the keys that are selected, and those that should be.
        self._awaited: tuple[frozenset[Hashable], frozenset[Hashable]] | None = None
        self.setModel(self.records)
        self._set_up_view()
        self._set_up_header()
        self._set_up_delegates(action_icon, action_is_danger)

    def show_rows(
        self, rows: Sequence[R] | PagedRows[R], *, keep_place: bool, has_same_keys: bool = True
    ) -> None:
        """Show these rows. ``keep_place``: keep the scroll and, with the same keys, the selection.

        What is selected and not among the first of paged rows is selected again once it is known
        where all of them stand.
        """
        keeps_selection = keep_place and has_same_keys
        selected = self._keys_to_select() if keeps_selection else frozenset()
        current = self._current_key() if keeps_selection else None
        scroll = self.verticalScrollBar().value()
        self.records.set_rows(rows)
        samples = rows.samples if isinstance(rows, PagedRows) else rows
        self._needed_widths = [
            self._needed_width(number, samples) for number in range(len(self.records.columns))
        ]
        # Now: left for later, the scroll bar would come or go after a paint of its own.
        self.doItemsLayout()
        self._fit_columns()
        self._awaited = None
        if keep_place:
            self._select(selected, current)
            if not self.records.is_whole:
                self._awaited = self._selected_keys(), selected
            self.verticalScrollBar().setValue(scroll)
        else:
            self.scrollToTop()
        self._prepare_rows()

    def make_room_for(self, samples: Sequence[R]) -> None:
        """Make the columns wide enough for rows like these, too."""
        self._needed_widths = [
            max(needed, self._needed_width(number, samples))
            for number, needed in enumerate(self._needed_widths)
        ]
        self._fit_columns()

    def rows_in_sight(self) -> range:
        """The numbers of the rows that are to be seen, in part at least."""
        return self._rows_within(self.viewport().rect())

    def current_id(self) -> str | None:
        """The id of the row that the keyboard is on."""
        record = self.records.record(self.currentIndex())
        return record.id if record else None

    def selected_ids(self) -> list[str]:
        """The ids of the selected rows, in the order they are shown."""
        return [row.id for row in self.records.read(self._selected_rows())]

    def focus_first(self) -> None:
        """Give the keyboard to this table, on a row."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def selectAll(self) -> None:
        """Select every row, those that are still to come as well."""
        self.records.want_all()
        if self.records.is_whole:  # else it took too long for a person, or cannot be read
            super().selectAll()

    def copy_selected(self) -> None:
        """Put the selected rows on the clipboard, columns parted by tabs."""
        from calmony_desktop.ui.tables.copying import copy_rows  # not before it is wanted

        copy_rows(self, self.records, self._selected_rows())

    def column_widths(self) -> list[int]:
        """The widths the user wants, to be remembered."""
        return list(self._wanted_widths)

    def set_column_widths(self, widths: Sequence[int]) -> None:
        """Widths remembered from last time; others than these columns' are ignored."""
        if len(widths) == len(self._wanted_widths) and all(width > 0 for width in widths):
            self._wanted_widths = list(widths)
            self._fit_columns()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint by columns: what the cells of one share is set once, not anew for each cell."""
        colors, area = theme.current(), event.rect()
        numbers = self._rows_within(area)
        first = self.rowViewportPosition(numbers.start)
        tops = range(first, first + len(numbers) * ROW_HEIGHT, ROW_HEIGHT)
        found = list(zip(tops, self.records.some_rows(numbers), strict=True))
        rows = [(top, row) for top, row in found if row is not None]
        to_come = [top for top, row in found if row is None]
        with QPainter(self.viewport()) as painter:
            painter.fillRect(area, colors.surface)
            self._paint_grounds(painter, zip(tops, numbers, strict=True), colors)
            for number, column in enumerate(self.records.columns):
                left, width = self.columnViewportPosition(number), self.columnWidth(number)
                if left <= area.right() and left + width > area.left():
                    cells = Cells(left, width, rows)
                    self._delegates[number].paint_cells(painter, self, column, cells, colors)
                    for top in to_come:
                        paint_cell_to_come(painter, left, width, top, colors)

    def _rows_within(self, area: QRect) -> range:
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        if first < 0:
            return range(0)
        return range(first, last + 1 if last >= 0 else self.records.rowCount())

    def _paint_grounds(
        self, painter: QPainter, rows: Iterable[tuple[int, int]], colors: Theme
    ) -> None:
        """The selection, a mark where the keyboard is, the line below each row."""
        width = self.viewport().width()
        selection = self.selectionModel()
        has_selection = selection.hasSelection()
        focused = self.currentIndex().row() if self.hasFocus() else None
        painter.setPen(colors.border)
        for top, row in rows:
            if has_selection and selection.isRowSelected(row):
                painter.fillRect(0, top, width, ROW_HEIGHT, colors.selection)
            if row == focused:
                painter.fillRect(0, top, _FOCUS_BAR, ROW_HEIGHT, colors.accent)
            painter.drawLine(0, top + INNER_HEIGHT, width - 1, top + INNER_HEIGHT)

    def showEvent(self, event: QShowEvent) -> None:
        """The style sheet has had its say by now."""
        super().showEvent(event)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns share the new width; more rows may have come into sight."""
        super().resizeEvent(event)
        self._fit_columns()
        self._prepare_rows()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by keyboard sees the row that the keys will act on."""
        super().focusInEvent(event)
        by_mouse = event.reason() in (
            Qt.FocusReason.MouseFocusReason,
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        )
        if not by_mouse and not self.selectionModel().hasSelection() and self.records.rowCount():
            self.selectRow(max(self.currentIndex().row(), 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space use the row's action; Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
            return
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self._current_has_action():
            record_id = self.current_id()
            if record_id is not None:
                self.action_requested.emit(record_id)
            return
        if event.key() == Qt.Key.Key_End:
            self.records.want_all()
        super().keyPressEvent(event)

    def _prepare_rows(self) -> None:
        self.records.prepare(self.rows_in_sight())

    def _current_key(self) -> Hashable | None:
        number, keys = self.currentIndex().row(), self.records.keys()
        return keys[number] if 0 <= number < len(keys) else None

    def _selected_keys(self) -> frozenset[Hashable]:
        keys = self.records.keys()
        return frozenset(keys[number] for number in self._selected_rows() if number < len(keys))

    def _keys_to_select(self) -> frozenset[Hashable]:
        """What is selected or, where nobody touched that since, what was before some were away."""
        selected = self._selected_keys()
        if self._awaited is not None and selected == self._awaited[0]:
            return self._awaited[1]
        return selected

    def _selected_rows(self) -> array[int]:
        """Their numbers, in order."""
        selection = self.selectionModel().selection()
        runs = [selection.at(number) for number in range(selection.count())]
        numbers, end = array("q"), 0
        for first, last in sorted((run.top(), run.bottom()) for run in runs):
            numbers.extend(range(max(first, end), last + 1))
            end = max(end, last + 1)
        return numbers

    def _current_has_action(self) -> bool:
        last = self.records.columns[-1]
        record = self.records.record(self.currentIndex())
        return last.form is Form.ACTION and record is not None and bool(last.text(record))

    def _select(self, wanted: frozenset[Hashable], current: Hashable | None) -> None:
        """Select the rows with these keys, a run of rows at a time, and go to the current one."""
        if not wanted and current is None:
            return
        selection = QItemSelection()
        last = self.records.columnCount() - 1
        keys = self.records.keys()
        rows = [number for number, key in enumerate(keys) if key in wanted]
        for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
            numbers = [number for _, number in run]
            top, bottom = self.records.index(numbers[0], 0), self.records.index(numbers[-1], last)
            selection.select(top, bottom)
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(selection, flag.ClearAndSelect)
        if current in keys:
            index = self.records.index(keys.index(current), 0)
            self.selectionModel().setCurrentIndex(index, flag.NoUpdate)

    def _set_up_view(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        # Tab goes to the next section, arrows move inside the table.
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCornerButtonEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalScrollBar().valueChanged.connect(self._prepare_rows)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def _set_up_header(self) -> None:
        header = TableHeader(self, self.records)
        self.setHorizontalHeader(header)
        header.sectionResized.connect(self._remember_width)
        self.setSortingEnabled(True)

    def _set_up_delegates(self, action_icon: str, action_is_danger: bool) -> None:
        for number, column in enumerate(self.records.columns):
            if column.form is Form.STATUS:
                delegate: CellDelegate = StatusBadgeDelegate(self)
            elif column.form is Form.ACTION:
                button = RowActionDelegate(action_icon, is_danger=action_is_danger, parent=self)
                button.triggered.connect(self.action_requested)
                delegate = button
            else:
                delegate = CellDelegate(self)
            self.setItemDelegateForColumn(number, delegate)
            self._delegates.append(delegate)

    def _fit_columns(self) -> None:
        columns, available = self.records.columns, self.viewport().width()
        widths = fit(columns, self._wanted_widths, self._needed_widths, available)
        self._is_fitting = True
        for number, width in enumerate(widths):
            if width != self.columnWidth(number):
                self.setColumnWidth(number, width)
        self._is_fitting = False

    def _needed_width(self, number: int, rows: Sequence[R]) -> int:
        column = self.records.columns[number]
        if column.alike is None:
            return 0
        measured = self._measured[number]
        widest = 0
        needed_width = self._delegates[number].needed_width
        for alike, row in {column.alike(row): row for row in rows}.items():
            if alike not in measured:
                measured[alike] = needed_width(column.form, column.text(row))
            widest = max(widest, measured[alike])
        return widest

    def _remember_width(self, column: int, before: int, after: int) -> None:
        """A person dragged an edge: the others make room, so that no column leaves the table."""
        if self._is_fitting:
            return
        self._wanted_widths[column] = after
        if self.records.columns[column].stretches and column + 1 < len(self._wanted_widths):
            # It would only stretch back: its neighbour takes what it gave.
            neighbour = self.columnWidth(column + 1)
            self._wanted_widths[column + 1] = max(neighbour + before - after, NARROWEST)
        self._fit_columns()
