"""A look for damage that takes seconds where the full check takes minutes. SQLite only."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from calmony_desktop.store.file_states import connect_to_look, explained

#: So many steps of SQLite's machine lie between two looks whether to stop.
_STEPS = 10_000


class QuickCheck:
    """Finds what is damaged in the structure of a file, on a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_stopped = False

    def run(self) -> bool:
        """True where the file is damaged. Raises KnownError where it can't be read at all."""
        with explained(self._path), closing(connect_to_look(self._path)) as connection:
            # Anything but zero ends the statement.
            connection.set_progress_handler(lambda: int(self._is_stopped), _STEPS)
            try:
                found = connection.execute("PRAGMA quick_check(1)").fetchall()
            except Exception:
                if self._is_stopped:
                    return False
                raise
        return bool(found != [("ok",)])

    def stop(self) -> None:
        """End a check that runs on another thread: it then has found nothing."""
        self._is_stopped = True
