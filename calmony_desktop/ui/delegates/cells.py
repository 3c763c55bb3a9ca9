"""How the cells of a record table are painted: text, ids, amounts, and a line under each row."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.style.theme import Theme
from calmony_desktop.ui.tables.record_table_model import Form, Index, Role

PADDING = 12
#: Marks the row that the keyboard is on.
FOCUS_BAR = 3


class CellDelegate(QStyledItemDelegate):
    """A cell of text. Subclasses paint something else in `paint_content`."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The ground, the line under the row, the content."""
        colors = theme.current()
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(option.rect, colors.selection if selected else colors.surface)
        if index.column() == 0 and self._is_current(option.widget, index):
            painter.fillRect(
                option.rect.adjusted(0, 0, FOCUS_BAR - option.rect.width(), 0), colors.accent
            )
        painter.setPen(colors.border)
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        self.paint_content(painter, option, index, colors)
        painter.restore()

    def paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, colors: Theme
    ) -> None:
        """The text, elided where it does not fit."""
        form = index.data(Role.FORM)
        painter.setFont(self.font_of(form))
        painter.setPen(colors.muted if form is Form.MUTED else colors.text)
        rect = self.content_rect(option.rect)
        text = painter.fontMetrics().elidedText(
            self._one_line(index), Qt.TextElideMode.ElideRight, rect.width()
        )
        alignment = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
        painter.drawText(rect, alignment | Qt.TextFlag.TextSingleLine, text)

    def needed_width(self, form: Form, text: str) -> int:
        """How wide a cell must be to show all of ``text``, or a text with other digits."""
        widest = re.sub(r"\d", "0", text)
        return QFontMetrics(self.font_of(form)).horizontalAdvance(widest) + 2 * PADDING + 1

    @staticmethod
    def content_rect(rect: QRect) -> QRect:
        """The cell less its padding."""
        return rect.adjusted(PADDING, 0, -PADDING, -1)

    @staticmethod
    def font_of(form: Form) -> QFont:
        """The font of a form."""
        if form is Form.ID:
            return theme.monospaced()
        return theme.weighted(QFont.Weight.DemiBold if form is Form.STRONG else QFont.Weight.Normal)

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

    @staticmethod
    def _one_line(index: Index) -> str:
        return " ".join(str(index.data(Qt.ItemDataRole.DisplayRole) or "").split("\n"))
