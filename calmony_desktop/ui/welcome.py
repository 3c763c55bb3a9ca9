"""What stands beside an empty list: three ways to begin."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import icons, theme

_WIDTH = 520
_ICON = 24


class WelcomePanel(QWidget):
    """Shown where the database is empty; each argument is what one of the ways in does."""

    def __init__(
        self,
        open_demo: Callable[[], object],
        import_files: Callable[[], object],
        restore: Callable[[], object],
    ) -> None:
        super().__init__()
        title = plain_text.label(self.tr("Welcome to Calmony Desktop"))
        title.setFont(theme.weighted(QFont.Weight.DemiBold, 22))
        sentence = plain_text.label(
            self.tr("There are no customers here yet. How would you like to begin?"), tone="muted"
        )
        self.ways = (
            WayIn(
                icons.DEMO,
                self.tr("Look around in the demo company"),
                self.tr("250 made-up customers in a file of their own. You can’t break anything."),
                open_demo,
            ),
            WayIn(
                icons.IMPORT,
                self.tr("Import files"),
                self.tr("Bring in what you exported from your payment provider, JSON or CSV."),
                import_files,
            ),
            WayIn(
                icons.RESTORE,
                self.tr("Restore a backup"),
                self.tr("Go on with records that Calmony backed up, here or elsewhere."),
                restore,
            ),
        )
        hint = plain_text.label(
            self.tr("You can also drop files on this window. F1 opens the user guide."),
            tone="muted",
        )
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        inside = QVBoxLayout(column)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        for label in (title, sentence, hint):
            label.setWordWrap(True)
        inside.addWidget(title)
        inside.addWidget(sentence)
        inside.addSpacing(8)
        for way in self.ways:
            inside.addWidget(way)
        inside.addSpacing(4)
        inside.addWidget(hint)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(column, 100)
        across.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.addStretch(2)
        layout.addLayout(across)
        layout.addStretch(3)

    def show_icons(self) -> None:
        """Draw the icons, in the theme's colours."""
        for way in self.ways:
            way.show_icon()


class WayIn(QPushButton):
    """A large button: an icon, what it does, and a sentence about it."""

    def __init__(self, icon: str, words: str, sentence: str, action: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("wayIn")
        self.setAccessibleName(words)
        self.setAccessibleDescription(sentence)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda _checked=False: action())
        self._name = icon
        self._icon = QLabel()
        self._icon.setFixedWidth(_ICON)
        title = plain_text.label(words)
        title.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        below = plain_text.label(sentence, tone="muted")
        below.setWordWrap(True)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(title)
        texts.addWidget(below)
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(16)
        layout.addWidget(self._icon)
        layout.addLayout(texts, 1)
        for label in (self._icon, title, below):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_icon(self) -> None:
        """Draw the icon."""
        color = theme.current().accent
        self._icon.setPixmap(icons.pixmap(self._name, color, _ICON, self.devicePixelRatioF()))

    def sizeHint(self) -> QSize:
        """As large as what is on it."""
        return self._layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As small as its words allow."""
        return self._layout.minimumSize()

    def hasHeightForWidth(self) -> bool:
        """The sentence wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the wrapped sentence makes it."""
        return self._layout.heightForWidth(width)
