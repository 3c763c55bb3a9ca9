"""What can be done with the records as a whole: import, export, the demo company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.progress import Cancelled, Progress
from calmony_desktop.operations.write_file import write_whole
from calmony_desktop.store import customers, database
from calmony_desktop.ui import background
from calmony_desktop.ui.dialogs.files import ask_files_to_import, ask_folder, ask_where_to_save
from calmony_desktop.ui.dialogs.report import ReportDialog
from calmony_desktop.ui.notice_bar import NoticeBar
from calmony_desktop.ui.window_state import WindowState

Tell = Callable[[str, str], None]

_DEMO_FILE = "demo.db"


class DataActions(QObject):
    """Import, export and the demo, each in the background with its progress."""

    #: Records came in: everything shown is read again.
    changed = Signal()
    #: Another database file is open now.
    database_switched = Signal()

    def __init__(
        self, window: QWidget, notices: NoticeBar, state: WindowState, tell_problem: Tell
    ) -> None:
        super().__init__(window)
        self._window = window
        self._notices = notices
        self._state = state
        self.tell_problem = tell_problem
        self._own_database = database.path()
        self._is_busy = False

    @property
    def shows_demo(self) -> bool:
        """Whether the demo company was opened from here."""
        return database.path() != self._own_database

    def choose_files(self) -> None:
        """Ask for files and import them."""
        files = ask_files_to_import(self._window, self._state.folder("folders/import"))
        if files:
            self._state.keep("folders/import", files[0].parent)
            self.import_files(files)

    def choose_folder(self) -> None:
        """Ask for a folder and import what is in it."""
        folder = ask_folder(
            self._window, self.tr("Import a folder"), self._state.folder("folders/import")
        )
        if folder is not None:
            self._state.keep("folders/import", folder)
            self.import_files([folder])

    def import_files(self, paths: list[Path]) -> None:
        """Import files, folders and zips, and show what came of it."""

        def bring_in(progress: Progress) -> str:
            # All that it takes is imported here, where nobody waits for the window.
            from calmony_desktop.operations.import_aside import import_and_report
            from calmony_desktop.operations.processes import in_own_process

            return in_own_process(import_and_report, paths, progress=progress)

        report = self.run(
            self.tr("Importing records"),
            self.tr("Nothing was imported"),
            self.tr("The import was cancelled. Nothing was changed."),
            bring_in,
        )
        if report is None:
            return
        self.changed.emit()
        self.show_report(self.tr("Import report"), report)

    def export_records(self) -> None:
        """Write every record into a folder, in the provider's shape."""
        from calmony_desktop.operations.export_records import export_records

        folder = ask_folder(
            self._window, self.tr("Export all records"), self._state.folder("folders/export")
        )
        if folder is None:
            return
        report = self.run(
            self.tr("Exporting records"),
            self.tr("The records were not exported"),
            self.tr("The export was cancelled."),
            lambda progress: export_records(folder, progress=progress),
        )
        if report is not None:
            self._state.keep("folders/export", folder)
            self._notices.say(
                self.tr("All records are exported to {folder}").replace("{folder}", str(folder))
            )

    def open_demo(self) -> None:
        """Open the demo company: a file of its own beside the records, filled on first use."""
        from calmony_desktop.operations.fill_demo import fill_demo

        def fill(progress: Progress) -> bool:
            if not customers.count():
                fill_demo(today=date.today(), progress=progress)
            return True

        self._switch(self._own_database.with_name(_DEMO_FILE))
        filled = self.run(
            self.tr("Preparing the demo company"),
            self.tr("The demo company could not be made"),
            self.tr("The demo company was not made."),
            fill,
        )
        if filled is None:
            self.close_demo()
        else:
            self.database_switched.emit()

    def close_demo(self) -> None:
        """Go back to the records that the window was opened with."""
        self._switch(self._own_database)
        self.database_switched.emit()

    def show_report(self, title: str, text: str) -> None:
        """Show what long work did, to read and to save."""
        dialog = ReportDialog(self._window, title, text)
        dialog.save_wanted.connect(lambda: self._save_report(title, text))
        dialog.open()

    def run(
        self, title: str, failed: str, cancelled: str, work: Callable[[Progress], Any]
    ) -> Any | None:
        """Do ``work`` in the background; None, and a sentence, where it came to nothing.

        ``failed`` is the title of what went wrong, ``cancelled`` what is said after Cancel.
        """
        if self._is_busy:
            self._notices.say(
                self.tr("Something else is still under way. Try again when it has ended."),
                is_warning=True,
            )
            return None
        self._is_busy = True
        try:
            return background.run(self._window, title, work)
        except KnownError as error:
            self.tell_problem(failed, str(error))
        except Cancelled:
            self._notices.say(cancelled)
        finally:
            self._is_busy = False
        return None

    def _switch(self, path: Path) -> None:
        try:
            database.open_database(path)
        except KnownError as error:
            self.tell_problem(self.tr("The database could not be opened"), str(error))
            database.open_database(self._own_database)

    def _save_report(self, title: str, text: str) -> None:
        target = ask_where_to_save(
            self._window,
            self.tr("Save report"),
            self._state.folder("folders/report") / f"{title.lower()}.txt",
            self.tr("Text (*.txt)"),
        )
        if target is None:
            return
        try:
            write_whole(target, text.encode("utf-8"))
        except KnownError as error:
            self.tell_problem(self.tr("The report was not saved"), str(error))
            return
        self._state.keep("folders/report", target.parent)
        self._notices.say(self.tr("Saved {name}").replace("{name}", target.name))
