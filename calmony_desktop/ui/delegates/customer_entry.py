"""A customer in the list: initials, name, email, and a mark where attention is due."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QFont, QPainter, QStaticText

from calmony_desktop.store.customer_entry import CustomerEntry
from calmony_desktop.ui.delegates import entry_line
from calmony_desktop.ui.delegates.rounded_ground import rounded_ground
from calmony_desktop.ui.style import icons, theme
from calmony_desktop.ui.style.theme import Theme, Tint

translate = QCoreApplication.translate

ENTRY_HEIGHT = 58
_AVATAR = 36
_LEFT = 14
_TEXT_LEFT = 62
_MARK = 14
_BAR = 3


def initials(name: str) -> str:
    """The first letters of the first two words; one sign where that is all there is."""
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return name.strip()[:1].upper() or "?"
    return "".join(word[0] for word in words[:2]).upper()


def avatar_tint(customer_id: str, colors: Theme) -> Tint:
    """The colour of a customer's initials: the same in every session."""
    return colors.avatars[zlib.crc32(customer_id.encode()) % len(colors.avatars)]


class PaintedEntry(NamedTuple):
    """A row in sight: its upper edge, the customer or None where the page is not read yet."""

    top: int
    entry: CustomerEntry | None
    is_selected: bool
    has_keyboard: bool


def paint_entries(painter: QPainter, rows: Sequence[PaintedEntry], width: int, term: str) -> None:
    """Paint these rows on their ground, so wide; what ``term`` finds in them is set off.

    What all of them share is set once, not anew for each.
    """
    colors = theme.current()
    _paint_grounds(painter, rows, width, colors)
    entries = [(row.top, row.entry) for row in rows if row.entry is not None]
    ratio = painter.device().devicePixelRatioF()
    painter.setFont(_initials_font())
    for top, entry in entries:
        tint, letters = avatar_tint(entry.id, colors), _letters(initials(entry.display_name))
        avatar = QRect(_LEFT, top + (ENTRY_HEIGHT - _AVATAR) // 2, _AVATAR, _AVATAR)
        ground = rounded_ground(avatar.size(), _AVATAR / 2, tint.ground, None, ratio)
        painter.drawPixmap(avatar.topLeft(), ground)
        painter.setPen(tint.text)
        painter.drawStaticText(avatar.topLeft() + letters.place, letters.glyphs)
        if entry.needs_attention:
            mark = icons.pixmap(icons.ATTENTION, colors.amber.text, _MARK, ratio)
            painter.drawPixmap(width - 1 - _MARK - 14, top + 13, mark)
    marked = entry_line.Marking(colors.amber.ground.name(), colors.amber.text.name())
    for is_name, color, below, height in (
        (True, colors.text, 10, 19),
        (False, colors.muted, 30, 18),
    ):
        painter.setFont(entry_line.font(is_name))
        painter.setPen(color)
        for top, entry in entries:
            room = width - _TEXT_LEFT - (_MARK + 22 if entry.needs_attention else 8)
            line = QRect(_TEXT_LEFT, top + below, room, height)
            text = entry.display_name if is_name else _second_line(entry)
            entry_line.draw(painter, line, text, is_name=is_name, term=term, marked=marked)


def _paint_grounds(
    painter: QPainter, rows: Sequence[PaintedEntry], width: int, colors: Theme
) -> None:
    """The selection, a frame where the keyboard is, the line below each row."""
    # `fillRect` would look whether the colour is the name of a gradient, and bring them all.
    painter.setPen(Qt.PenStyle.NoPen)
    for row in rows:
        if row.is_selected:
            painter.setBrush(colors.selection)
            painter.drawRect(0, row.top, width, ENTRY_HEIGHT)
            painter.setBrush(colors.accent)
            painter.drawRect(0, row.top, _BAR, ENTRY_HEIGHT)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(colors.accent)
    for row in rows:
        if row.has_keyboard:
            painter.drawRect(0, row.top, width - 1, ENTRY_HEIGHT - 2)
    painter.setPen(colors.border)
    for row in rows:
        bottom = row.top + ENTRY_HEIGHT - 1
        painter.drawLine(_TEXT_LEFT, bottom, width - 1, bottom)


def _second_line(entry: CustomerEntry) -> str:
    """The email or the id; it never repeats the first."""
    name = entry.display_name
    others = [text for text in (entry.email, entry.id) if text and text != name]
    return others[0] if others else translate("customer_entry", "No name or email")


class _Letters(NamedTuple):
    """Initials, ready to be painted, and their place on the avatar."""

    glyphs: QStaticText
    place: QPoint


@lru_cache(maxsize=128)
def _letters(text: str) -> _Letters:
    glyphs = QStaticText(text)
    glyphs.setTextFormat(Qt.TextFormat.PlainText)
    glyphs.prepare(font=_initials_font())
    size = glyphs.size()
    left, top = (_AVATAR - size.width()) / 2, (_AVATAR - size.height()) / 2
    return _Letters(glyphs, QPoint(round(left), round(top)))


@cache
def _initials_font() -> QFont:
    return theme.weighted(QFont.Weight.DemiBold, 13)
