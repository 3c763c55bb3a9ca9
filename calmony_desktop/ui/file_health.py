"""Is the file that is open sound, and where does it lie? Looked at once after the start."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from calmony_desktop.store import database
from calmony_desktop.store.network_share import is_on_network_share
from calmony_desktop.store.quick_check import QuickCheck
from calmony_desktop.ui.latest_work import LatestWork
from calmony_desktop.ui.main_window import MainWindow


class FileHealth(QObject):
    """Checks in the background, and says so where something is wrong, with the ways out."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._check = QuickCheck(database.path())
        self._work = LatestWork(self)
        self._work.finished.connect(self._tell)
        self._work.failed.connect(self._tell_unreadable)
        if (app := QApplication.instance()) is not None:
            app.aboutToQuit.connect(self._stop)

    def look(self) -> None:
        """Check the file; call it once the window is painted."""
        if is_on_network_share(database.path()):
            # There a long look would keep others from writing; each backup checks it whole.
            self._tell_of_share_once()
        else:
            self._work.ask(self._check.run)

    def check_whole(self) -> None:
        """Run every check there is and show what it found."""
        from calmony_desktop.operations.check_database import check_database

        report = self._window.data_actions.run(
            self.tr("Checking the records"),
            self.tr("The records could not be checked"),
            self.tr("The check was cancelled. Nothing was changed."),
            lambda progress: check_database(progress=progress),
        )
        if report is not None:
            lines = [report.summary, *(finding.sentence for finding in report.findings)]
            self._window.data_actions.show_report(self.tr("Check of the records"), "\n".join(lines))

    def _tell_of_share_once(self) -> None:
        state, path = self._window.state, database.path()
        if state.text("told/network") != str(path):
            state.keep("told/network", path)
            self._window.notices.say(
                self.tr(
                    "Your records are on a network drive. That works, only slower; if the "
                    "connection breaks, nothing that was saved is lost."
                )
            )

    def _tell(self, is_damaged: bool) -> None:
        if is_damaged:
            self._warn(self.tr("The file with your records is damaged in places."))

    def _tell_unreadable(self, error: Exception) -> None:
        self._warn(str(error))

    def _warn(self, text: str) -> None:
        self._window.notices.say(
            text,
            (self.tr("Restore a backup…"), self._window.backup_actions.restore),
            (self.tr("Check everything"), self.check_whole),
            is_warning=True,
        )

    def _stop(self) -> None:
        self._check.stop()
        self._work.wait()
