"""The composition root: settings, database, window. The only file that knows everyone."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QMargins, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.write_file import write_whole
from calmony_desktop.settings import Settings
from calmony_desktop.store import database
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.window_state import WindowState

#: A layout settles in a few rounds of events: widths first, then what only just fits.
_ROUNDS_OF_LAYOUT = 5

#: What the system draws around a window, about.
_WINDOW_FRAME = QMargins(4, 32, 4, 4)


def build_window(database_file: str | Path, state: WindowState | None = None) -> MainWindow:
    """The window on this database file, wired and not yet shown, on the running QApplication.

    ``state`` is what it remembers, the user's own where none is given. Makes the
    file where it is missing. Raises KnownError when it cannot or must not be opened.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication), "make a QApplication first"
    _prepare(app)
    database.open_database(Path(database_file))
    return MainWindow(state or WindowState())


def run_window(settings: Settings, customer_id: str | None) -> int:
    """Show the window until it is closed; returns the exit code."""
    app = QApplication(sys.argv[:1])
    _prepare(app)
    _pin_remembered_theme()
    try:
        window = build_window(settings.database)
    except KnownError as error:
        title = app.translate("app", "Calmony Desktop cannot start")
        box = plain_text.message_box(None, QMessageBox.Icon.Critical, title, title, str(error))
        box.exec()
        return 1
    # A small screen, or 200 %: no row's action begins its life beyond the edge.
    screen = window.screen().availableGeometry().size()
    window.resize(window.size().boundedTo(screen.shrunkBy(_WINDOW_FRAME)))
    sys.excepthook = _CrashReport(window)
    window.show()
    # Both wait for the first paint: the list is there at once, icons and records follow.
    QTimer.singleShot(0, window.show_icons)
    if customer_id is None:
        QTimer.singleShot(0, window.open_last_customer)
    else:
        QTimer.singleShot(0, window, lambda: window.open_customer(customer_id))
    code = app.exec()
    database.close_database()
    return code


def take_screenshot(
    target: Path, customer_id: str, is_dark: bool | None, size: tuple[int, int]
) -> None:
    """Write a picture of the real window on the open database, showing one customer, as PNG.

    ``is_dark`` None follows the system. Raises KnownError when there is no such customer or the
    file cannot be written.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    _prepare(app)
    if is_dark is not None:
        theme.pin(Qt.ColorScheme.Dark if is_dark else Qt.ColorScheme.Light)
    with TemporaryDirectory() as scratch:
        # Neither shows nor changes how the user left their own window.
        window = build_window(database.path(), WindowState(Path(scratch) / "window.ini"))
        picture = _picture_of(app, window, customer_id, size)
    write_whole(target, picture)


def _picture_of(
    app: QApplication, window: MainWindow, customer_id: str, size: tuple[int, int]
) -> bytes:
    smallest = window.minimumSize()
    if size[0] < smallest.width() or size[1] < smallest.height():
        raise KnownError(
            f"The window is at least {smallest.width()}x{smallest.height()} pixels large."
        )
    window.resize(*size)
    window.show()
    window.show_icons()
    if not window.open_customer(customer_id):
        window.close()
        raise KnownError(f"There is no customer {customer_id} in {database.path()}.")
    for _ in range(_ROUNDS_OF_LAYOUT):
        app.processEvents()
    picture = QBuffer()
    picture.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(picture, "PNG")
    window.close()
    return bytes(picture.data().data())


def _prepare(app: QApplication) -> None:
    """Name, locale, style, fonts and theme; once for an application."""
    if app.property("isPrepared"):
        return
    app.setProperty("isPrepared", True)
    app.setApplicationName("Calmony Desktop")
    app.setApplicationDisplayName("Calmony Desktop")
    if QLocale().language() == QLocale.Language.C:
        # A system without a language: dates and amounts in plain English rather than in none.
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    theme.install(app)


def _pin_remembered_theme() -> None:
    name = WindowState().text("theme")
    if name in (Qt.ColorScheme.Light.name, Qt.ColorScheme.Dark.name):
        theme.pin(Qt.ColorScheme[name])


class _CrashReport:
    """Shows a bug once, in plain words, and lets the program go on.

    A fault inside `data()` reaches the hook once a cell, so the same one is told only once.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._told: set[str] = set()

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(text)
        where = "".join(traceback.format_tb(trace))
        if where in self._told:
            return
        self._told.add(where)
        self._window.tell_crash(kind.__name__)
