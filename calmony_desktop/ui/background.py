"""Long work off the GUI thread: with progress, with a Cancel button, errors in one place."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TypeVar, cast

from PySide6.QtCore import (
    QCoreApplication,
    QEventLoop,
    QObject,
    QRunnable,
    Qt,
    QThreadPool,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import QLabel, QProgressBar, QProgressDialog, QWidget

from calmony_desktop.operations.progress import Cancelled, Progress
from calmony_desktop.store import database
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.time_left import TimeLeft

T = TypeVar("T")

#: Work that ends sooner shows no dialog: a flash would only alarm.
_SHOW_AFTER_MS = 300
#: How long the work keeps Python's lock when the window wants it. With the 5 ms that are usual a
#: paint of 5 ms took 200 beside an import.
_TURN_S = 0.0001
#: Work may tell of its progress thousands of times a second; nobody sees more than this.
_TELL_EVERY_S = 0.1


def run(
    parent: QWidget | None,
    title: str,
    work: Callable[[Progress], T],
    *,
    can_cancel: bool = True,
    is_connected: bool = True,
) -> T:
    """Do ``work`` on another thread, with a database connection of its own; return its result.

    The window goes on painting meanwhile; a dialog shows the progress and cancels. Raises what
    the work raised: KnownError, Cancelled when a person cancelled or closed the program, or a
    bug's own exception. ``can_cancel`` False: the work is one step, and there is no such button.
    ``is_connected`` False: it opens the database by itself, which may be none yet.
    """
    task = _Task(work, is_connected)
    label = plain_text.label(_two_lines(title, ""))
    dialog = _progress_dialog(parent, title, label)
    if not can_cancel:
        dialog.setCancelButton(None)
    time_left = TimeLeft()
    loop = QEventLoop()
    outcome: list[object] = []

    def show_progress(done: int, total: int) -> None:
        if not outcome and not task.is_cancelled():
            label.setText(_two_lines(title, time_left.words(done, total)))
            dialog.setMaximum(total)
            dialog.setValue(min(done, total))

    def end(result: object) -> None:
        outcome.append(result)
        loop.quit()

    def stop() -> None:
        if not can_cancel:
            # Escape, or closing it, hides it in a moment.
            QTimer.singleShot(0, dialog, dialog.show)
            return
        task.cancel()
        if not outcome:
            # Pressing Cancel hides the dialog, but the work takes a moment to let go.
            label.setText(_two_lines(title, QCoreApplication.translate("background", "Stopping…")))
            dialog.setCancelButton(None)
            dialog.setRange(0, 0)
            dialog.show()

    queued = Qt.ConnectionType.QueuedConnection
    receiver = _Receiver(show_progress, end)
    task.signals.progressed.connect(receiver.progressed, queued)
    task.signals.ended.connect(receiver.ended, queued)
    # Without a Cancel button, Escape rejects it instead.
    dialog.canceled.connect(stop)
    dialog.rejected.connect(stop)
    with _short_turns():
        QThreadPool.globalInstance().start(task)
        loop.exec()
    if not outcome:  # the program is being closed: the work stops before its database goes
        task.cancel()
        QThreadPool.globalInstance().waitForDone()
        outcome.append(Cancelled())
    dialog.canceled.disconnect(stop)
    dialog.rejected.disconnect(stop)
    dialog.close()
    dialog.deleteLater()
    (result,) = outcome
    if isinstance(result, BaseException):
        raise result
    return cast(T, result)


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let the window's thread have Python's lock soon: it asks for it dozens of times a paint."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class _Signals(QObject):
    progressed = Signal(int, int)
    ended = Signal(object)


class _Receiver(QObject):
    """Lives in the GUI thread, so that queued signals arrive there."""

    def __init__(
        self, on_progress: Callable[[int, int], None], on_end: Callable[[object], None]
    ) -> None:
        super().__init__()
        self._on_progress, self._on_end = on_progress, on_end

    def progressed(self, done: int, total: int) -> None:
        self._on_progress(done, total)

    def ended(self, result: object) -> None:
        self._on_end(result)


class _Task(QRunnable):
    """The work, on a thread of the pool."""

    def __init__(self, work: Callable[[Progress], object], is_connected: bool) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.signals = _Signals()
        self._work = work
        self._is_connected = is_connected
        self._is_cancelled = threading.Event()
        self._tell_at = 0.0

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._is_cancelled.set()

    def is_cancelled(self) -> bool:
        """Whether it was asked to."""
        return self._is_cancelled.is_set()

    def run(self) -> None:
        """Runs on the pool's thread; the result, or what was raised, goes to the GUI thread."""
        try:
            with database.connection() if self._is_connected else nullcontext():
                result = self._work(self._progress)
        except BaseException as error:  # raised again by `run`, where the caller can see it
            self.signals.ended.emit(error)
        else:
            self.signals.ended.emit(result)

    def _progress(self, done: int, total: int) -> None:
        if self._is_cancelled.is_set():
            raise Cancelled
        now = time.monotonic()
        if now >= self._tell_at:
            self._tell_at = now + _TELL_EVERY_S
            self.signals.progressed.emit(done, total)


def _two_lines(title: str, how_far: str) -> str:
    # Always two, so that the dialog keeps its size.
    return f"{title}\n{how_far}"


def _progress_dialog(parent: QWidget | None, title: str, label: QLabel) -> QProgressDialog:
    dialog = QProgressDialog(parent)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.setWindowTitle(title)
    dialog.setLabel(label)
    bar = QProgressBar(dialog)
    bar.setTextVisible(False)
    dialog.setBar(bar)
    dialog.setMinimumWidth(360)
    dialog.setMinimumDuration(_SHOW_AFTER_MS)
    dialog.setAutoClose(False)
    dialog.setAutoReset(False)
    dialog.setRange(0, 0)
    dialog.setValue(0)
    return dialog
