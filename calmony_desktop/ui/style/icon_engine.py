"""Icons for buttons and menus, which take them in any size and state."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap

from calmony_desktop.ui.style import icons


def icon(glyph: str, color: QColor) -> QIcon:
    """One of `icons` in one colour."""
    return QIcon(_Glyph(glyph, color))


class _Glyph(QIconEngine):
    """Draws a glyph at any size, in the same colour whatever the button's state."""

    def __init__(self, glyph: str, color: QColor) -> None:
        super().__init__()
        self._glyph = glyph
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it into the middle of ``rect``."""
        icons.paint(painter, rect, self._glyph, self._color)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """A picture of it."""
        return icons.picture(self._glyph, self._color, size)
