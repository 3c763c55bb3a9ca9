"""Text in a cell: its font, its width, and its glyphs, laid out once for each text and kept.

To lay a text out costs several times what painting it does, and most cells of a table (dates,
statuses, round amounts) say what another one has said before.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QFontInfo,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QStaticText,
    QTransform,
)

from calmony_desktop.ui.style import theme
from calmony_desktop.ui.tables.record_table_model import Form

#: No cell has room for more characters.
_MOST: Final = 1000


class LaidOut(NamedTuple):
    """A text on one line, ready to be painted, and its size in logical pixels."""

    glyphs: QStaticText
    width: float
    height: int


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


def laid_out(form: Form, text: str, room: int) -> LaidOut:
    """``text`` on one line; elided where it is wider than ``room``."""
    whole = _laid_out(form, text[:_MOST])
    return whole if whole.width <= room + 1 else _elided(form, text[:_MOST], room)


def draw(painter: QPainter, text: LaidOut, left: int, top: int, height: int) -> None:
    """Paint a text from ``left``, in the middle of a height; the painter has the form's font."""
    painter.drawStaticText(left, top + (height - text.height) // 2, text.glyphs)


def draw_id(painter: QPainter, text: str, left: int, top: int, height: int, room: int) -> None:
    """Paint an id, as `laid_out` and `draw` do: no other cell says the same, so none is kept.

    All its letters are equally wide, so it need not be laid out to know whether it has room.
    """
    is_plain = text.isascii() and text.isprintable()
    if not is_plain or len(text) * _letter_of_id() > room:
        draw(painter, laid_out(Form.ID, text, room), left, top, height)
        return
    metrics = _metrics(Form.ID)
    painter.drawText(left, top + (height - metrics.height()) // 2 + metrics.ascent(), text)


@cache
def _letter_of_id() -> float:
    """How wide each letter of an id is; without end where the system has no font of that kind."""
    font = font_of(Form.ID)
    is_fixed = QFontInfo(font).fixedPitch()
    return QFontMetricsF(font).horizontalAdvance("0") if is_fixed else float("inf")


@cache
def _metrics(form: Form) -> QFontMetrics:
    return QFontMetrics(font_of(form))


@lru_cache(maxsize=1024)
def _laid_out(form: Form, text: str) -> LaidOut:
    made = QStaticText(" ".join(text.split("\n")))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.ModerateCaching)
    made.prepare(QTransform(), font_of(form))
    return LaidOut(made, made.size().width(), int(made.size().height()))


@lru_cache(maxsize=1024)
def _elided(form: Form, text: str, room: int) -> LaidOut:
    line = " ".join(text.split("\n"))
    return _laid_out(form, _metrics(form).elidedText(line, Qt.TextElideMode.ElideRight, room))
