"""A fault in this program: said once in plain words, a report saved, and the program goes on."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtWidgets import QApplication, QWidget

from calmony_desktop import fault_report, log, private_files
from calmony_desktop.errors import KnownError
from calmony_desktop.store.database import sqlite_version
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.notice_bar import NoticeBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

#: A fault that shows itself again and again must not fill the disk.
_MOST_REPORTS = 10


class CrashReporter(QObject):
    """Gets every exception that nobody caught, from any thread.

    A fault inside ``data()`` reaches the hook once a cell, so the same one is reported only once.
    """

    #: From whichever thread into the one of the window: where the report lies, or None.
    _reported = Signal(object)
    _refused = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._seen: set[tuple[str, ...]] = set()
        self._has_told = False
        #: Whether a person wants the program to end and to begin anew.
        self.wants_restart = False
        self._window: QWidget | None = None
        self._notices: NoticeBar | None = None
        queued = Qt.ConnectionType.QueuedConnection
        self._reported.connect(self._tell, queued)
        self._refused.connect(self._tell_refusal, queued)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Meanwhile be what Python hands such exceptions to, in all of its three places."""
        before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._take
        threading.excepthook = lambda raised: self.take(raised.exc_value)
        sys.unraisablehook = lambda raised: self.take(raised.exc_value)
        try:
            yield
        finally:
            sys.excepthook, threading.excepthook, sys.unraisablehook = before

    def attach(self, window: QWidget, notices: NoticeBar) -> None:
        """From now on there is this window to say it in."""
        self._window, self._notices = window, notices

    def take(self, error: BaseException | None) -> None:
        """Log ``error``, save a report and say so; end the program on Ctrl+C."""
        if isinstance(error, KeyboardInterrupt):
            QApplication.quit()
            return
        if error is None or isinstance(error, SystemExit):
            return
        fault_report.show(error)
        what = tuple(fault_report.describe(error))
        if what in self._seen:
            return
        self._seen.add(what)
        log.fault(error)
        if isinstance(error, KnownError):
            self._refused.emit(str(error))
        elif len(self._seen) <= _MOST_REPORTS:
            self._reported.emit(fault_report.save(error, versions()))

    def _take(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        self.take(error)

    def _tell(self, report: Path | None) -> None:
        if not self._has_told:
            self._has_told = True
            self._box(report).open()
        elif self._notices is not None:
            self._notices.say(
                self.tr("There was another fault in the program. Restart it when you can."),
                *self._actions(report),
                is_warning=True,
            )

    def _tell_refusal(self, sentence: str) -> None:
        if self._notices is not None:
            self._notices.say(sentence, is_warning=True)

    def tell_end(self, error: Exception) -> None:
        """The window could not be made: say why, and wait until it was read."""
        from PySide6.QtWidgets import QMessageBox

        title = self.tr("Calmony Desktop cannot start")
        if isinstance(error, KnownError):
            details = str(error)
        else:
            fault_report.show(error)
            log.fault(error)
            parts = [self.tr("This is a fault in the program. What was saved is safe.")]
            details = "\n\n".join(parts + self._where(fault_report.save(error, versions())))
        icon = QMessageBox.Icon.Warning
        plain_text.message_box(None, icon, title, title, details).exec()

    def tell_of_hard_crash(self) -> None:
        """Say, where the program was ended by a crash the last time, that nothing is lost."""
        report = _take_hard_crash()
        if report is None or self._notices is None:
            return
        self._notices.say(
            self.tr("Calmony Desktop was ended by a fault last time. What was saved is safe."),
            *self._actions(report),
            is_warning=True,
        )

    def _actions(self, report: Path | None) -> list[tuple[str, Callable[[], object]]]:
        return [] if report is None else [(self.tr("Show the folder"), _show_reports)]

    def _where(self, report: Path | None) -> list[str]:
        if report is None:
            return []
        return [
            self.tr(
                "A report was saved. It holds no names, amounts or other records, so you can "
                "pass it on to whoever looks after this program:"
            ),
            plain_text.breakable(str(report)),
        ]

    def _box(self, report: Path | None) -> QMessageBox:
        from PySide6.QtWidgets import QMessageBox

        title = self.tr("Something went wrong")
        parts = [
            self.tr(
                "This is a fault in the program, not in what you did. What was saved is safe, "
                "and you can go on working. If it happens again, restart the program."
            ),
            *self._where(report),
        ]
        box = plain_text.message_box(
            self._window, QMessageBox.Icon.Warning, title, title, "\n\n".join(parts)
        )
        box.setObjectName("crashReport")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        go_on = box.addButton(self.tr("Go on"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(go_on)
        box.setEscapeButton(go_on)
        if self._window is not None:
            restart = box.addButton(self.tr("Restart"), QMessageBox.ButtonRole.DestructiveRole)
            restart.clicked.connect(self._restart)
        for words, action in self._actions(report):
            # Showing the folder is no answer: the box stays.
            button = box.addButton(words, QMessageBox.ButtonRole.ActionRole)
            button.clicked.disconnect()
            button.clicked.connect(lambda _checked=False, action=action: action())
        return box

    def _restart(self) -> None:
        """End the program as *Quit* does; whoever runs it starts it again after that."""
        self.wants_restart = True
        if self._window is not None:
            self._window.close()
        QApplication.quit()


def watch_for_hard_crashes() -> None:
    """Let Python note where it was when the process is ended by a crash, for the next start."""
    try:
        private_files.make_folder(fault_report.folder())
        note = private_files.open_file(_note(), os.O_WRONLY | os.O_APPEND)
    except OSError:
        return  # without room for a note there is none
    # One file for all windows: whatever is in it when one starts is told and taken away.
    faulthandler.enable(note)


def versions() -> dict[str, str]:
    """What else a report names."""
    return {
        "Qt": f"{qVersion()} (PySide6 {PySide6.__version__}, {QApplication.platformName()})",
        "SQLite": sqlite_version(),
    }


def _note() -> Path:
    return fault_report.folder() / "hard-crash.trace"


def _take_hard_crash() -> Path | None:
    """Make a report of the note of a crash, if there is one, and empty it."""
    try:
        trace = _note().read_text("utf-8", "replace")
        if trace:
            os.truncate(_note(), 0)
    except OSError:
        return None
    report = fault_report.save_hard_crash(trace, versions())
    if report is not None:
        log.hard_crash()
    return report


def _show_reports() -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(fault_report.folder())))
