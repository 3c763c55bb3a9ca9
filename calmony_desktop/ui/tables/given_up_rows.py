"""Rows that are shown no more, freed a few at a time.

To free a hundred thousand at once holds the window up for longer than a key press may.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

#: So many take a millisecond, about.
_AT_A_TIME: Final = 2000


class GivenUpRows(QObject):
    """Whoever gives rows up must not hold them in any other way."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left: list[Any] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._free_some)

    def take(self, rows: list[Any]) -> None:
        """Free these soon; a few at once."""
        if len(rows) > _AT_A_TIME:
            self._left += rows
            self._timer.start(1)

    def _free_some(self) -> None:
        del self._left[-_AT_A_TIME:]
        if not self._left:
            self._timer.stop()
