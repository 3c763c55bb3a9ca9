"""Long work beside the window."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEventLoop, QThreadPool, QTimer
from PySide6.QtWidgets import QApplication, QProgressDialog, QPushButton

from calmony_desktop.operations.progress import Cancelled, Progress
from calmony_desktop.ui import background
from calmony_desktop.ui.main_window import MainWindow


def never_ending(progress: Progress) -> None:
    while True:
        progress(1, 2)


def test_closing_the_program_stops_the_work_first(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ProgramIsQuitting(QEventLoop):
        def exec(self, *_flags: object) -> int:  # what Qt does after `quit`
            return -1

    monkeypatch.setattr(background, "QEventLoop", ProgramIsQuitting)
    with pytest.raises(Cancelled):
        background.run(window, "Importing", never_ending)
    assert QThreadPool.globalInstance().activeThreadCount() == 0


def test_work_of_one_step_offers_no_cancel_that_would_do_nothing(window: MainWindow) -> None:
    seen: list[bool] = []

    def look() -> None:
        dialog = window.findChild(QProgressDialog)
        seen.append(dialog is not None and dialog.findChild(QPushButton) is None)

    def work(_progress: Progress) -> str:
        while not seen:
            time.sleep(0.001)
        return "done"

    QTimer.singleShot(0, window, look)
    assert background.run(window, "Saving", work, can_cancel=False) == "done"
    assert seen == [True]
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("leave", [QProgressDialog.close, QProgressDialog.reject])
def test_work_of_one_step_stays_in_sight(
    window: MainWindow, leave: Callable[[QProgressDialog], object]
) -> None:
    """Who closes its dialog would take a window without an answer for a frozen one."""
    seen: list[bool] = []

    def close() -> None:
        dialog = window.findChild(QProgressDialog)
        assert dialog is not None
        dialog.show()
        leave(dialog)
        QTimer.singleShot(1, dialog, lambda: seen.append(dialog.isVisible()))

    def work(_progress: Progress) -> None:
        while not seen:
            time.sleep(0.001)

    QTimer.singleShot(0, window, close)
    background.run(window, "Saving", work, can_cancel=False)
    assert seen == [True]


def test_work_that_tells_of_each_step_does_not_flood_the_window(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(
        background._Receiver, "progressed", lambda _self, done, _total: told.append(done)
    )

    def work(progress: Progress) -> str:
        for done in range(20_000):
            progress(done, 20_000)
        return "done"

    assert background.run(window, "Importing", work) == "done"
    assert told[0] == 0
    assert len(told) < 200


def test_the_window_need_not_wait_long_for_its_turn_beside_work(window: MainWindow) -> None:
    before = sys.getswitchinterval()

    def work(_progress: Progress) -> float:
        return sys.getswitchinterval()

    assert background.run(window, "Importing", work) < before / 10
    assert sys.getswitchinterval() == before
