"""Icons, from QtAwesome's Material Design set.

QtAwesome takes longer to import than the first paint of the window, so it is imported when the
first icon is asked for, which the window does after it has been painted once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap

SEARCH = "mdi6.magnify"
FILTER = "mdi6.filter-variant"
COPY = "mdi6.content-copy"
PAYMENTS = "mdi6.credit-card-outline"
SUBSCRIPTIONS = "mdi6.autorenew"
INVOICES = "mdi6.file-document-outline"
ACTIVITY = "mdi6.history"
CANCEL = "mdi6.close-circle-outline"
DOWNLOAD = "mdi6.file-download-outline"
CLOSE = "mdi6.close"
DONE = "mdi6.check-circle"
ATTENTION = "mdi6.alert-circle"
FAILED = "mdi6.close-circle"
WAITING = "mdi6.clock-outline"
PROCESSING = "mdi6.progress-clock"
VOID = "mdi6.cancel"
PAUSED = "mdi6.pause-circle"
DRAFT = "mdi6.pencil-circle-outline"
TRIAL = "mdi6.star-circle-outline"


def icon(name: str, color: QColor) -> QIcon:
    """The icon ``name`` in one colour."""
    return _icon(name, color.name())


def pixmap(name: str, color: QColor, size: int, device_pixel_ratio: float) -> QPixmap:
    """The icon as a picture of ``size`` logical pixels, for delegates; kept for the next call."""
    return _pixmap(name, color.name(), size, device_pixel_ratio)


@lru_cache(maxsize=128)
def _icon(name: str, color: str) -> QIcon:
    import qtawesome  # see the module's docstring

    return cast(QIcon, qtawesome.icon(name, color=color, color_disabled=color))


@lru_cache(maxsize=256)
def _pixmap(name: str, color: str, size: int, device_pixel_ratio: float) -> QPixmap:
    return _icon(name, color).pixmap(
        QSize(size, size), device_pixel_ratio, QIcon.Mode.Normal, QIcon.State.Off
    )
