"""A card: what belongs together, on a surface with rounded corners and a border."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame

from calmony_desktop.ui.style import theme

_CORNER = 8
_BORDER = 1


class Card(QFrame):
    """Lies on the window's own ground, and is opaque: nothing below it is painted for its sake.

    Not by the style sheet, which draws the whole outline anew for each word that changes inside.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setContentsMargins(_BORDER, _BORDER, _BORDER, _BORDER)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The surface; the outline only where something of it is to be painted."""
        colors, area = theme.current(), event.rect()
        with QPainter(self) as painter:
            if self._is_inside(area):
                painter.fillRect(area, colors.surface)
                return
            painter.fillRect(area, colors.window)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(colors.border)
            painter.setBrush(colors.surface)
            edge = _BORDER / 2
            outline = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
            painter.drawRoundedRect(outline, _CORNER - edge, _CORNER - edge)

    def _is_inside(self, area: QRect) -> bool:
        """Whether neither border nor corner is in it."""
        wide = self.rect().adjusted(_BORDER, _CORNER, -_BORDER, -_CORNER)
        high = self.rect().adjusted(_CORNER, _BORDER, -_CORNER, -_BORDER)
        return wide.contains(area) or high.contains(area)
