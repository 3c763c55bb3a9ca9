"""Comes to the front when the program is started once more, or a link is followed."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QFileSystemWatcher, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QWidget

from calmony_desktop import single_window
from calmony_desktop.single_window import OnlyWindow, is_customer_id
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

    def __init__(self, parent: QObject, place: OnlyWindow) -> None:
        super().__init__(parent)
        if isinstance(parent, Application):
            parent.link_opened.connect(self.open)
        self._place = place
        self._watcher = QFileSystemWatcher([str(single_window.folder())], self)
        self._watcher.directoryChanged.connect(self._look)
        self._came.connect(self._look, Qt.ConnectionType.QueuedConnection)
        self._came.emit()  # what came before there was anybody to look, once the program runs

    def open(self, link: QUrl) -> None:
        """Do what a link or a file asks for that the system hands to the running program."""
        if link.isLocalFile():
            # Another database has a window of its own.
            start_program(link.toLocalFile())
        elif link.scheme() == "calmony" and link.host() == "customers":
            customer_id = link.path().strip("/")
            self._do(customer_id if is_customer_id(customer_id) else "")

    def _look(self) -> None:
        requests = self._place.requests
        customer_id = None if requests is None else requests.take()
        if customer_id is not None:
            self._do(customer_id)

    def _do(self, customer_id: str) -> None:
        """Come to the front, at this customer where one is named."""
        shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
        question = QApplication.activeModalWidget()
        for window in shown:
            if isinstance(window, MainWindow):
                bring_to_front(window)
                if customer_id:
                    self._open(window, customer_id, is_busy=question is not None)
        if question is not None:
            bring_to_front(question)

    def _open(self, window: MainWindow, customer_id: str, *, is_busy: bool) -> None:
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
