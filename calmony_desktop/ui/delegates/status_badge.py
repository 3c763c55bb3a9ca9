"""A status as a badge: icon, word and colour."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from calmony_desktop.ui.delegates.cells import PADDING, CellDelegate
from calmony_desktop.ui.style import icons, theme
from calmony_desktop.ui.style.status_badges import badge
from calmony_desktop.ui.style.theme import Theme
from calmony_desktop.ui.tables.record_table_model import Form, Index, Role

_HEIGHT = 21
_ICON = 13
_SIDE = 8
_GAP = 4


class StatusBadgeDelegate(CellDelegate):
    """Paints `Role.STATUS` of the index."""

    def needed_width(self, form: Form, text: str) -> int:
        """How wide a cell must be to show the whole badge."""
        words = QFontMetrics(_font()).horizontalAdvance(text)
        return words + 2 * _SIDE + _ICON + _GAP + 2 * PADDING + 1

    def paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, colors: Theme
    ) -> None:
        """A rounded ground with the icon and the word on it."""
        status = index.data(Role.STATUS)
        if not status:
            return
        shown = badge(status)
        tint = shown.colors(colors)
        painter.setFont(_font())
        metrics = painter.fontMetrics()
        room = self.content_rect(option.rect)
        words = metrics.elidedText(
            shown.text,
            Qt.TextElideMode.ElideRight,
            room.width() - 2 * _SIDE - _ICON - _GAP,
        )
        width = 2 * _SIDE + _ICON + _GAP + metrics.horizontalAdvance(words)
        ground = QRect(room.left(), option.rect.center().y() - _HEIGHT // 2, width, _HEIGHT)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint.ground)
        painter.drawRoundedRect(QRectF(ground), _HEIGHT / 2, _HEIGHT / 2)
        ratio = painter.device().devicePixelRatioF()
        top = ground.center().y() - _ICON // 2
        picture = icons.pixmap(shown.icon, tint.text, _ICON, ratio)
        painter.drawPixmap(ground.left() + _SIDE, top, picture)
        painter.setPen(tint.text)
        text_rect = ground.adjusted(_SIDE + _ICON + _GAP, 0, 0, 0)
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignVCenter, words)


def _font() -> QFont:
    return theme.weighted(QFont.Weight.Medium, 12)
