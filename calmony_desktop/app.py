"""The composition root: settings, database, window. The only file that knows everyone."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QMargins, Qt
from PySide6.QtWidgets import QApplication

from calmony_desktop import paths
from calmony_desktop.errors import CannotOpen, KnownError
from calmony_desktop.single_window import LEADS_NOWHERE, OnlyWindow
from calmony_desktop.store import database
from calmony_desktop.ui.crash_report import CrashReporter, watch_for_hard_crashes
from calmony_desktop.ui.first_paint import after_first_paint
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.window_requests import Application, WindowRequests, start_program
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


def run_window(customer_id: str | None, place: OnlyWindow) -> int:
    """Show the window until it is closed; returns the exit code.

    ``place`` is that of the only window of a database, which later starts of the program ask.
    """
    app = Application(sys.argv[0])
    _prepare(app)
    leads_nowhere = customer_id == LEADS_NOWHERE
    requests = WindowRequests(
        app, place, is_starting=True, first=LEADS_NOWHERE if leads_nowhere else ""
    )
    _pin_remembered_theme()
    reporter = CrashReporter(app)
    with reporter.installed():
        try:
            code = _show_until_closed(
                app, reporter, place, None if leads_nowhere else customer_id, requests
            )
        except Exception as error:
            # Started with a mouse, it has nobody who would read what it prints.
            theme.dress()
            reporter.tell_end(error)
            code = 1
    database.close_database()
    if reporter.wants_restart:
        # By now nothing of this process has the file open.
        file = str(place.database)
        place.leave()
        start_program("--database", file)
    return code


def say_it_is_starting(error: CannotOpen) -> int:
    """Say that the program runs and was not heard of, as ``error`` does; returns the exit code."""
    from PySide6.QtWidgets import QMessageBox

    from calmony_desktop.ui import plain_text

    app = Application(sys.argv[0])
    _prepare(app)
    theme.dress()
    title = QCoreApplication.translate("app", "Calmony Desktop is still starting")
    plain_text.message_box(None, QMessageBox.Icon.Information, title, title, str(error)).exec()
    return 1


def _show_until_closed(
    app: QApplication,
    reporter: CrashReporter,
    place: OnlyWindow,
    customer_id: str | None,
    requests: WindowRequests,
) -> int:
    state = WindowState()
    if not _open_or_ask(place, state, customer_id):
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
        requests.window_is_there,
        lambda: _look_after(window, reporter),
    )
    window.show()
    return app.exec()


def _be_only_window_of_demo(window: MainWindow) -> None:
    """The demo company is a database, too, which has one window."""
    place = OnlyWindow()
    WindowRequests(window, place)

    def take_or_leave() -> None:
        if not window.data_actions.shows_demo:
            place.leave()
            return
        try:
            if not place.take(database.path()):
                # The window that it has came to the front.
                window.data_actions.close_demo()
        except CannotOpen as error:
            window.data_actions.close_demo()
            window.notices.say(str(error), is_warning=True)

    window.data_actions.database_switched.connect(take_or_leave)


def _look_after(window: MainWindow, reporter: CrashReporter) -> None:
    """Begin what goes on beside a person's work."""
    from PySide6.QtGui import QIcon

    from calmony_desktop import freed_memory
    from calmony_desktop.ui.file_health import FileHealth

    freed_memory.give_back()
    QApplication.setWindowIcon(QIcon(str(paths.resource("icons", "calmony.svg"))))
    _be_only_window_of_demo(window)
    FileHealth(window).look()
    window.backup_actions.start()
    reporter.tell_of_hard_crash()
    watch_for_hard_crashes()


def _open_or_ask(place: OnlyWindow, state: WindowState, customer_id: str | None) -> bool:
    """Open the database, or let a person choose a way out.

    False where they quit, and where the file of their choice has a window, which shows it now.
    """
    path = place.database
    assert path is not None
    has_place = True

    def open_file(chosen: Path, *, must_exist: bool | None = None) -> None:
        nonlocal has_place
        has_place = place.take(chosen, customer_id)
        if has_place:
            # A file that was here the last time, and is not now, must not be an empty one: nor that
            # which a link leads to, on a drive that is not connected.
            was_here = state.text("database") == os.path.realpath(chosen)
            if database.has_to_be_updated(chosen):
                _update(chosen)
            database.open_database(
                chosen, must_exist=was_here if must_exist is None else must_exist
            )
            state.keep("database", database.path())

    try:
        open_file(path)
    except CannotOpen as error:
        from PySide6.QtWidgets import QDialog

        from calmony_desktop.ui.backup_actions import restore_without_window
        from calmony_desktop.ui.cannot_open import CannotOpenDialog

        theme.dress()
        begin = partial(open_file, must_exist=False)
        dialog = CannotOpenDialog(error, path, open_file, begin, state, restore_without_window)
        return dialog.exec() == QDialog.DialogCode.Accepted and has_place
    return True


def _update(path: Path) -> None:
    """Bring the file up to date, saying so where it takes a while. Raises as opening it does."""
    from calmony_desktop.ui import background

    def update(_progress: object) -> None:
        try:
            database.open_database(path, must_exist=True)
        finally:
            database.close_database()

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.dress()
    # There is no other window yet: the end of this one is not that of the program.
    app.setQuitOnLastWindowClosed(False)
    try:
        background.run(
            app.activeModalWidget(),
            QCoreApplication.translate("app", "Updating your records…"),
            update,
            can_cancel=False,
            is_connected=False,
        )
    finally:
        app.setQuitOnLastWindowClosed(True)


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
    from PySide6.QtCore import QBuffer, QIODevice

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
    if not isinstance(app, Application):  # which comes with it
        app.setStyle(theme.STYLE)
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
