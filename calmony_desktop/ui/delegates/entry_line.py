"""A line of an entry in the customer list, with what was searched for on a ground of its own.

Laid out once, which takes longer than painting it, and kept: what is in sight, and was before.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QStaticText,
    QTextCharFormat,
    QTextLayout,
)

from calmony_desktop.store.search_keys import found_in
from calmony_desktop.ui.style import theme

#: No line has room for more characters.
_MOST: Final = 500


class Marking(NamedTuple):
    """How what was searched for is set off: the names of two colours, which can be a key."""

    ground: str
    ink: str


class _Line(NamedTuple):
    """A line that has room, ready to be painted, and its height in logical pixels."""

    glyphs: QStaticText | QTextLayout
    height: float


def draw(
    painter: QPainter, rect: QRect, text: str, *, is_name: bool, term: str, marked: Marking
) -> None:
    """Paint ``text`` in the middle of the height of ``rect``, elided where it has no room.

    The painter has the line's `font`. What of it ``term`` finds is set off as ``marked`` says.
    """
    line = _line(text[:_MOST], is_name, rect.width(), term, marked)
    place = QPointF(rect.left(), rect.top() + (rect.height() - line.height) / 2)
    if isinstance(line.glyphs, QStaticText):
        painter.drawStaticText(place, line.glyphs)
    else:
        line.glyphs.draw(painter, place)


@lru_cache(maxsize=128)
def _line(text: str, is_name: bool, room: int, term: str, marked: Marking) -> _Line:
    line = " ".join(text.split())
    if not (term and found_in(line, term)):
        plain = _plain(line, is_name)
        if plain.size().width() > room + 1:
            plain = _plain(_elided(line, is_name, room), is_name)
        return _Line(plain, plain.size().height())
    layout = _laid_out(line, is_name, term, marked)
    if layout.lineAt(0).naturalTextWidth() > room + 1:
        layout = _laid_out(_elided(line, is_name, room), is_name, term, marked)
    return _Line(layout, layout.lineAt(0).height())


@cache
def font(is_name: bool) -> QFont:
    """The font of the first line, the name, or of the second."""
    return theme.weighted(*((QFont.Weight.DemiBold,) if is_name else (QFont.Weight.Normal, 12)))


@cache
def _metrics(is_name: bool) -> QFontMetrics:
    return QFontMetrics(font(is_name))


def _elided(line: str, is_name: bool, room: int) -> str:
    return _metrics(is_name).elidedText(line, Qt.TextElideMode.ElideRight, room)


def _plain(line: str, is_name: bool) -> QStaticText:
    made = QStaticText(line)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(font=font(is_name))
    return made


def _laid_out(line: str, is_name: bool, term: str, marked: Marking) -> QTextLayout:
    layout = QTextLayout(line, font(is_name))
    layout.setFormats([_marked(line, start, end, marked) for start, end in found_in(line, term)])
    layout.setCacheEnabled(True)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return layout


def _marked(line: str, start: int, end: int, marked: Marking) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length = _utf16_length(line[:start]), _utf16_length(line[start:end])
    made.format = _format(marked)
    return made


def _utf16_length(text: str) -> int:
    """How long it is for Qt."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@cache
def _format(marked: Marking) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setBackground(QColor(marked.ground))
    made.setForeground(QColor(marked.ink))
    return made
