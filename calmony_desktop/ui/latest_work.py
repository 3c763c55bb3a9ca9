"""Work off the GUI thread of which only the latest result matters: previews."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal
from shiboken6 import isValid

from calmony_desktop.errors import KnownError


class LatestWork(QObject):
    """Does one thing at a time; what is asked for meanwhile waits, and only the newest of it."""

    finished = Signal(object)
    failed = Signal(KnownError)

    #: From the worker's thread into this object's.
    _ended = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_running = False
        self._next: Callable[[], object] | None = None
        self._ended.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def ask(self, work: Callable[[], object]) -> None:
        """Do ``work`` as soon as what runs now has ended, unless something newer is asked for."""
        self._next = work
        if not self._is_running:
            self._start()

    def wait(self) -> None:
        """Forget what was asked for, and wait for what runs: before the window goes."""
        self._next = None
        # A pool of its own would wait inside its destructor, with the interpreter locked.
        QThreadPool.globalInstance().waitForDone()

    def _start(self) -> None:
        if self._next is None:
            return
        work, self._next = self._next, None
        self._is_running = True
        QThreadPool.globalInstance().start(QRunnable.create(lambda: self._run(work)))

    def _run(self, work: Callable[[], object]) -> None:
        try:
            result, error = work(), None
        except BaseException as raised:  # handed over whole: a bug is raised again over there
            result, error = None, raised
        if isValid(self):  # else the window is gone, and nobody wants the result any more
            self._ended.emit(result, error)

    def _end(self, result: object, error: BaseException | None) -> None:
        self._is_running = False
        is_wanted = self._next is None
        self._start()
        if isinstance(error, KnownError):
            self.failed.emit(error)
        elif error is not None:
            raise error
        elif is_wanted:
            self.finished.emit(result)
