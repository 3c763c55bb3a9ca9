"""How the cells of a record table are painted: text, ids, amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, Qt
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
from calmony_desktop.ui.tables.index import Index
from calmony_desktop.ui.tables.record_table_model import Column, Form

ROW_HEIGHT = 36
PADDING = 12
#: So much of a row stands above the line below it.
INNER_HEIGHT = ROW_HEIGHT - 1

_BAR = 6
_DIGIT = re.compile(r"\d")


class Cells(NamedTuple):
    """Some cells of a column: where it stands, and for each cell its top and its record."""

    left: int
    width: int
    rows: Sequence[tuple[int, Any]]


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
        painter.setFont(cell_text.font_of(column.form))
        left, room = cells.left + PADDING, cells.width - 2 * PADDING
        for top, record in cells.rows:
            if column.form is Form.ID:
                cell_text.draw_id(painter, column.text(record), left, top, INNER_HEIGHT, room)
                continue
            text = cell_text.laid_out(column.form, column.text(record), room)
            indent = room - round(text.width) if column.form is Form.AMOUNT else 0
            cell_text.draw(painter, text, left + indent, top, INNER_HEIGHT)

    def needed_width(self, form: Form, text: str) -> int:
        """How wide a cell must be to show all of ``text``, or a text with other digits."""
        return cell_text.width(form, _DIGIT.sub("0", text)) + 2 * PADDING + 1

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


def paint_cell_to_come(painter: QPainter, left: int, width: int, top: int, colors: Theme) -> None:
    """A calm bar, in place of the text of a row that is still being read."""
    bar = (width - 2 * PADDING) * 2 // 3
    painter.fillRect(left + PADDING, top + (INNER_HEIGHT - _BAR) // 2, bar, _BAR, colors.border)
