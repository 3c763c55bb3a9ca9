"""The one kind of error a person is shown in plain words."""

from __future__ import annotations

from enum import Enum, auto


class KnownError(Exception):
    """What the environment or the data did wrong, in a sentence that says what can be done.

    Its text is shown to a person as it is (one line on the command line, plain text in the
    window), so it names no module, no traceback and no SQL. Anything that is not a KnownError is
    a bug in this program and is reported as one.
    """


class FileState(Enum):
    """Why the database file cannot be worked with."""

    MISSING = auto()
    FOREIGN = auto()
    NEWER = auto()
    LOCKED = auto()
    READ_ONLY = auto()
    UNREADABLE = auto()
    DAMAGED = auto()
    FULL_DISK = auto()
    FAILING_DISK = auto()
    NO_BACKUP = auto()


class CannotOpen(KnownError):
    """The database file cannot be worked with; ``state`` says which ways out there are."""

    def __init__(self, state: FileState, sentence: str) -> None:
        super().__init__(sentence)
        self.state = state

    def __reduce__(self) -> tuple[type[CannotOpen], tuple[FileState, str]]:
        """What it is made of again in another process."""
        return type(self), (self.state, str(self))
