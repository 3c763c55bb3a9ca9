"""How far long work is, on a terminal; and Ctrl+C, taken where nothing is half done."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any

from calmony_desktop.operations.progress import Cancelled, Estimate

_SECONDS_BETWEEN_UPDATES = 0.1


class TerminalProgress:
    """A `Progress` for the terminal, as a context manager around the work.

    It says on stderr how far the work is, where stderr is a terminal. Ctrl+C ends the work at its
    next step instead of anywhere, so not in the middle of a commit: after it nothing has changed.
    A second Ctrl+C ends the program at once.
    """

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._shown = ""
        self._estimate = Estimate()
        self._next_update = 0.0
        self._is_interrupted = False
        self._previous_handler: Any = None

    def __enter__(self) -> TerminalProgress:
        self._previous_handler = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._previous_handler)
        self._show("")

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` steps are done; raises Cancelled after Ctrl+C."""
        if self._is_interrupted:
            raise Cancelled
        if time.monotonic() >= self._next_update and sys.stderr and sys.stderr.isatty():
            self._next_update = time.monotonic() + _SECONDS_BETWEEN_UPDATES
            steps = f"{done:,} of {total:,}" if total else f"{done:,}"
            self._show(f"{self._doing}: {steps}{_left(self._estimate.seconds_left(done, total))}")

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self._is_interrupted = True
        signal.signal(signal.SIGINT, self._previous_handler)

    def _show(self, text: str) -> None:
        """Write ``text`` over what is shown now."""
        if text != self._shown:
            with suppress(OSError):
                padding = " " * (len(self._shown) - len(text))
                sys.stderr.write(f"\r{text}{padding}" + ("" if text else "\r"))
                sys.stderr.flush()
            self._shown = text


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        return f", about {max(round(seconds), 1)} s left"
    return f", about {round(seconds / 60)} min left"
