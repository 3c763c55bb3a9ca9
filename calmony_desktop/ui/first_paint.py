"""What waits until the window is to be seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


def after_first_paint(window: QWidget, *steps: Callable[[], object]) -> None:
    """Run each step once the window, which is not shown yet, has been painted with all in it.

    A timer alone would fire before that.
    """
    _Watcher(window, steps)


class _Watcher(QObject):
    def __init__(self, window: QWidget, steps: tuple[Callable[[], object], ...]) -> None:
        super().__init__(window)
        self._steps = steps
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the window's turn; those of its children follow in the same round."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            for step in self._steps:
                QTimer.singleShot(0, watched, step)
            self.deleteLater()
        return False
