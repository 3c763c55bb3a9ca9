"""Text in a cell: its font, its width, and its glyphs, laid out once for each text and kept.

To lay a text out costs several times what painting it does, and most cells of a table (dates,
statuses, round amounts) say what another one has said before.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QStaticText, QTransform

from calmony_desktop.ui.style import theme
from calmony_desktop.ui.tables.record_table_model import Form

#: No cell has room for more characters.
_MOST: Final = 1000


@cache
def font_of(form: Form) -> QFont:
    """The font of a form."""
    if form is Form.ID:
        return theme.monospaced()
    if form is Form.STATUS:
        return theme.weighted(QFont.Weight.Medium, 12)
    weights = {Form.STRONG: QFont.Weight.DemiBold, Form.ACTION: QFont.Weight.Medium}
    return theme.weighted(weights.get(form, QFont.Weight.Normal))


@lru_cache(maxsize=1024)
def width(form: Form, text: str) -> int:
    """How wide ``text`` is, in logical pixels."""
    return _metrics(form).horizontalAdvance(text)


def laid_out(form: Form, text: str, room: int) -> QStaticText:
    """``text`` on one line, ready to be painted; elided where it is wider than ``room``."""
    whole = _laid_out(form, text[:_MOST])
    return whole if whole.size().width() <= room + 1 else _elided(form, text[:_MOST], room)


def draw(painter: QPainter, form: Form, text: QStaticText, left: int, rect: QRect) -> None:
    """Paint a text from ``left``, in the middle of the height of ``rect``."""
    painter.setFont(font_of(form))
    top = rect.top() + (rect.height() - int(text.size().height())) // 2
    painter.drawStaticText(left, top, text)


@cache
def _metrics(form: Form) -> QFontMetrics:
    return QFontMetrics(font_of(form))


@lru_cache(maxsize=1024)
def _laid_out(form: Form, text: str) -> QStaticText:
    made = QStaticText(" ".join(text.split("\n")))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.ModerateCaching)
    made.prepare(QTransform(), font_of(form))
    return made


@lru_cache(maxsize=1024)
def _elided(form: Form, text: str, room: int) -> QStaticText:
    line = " ".join(text.split("\n"))
    return _laid_out(form, _metrics(form).elidedText(line, Qt.TextElideMode.ElideRight, room))
