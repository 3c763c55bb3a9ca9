"""A line of an entry in the customer list, with what was searched for on a ground of its own.

Laid out once and kept: that takes longer than painting it. Both keep what is in sight and was.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText, QTextLayout

from calmony_desktop.store.search_keys import found_in
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.style.theme import Tint

#: No line has room for more characters.
_MOST: Final = 500
_Spans = tuple[tuple[int, int], ...]


def draw(
    painter: QPainter, rect: QRect, text: str, *, is_name: bool, term: str, marked: Tint
) -> None:
    """Paint ``text`` in the middle of the height of ``rect``, elided where it has no room.

    What of it ``term`` finds is set off as ``marked`` says.
    """
    line = " ".join(text[:_MOST].split())
    spans = found_in(line, term) if term else ()
    painter.setFont(font(is_name))
    if not spans:
        plain = _plain(line, is_name)
        if plain.size().width() > rect.width() + 1:
            plain = _plain(_elided(line, is_name, rect.width()), is_name)
        top = rect.top() + (rect.height() - plain.size().height()) / 2
        painter.drawStaticText(QPointF(rect.left(), top), plain)
        return
    ground, ink = marked.ground.name(), marked.text.name()
    layout = _laid_out(line, is_name, spans, ground, ink)
    if layout.lineAt(0).naturalTextWidth() > rect.width() + 1:
        line = _elided(line, is_name, rect.width())
        layout = _laid_out(line, is_name, found_in(line, term), ground, ink)
    top = rect.top() + (rect.height() - layout.lineAt(0).height()) / 2
    layout.draw(painter, QPointF(rect.left(), top))


@cache
def font(is_name: bool) -> QFont:
    """The font of the first line, the name, or of the second."""
    return theme.weighted(*((QFont.Weight.DemiBold,) if is_name else (QFont.Weight.Normal, 12)))


@cache
def _metrics(is_name: bool) -> QFontMetrics:
    return QFontMetrics(font(is_name))


@lru_cache(maxsize=128)
def _elided(line: str, is_name: bool, room: int) -> str:
    return _metrics(is_name).elidedText(line, Qt.TextElideMode.ElideRight, room)


@lru_cache(maxsize=128)
def _plain(line: str, is_name: bool) -> QStaticText:
    made = QStaticText(line)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(font=font(is_name))
    return made


@lru_cache(maxsize=128)
def _laid_out(line: str, is_name: bool, spans: _Spans, ground: str, ink: str) -> QTextLayout:
    layout = QTextLayout(line, font(is_name))
    layout.setFormats([_marked(line, start, end, ground, ink) for start, end in spans])
    layout.setCacheEnabled(True)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return layout


def _marked(line: str, start: int, end: int, ground: str, ink: str) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    # Qt counts in UTF-16.
    made.start, made.length = (
        len(part.encode("utf-16-le", "surrogatepass")) // 2
        for part in (line[:start], line[start:end])
    )
    made.format.setBackground(QColor(ground))
    made.format.setForeground(QColor(ink))
    return made
