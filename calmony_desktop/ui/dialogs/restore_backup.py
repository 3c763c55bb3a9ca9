"""Which backup to restore: the list, what the chosen one holds and would undo, and doing it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMessageBox,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.backups import (
    RestorePreview,
    RestoreReport,
    list_backups,
    preview_restore,
    restore_backup,
)
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.store.backup_listing import BackupFile, folder_of
from calmony_desktop.ui import background, plain_text
from calmony_desktop.ui.backup_preview import BackupPreview, effect_in_words
from calmony_desktop.ui.dialogs import questions
from calmony_desktop.ui.dialogs.files import ask_backup
from calmony_desktop.ui.latest_work import LatestWork
from calmony_desktop.ui.message_panel import MessagePanel
from calmony_desktop.ui.plain_text import ElidedLabel
from calmony_desktop.ui.style import formatting, theme
from calmony_desktop.ui.table_window import button, card
from calmony_desktop.ui.tables.backups import BackupLine, columns, line, line_of_file, moment
from calmony_desktop.ui.tables.record_table import RecordTable

translate = QCoreApplication.translate

_SIZE = QSize(880, 640)


class RestoreBackupDialog(QDialog):
    """Accepted once a backup is restored; then ``report`` tells what was done.

    Whoever has that file open connects to it anew: a damaged one was put aside.

    ``file`` need be neither there nor whole, and no database need be open. ``chosen`` is the
    backup that is marked first, else the newest.
    """

    #: From the worker's thread: how far the check of this backup is.
    _checked = Signal(object, int, int)

    def __init__(self, parent: QWidget, file: Path, chosen: Path | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("restoreBackup")
        self.setWindowTitle(self.tr("Restore a backup"))
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - QSize(40, 80)))
        self.report: RestoreReport | None = None
        self.preview: RestorePreview | None = None
        self._file = file
        self._chosen = None if chosen is None else str(chosen)
        self._others: list[BackupLine] = []
        self._listed: list[BackupLine] = []
        self._check = threading.Event()
        self.table: RecordTable[BackupLine] = RecordTable(columns())
        self.table.setObjectName("backupTable")
        self.table.setAccessibleName(self.tr("Backups"))
        self.table.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        self.table.activated.connect(self._ask_and_restore)
        self.message = MessagePanel()
        self.panel = BackupPreview()
        self.other = button(self.tr("Other file…"))
        self.other.setToolTip(self.tr("A backup that lies elsewhere, on a stick for example"))
        self.other.clicked.connect(self._choose_other)
        self.restore = button(self.tr("Restore this backup…"))
        self.restore.setEnabled(False)
        self.restore.clicked.connect(self._ask_and_restore)
        self._lay_out()
        self._listing = LatestWork(self)
        self._listing.finished.connect(self._show_list)
        self._listing.failed.connect(self._show_no_list)
        self._checking = LatestWork(self)
        self._checking.finished.connect(self._show_checked)
        queued = Qt.ConnectionType.QueuedConnection
        self._checked.connect(self._show_progress, queued)
        self._read()

    def done(self, result: int) -> None:
        """Close; a check that is under way ends by itself."""
        self._check.set()
        super().done(result)

    def _read(self) -> None:
        self._listing.ask(lambda: list_backups(self._file))

    def _show_list(self, found: tuple[BackupFile, ...]) -> None:
        self._listed = [line(each) for each in found]
        self._show_lines()

    def _show_no_list(self, error: KnownError) -> None:
        again = (self.tr("Try again"), self._read)
        self.message.show_message(self.tr("The backups could not be read"), str(error), again)
        self._body.setCurrentWidget(self.message)
        self.panel.hide()

    def _show_lines(self) -> None:
        lines = [*self._others, *self._listed]
        self.table.show_rows(lines, keep_place=False)
        self.panel.setVisible(bool(lines))
        if not lines:
            self.message.show_message(
                self.tr("There is no backup yet"),
                self.tr(
                    "One is made every day and before every import. If you have one on a stick or "
                    "in another folder, press “Other file…”."
                ),
            )
            self._body.setCurrentWidget(self.message)
            self._show_current()
            return
        self._body.setCurrentWidget(self._list)
        row = None if self._chosen is None else self.table.records.row_of(self._chosen)
        self.table.selectRow(row or 0)
        self.table.setFocus()

    def _current(self) -> BackupLine | None:
        return self.table.records.record(self.table.currentIndex())

    def _show_current(self) -> None:
        """Show what the list tells of the backup that is marked, and check it meanwhile."""
        self._check.set()
        self.preview = None
        self.restore.setEnabled(False)
        current = self._current()
        if current is None:
            self.panel.show_nothing()
            return
        self.panel.show_line(current)
        self._check = threading.Event()
        self._checking.ask(self._check_of(current, self._check))

    def _check_of(self, chosen: BackupLine, stopped: threading.Event) -> Callable[[], object]:
        def progress(done: int, total: int) -> None:
            if stopped.is_set():
                raise Cancelled
            self._checked.emit(stopped, done, total)

        def work() -> tuple[BackupLine, RestorePreview | KnownError] | None:
            try:
                return chosen, preview_restore(self._file, chosen.path, progress=progress)
            except KnownError as error:
                return chosen, error
            except Cancelled:
                return None

        return work

    def _show_progress(self, check: threading.Event, done: int, total: int) -> None:
        if check is self._check and self.preview is None:
            self.panel.show_progress(done, total)

    def _show_checked(self, found: tuple[BackupLine, RestorePreview | KnownError] | None) -> None:
        if found is None or found[0] != self._current():
            return
        checked, result = found
        if isinstance(result, KnownError):
            self._check.set()
            self._check = threading.Event()
            self.panel.show_problem(checked, str(result))
            return
        self.preview = result
        self.panel.show_preview(checked, result)
        self.restore.setEnabled(True)

    def _choose_other(self) -> None:
        path = ask_backup(self, self._file.parent)
        if path is None:
            return
        try:
            chosen = line_of_file(path.absolute())
        except OSError as error:
            self._tell_problem(f"{path}: {error.strerror}.")
            return
        known = [each.id for each in self._listed]
        if chosen.id not in known:
            self._others = [chosen, *(each for each in self._others if each.id != chosen.id)]
        self._chosen = chosen.id
        self._show_lines()

    def _ask_and_restore(self) -> None:
        preview, chosen = self.preview, self._current()
        if preview is None or chosen is None:
            return
        operation_id = str(uuid4())
        if not confirm_restore(self, preview, chosen.made_at):
            return
        try:
            self.report = background.run(
                self,
                self.tr("Restoring the backup"),
                lambda progress: restore_backup(
                    self._file, preview.backup, operation_id=operation_id, progress=progress
                ),
                is_connected=False,
            )
        except KnownError as error:
            self._tell_problem(str(error))
            self._show_current()
        except Cancelled:
            self._show_current()
        else:
            self.accept()

    def _tell_problem(self, text: str) -> None:
        title = self.tr("Nothing was restored")
        icon = QMessageBox.Icon.Warning
        box = plain_text.message_box(self, icon, title, title, plain_text.breakable(text))
        box.open()

    def _lay_out(self) -> None:
        heading = plain_text.label(self.tr("Which backup?"))
        heading.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        where = ElidedLabel(tone="muted")
        where.setText(str(folder_of(self._file)))
        self._list = card(self.table)
        self._body = QStackedLayout()
        close = button(self.tr("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        buttons.addWidget(self.restore)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addWidget(where)
        layout.addLayout(self._body, 1)
        layout.addWidget(self.panel)
        layout.addLayout(buttons)
        # Only now: a stack without a widget around it shows its first one as a window.
        self._body.addWidget(self._list)
        self._body.addWidget(self.message)


def confirm_restore(parent: QWidget, preview: RestorePreview, made_at: int) -> bool:
    """Name what is undone and how to get back; whether the person wants it. ``made_at`` is UTC."""
    box = plain_text.message_box(
        parent,
        QMessageBox.Icon.Warning,
        translate("restore_backup", "Restore a backup"),
        translate("restore_backup", "Restore the backup of {when}?").replace(
            "{when}", moment(made_at)
        ),
        "\n\n".join(_consequences(preview)),
    )
    return questions.ask(
        box,
        None,
        keep=translate("restore_backup", "Change nothing"),
        act=translate("restore_backup", "Restore this backup"),
    )


def _consequences(preview: RestorePreview) -> list[str]:
    if preview.trouble is not None:
        return [effect_in_words(preview)]
    if preview.undone is None:
        what = translate(
            "restore_backup", "All records that you have now are replaced by other ones."
        )
    elif preview.undone == 0:
        what = translate("restore_backup", "Nothing was changed since, so nothing is undone.")
    elif preview.undone == 1:
        what = translate("restore_backup", "1 change made since is undone.")
    else:
        what = translate(
            "restore_backup", "{number} changes made since are undone, whoever made them."
        ).replace("{number}", formatting.whole_number(preview.undone))
    back = translate(
        "restore_backup",
        "Your records as they are now are backed up first, so that you can go back to them.",
    )
    return [what, back]
