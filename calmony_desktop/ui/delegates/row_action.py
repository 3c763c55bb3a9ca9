"""The row's own button: painted, so that ten thousand rows cost nothing.

A painted button is invisible to a screen reader, so the same action also stands in the context
menu and the Tools menu with a shortcut.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QCursor, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

from calmony_desktop.ui.delegates import cell_text
from calmony_desktop.ui.delegates.cells import ROW_HEIGHT, CellDelegate, Cells
from calmony_desktop.ui.delegates.rounded_ground import rounded_ground
from calmony_desktop.ui.style import icons
from calmony_desktop.ui.style.theme import Theme
from calmony_desktop.ui.tables.index import Index
from calmony_desktop.ui.tables.record_table_model import Column, Form

_MARGIN = 14
_HEIGHT = 26
_SIDE = 9
_ICON = 15
_GAP = 6


class RowActionDelegate(CellDelegate):
    """Paints the cell's text as a button and emits the record's id when it is used."""

    triggered = Signal(str)

    def __init__(self, icon: str, *, is_danger: bool, parent: QObject) -> None:
        super().__init__(parent)
        self._icon = icon
        self._is_danger = is_danger
        self._pressed_id: str | None = None

    def paint_cells(
        self,
        painter: QPainter,
        view: QAbstractItemView,
        column: Column[Any],
        cells: Cells,
        colors: Theme,
    ) -> None:
        """A bordered button with icon and words; nothing where there is nothing to do."""
        color = colors.danger if self._is_danger else colors.accent
        ratio = view.devicePixelRatioF()
        picture = icons.pixmap(self._icon, color, _ICON, ratio)
        mouse = self._mouse(view)
        focused = view.visualRect(view.currentIndex()) if view.hasFocus() else None
        painter.setPen(color)
        painter.setFont(cell_text.font_of(Form.ACTION))
        for top, record in cells.rows:
            words = column.text(record)
            if not words:
                continue
            cell = QRect(cells.left, top, cells.width, ROW_HEIGHT)
            button = self.button_rect(cell, words)
            is_hovered = mouse is not None and button.contains(mouse)
            fill = colors.header if is_hovered else colors.surface
            border = color if cell == focused else colors.border
            painter.drawPixmap(
                button.topLeft(), rounded_ground(button.size(), 6, fill, border, ratio)
            )
            painter.drawPixmap(button.left() + _SIDE, button.center().y() - _ICON // 2, picture)
            text = cell_text.laid_out(Form.ACTION, words, button.width())
            left = button.left() + _SIDE + _ICON + _GAP
            cell_text.draw(painter, text, left, button.top(), _HEIGHT)

    @staticmethod
    def button_rect(cell: QRect, words: str) -> QRect:
        """Where the button stands in its cell: at the right."""
        width = 2 * _SIDE + _ICON + _GAP + cell_text.width(Form.ACTION, words)
        left = cell.right() - _MARGIN - width
        return QRect(left, cell.center().y() - _HEIGHT // 2, width, _HEIGHT)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """A click that begins and ends on the button; the view itself takes the keys."""
        words = index.data(Qt.ItemDataRole.DisplayRole)
        if not words:
            return False
        record_id = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        is_on_button = self.button_rect(option.rect, words).contains(event.position().toPoint())
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pressed_id = record_id if is_on_button else None
            return is_on_button
        if event.type() == QEvent.Type.MouseButtonRelease:
            was_pressed, self._pressed_id = self._pressed_id == record_id, None
            if was_pressed and is_on_button:
                self.triggered.emit(record_id)
                return True
        return False

    @staticmethod
    def _mouse(view: QAbstractItemView) -> QPoint | None:
        viewport = view.viewport()
        return viewport.mapFromGlobal(QCursor.pos()) if viewport.underMouse() else None
