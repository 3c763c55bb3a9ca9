"""How far long work is, in words: ``312 of 1,000 · about 2 minutes left``."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from calmony_desktop.operations.progress import Estimate
from calmony_desktop.ui.style import formatting

translate = QCoreApplication.translate


class TimeLeft:
    """Watches one piece of work; ``clock`` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._estimate = Estimate(clock)

    def words(self, done: int, total: int) -> str:
        """How far it is, as far as that is known (``total`` 0: it is not)."""
        seconds = self._estimate.seconds_left(done, total)
        if not total:
            return formatting.whole_number(done) if done else ""
        count = (
            translate("time_left", "{done} of {total}")
            .replace("{done}", formatting.whole_number(done))
            .replace("{total}", formatting.whole_number(total))
        )
        return count if seconds is None else f"{count} · {_duration(seconds)}"


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
