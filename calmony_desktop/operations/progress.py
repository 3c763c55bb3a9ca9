"""How long work tells how far it is, and learns that it is no longer wanted."""

from __future__ import annotations

from typing import Protocol


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
