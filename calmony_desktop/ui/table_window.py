"""What windows around a table share: the card it lies on, and buttons that leave it Enter."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from calmony_desktop.ui.card import Card


def card(content: QWidget) -> Card:
    """A card with this in it."""
    made = Card()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(1, 8, 1, 8)
    layout.addWidget(content)
    return made


def button(words: str) -> QPushButton:
    """A button; Enter belongs to the table's rows, whatever button stands in the window."""
    made = QPushButton(words)
    made.setAutoDefault(False)
    return made
