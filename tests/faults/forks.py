"""Operations in processes of their own, which can be killed at any moment."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .deeds import Base

_SERVER = Path(__file__).with_name("fork_server.py")


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    ``is_acknowledged`` where it said that the operation was done, ``answer`` is what it told beside
    that, ``seconds`` what it took, ``signal`` what ended it (0 where it ended by itself).
    """

    is_acknowledged: bool
    answer: Any
    seconds: float
    signal: int


class ForkServer:
    """Starts a process an operation, in the time of a fork: everything is imported already."""

    def __init__(self, base: Base) -> None:
        self._process = subprocess.Popen(
            [sys.executable, _SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ids = base.ids | {"records": str(base.records)}
        self._ask({"database": str(base.database), "ids": self._ids})
        assert self._line() == "ready"

    def run(self, deed: str, folder: Path, **options: Any) -> Ended:
        """Do the operation, as `start` describes it, and wait for it."""
        self.start(deed, folder, **options)
        return self.finish()

    def start(
        self,
        deed: str,
        folder: Path,
        *,
        kill_after: float | None = None,
        not_before: float = 0,
        ids: dict[str, str] | None = None,
    ) -> None:
        """Do the operation ``deed`` in ``folder``; killed after so many seconds, if it still runs.

        The seconds count from when the database is open; ``not_before`` is on the monotonic clock.
        ``ids`` are asked for beside the company's.
        """
        asked = {"deed": deed, "folder": str(folder), "ids": self._ids | (ids or {})}
        self._ask(asked | {"kill_after": kill_after, "not_before": not_before})

    def finish(self) -> Ended:
        """How the operation that was started last ended."""
        return Ended(**json.loads(self._line()))

    def end(self) -> None:
        """Stop."""
        self._process.communicate()

    def _ask(self, what: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()
