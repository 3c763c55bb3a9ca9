"""What stands where there is nothing to show: what it means, and what can be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import theme


class MessagePanel(QWidget):
    """A title, a sentence and up to two buttons, in the middle of its room."""

    def __init__(self) -> None:
        super().__init__()
        self._title = plain_text.label()
        self._title.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        self._sentence = plain_text.label(tone="muted")
        for label in (self._title, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        # Below each other: beside each other they are cut off in a narrow list.
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(self._title)
        layout.addWidget(self._sentence)
        layout.addSpacing(4)
        layout.addLayout(self._buttons)
        layout.addStretch(3)

    def show_message(
        self, title: str, sentence: str, *actions: tuple[str, Callable[[], object]]
    ) -> None:
        """Say this; ``actions`` are the words of a button and what it does."""
        self._title.setText(title)
        self._sentence.setText(sentence)
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for words, action in actions:
            button = QPushButton(words)
            button.clicked.connect(lambda _checked=False, action=action: action())
            self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def words(self) -> str:
        """What is said, for tests and screen readers."""
        return f"{self._title.text()}\n{self._sentence.text()}"
