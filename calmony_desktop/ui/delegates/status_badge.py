"""A status as a badge: icon, word and colour."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from calmony_desktop.ui.delegates import cell_text
from calmony_desktop.ui.delegates.cells import PADDING, CellDelegate
from calmony_desktop.ui.delegates.rounded_ground import rounded_ground
from calmony_desktop.ui.style import icons
from calmony_desktop.ui.style.status_badges import badge
from calmony_desktop.ui.style.theme import Theme
from calmony_desktop.ui.tables.record_table_model import Form, Index

_HEIGHT = 21
_ICON = 13
_SIDE = 8
_GAP = 4


class StatusBadgeDelegate(CellDelegate):
    """Paints the status of the record."""

    def needed_width(self, form: Form, text: str) -> int:
        """How wide a cell must be to show the whole badge."""
        return cell_text.width(form, text) + 2 * _SIDE + _ICON + _GAP + 2 * PADDING + 1

    def paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, colors: Theme
    ) -> None:
        """A rounded ground with the icon and the word on it."""
        column, record = self.cell(index)
        if column.status is None:
            return
        shown = badge(column.status(record))
        tint = shown.colors(colors)
        room = self.content_rect(option.rect)
        besides = 2 * _SIDE + _ICON + _GAP
        words = cell_text.laid_out(column.form, shown.text, room.width() - besides)
        width = besides + round(words.size().width())
        ground = QRect(room.left(), option.rect.center().y() - _HEIGHT // 2, width, _HEIGHT)
        ratio = painter.device().devicePixelRatioF()
        rounded = rounded_ground(ground.size(), _HEIGHT / 2, tint.ground, None, ratio)
        painter.drawPixmap(ground.topLeft(), rounded)
        top = ground.center().y() - _ICON // 2
        picture = icons.pixmap(shown.icon, tint.text, _ICON, ratio)
        painter.drawPixmap(ground.left() + _SIDE, top, picture)
        painter.setPen(tint.text)
        cell_text.draw(painter, column.form, words, ground.left() + _SIDE + _ICON + _GAP, ground)
