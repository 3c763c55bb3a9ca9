"""The rounded grounds of badges and buttons, painted once and kept as pictures."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap


def rounded_ground(
    size: QSize, radius: float, fill: QColor, border: QColor | None, ratio: float
) -> QPixmap:
    """A rounded rectangle of ``size`` logical pixels, for a device of this pixel ratio."""
    edge = None if border is None else border.name()
    return _made(size.width(), size.height(), radius, fill.name(), edge, ratio)


@lru_cache(maxsize=256)
def _made(
    width: int, height: int, radius: float, fill: str, border: str | None, ratio: float
) -> QPixmap:
    picture = QPixmap(QSize(round(width * ratio), round(height * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    shape = QRectF(0, 0, width, height)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(fill))
        if border is None:
            painter.setPen(Qt.PenStyle.NoPen)
        else:
            painter.setPen(QColor(border))
            shape.adjust(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(shape, radius, radius)
    return picture
