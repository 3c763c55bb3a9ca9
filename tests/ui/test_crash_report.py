"""A fault in the program is said once, reported, and the program goes on."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from calmony_desktop import fault_report, log
from calmony_desktop.errors import KnownError
from calmony_desktop.ui.crash_report import CrashReporter
from calmony_desktop.ui.main_window import MainWindow


@pytest.fixture
def reporter(window: MainWindow) -> Iterator[CrashReporter]:
    made = CrashReporter(window)
    made.attach(window, window.notices)
    yield made
    for box in boxes():
        box.close()


def boxes() -> list[QMessageBox]:
    found = (each for each in QApplication.topLevelWidgets() if each.isVisible())
    return [box for box in found if isinstance(box, QMessageBox)]


def fault(function: str) -> BaseException:
    """A fault in a function of this name."""
    scope: dict[str, object] = {}
    exec(f"def {function}(name): raise ValueError(name)\n", scope)
    try:
        scope[function]("Beatriz Salgado")  # type: ignore[operator]
    except ValueError as error:
        return error
    raise AssertionError


def reports() -> list[Path]:
    return sorted(fault_report.folder().glob("*.txt")) if fault_report.folder().is_dir() else []


def test_a_fault_is_said_with_the_place_of_its_report(
    reporter: CrashReporter, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    reporter.take(fault("one"))
    qtbot.waitUntil(lambda: len(boxes()) == 1)
    (box,), (report,) = boxes(), reports()
    assert str(report) in box.informativeText().replace("\u200b", "")
    assert "What was saved is safe" in box.informativeText()
    assert "Beatriz" not in report.read_text() + box.informativeText()
    next(each for each in box.buttons() if each.text() == "Show the folder").click()
    assert opened == [QUrl.fromLocalFile(str(fault_report.folder()))]
    assert box.isVisible()
    next(each for each in box.buttons() if each.text() == "Go on").click()
    assert boxes() == []


def test_restart_closes_the_window_and_begins_anew(
    reporter: CrashReporter,
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: quits.append(True))
    reporter.take(fault("one"))
    qtbot.waitUntil(lambda: len(boxes()) == 1)
    assert not reporter.wants_restart
    assert boxes()[0].defaultButton().text() == "Go on"
    next(each for each in boxes()[0].buttons() if each.text() == "Restart").click()
    assert (reporter.wants_restart, quits) == (True, [True])
    assert not window.isVisible()


def test_the_same_fault_again_is_not_said_again_and_another_one_quietly(
    reporter: CrashReporter, window: MainWindow, qtbot: QtBot
) -> None:
    for _ in range(50):
        reporter.take(fault("one"))
    for number in range(30):
        reporter.take(fault(f"other_{number}"))
    qtbot.waitUntil(lambda: "another fault" in window.notices.text())
    assert len(boxes()) == 1
    assert len(reports()) == 10
    shown = [
        each.text() for each in window.notices.findChildren(QPushButton) if not each.isHidden()
    ]
    assert shown == ["Show the folder"]


def test_what_is_known_is_said_as_it_is_and_no_fault(
    reporter: CrashReporter, window: MainWindow, qtbot: QtBot
) -> None:
    reporter.take(KnownError("The disk is full. Free some space and try again."))
    qtbot.waitUntil(lambda: "The disk is full" in window.notices.text())
    assert boxes() == []
    assert reports() == []


def test_without_room_for_a_report_it_is_said_all_the_same(
    reporter: CrashReporter, qtbot: QtBot
) -> None:
    fault_report.folder().parent.mkdir(parents=True)
    fault_report.folder().write_text("in the way")
    reporter.take(fault("one"))
    qtbot.waitUntil(lambda: len(boxes()) == 1)
    assert [each.text() for each in boxes()[0].buttons()] == ["Go on", "Restart"]
    assert "report" not in boxes()[0].informativeText()


def test_a_window_that_cannot_be_made_is_said_so(
    reporter: CrashReporter, answer: Callable[[str], list[str]]
) -> None:
    said = answer("OK")
    reporter.tell_end(KnownError("The file is not there any more."))
    assert said == ["Calmony Desktop cannot start\nThe file is not there any more."]
    error = fault("one")
    assert isinstance(error, Exception)
    reporter.tell_end(error)
    assert str(reports()[0]) in said[1].replace("\u200b", "")
    assert "Beatriz" not in said[1]


RUN = """
import faulthandler, gc, sys, threading
from pathlib import Path
from PySide6.QtCore import QProcess, QRunnable, QThreadPool, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from calmony_desktop import app, cli
from calmony_desktop.store import database
from calmony_desktop.ui import crash_report

