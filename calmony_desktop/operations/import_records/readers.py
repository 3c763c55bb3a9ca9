"""Reading by as many processes as there are cores, where there is much to read."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Final

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.import_records.found import Found
from calmony_desktop.operations.import_records.normalize import Normalizer
from calmony_desktop.operations.processes import (
    context,
    cores,
    interrupts_held_back,
    prepare_process,
)

#: Reads a part of a file, of some hundred values, into a normalizer. It and its data are pickled.
Part = Callable[[Normalizer], None]

#: So many values are read before processes are started: that takes longer than it saves then.
FEWEST_FOR_PROCESSES: Final = 2000
#: More than these only wait for the one that sets aside what they read.
_MOST_PROCESSES: Final = 6
#: Parts under way for each process: enough that none waits, few enough to keep in memory.
_PARTS_AHEAD: Final = 3
_SECONDS_BETWEEN_CHECKS: Final = 0.1


class Readers:
    """Reads parts and hands what came of each to ``take``, in their order.

    ``while_waiting`` is called every so often and may raise.
    """

    def __init__(
        self, time_zone: str, take: Callable[[Found], None], while_waiting: Callable[[], None]
    ) -> None:
        self._time_zone = time_zone
        self._take = take
        self._while_waiting = while_waiting
        self._read_here = 0
        self._processes = min(cores(), _MOST_PROCESSES)
        self._pool: ProcessPoolExecutor | None = None
        self._ahead: deque[Future[Found]] = deque()

    def read(self, part: Part) -> None:
        """Read a part, now or soon. Raises KnownError where one of the processes died."""
        if self._read_here < FEWEST_FOR_PROCESSES or self._processes == 1:
            found = _read(part, self._time_zone)
            self._read_here += found.read
            self._take(found)
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._processes, context, _prepare)
        with _told_of_death(), interrupts_held_back():
            self._ahead.append(self._pool.submit(_read, part, self._time_zone))
        if len(self._ahead) >= self._processes * _PARTS_AHEAD:
            self._take_oldest()

    def finish(self) -> None:
        """Wait for all that is being read."""
        while self._ahead:
            self._take_oldest()

    def close(self) -> None:
        """End the processes, whatever they are at."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _take_oldest(self) -> None:
        future = self._ahead.popleft()
        while not wait([future], _SECONDS_BETWEEN_CHECKS).done:
            self._while_waiting()
        with _told_of_death():
            found = future.result()
        self._take(found)


@contextmanager
def _told_of_death() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise KnownError(
            "A part of the program that reads files ended unexpectedly; the computer may be out of "
            "memory. Nothing was imported. Close other programs, and try again."
        ) from error


def _read(part: Part, time_zone: str) -> Found:
    normalizer = Normalizer(time_zone)
    part(normalizer)
    return normalizer.found


def _prepare() -> None:
    prepare_process()
    gc.disable()  # as in the process that imports
