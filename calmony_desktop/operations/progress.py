"""How long work tells how far it is, and learns that it is no longer wanted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

#: An estimate from less than this is a guess that soon changes.
_SECONDS_TO_WATCH: Final = 3


class Cancelled(Exception):
    """A person cancelled the work. Raised out of a `Progress`; nothing of the work is kept."""


class Progress(Protocol):
    """Called every so often from inside long work, in the thread that does it."""

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` steps are behind us (``total`` 0: not known yet).

        Raises Cancelled when a person asked to stop.
        """


def unattended(done: int, total: int) -> None:
    """The progress of work that nobody watches or cancels."""


class Estimate:
    """How long one piece of work will still take; ``clock`` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._total = -1
        self._since, self._done_then = 0.0, 0

    def seconds_left(self, done: int, total: int) -> float | None:
        """So many seconds at the speed until now; None where there is nothing to go by."""
        if total != self._total:
            # The next part of the work, which may go at another speed.
            self._total, self._since, self._done_then = total, self._clock(), done
        watched, steps = self._clock() - self._since, done - self._done_then
        if not total or watched < _SECONDS_TO_WATCH or steps <= 0 or done >= total:
            return None
        return watched / steps * (total - done)