def fail(name): raise ValueError("Beatriz Salgado")
def in_a_slot(): fail("a")
def in_a_thread(): fail("b")
class InThePool(QRunnable):
    def run(self): fail("c")
class Unraisable:
    def __del__(self): fail("d")

def look():
    QThreadPool.globalInstance().waitForDone()
    QApplication.processEvents()
    top = QApplication.topLevelWidgets()
    boxes = [each for each in top if isinstance(each, QMessageBox) and each.isVisible()]
    window = next(each for each in top if hasattr(each, "notices"))
    print(len(boxes), window.isVisible(), window.notices.text(), flush=True)
    QApplication.exit(0)

def go():
    QTimer.singleShot(0, in_a_slot)
    thread = threading.Thread(target=in_a_thread)
    thread.start()
    thread.join()
    QThreadPool.globalInstance().start(InThePool())
    Unraisable()
    QTimer.singleShot(300, look)

def restart():
    QTimer.singleShot(0, in_a_slot)
    QTimer.singleShot(300, press)

def press():
    boxes = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox)]
    next(each for each in boxes[0].buttons() if each.text() == "Restart").click()

QProcess.startDetached = lambda *given: print(given, database.database.is_closed())

def crash():
    faulthandler._sigsegv()

show = crash_report.CrashReporter.tell_of_hard_crash
def told(self):
    show(self)
    steps = {"go": go, "look": look, "crash": crash, "restart": restart}
    QTimer.singleShot(100, steps[sys.argv[1]])
crash_report.CrashReporter.tell_of_hard_crash = told
sys.exit(cli.calmony_desktop(["--database", sys.argv[2]]))
"""


def run(what: str, database: Path) -> subprocess.CompletedProcess[str]:
    """The real program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", RUN, what, database],
        capture_output=True,
        text=True,
        check=False,
    )


def test_faults_in_slots_threads_pools_and_destructors_end_nothing(tmp_path: Path) -> None:
    ran = run("go", tmp_path / "calmony.db")
    assert (ran.returncode, ran.stdout.split()[:2]) == (0, ["1", "True"]), ran.stderr
    texts = [report.read_text() for report in reports()]
    assert len(texts) == 4
    assert "Beatriz" not in "".join(texts) + ran.stderr
    (logged,) = log.folder().iterdir()
    assert logged.read_text().count(" fault ValueError") == 4


def test_restart_starts_the_program_on_the_same_file_once_that_is_closed(tmp_path: Path) -> None:
    ran = run("restart", tmp_path / "calmony.db")
    assert ran.returncode == 0, ran.stderr
    command = ["-c", RUN, "--database", str(tmp_path / "calmony.db")]
    assert ran.stdout == f"{(sys.executable, command)} True\n"


@pytest.mark.skipif(os.name != "posix", reason="ends as POSIX systems do")
def test_a_hard_crash_is_told_once_at_the_next_start(tmp_path: Path) -> None:
    database = tmp_path / "calmony.db"
    assert run("crash", database).returncode < 0
    note = fault_report.folder() / "hard-crash.trace"
    assert note.stat().st_size
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    next_start = run("look", database)
    assert "was ended by a fault last time" in next_start.stdout, next_start.stderr
    assert "What was saved is safe" in next_start.stdout
    (report,) = reports()
    assert "Fatal Python error: Segmentation fault" in report.read_text()
    assert str(Path.home()) not in report.read_text()
    assert run("look", database).stdout == "0 True \n"
