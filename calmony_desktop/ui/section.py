"""A card with a title, a count and a table; or a sentence where there is nothing to list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from calmony_desktop.ui import plain_text
from calmony_desktop.ui.card import Card
from calmony_desktop.ui.delegates.rounded_ground import rounded_ground
from calmony_desktop.ui.style import formatting, icons, theme
from calmony_desktop.ui.tables.paged_rows import PagedRows
from calmony_desktop.ui.tables.record_table import RecordTable
from calmony_desktop.ui.tables.record_table_model import Record

R = TypeVar("R", bound=Record)

_COUNT_HEIGHT = 19
_COUNT_PADDING = 13


class _Count(QLabel):
    """How many there are, on a rounded ground."""

    def __init__(self) -> None:
        super().__init__("0")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.weighted(QFont.Weight.Normal, 12))
        self.setFixedHeight(_COUNT_HEIGHT)
        self.setContentsMargins(_COUNT_PADDING, 0, _COUNT_PADDING, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground is kept as a picture: a style sheet would draw its outline at each number."""
        colors, radius = theme.current(), _COUNT_HEIGHT / 2
        ratio = self.devicePixelRatioF()
        ground = rounded_ground(self.size(), radius, colors.header, colors.border, ratio)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, ground)
            painter.setPen(colors.muted)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class Section(Card, Generic[R]):
    """One of the three cards under the profile."""

    def __init__(
        self,
        title: str,
        icon: str,
        table: RecordTable[R],
        *,
        object_name: str,
        empty: str,
        extra: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.table = table
        self.title = title
        table.setObjectName(object_name)
        table.setAccessibleName(title)
        self._icon_name = icon
        self._icon = plain_text.label()
        heading = plain_text.label(title)
        heading.setFont(theme.weighted(QFont.Weight.DemiBold, 14))
        self._count = _Count()
        self._empty = plain_text.label(empty, tone="muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)

        header = QHBoxLayout()
        header.setContentsMargins(16, 8, 12, 8)
        header.setSpacing(9)
        for widget in (self._icon, heading, self._count):
            header.addWidget(widget)
        header.addStretch(1)
        if extra is not None:
            header.addWidget(extra)

        self._body = QStackedLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 8)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addLayout(self._body, 1)
        # Only now: a stack without a widget around it shows its first one as a window.
        self._body.addWidget(table)
        self._body.addWidget(self._empty)

    def show_rows(
        self, rows: Sequence[R] | PagedRows[R], *, keep_place: bool, has_same_keys: bool = True
    ) -> None:
        """List these rows, or say that there are none; the rest is as `RecordTable` has it."""
        has_more = isinstance(rows, PagedRows) and not rows.knows_length
        self._count.setText(formatting.whole_number(len(rows)) + ("+" if has_more else ""))
        self._body.setCurrentWidget(self.table if rows else self._empty)
        self.table.show_rows(rows, keep_place=keep_place, has_same_keys=has_same_keys)

    def set_empty_text(self, text: str) -> None:
        """What is said where there are no rows."""
        self._empty.setText(text)

    def show_icon(self) -> None:
        """Draw the icon, in the theme's accent."""
        accent = theme.current().accent
        self._icon.setPixmap(icons.pixmap(self._icon_name, accent, 16, self.devicePixelRatioF()))
