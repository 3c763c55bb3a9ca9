"""Comes to the front when the program is started once more, or a link is followed."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QFileSystemWatcher, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QWidget

from calmony_desktop import single_window
from calmony_desktop.single_window import LEADS_NOWHERE, OnlyWindow, is_customer_id
from calmony_desktop.store import database
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.style import theme


class Application(QApplication):
    """On a Mac the system hands links and files to the program that runs already."""

    link_opened = Signal(QUrl)

    def __init__(self, program: str) -> None:
        # A style that is set later is handed back, for which PySide brings all about styles into
        # Python; and no argument is Qt's to take.
        super().__init__([program, "-style", theme.STYLE])

    def event(self, event: QEvent) -> bool:
        """Called for the events of the application itself, not for those of its windows."""
        if isinstance(event, QFileOpenEvent):
            self.link_opened.emit(event.url())
            return True
        return super().event(event)


class WindowRequests(QObject):
    """Does what a later start of the program asks for: at any time, of whatever is shown."""

    _came = Signal()

    def __init__(
        self, parent: QObject, place: OnlyWindow, *, is_starting: bool = False, first: str = ""
    ) -> None:
        """Do what comes for ``place``; while the window ``is_starting``, keep the newest for it.

        ``first`` is what the start itself asks for, as in `Requests.leave`.
        """
        super().__init__(parent)
        self._is_starting = is_starting
        self._kept = first
        if isinstance(parent, Application):
            parent.link_opened.connect(self.open)
        self._place = place
        self._watcher = QFileSystemWatcher([str(single_window.folder())], self)
        self._watcher.directoryChanged.connect(self._look)
        self._came.connect(self._look, Qt.ConnectionType.QueuedConnection)
        self._came.emit()  # what came before there was anybody to look, once the program runs

    def window_is_there(self) -> None:
        """Do what was asked for since the start, now that the window shows what it began with."""
        self._is_starting = False
        if self._kept:
            self._do(self._kept)
        self._look()

    def open(self, link: QUrl) -> None:
        """Do what a link or a file asks for that the system hands to the running program."""
        if link.isLocalFile():
            # Another database has a window of its own.
            start_program(link.toLocalFile())
        elif link.scheme() == "calmony":
            customer_id = link.path().strip("/") if link.host() == "customers" else ""
            is_plain = not (link.hasQuery() or link.hasFragment()) and is_customer_id(customer_id)
            self._do(customer_id if is_plain else LEADS_NOWHERE)

    def _look(self) -> None:
        requests = self._place.requests
        customer_id = None if requests is None else requests.take()
        if customer_id is not None:
            self._do(customer_id)

    def _do(self, customer_id: str) -> None:
        """Come to the front, at this customer where one is named."""
        shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
        question = QApplication.activeModalWidget()
        if self._is_starting:
            self._kept = customer_id or self._kept
        for window in shown:
            if isinstance(window, MainWindow):
                bring_to_front(window)
                if customer_id and not self._is_starting:
                    self._open(window, customer_id, is_busy=question is not None)
        if question is not None:
            bring_to_front(question)

    def _open(self, window: MainWindow, customer_id: str, *, is_busy: bool) -> None:
        if customer_id == LEADS_NOWHERE:
            window.notices.say(
                self.tr("A link was opened that does not lead to a customer."), is_warning=True
            )
            return
        if is_busy:
            # Behind a question about one customer no other one may appear.
            window.notices.say(
                self.tr("A link was opened that leads to a customer."),
                (self.tr("Show the customer"), lambda: window.open_customer(customer_id)),
            )
            return
        if window.data_actions.shows_demo and database.path() != self._place.database:
            window.data_actions.close_demo()
        window.open_customer(customer_id)


def start_program(*arguments: str) -> None:
    """Start this program once more, in a process of its own."""
    from PySide6.QtCore import QProcess

    # A bundle is a program by itself; else Python is told what to run before the arguments.
    program = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]
    QProcess.startDetached(sys.executable, [*program, *arguments])


def bring_to_front(window: QWidget) -> None:
    """Show a window that is behind others, or minimized."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
