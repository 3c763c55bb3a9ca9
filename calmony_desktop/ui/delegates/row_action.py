"""The row's own button: painted, so that ten thousand rows cost nothing.

A painted button is invisible to a screen reader, so the same action also stands in the context
menu and the Tools menu with a shortcut.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem

from calmony_desktop.ui.delegates import cell_text
from calmony_desktop.ui.delegates.cells import CellDelegate
from calmony_desktop.ui.delegates.rounded_ground import rounded_ground
from calmony_desktop.ui.style import icons
from calmony_desktop.ui.style.theme import Theme
from calmony_desktop.ui.tables.record_table_model import Form, Index

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

    def paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, colors: Theme
    ) -> None:
        """A bordered button with icon and words; nothing where there is nothing to do."""
        column, record = self.cell(index)
        words = column.text(record)
        if not words:
            return
        button = self.button_rect(option.rect, words)
        color = colors.danger if self._is_danger else colors.accent
        fill = colors.header if self._is_hovered(option, button) else colors.surface
        border = self._border(option, colors, color)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(button.topLeft(), rounded_ground(button.size(), 6, fill, border, ratio))
        top = button.center().y() - _ICON // 2
        picture = icons.pixmap(self._icon, color, _ICON, ratio)
        painter.drawPixmap(button.left() + _SIDE, top, picture)
        painter.setPen(color)
        text = cell_text.laid_out(Form.ACTION, words, button.width())
        cell_text.draw(painter, Form.ACTION, text, button.left() + _SIDE + _ICON + _GAP, button)

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
    def _border(option: QStyleOptionViewItem, colors: Theme, color: QColor) -> QColor:
        return color if QStyle.StateFlag.State_HasFocus in option.state else colors.border

    @staticmethod
    def _is_hovered(option: QStyleOptionViewItem, button: QRect) -> bool:
        view = option.widget
        if not isinstance(view, QAbstractItemView):
            return False
        mouse: QPoint = view.viewport().mapFromGlobal(QCursor.pos())
        return view.viewport().underMouse() and button.contains(mouse)
