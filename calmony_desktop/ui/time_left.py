"""How far long work is, in words: ``312 of 1,000 · about 2 minutes left``."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication

from calmony_desktop.ui.style import formatting

translate = QCoreApplication.translate

#: An estimate from less than this is a guess that soon changes.
_SECONDS_TO_WATCH: Final = 3


class TimeLeft:
    """Watches one piece of work; ``clock`` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._total = -1
        self._since, self._done_then = 0.0, 0

    def words(self, done: int, total: int) -> str:
        """How far it is, as far as that is known (``total`` 0: it is not)."""
        if total != self._total:
            # The next part of the work, which may go at another speed.
            self._total, self._since, self._done_then = total, self._clock(), done
        if not total:
            return formatting.whole_number(done) if done else ""
        count = (
            translate("time_left", "{done} of {total}")
            .replace("{done}", formatting.whole_number(done))
            .replace("{total}", formatting.whole_number(total))
        )
        watched, steps = self._clock() - self._since, done - self._done_then
        if watched < _SECONDS_TO_WATCH or steps <= 0 or done >= total:
            return count
        return f"{count} · {_duration(watched / steps * (total - done))}"


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 45:
        return translate("time_left", "less than a minute left")
    if minutes < 2:
        return translate("time_left", "about a minute left")
    if minutes < 60:
        return translate("time_left", "about {number} minutes left").replace(
            "{number}", str(minutes)
        )
    hours = round(seconds / 3600)
    if hours < 2:
        return translate("time_left", "about an hour left")
    return translate("time_left", "about {number} hours left").replace("{number}", str(hours))
