"""A customer in the list: initials, name, email, and a mark where attention is due."""

from __future__ import annotations

import unicodedata
import zlib

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QTextLayout
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from calmony_desktop.store.rows import CustomerEntry
from calmony_desktop.store.search_keys import found_in
from calmony_desktop.ui.style import icons, theme
from calmony_desktop.ui.style.theme import Theme, Tint
from calmony_desktop.ui.tables.record_table_model import Index, Role

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


def paint_avatar(painter: QPainter, rect: QRect, name: str, tint: Tint, pixels: int) -> None:
    """Initials on a round ground."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint.ground)
    painter.drawEllipse(QRectF(rect))
    painter.setFont(theme.weighted(QFont.Weight.DemiBold, pixels))
    painter.setPen(tint.text)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))


class CustomerEntryDelegate(QStyledItemDelegate):
    """Paints a `CustomerEntry`; a quiet placeholder where its page is not read yet."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The whole entry."""
        colors = theme.current()
        entry = index.data(Role.RECORD)
        rect = option.rect
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, colors.selection if selected else colors.surface)
        if selected:
            painter.fillRect(QRect(rect.left(), rect.top(), _BAR, rect.height()), colors.accent)
        if option.state & QStyle.StateFlag.State_HasFocus:
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
        circle = QRect(
            rect.left() + _LEFT, rect.top() + (ENTRY_HEIGHT - _AVATAR) // 2, _AVATAR, _AVATAR
        )
        paint_avatar(painter, circle, name, avatar_tint(entry.id, colors), 13)
        mark_room = _MARK + 22 if entry.needs_attention else 8
        room = rect.adjusted(_TEXT_LEFT, 10, -mark_room, 0)
        painter.setFont(theme.weighted(QFont.Weight.DemiBold))
        painter.setPen(colors.text)
        self._line(painter, QRect(room.left(), room.top(), room.width(), 19), name, term, colors)
        painter.setFont(theme.weighted(QFont.Weight.Normal, 12))
        painter.setPen(colors.muted)
        # The second line never repeats the first.
        others = [text for text in (entry.email, entry.id) if text and text != name]
        second = others[0] if others else self.tr("No name or email")
        self._line(
            painter, QRect(room.left(), room.top() + 20, room.width(), 18), second, term, colors
        )
        if entry.needs_attention:
            ratio = painter.device().devicePixelRatioF()
            mark = icons.pixmap(icons.ATTENTION, colors.amber.text, _MARK, ratio)
            painter.drawPixmap(rect.right() - _MARK - 14, rect.top() + 13, mark)

    @staticmethod
    def _line(painter: QPainter, rect: QRect, text: str, term: str, colors: Theme) -> None:
        shown = painter.fontMetrics().elidedText(
            " ".join(text.split()), Qt.TextElideMode.ElideRight, rect.width()
        )
        found = found_in(shown, term) if term else ()
        if not found:
            alignment = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(rect, alignment | Qt.TextFlag.TextSingleLine, shown)
            return
        layout = QTextLayout(shown, painter.font())
        layout.setFormats([_marked(shown, start, end, colors) for start, end in found])
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        top = rect.top() + (rect.height() - line.height()) / 2
        layout.draw(painter, QPointF(rect.left(), top))


def _marked(text: str, start: int, end: int, colors: Theme) -> QTextLayout.FormatRange:
    """What was searched for, on a ground of its own."""
    made = QTextLayout.FormatRange()
    # Qt counts in UTF-16.
    made.start, made.length = (
        len(part.encode("utf-16-le", "surrogatepass")) // 2
        for part in (text[:start], text[start:end])
    )
    made.format.setBackground(colors.amber.ground)
    made.format.setForeground(colors.amber.text)
    return made
