"""Text from data is plain text: Qt guesses rich text in labels and tooltips unless it is told.

A customer named ``<img src=/dev/zero>`` must be a customer with an odd name, nothing more.
"""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox


def label(text: str = "", *, tone: str = "", parent: QWidget | None = None) -> QLabel:
    """A label that never reads markup. ``tone`` is one of the style sheet's: muted, danger."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    if tone:
        made.setProperty("tone", tone)
    return made


def filled(template: str, **values: str) -> str:
    """``template`` with each ``{name}`` replaced, in one pass: data that looks like one stays."""
    return re.sub(r"\{(\w+)\}", lambda name: values.get(name[1], name[0]), template)


def shortened(text: str, most: int = 80) -> str:
    """``text`` for a sentence: with an ellipsis where it is longer than ``most`` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def tooltip(text: str) -> str:
    """``text`` for a tooltip, which has no plain format of its own: escaped rich text."""
    if not text:
        return ""
    import html  # brings the names of all entities, which no start waits for

    return f"<span>{'<br>'.join(html.escape(line) for line in text.splitlines())}</span>"


def on_button(text: str) -> str:
    """``text`` for a button or a menu, where a single ``&`` would underline the next letter."""
    return text.replace("&", "&&")


def breakable(path: str) -> str:
    """A long path for a label that wraps: it may break behind each separator."""
    return re.sub(r"([/\\])", "\\1\u200b", path)


def message_box(
    parent: QWidget | None, icon: QMessageBox.Icon, title: str, text: str, details: str = ""
) -> QMessageBox:
    """A message box of plain text, not yet shown; ``details`` is its second, smaller part."""
    from PySide6.QtWidgets import QMessageBox  # not needed before there is something to say

    box = QMessageBox(parent)
    box.setIcon(icon)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    if details:
        box.setInformativeText(details)
    # Each version of Qt has its own mind about which parts of a box follow its text format.
    for part in box.findChildren(QLabel):
        part.setTextFormat(Qt.TextFormat.PlainText)
    return box


class ElidedLabel(QLabel):
    """One line of plain text that ends in an ellipsis where it does not fit; all in its tooltip."""

    def __init__(self, *, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint: QSize | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        if tone:
            self.setProperty("tone", tone)

    def setText(self, text: str) -> None:
        """Show ``text``, with line breaks as spaces."""
        line = " ".join(text.split("\n"))
        if line == self.text():
            return
        self._hint = None
        super().setText(line)
        self.setToolTip(tooltip(text))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as the whole text, so that layouts with room show all of it."""
        # Layouts ask again and again, and each time the style sheet is asked anew.
        if self._hint is None:
            width = self.fontMetrics().horizontalAdvance(self.text()) + 2
            # As high for every text: another script must not move what stands below.
            self._hint = QSize(width, ceil(QFontMetricsF(self.font()).height()))
        return self._hint

    def minimumSizeHint(self) -> QSize:
        """Hardly anything: the rest is elided."""
        return QSize(24, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Another font or style has other measures."""
        self._hint = None
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        rect = self.contentsRect()
        text = self.text()
        if self.sizeHint().width() > rect.width():
            elide = Qt.TextElideMode.ElideRight
            text = self.fontMetrics().elidedText(text, elide, rect.width())
        painter.drawText(rect, self.alignment(), text)
