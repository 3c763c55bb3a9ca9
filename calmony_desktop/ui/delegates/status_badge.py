"""A status as a badge: icon, word and colour."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView

from calmony_desktop.ui.delegates import cell_text
from calmony_desktop.ui.delegates.cells import PADDING, ROW_HEIGHT, CellDelegate, Cells
from calmony_desktop.ui.delegates.rounded_ground import rounded_ground
from calmony_desktop.ui.style import icons
from calmony_desktop.ui.style.status_badges import badge
from calmony_desktop.ui.style.theme import Theme
from calmony_desktop.ui.tables.record_table_model import Column, Form

_HEIGHT = 21
_ICON = 13
_SIDE = 8
_GAP = 4


class StatusBadgeDelegate(CellDelegate):
    """Paints the statuses of records."""

    def needed_width(self, form: Form, text: str) -> int:
        """How wide a cell must be to show the whole badge."""
        return cell_text.width(form, text) + 2 * _SIDE + _ICON + _GAP + 2 * PADDING + 1

    def paint_cells(
        self,
        painter: QPainter,
        view: QAbstractItemView,
        column: Column[Any],
        cells: Cells,
        colors: Theme,
    ) -> None:
        """A rounded ground with the icon and the word on it."""
        assert column.status is not None
        ratio = view.devicePixelRatioF()
        besides = 2 * _SIDE + _ICON + _GAP
        left, room = cells.left + PADDING, cells.width - 2 * PADDING - besides
        painter.setFont(cell_text.font_of(column.form))
        for row_top, record in cells.rows:
            shown = badge(column.status(record))
            tint = shown.colors(colors)
            words = cell_text.laid_out(column.form, shown.text, room)
            size = QSize(besides + round(words.width), _HEIGHT)
            top = row_top + (ROW_HEIGHT - _HEIGHT) // 2
            ground = rounded_ground(size, _HEIGHT / 2, tint.ground, None, ratio)
            painter.drawPixmap(left, top, ground)
            picture = icons.pixmap(shown.icon, tint.text, _ICON, ratio)
            painter.drawPixmap(left + _SIDE, top + (_HEIGHT - _ICON) // 2, picture)
            painter.setPen(tint.text)
            cell_text.draw(painter, words, left + _SIDE + _ICON + _GAP, top, _HEIGHT)
