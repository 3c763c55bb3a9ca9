"""Processes of this program's own: how one is started, ends with the program, and tells of work."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from calmony_desktop import fault_report, log
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.progress import Cancelled, Progress
from calmony_desktop.store import database

T = TypeVar("T")

#: Spawned, never forked: a window has threads, and a fork would copy locks they hold.
context: Final = get_context("spawn")

_SECONDS_BETWEEN_CHECKS: Final = 0.1
#: How far the work stays behind the window when both want the same core.
_NICENESS: Final = 10


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def prepare_process() -> None:
    """Runs first in each process: it ignores Ctrl+C, and ends when its parent does."""
    # For Windows, where interrupts can't be held back while a process starts.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed can't tell its processes to end, and they would wait for ever."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Ctrl+C reaches every process of a terminal; those started in this block never see it.

    The parent does, after the block, and ends the others.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def in_own_process(work: Callable[..., T], *arguments: Any, progress: Progress) -> T:
    """Call ``work`` with ``arguments`` and a ``progress`` on the open database, in a new process.

    For what takes Python's lock so much that a window beside it stands still; it stays behind the
    window, too, where both want the same core. What goes in and comes out is pickled. Raises
    KnownError and Cancelled as the work did, FaultElsewhere where it met a bug, and KnownError
    where its process died: SQLite undoes what that had not finished.
    """
    ours, theirs = context.Pipe()
    process = context.Process(target=_answer, args=(theirs, database.path(), work, arguments))
    with ours:
        with theirs, interrupts_held_back():
            process.start()
        try:
            result = _result(ours, progress)
        except (EOFError, OSError):
            raise KnownError(
                "The part of the program that was at work ended unexpectedly; the computer may be "
                "out of memory. Nothing is left half done. Close other programs, and try again."
            ) from None
        finally:
            process.join()
            process.close()
    if isinstance(result, BaseException):
        raise result
    return cast(T, result)


def _result(connection: Connection, progress: Progress) -> object:
    """What the work returned or raised. From a Cancelled on it is only waited for."""
    told, is_cancelled = (0, 0), False
    while True:
        if connection.poll(_SECONDS_BETWEEN_CHECKS):
            has_ended, said = connection.recv()
            if has_ended:
                return said
            told = said
        if not is_cancelled:
            try:
                progress(*told)
            except Cancelled:
                is_cancelled = True
                connection.send(None)


def _answer(
    connection: Connection, path: Path, work: Callable[..., object], arguments: tuple[Any, ...]
) -> None:
    """Runs in the new process."""
    prepare_process()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    log.start(work)
    told_at = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told_at
        # Whatever comes says to stop, and so does the end of whoever would say it.
        if connection.poll():
            raise Cancelled
        now = time.monotonic()
        if now - told_at >= _SECONDS_BETWEEN_CHECKS:
            told_at = now
            connection.send((False, (done, total)))

    try:
        database.open_database(path, must_exist=True)
        try:
            result = work(*arguments, progress=progress)
        finally:
            database.close_database()
    except (KnownError, Cancelled) as error:
        result = error
    except Exception as error:
        log.fault(error)
        result = fault_report.FaultElsewhere(fault_report.describe(error))
    log.stop(isinstance(result, Exception))
    connection.send((True, result))
