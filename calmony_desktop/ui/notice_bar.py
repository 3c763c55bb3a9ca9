"""A quiet line at the bottom: what just happened, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton

from calmony_desktop.ui.card import Card
from calmony_desktop.ui.plain_text import ElidedLabel
from calmony_desktop.ui.style import icons, theme


class NoticeBar(Card):
    """Hidden until `say`; stays until it is closed or something newer is said."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("noticeBar")
        self._icon = QLabel()
        self._text = ElidedLabel()
        self._text.setAccessibleName(self.tr("Notice"))
        self._buttons: list[QPushButton] = []
        self.close_button = QToolButton()
        self.close_button.setAccessibleName(self.tr("Close the notice"))
        self.close_button.setToolTip(self.tr("Close"))
        self.close_button.clicked.connect(self.hide)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(14, 6, 8, 6)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._icon)
        self._layout.addWidget(self._text, 1)
        self._layout.addWidget(self.close_button)
        self.hide()

    def say(
        self, text: str, *actions: tuple[str, Callable[[], object]], is_warning: bool = False
    ) -> None:
        """Show ``text``; ``actions`` are the words of a button and what it does."""
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []
        self._text.setText(text)
        colors = theme.current()
        icon = icons.ATTENTION if is_warning else icons.DONE
        color = colors.amber.text if is_warning else colors.green.text
        self._icon.setPixmap(icons.pixmap(icon, color, 16, self.devicePixelRatioF()))
        self.close_button.setIcon(icons.icon(icons.CLOSE, colors.muted))
        for words, action in actions:
            button = QPushButton(words)
            button.clicked.connect(lambda _checked=False, action=action: action())
            self._layout.insertWidget(self._layout.count() - 1, button)
            self._buttons.append(button)
        self.show()

    def text(self) -> str:
        """What is said; empty where nothing is."""
        return self._text.text() if not self.isHidden() else ""
