"""How the cells of a record table are painted: text, ids, amounts, and a line under each row."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from calmony_desktop.ui import plain_text
from calmony_desktop.ui.delegates import cell_text
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.style.theme import Theme
from calmony_desktop.ui.tables.record_table_model import Column, Form, Index, RecordTableModel

PADDING = 12
#: Marks the row that the keyboard is on.
FOCUS_BAR = 3

_DIGIT = re.compile(r"\d")


class CellDelegate(QStyledItemDelegate):
    """A cell of text, of a `RecordTableModel`. Subclasses paint something else in `paint_content`.

    The painter's pen and font are left as they fall: each cell sets its own. The view has painted
    the ground.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The selection, the line under the row, the content."""
        colors = theme.current()
        rect = option.rect
        if QStyle.StateFlag.State_Selected in option.state:
            painter.fillRect(rect, colors.selection)
        if index.column() == 0 and self._is_current(option.widget, index):
            painter.fillRect(rect.adjusted(0, 0, FOCUS_BAR - rect.width(), 0), colors.accent)
        painter.setPen(colors.border)
        bottom = rect.bottom()
        painter.drawLine(rect.left(), bottom, rect.right(), bottom)
        self.paint_content(painter, option, index, colors)

    def paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, colors: Theme
    ) -> None:
        """The text, elided where it does not fit."""
        column, record = self.cell(index)
        rect = self.content_rect(option.rect)
        text = cell_text.laid_out(column.form, column.text(record), rect.width())
        left = rect.left()
        if column.form is Form.AMOUNT:
            left += rect.width() - round(text.size().width())
        painter.setPen(colors.muted if column.form is Form.MUTED else colors.text)
        cell_text.draw(painter, column.form, text, left, rect)

    def needed_width(self, form: Form, text: str) -> int:
        """How wide a cell must be to show all of ``text``, or a text with other digits."""
        return cell_text.width(form, _DIGIT.sub("0", text)) + 2 * PADDING + 1

    @staticmethod
    def cell(index: Index) -> tuple[Column[Any], Any]:
        """The column and the record of a cell, without the way through Qt's roles."""
        model = index.model()
        assert isinstance(model, RecordTableModel)
        return model.cell(index)

    @staticmethod
    def content_rect(rect: QRect) -> QRect:
        """The cell less its padding."""
        return rect.adjusted(PADDING, 0, -PADDING, -1)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Show the tooltip as plain text; else the whole text, where it was elided."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return False
        text = index.data(Qt.ItemDataRole.ToolTipRole) or index.data(Qt.ItemDataRole.DisplayRole)
        QToolTip.showText(event.globalPos(), plain_text.tooltip(text or ""), view)
        return True

    @staticmethod
    def _is_current(view: QWidget, index: Index) -> bool:
        if not isinstance(view, QAbstractItemView) or not view.hasFocus():
            return False
        return view.currentIndex().row() == index.row()
