"""Backups in the window: made by hand and once a day, saved elsewhere, restored."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.store import database
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.data_actions import DataActions
from calmony_desktop.ui.dialogs.files import ask_where_to_save
from calmony_desktop.ui.latest_work import LatestWork
from calmony_desktop.ui.notice_bar import NoticeBar
from calmony_desktop.ui.tables.backups import moment, size
from calmony_desktop.ui.window_state import WindowState

if TYPE_CHECKING:
    from calmony_desktop.operations.backups import RestoreReport

translate = QCoreApplication.translate

#: The daily backup lets the window fill first.
_AFTER_START_MS: Final = 5_000
#: A window that stays open for days is looked at so often. So nothing is left to do when it is
#: closed: that never takes longer for a backup.
_BETWEEN_LOOKS_MS: Final = 60 * 60 * 1000


class BackupActions(QObject):
    """*Back up now*, *Save a backup as*, *Restore*, and the backup of each day by itself."""

    #: The database holds now what a backup held: everything shown is read again.
    restored = Signal()

    def __init__(
        self, window: QWidget, notices: NoticeBar, state: WindowState, data_actions: DataActions
    ) -> None:
        super().__init__(window)
        self._window = window
        self._notices = notices
        self._state = state
        self._data_actions = data_actions
        self._told = ""
        self._stopped = threading.Event()
        self._daily = LatestWork(self)
        self._daily.finished.connect(self._tell_missing)
        self._daily.failed.connect(self._tell_failure_once)
        self._hourly = QTimer(self)
        self._hourly.timeout.connect(self.back_up_if_due)
        if (app := QApplication.instance()) is not None:
            app.aboutToQuit.connect(self._stop)

    def start(self) -> None:
        """From now on back up once a day; call it once the window is painted."""
        QTimer.singleShot(_AFTER_START_MS, self, self.back_up_if_due)
        self._hourly.start(_BETWEEN_LOOKS_MS)

    def back_up_if_due(self) -> None:
        """Back up in the background unless that was done today, and say what is wrong if it is."""
        # Here and below: the window is there sooner without what only backups need.
        from calmony_desktop.operations.backups import (
            back_up_if_due,
            is_backup_due,
            missing_changes,
        )
        from calmony_desktop.operations.processes import in_own_process

        stopped = self._stopped = threading.Event()

        def progress(done: int, total: int) -> None:
            if stopped.is_set():
                raise Cancelled

        def work() -> str | None:
            missing = missing_changes()
            try:
                if missing is None and is_backup_due():
                    in_own_process(back_up_if_due, progress=progress)
            except Cancelled:
                pass  # something else needs the file, or the window is being closed
            return missing

        self._daily.ask(work)

    def back_up_now(self) -> None:
        """Back up because a person wants it, and say where it is."""
        from calmony_desktop.operations.backups import back_up_now
        from calmony_desktop.operations.processes import in_own_process

        self._stopped.set()
        made = self._data_actions.run(
            self.tr("Backing up"),
            self.tr("No backup was made"),
            self.tr("The backup was cancelled. Earlier backups are as they were."),
            lambda progress: in_own_process(back_up_now, progress=progress),
        )
        if made is not None:
            self._say_made(self.tr("Backed up: {size}, checked"), made.path)

    def save_as(self) -> None:
        """Save a backup where a person wants it: on a stick, or another drive."""
        from calmony_desktop.operations.backups import save_backup
        from calmony_desktop.operations.processes import in_own_process

        kind = self.tr("Backups of Calmony Desktop (*.db)")
        suggested = f"Calmony {date.today().isoformat()}.db"
        folder = self._state.folder("folders/backup")
        target = ask_where_to_save(self._window, self.tr("Save a backup"), folder / suggested, kind)
        if target is None:
            return
        self._stopped.set()
        held = self._data_actions.run(
            self.tr("Backing up"),
            self.tr("No backup was saved"),
            self.tr("The backup was cancelled. Nothing was saved."),
            lambda progress: in_own_process(save_backup, target, progress=progress),
        )
        if held is not None:
            self._state.keep("folders/backup", target.parent)
            saved = self.tr("Saved {name}: {size}, checked").replace("{name}", target.name)
            self._say_made(saved, target)

    def restore(self, chosen: Path | None = None) -> None:
        """Show the backups and restore one; ``chosen`` is marked first."""
        from calmony_desktop.ui.dialogs.restore_backup import RestoreBackupDialog

        self._stopped.set()
        dialog = RestoreBackupDialog(self._window, database.path(), chosen)
        dialog.exec()
        report = dialog.report
        dialog.deleteLater()
        if report is None:
            return
        self.restored.emit()
        if report.before is None:
            _tell_restored(self._window, report)
            self._notices.say(self.tr("The backup is restored."))
            return
        before = report.before
        self._notices.say(
            self.tr(
                "The backup is restored. How it was before is in the backup of {when}."
            ).replace("{when}", moment(before.made_at)),
            (self.tr("Go back…"), lambda: self.restore(before.path)),
        )

    def _say_made(self, words: str, path: Path) -> None:
        folder = QUrl.fromLocalFile(str(path.parent))
        self._notices.say(
            words.replace("{size}", size(path.stat().st_size)),
            (self.tr("Show in folder"), lambda: QDesktopServices.openUrl(folder)),
        )

    def _tell_missing(self, sentence: str | None) -> None:
        if sentence is None:
            self._told = ""
            return
        self._notices.say(
            self.tr("Changes are missing that the newest backup still has."),
            (self.tr("Restore…"), self.restore),
            (self.tr("What happened?"), lambda: self._explain(sentence)),
            is_warning=True,
        )

    def _explain(self, sentence: str) -> None:
        title = self.tr("Changes are missing")
        self._data_actions.tell_problem(title, plain_text.breakable(sentence))

    def _tell_failure_once(self, error: KnownError) -> None:
        sentence = str(error)
        if sentence == self._told:
            return
        self._told = sentence
        title = self.tr("Today’s backup could not be made")
        explain = (
            self.tr("What happened?"),
            lambda: self._data_actions.tell_problem(title, plain_text.breakable(sentence)),
        )
        is_damaged = isinstance(error, CannotOpen) and error.state is FileState.DAMAGED
        ways = [(self.tr("Restore…"), self.restore)] if is_damaged else []
        self._notices.say(f"{title}.", *ways, explain, is_warning=True)

    def _stop(self) -> None:
        self._stopped.set()
        self._daily.wait()


def restore_without_window(parent: QWidget, file: Path) -> bool:
    """Let a person restore a database that can't be opened; whether they did."""
    from calmony_desktop.ui.dialogs.restore_backup import RestoreBackupDialog

    dialog = RestoreBackupDialog(parent, file)
    dialog.exec()
    report = dialog.report
    dialog.deleteLater()
    if report is not None:
        _tell_restored(parent, report)
    return report is not None


def _tell_restored(parent: QWidget, report: RestoreReport) -> None:
    title = translate("backup_actions", "The backup is restored")
    icon = QMessageBox.Icon.Information
    details = plain_text.breakable(report.summary)
    plain_text.message_box(parent, icon, title, title, details).exec()
