"""How the cells of a record table are painted: text, ids, amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from calmony_desktop.ui import plain_text
from calmony_desktop.ui.delegates import cell_text
from calmony_desktop.ui.style.theme import Theme
from calmony_desktop.ui.tables.record_table_model import Column, Form
from calmony_desktop.ui.tables.roles import Index

PADDING = 12
#: Some cells of a column, each with its record.
Cells = Sequence[tuple[QRect, Any]]

_DIGIT = re.compile(r"\d")


class CellDelegate(QStyledItemDelegate):
    """The cells of a column of a `RecordTable`; subclasses paint something else than text.

    The painter's pen and font are left as they fall: each column sets its own. The table has
    painted the ground.
    """

    def paint_cells(
        self,
        painter: QPainter,
        view: QAbstractItemView,
        column: Column[Any],
        cells: Cells,
        colors: Theme,
    ) -> None:
        """The texts, elided where they do not fit."""
        painter.setPen(colors.muted if column.form is Form.MUTED else colors.text)
        for cell, record in cells:
            rect = self.content_rect(cell)
            text = cell_text.laid_out(column.form, column.text(record), rect.width())
            left = rect.left()
            if column.form is Form.AMOUNT:
                left += rect.width() - round(text.size().width())
            cell_text.draw(painter, column.form, text, left, rect)

    def needed_width(self, form: Form, text: str) -> int:
        """How wide a cell must be to show all of ``text``, or a text with other digits."""
        return cell_text.width(form, _DIGIT.sub("0", text)) + 2 * PADDING + 1

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
