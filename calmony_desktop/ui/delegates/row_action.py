"""The row's own button: painted, so that ten thousand rows cost nothing.

A painted button is invisible to a screen reader, so the same action also stands in the context
menu and the Tools menu with a shortcut.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QFont, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem

from calmony_desktop.ui.delegates.cells import CellDelegate
from calmony_desktop.ui.style import icons, theme
from calmony_desktop.ui.style.theme import Theme
from calmony_desktop.ui.tables.record_table_model import Index

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
        words = index.data(Qt.ItemDataRole.DisplayRole)
        if not words:
            return
        button = self.button_rect(option.rect, words)
        color = colors.danger if self._is_danger else colors.accent
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._border(option, colors, color))
        painter.setBrush(colors.header if self._is_hovered(option, button) else colors.surface)
        painter.drawRoundedRect(QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        ratio = painter.device().devicePixelRatioF()
        top = button.center().y() - _ICON // 2
        picture = icons.pixmap(self._icon, color, _ICON, ratio)
        painter.drawPixmap(button.left() + _SIDE, top, picture)
        painter.setFont(theme.weighted(QFont.Weight.Medium))
        painter.setPen(color)
        words_rect = button.adjusted(_SIDE + _ICON + _GAP, 0, 0, 0)
        painter.drawText(words_rect, Qt.AlignmentFlag.AlignVCenter, words)

    @staticmethod
    def button_rect(cell: QRect, words: str) -> QRect:
        """Where the button stands in its cell: at the right."""
        metrics = QFontMetrics(theme.weighted(QFont.Weight.Medium))
        width = 2 * _SIDE + _ICON + _GAP + metrics.horizontalAdvance(words)
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
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        return color if has_focus else colors.border

    @staticmethod
    def _is_hovered(option: QStyleOptionViewItem, button: QRect) -> bool:
        view = option.widget
        if not isinstance(view, QAbstractItemView):
            return False
        mouse: QPoint = view.viewport().mapFromGlobal(QCursor.pos())
        return view.viewport().underMouse() and button.contains(mouse)
