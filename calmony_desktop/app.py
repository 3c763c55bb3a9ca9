"""The composition root: settings, database, window. The only file that knows everyone."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QMargins, QProcess, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QDialog

from calmony_desktop import paths
from calmony_desktop.errors import CannotOpen, KnownError
from calmony_desktop.settings import Settings
from calmony_desktop.single_window import Requests
from calmony_desktop.store import database
from calmony_desktop.ui.crash_report import CrashReporter, watch_for_hard_crashes
from calmony_desktop.ui.first_paint import after_first_paint
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.window_requests import Application, WindowRequests
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
    window = MainWindow(state or WindowState())
    theme.dress()
    return window


def run_window(settings: Settings, customer_id: str | None, requests: Requests) -> int:
    """Show the window until it is closed; returns the exit code.

    ``requests`` are what later starts of the program want of it.
    """
    app = Application(sys.argv[:1])
    _prepare(app)
    WindowRequests(app, requests)
    _pin_remembered_theme()
    reporter = CrashReporter(app)
    with reporter.installed():
        try:
            code = _show_until_closed(app, reporter, settings.database, customer_id)
        except Exception as error:
            # Started with a mouse, it has nobody who would read what it prints.
            theme.dress()
            reporter.tell_end(error)
            code = 1
    database.close_database()
    if reporter.wants_restart:
        _start_again()
    return code


def _start_again() -> None:
    """Start what this process was started as; by now nothing of it has the file open."""
    QProcess.startDetached(sys.executable, sys.orig_argv[1:])


def _show_until_closed(
    app: QApplication,
    reporter: CrashReporter,
    database_file: Path,
    customer_id: str | None,
) -> int:
    state = WindowState()
    if not _open_or_ask(database_file, state):
        return 1
    window = build_window(database.path(), state)
    reporter.attach(window, window.notices)
    # A small screen, or 200 %: no row's action begins its life beyond the edge.
    screen = window.screen().availableGeometry().size()
    window.resize(window.size().boundedTo(screen.shrunkBy(_WINDOW_FRAME)))
    # The list is there at once; icons and records follow.
    after_first_paint(
        window,
        window.show_icons,
        partial(window.open_customer, customer_id) if customer_id else window.open_last_customer,
        lambda: _look_after(window, reporter),
    )
    window.show()
    return app.exec()


def _look_after(window: MainWindow, reporter: CrashReporter) -> None:
    """Begin what goes on beside a person's work."""
    from calmony_desktop.ui.file_health import FileHealth

    QApplication.setWindowIcon(QIcon(str(paths.resource("icons", "calmony.svg"))))
    FileHealth(window).look()
    window.backup_actions.start()
    reporter.tell_of_hard_crash()
    watch_for_hard_crashes()


def _open_or_ask(path: Path, state: WindowState) -> bool:
    """Open the database, or let a person choose a way out; False where they quit."""
    path = path.absolute()

    def open_file(chosen: Path) -> None:
        # A file that was here the last time, and is not now, must not be an empty one.
        database.open_database(chosen, must_exist=state.text("database") == str(chosen))
        state.keep("database", database.path())

    def begin(chosen: Path) -> None:
        database.open_database(chosen)
        state.keep("database", database.path())

    try:
        open_file(path)
    except CannotOpen as error:
        from calmony_desktop.ui.backup_actions import restore_without_window
        from calmony_desktop.ui.cannot_open import CannotOpenDialog

        theme.dress()
        dialog = CannotOpenDialog(error, path, open_file, begin, state, restore_without_window)
        return dialog.exec() == QDialog.DialogCode.Accepted
    return True


def take_screenshot(
    target: Path, customer_id: str, is_dark: bool | None, size: tuple[int, int]
) -> None:
    """Write a picture of the real window on the open database, showing one customer, as PNG.

    ``is_dark`` None follows the system. Raises KnownError when there is no such customer or the
    file cannot be written.
    """
    from tempfile import TemporaryDirectory

    from calmony_desktop.operations.write_file import write_whole

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
    # The menu entry that a Linux desktop shows the window under.
    app.setDesktopFileName("com.calmony.Desktop")
    if QLocale().language() == QLocale.Language.C:
        # A system without a language: dates and amounts in plain English rather than in none.
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    theme.install(app)


def _pin_remembered_theme() -> None:
    name = WindowState().text("theme")
    if name in (Qt.ColorScheme.Light.name, Qt.ColorScheme.Dark.name):
        theme.pin(Qt.ColorScheme[name])
