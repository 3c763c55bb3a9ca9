"""Icons, from QtAwesome's Material Design font.

Drawn from the font itself, as QtAwesome draws them: importing QtAwesome brings every class of Qt
into Python, which takes longer than the first paint of the window, and 17 MiB of memory.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPixmap

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

_FONT_FILE: Final = "materialdesignicons6-webfont-*.ttf"
#: Leaves room for what reaches beyond a glyph's line, and is 14 pixels in an icon of 16.
_GLYPH_TO_ICON: Final = 0.875

# Each glyph with its name in QtAwesome after "mdi6."
SEARCH = "\U000f0349"  # magnify
FILTER = "\U000f0236"  # filter-variant
COPY = "\U000f018f"  # content-copy
PAYMENTS = "\U000f019b"  # credit-card-outline
SUBSCRIPTIONS = "\U000f006a"  # autorenew
INVOICES = "\U000f09ee"  # file-document-outline
ACTIVITY = "\U000f02da"  # history
CANCEL = "\U000f015a"  # close-circle-outline
DOWNLOAD = "\U000f0966"  # file-download-outline
CLOSE = "\U000f0156"  # close
DONE = "\U000f05e0"  # check-circle
ATTENTION = "\U000f0028"  # alert-circle
FAILED = "\U000f0159"  # close-circle
WAITING = "\U000f0150"  # clock-outline
PROCESSING = "\U000f0996"  # progress-clock
VOID = "\U000f073a"  # cancel
PAUSED = "\U000f03e5"  # pause-circle
DRAFT = "\U000f0776"  # pencil-circle-outline
TRIAL = "\U000f09a4"  # star-circle-outline
DEMO = "\U000f10c1"  # storefront-outline
IMPORT = "\U000f0120"  # tray-arrow-down
RESTORE = "\U000f006f"  # backup-restore


def icon(glyph: str, color: QColor) -> QIcon:
    """One of the icons above in one colour."""
    return _icon(glyph, color.name())


def pixmap(glyph: str, color: QColor, size: int, device_pixel_ratio: float) -> QPixmap:
    """The icon as a picture of ``size`` logical pixels, for delegates; kept for the next call."""
    return _pixmap(glyph, color.name(), size, device_pixel_ratio)


def picture(glyph: str, color: QColor, size: QSize) -> QPixmap:
    """The icon in ``size``, counted in the pixels of the screen."""
    made = QPixmap(size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint(painter, QRect(QPoint(0, 0), size), glyph, color)
    painter.end()
    return made


def paint(painter: QPainter, rect: QRect, glyph: str, color: QColor) -> None:
    """Draw the icon into the middle of ``rect``."""
    font = QFont(_family())
    font.setPixelSize(max(1, round(rect.height() * _GLYPH_TO_ICON)))
    painter.save()
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyph)
    painter.restore()


@lru_cache(maxsize=128)
def _icon(glyph: str, color: str) -> QIcon:
    from calmony_desktop.ui.style import icon_engine  # the first paint has pictures only

    return icon_engine.icon(glyph, QColor(color))


@lru_cache(maxsize=256)
def _pixmap(glyph: str, color: str, size: int, device_pixel_ratio: float) -> QPixmap:
    pixels = round(size * device_pixel_ratio)
    made = picture(glyph, QColor(color), QSize(pixels, pixels))
    made.setDevicePixelRatio(device_pixel_ratio)
    return made


@cache
def _family() -> str:
    package = find_spec("qtawesome")
    assert package is not None
    assert package.origin is not None
    file = next(Path(package.origin).parent.joinpath("fonts").glob(_FONT_FILE))
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))[0]
