"""What a process that measures sees of its own window: paints, and how long it was blocked."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QObject,
    QPoint,
    QPointF,
    Qt,
    QTimer,
)
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QWidget

_GIVE_UP_S = 60
#: Faster than anybody types.
_KEY_EVERY_MS = 35


class Paints(QObject):
    """Remembers which of some widgets were painted."""

    def __init__(self, widgets: Iterable[QWidget]) -> None:
        super().__init__()
        self.seen: set[QObject] = set()
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.seen.add(watched)
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    """Let events run until the condition holds; sleeps between events, as an event loop does."""
    give_up_at = time.monotonic() + _GIVE_UP_S
    alarm = QTimer()
    alarm.start(1000)
    while not condition():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > give_up_at:
            raise TimeoutError("the window did not come to show what was asked for")


def settle(milliseconds: int = 50) -> None:
    """Let the window do what it had left for later."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def timed(action: Callable[[], object], until: Callable[[], bool]) -> float:
    """Milliseconds from an action to the condition."""
    start = time.perf_counter()
    action()
    wait_until(until)
    return (time.perf_counter() - start) * 1000


def key(widget: QWidget, key: Qt.Key, text: str = "") -> None:
    """Press and release a key."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
        QCoreApplication.sendEvent(widget, event)


class StolenTime:
    """What the host of a virtual machine gives to others while it is wanted here.

    It stands still then, for a tenth of a second at a time where it may use its processors only so
    much, which says nothing about the program. Linux tells, in hundredths of a second.
    """

    def __init__(self) -> None:
        file = Path("/proc/stat")
        self._file = os.open(file, os.O_RDONLY) if file.exists() else None
        self._before = self._read()

    def milliseconds(self) -> float:
        """Since it was asked last, on the processor that lost most."""
        now = self._read()
        lost = max((b - a for a, b in zip(self._before, now, strict=True)), default=0)
        self._before = now
        return lost * 1000 / os.sysconf("SC_CLK_TCK") if lost else 0

    def _read(self) -> list[int]:
        if self._file is None:
            return []
        lines = os.pread(self._file, 4096, 0).split(b"\n")[1:]
        # user nice system idle iowait irq softirq steal; the last line may be cut off.
        processors = (line.split() for line in lines[:-1] if line.startswith(b"cpu"))
        return [int(fields[8]) for fields in processors]


class Beats(NamedTuple):
    """Milliseconds that each beat was late by, and the longest with what the host took."""

    late: list[float]
    longest: float


class Heartbeat:
    """A timer of one millisecond: what it is late by, the GUI thread was busy with other things.

    Unless the machine itself stood still: that is left out, and told apart.
    """

    def __init__(self) -> None:
        self.late: list[float] = []
        self._longest = 0.0
        self._stolen = StolenTime()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = time.perf_counter()
        self._timer.start(1)

    def _beat(self) -> None:
        now = time.perf_counter()
        late = (now - self._last) * 1000 - 1
        self._longest = max(self._longest, late)
        self.late.append(max(late - self._stolen.milliseconds(), 0))
        self._last = now

    def stop(self) -> Beats:
        """What was found."""
        self._timer.stop()
        return Beats(self.late, self._longest)


class TypeAndScroll:
    """A person who types texts, deletes them and scrolls, without waiting for anything."""

    def __init__(self, field: QLineEdit, view: QAbstractItemView, texts: Sequence[str]) -> None:
        self._field, self._view = field, view
        self._steps = cycle(self._all_steps(texts))
        self._timer = QTimer()
        self._timer.timeout.connect(lambda: next(self._steps)())
        self._timer.start(_KEY_EVERY_MS)

    def stop(self) -> None:
        """Hands off; what was typed last is still worked on."""
        self._timer.stop()
        settle()

    def _all_steps(self, texts: Sequence[str]) -> list[Callable[[], None]]:
        steps: list[Callable[[], None]] = []
        for text in texts:
            steps += [lambda letter=letter: self._post_key(0, letter) for letter in text]
            steps += [lambda: self._wheel(-360)] * 4
            steps += [lambda: self._post_key(Qt.Key.Key_Backspace)] * len(text)
            steps += [lambda: self._wheel(-1200)] * 6 + [lambda: self._wheel(1200)] * 3
        return steps

    def _post_key(self, key: int, text: str = "") -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            QCoreApplication.postEvent(self._field, event)

    def _wheel(self, delta: int) -> None:
        event = QWheelEvent(
            QPointF(20, 20),
            QPointF(20, 20),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QCoreApplication.postEvent(self._view.viewport(), event)


def memory() -> dict[str, float]:
    """This process's memory in MiB: resident, and its proportional share where Linux tells."""
    rollup = Path("/proc/self/smaps_rollup")
    if rollup.exists():
        lines = (line.split() for line in rollup.read_text().splitlines()[1:])
        sizes = {line[0].rstrip(":"): int(line[1]) / 1024 for line in lines}
        return {"rss": sizes["Rss"], "pss": sizes["Pss"]}
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"rss": peak / (1024**2 if sys.platform == "darwin" else 1024)}
