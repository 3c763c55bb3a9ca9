"""A customer in the list: initials, name, email, and a mark where attention is due."""

from __future__ import annotations

import unicodedata
import zlib
from functools import lru_cache

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from calmony_desktop.store.customer_entry import CustomerEntry
from calmony_desktop.ui.delegates import entry_line
from calmony_desktop.ui.style import icons, theme
from calmony_desktop.ui.style.theme import Theme, Tint
from calmony_desktop.ui.tables.roles import Index, Role

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


def paint_avatar(painter: QPainter, rect: QRect, letters: str, tint: Tint, pixels: int) -> None:
    """Initials on a round ground."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint.ground)
    painter.drawEllipse(QRectF(rect))
    painter.setFont(theme.weighted(QFont.Weight.DemiBold, pixels))
    painter.setPen(tint.text)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, letters)


class CustomerEntryDelegate(QStyledItemDelegate):
    """Paints a `CustomerEntry`; a quiet placeholder where its page is not read yet."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The whole entry."""
        colors = theme.current()
        entry = index.data(Role.RECORD)
        rect = option.rect
        painter.save()
        # `option.state` says so, too, but for its type PySide brings all about styles into Python,
        # which takes longer than to paint the list.
        selected = self._view.selectionModel().isSelected(index)
        # `fillRect` would look whether the colour is the name of a gradient, and bring them all.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.selection if selected else colors.surface)
        painter.drawRect(rect)
        if selected:
            painter.setBrush(colors.accent)
            painter.drawRect(QRect(rect.left(), rect.top(), _BAR, rect.height()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(colors.accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        painter.setPen(colors.border)
        bottom = rect.bottom()
        painter.drawLine(QPoint(rect.left() + _TEXT_LEFT, bottom), QPoint(rect.right(), bottom))
        if isinstance(entry, CustomerEntry):
            self._paint_entry(painter, rect, entry, colors, index.data(Role.TERM) or "")
        painter.restore()

    def _paint_entry(
        self, painter: QPainter, rect: QRect, entry: CustomerEntry, colors: Theme, term: str
    ) -> None:
        name = entry.display_name
        ratio = painter.device().devicePixelRatioF()
        tint = avatar_tint(entry.id, colors)
        avatar = _avatar(initials(name), tint.ground.name(), tint.text.name(), ratio)
        painter.drawPixmap(rect.left() + _LEFT, rect.top() + (ENTRY_HEIGHT - _AVATAR) // 2, avatar)
        mark_room = _MARK + 22 if entry.needs_attention else 8
        room = rect.adjusted(_TEXT_LEFT, 10, -mark_room, 0)
        # The second line never repeats the first.
        others = [text for text in (entry.email, entry.id) if text and text != name]
        second = others[0] if others else self.tr("No name or email")
        for text, is_name, top, height, color in (
            (name, True, room.top(), 19, colors.text),
            (second, False, room.top() + 20, 18, colors.muted),
        ):
            painter.setPen(color)
            line = QRect(room.left(), top, room.width(), height)
            entry_line.draw(painter, line, text, is_name=is_name, term=term, marked=colors.amber)
        if entry.needs_attention:
            mark = icons.pixmap(icons.ATTENTION, colors.amber.text, _MARK, ratio)
            painter.drawPixmap(rect.right() - _MARK - 14, rect.top() + 13, mark)


@lru_cache(maxsize=128)
def _avatar(letters: str, ground: str, ink: str, ratio: float) -> QPixmap:
    picture = QPixmap(QSize(_AVATAR, _AVATAR) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        tint = Tint(text=QColor(ink), ground=QColor(ground))
        paint_avatar(painter, QRect(0, 0, _AVATAR, _AVATAR), letters, tint, 13)
    return picture
