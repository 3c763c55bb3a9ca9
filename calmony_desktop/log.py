"""The log file: what the program did and when, for whoever looks for a fault; nobody's data.

It cannot hold any: nobody hands it text. What it writes are words of this program's own source (an
event, the name of an operation, the type of an error, the places it went through) and numbers.
A log that cannot be written disturbs nothing.
"""

from __future__ import annotations

import functools
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from calmony_desktop import __version__, fault_report, paths, private_files

P = ParamSpec("P")
T = TypeVar("T")

_LARGEST: Final = 1_000_000
_OLDER_FILES: Final = 2

#: Not one of a name: no library can find it and write to it.
_logger = logging.Logger("calmony")
_logger.addHandler(logging.NullHandler())


def folder() -> Path:
    """Where the log files lie."""
    return paths.data_folder() / "logs"


def start(command: Callable[..., object]) -> None:
    """Begin to write, for this process; ``command`` is what it was started to do."""
    handler = _PrivateFile(folder() / "calmony.log", encoding="utf-8", delay=True)
    form = logging.Formatter("%(asctime)sZ %(process)d %(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    handler.setFormatter(form)
    _logger.handlers[:] = [handler]
    _logger.info("start %s %s", command.__name__, __version__)


def stop(code: int) -> None:
    """The program ends, with this exit code."""
    _logger.info("stop %d", code)
    for handler in _logger.handlers:
        handler.close()
    _logger.handlers[:] = [logging.NullHandler()]


def logged(operation: Callable[P, T]) -> Callable[P, T]:
    """Write how long each call of this operation took and what became of it: a decorator."""

    @functools.wraps(operation)
    def run(*arguments: P.args, **named: P.kwargs) -> T:
        begun = time.monotonic()
        try:
            result = operation(*arguments, **named)
        except BaseException as error:
            _write(operation.__name__, begun, *_outcome(error))
            raise
        _write(operation.__name__, begun, "done")
        return result

    return run


def fault(error: BaseException) -> None:
    """A bug showed itself."""
    _logger.error("fault %s", " | ".join(line.strip() for line in fault_report.describe(error)))


def hard_crash() -> None:
    """The program found that it had been ended by a crash the last time."""
    _logger.error("hard crash before this start")


def _write(operation: str, begun: float, *words: str) -> None:
    _logger.info("%s %d ms %s", operation, (time.monotonic() - begun) * 1000, " ".join(words))


def _outcome(error: BaseException) -> list[str]:
    """The type of ``error`` and the innermost place in this program."""
    ours = [
        place
        for place in fault_report.places(error.__traceback__)[1:]  # the first is `logged` itself
        if place.startswith(f"{paths.PACKAGE.name}/")
    ]
    return [type(error).__name__, *ours[-1:]]


class _PrivateFile(logging.FileHandler):
    """For its owner only, made anew where it is full, and silent where it cannot be written.

    The handler that logging has for this comes with queues and pickles: a fiftieth of the start.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write ``record``, into a new file where this one is full."""
        with suppress(OSError):
            self._make_room(len(self.format(record)))
        with suppress(OSError):
            super().emit(record)

    def _make_room(self, needed: int) -> None:
        path = Path(self.baseFilename)
        if path.stat().st_size + needed < _LARGEST:
            return
        if self.stream is not None:
            self.stream.close()
            self.stream = None
        older = [path.with_name(f"{path.name}.{number}") for number in range(1, _OLDER_FILES + 1)]
        for full, free in reversed([*zip([path, *older], older, strict=False)]):
            if full.exists():
                full.replace(free)

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        private_files.make_folder(path.parent)
        descriptor = private_files.open_file(path, os.O_WRONLY | os.O_APPEND)
        # Unbuffered: what a full disk did not take is not kept back to fail again later.
        return TextIOWrapper(
            os.fdopen(descriptor, "ab", buffering=0), encoding="utf-8", write_through=True
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Nothing: there is nowhere left to say it, and the program's work is not concerned."""
