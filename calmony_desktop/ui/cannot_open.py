"""The database file cannot be opened: what happened, and the ways out that fit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.store.file_copy import copy_database
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.dialogs.files import ask_database, ask_where_to_save
from calmony_desktop.ui.latest_work import LatestWork
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.window_state import WindowState

translate = QCoreApplication.translate

#: Asks which backup and puts it in the place of this file; True where that was done.
Restore = Callable[[QWidget, Path], bool]

_TRY_AGAIN: Final = frozenset(FileState) - {FileState.FOREIGN, FileState.NEWER, FileState.DAMAGED}
_COPY: Final = frozenset(
    {FileState.LOCKED, FileState.READ_ONLY, FileState.FULL_DISK, FileState.NO_BACKUP}
)
_RESTORE: Final = frozenset({FileState.MISSING, FileState.DAMAGED, FileState.FAILING_DISK})


class CannotOpenDialog(QDialog):
    """Stays until a file is open, or the person quits: then it is rejected.

    ``open_file`` opens a file or raises CannotOpen; ``begin`` makes a missing one. ``restore`` is
    offered where it may help, and where there is one.
    """

    def __init__(
        self,
        error: CannotOpen,
        path: Path,
        open_file: Callable[[Path], object],
        begin: Callable[[Path], object],
        state: WindowState,
        restore: Restore | None = None,
    ) -> None:
        super().__init__()
        self._path = path
        self._open_file = open_file
        self._begin = begin
        self._state = state
        self._restore = restore
        self._copying = LatestWork(self)
        self._copying.finished.connect(self._open)
        self._copying.failed.connect(self._show_failed_copy)
        self._title = plain_text.label()
        self._title.setFont(theme.weighted(QFont.Weight.DemiBold, 17))
        self._sentence = plain_text.label()
        self._note = plain_text.label(tone="muted")
        self._where = plain_text.label(tone="muted")
        self._labels = (self._title, self._sentence, self._where, self._note)
        for label in self._labels:
            label.setWordWrap(True)
        self._layout = QVBoxLayout(self)
        self._ways = QVBoxLayout()
        self._ways.setSpacing(8)
        self._quit = QPushButton(self.tr("Quit"))
        self._quit.setAutoDefault(False)
        self._quit.clicked.connect(self.reject)
        self._lay_out()
        self._show(error)

    def words(self) -> str:
        """All that is said, for tests and screen readers."""
        return "\n".join(label.text() for label in self._labels)

    def ways_out(self) -> list[QPushButton]:
        """The buttons above *Quit*, the best way first."""
        items = (self._ways.itemAt(index) for index in range(self._ways.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, QPushButton)]

    def reject(self) -> None:
        """Quit, once a copy that is being made is whole or gone."""
        self._copying.wait()
        super().reject()

    def _show(self, error: CannotOpen) -> None:
        self._title.setText(_title(error.state))
        self.setWindowTitle(self.tr("Calmony Desktop"))
        self._sentence.setText(self._what_happened(error))
        self._where.setText(plain_text.breakable(str(self._path)))
        self._say_below(self._reassurance(error.state))
        ways: list[tuple[str, Callable[[], object]]] = []
        if error.state in _TRY_AGAIN:
            ways.append((self.tr("Try again"), lambda: self._open(self._path)))
        # A file that is spoiled from its first byte on looks foreign: its backups tell whose it is.
        may_help = error.state in _RESTORE or (
            error.state is FileState.FOREIGN and _has_backups(self._path)
        )
        if may_help and self._restore is not None:
            ways.append((self.tr("Restore a backup…"), self._restore_backup))
        if error.state in _COPY:
            ways.append((self.tr("Open a copy…"), self._open_copy))
        ways.append((self.tr("Open another file…"), self._open_another))
        if error.state is FileState.MISSING and self._path.parent.is_dir():
            ways.append((self.tr("Begin with an empty file"), self._begin_empty))
        self._show_ways(ways)

    def _what_happened(self, error: CannotOpen) -> str:
        # Below it stands in full where the file is: here its name is enough.
        name = f"“{self._path.name}”"
        if error.state is not FileState.MISSING:
            return str(error).replace(str(self._path), name)
        return self.tr(
            "The file {name} is not there. If it is on a drive or on the network, connect that and "
            "try again. If it was moved, open it where it is now."
        ).replace("{name}", name)

    def _reassurance(self, state: FileState) -> str:
        if state is FileState.MISSING:
            return self.tr("Nothing was made or changed in its place.")
        if state is FileState.FOREIGN and self._restore is not None and _has_backups(self._path):
            return self.tr(
                "There are backups of records with this name: if this file held your records once, "
                "restore one of them."
            )
        if state in (FileState.FOREIGN, FileState.NEWER):
            return ""  # the sentence says it already
        untouched = self.tr("Your file was left exactly as it is.")
        if state not in _COPY:
            return untouched
        copy = self.tr(
            "A copy is a file of its own: you can look things up in it, but what you change in it "
            "does not reach the original."
        )
        return f"{untouched} {copy}"

    def _say_below(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def _show_ways(self, ways: list[tuple[str, Callable[[], object]]]) -> None:
        for button in self.ways_out():
            self._ways.removeWidget(button)
            button.hide()
            button.deleteLater()
        for number, (words, action) in enumerate(ways):
            button = QPushButton(words)
            button.setProperty("primary", number == 0)
            button.setDefault(number == 0)
            button.setAutoDefault(number == 0)
            button.clicked.connect(lambda _checked=False, action=action: action())
            self._ways.addWidget(button)
        self.ways_out()[0].setFocus()
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Only now the style has given the labels their fonts."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        # A box layout shares out what wrapped labels need as if none was wrapped.
        margins = self._layout.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        for label in self._labels:
            label.setMinimumHeight(max(label.heightForWidth(width), 0))
        self._layout.activate()
        self.resize(self.width(), self._layout.heightForWidth(self.width()))

    def _open(self, path: Path) -> None:
        self._attempt(self._open_file, path)

    def _begin_empty(self) -> None:
        self._attempt(self._begin, self._path)

    def _attempt(self, open_file: Callable[[Path], object], path: Path) -> None:
        self._set_busy(False)
        try:
            open_file(path)
        except CannotOpen as error:
            self._path = path
            self._show(error)
        else:
            self.accept()

    def _open_another(self) -> None:
        chosen = ask_database(self, self._state.folder("folders/database"))
        if chosen is not None:
            self._state.keep("folders/database", chosen.parent)
            self._open(chosen)

    def _open_copy(self) -> None:
        suggested = f"{self._path.stem} {date.today().isoformat()}{self._path.suffix or '.db'}"
        target = ask_where_to_save(
            self,
            self.tr("Open a copy"),
            self._state.folder("folders/database") / suggested,
            self.tr("Records of Calmony Desktop (*.db)"),
        )
        if target is None:
            return
        source = self._path

        def copy() -> Path:
            copy_database(source, target)
            return target

        self._set_busy(True)
        self._say_below(self.tr("Making the copy…"))
        self._copying.ask(copy)

    def _show_failed_copy(self, error: KnownError) -> None:
        self._set_busy(False)
        self._say_below(plain_text.breakable(str(error)))
        self._fit()

    def _restore_backup(self) -> None:
        if self._restore is not None and self._restore(self, self._path):
            self._open(self._path)

    def _set_busy(self, is_busy: bool) -> None:
        for button in self.ways_out():
            button.setEnabled(not is_busy)

    def _lay_out(self) -> None:
        last = QHBoxLayout()
        last.addStretch()
        last.addWidget(self._quit)
        self._layout.setContentsMargins(28, 26, 28, 20)
        self._layout.setSpacing(10)
        for label in self._labels:
            self._layout.addWidget(label)
        self._layout.addSpacing(8)
        self._layout.addLayout(self._ways)
        self._layout.addSpacing(8)
        self._layout.addLayout(last)
        self.setFixedWidth(500)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)


def _has_backups(path: Path) -> bool:
    from calmony_desktop.operations.backups import list_backups  # no start waits for it

    with suppress(KnownError):
        return bool(list_backups(path))
    return False


def _title(state: FileState) -> str:
    titles = {
        FileState.MISSING: translate("cannot_open", "Your records can’t be found"),
        FileState.FOREIGN: translate("cannot_open", "This file holds no records of Calmony"),
        FileState.NEWER: translate("cannot_open", "These records need a newer version"),
        FileState.LOCKED: translate("cannot_open", "Your records are in use by another program"),
        FileState.READ_ONLY: translate("cannot_open", "Your records can’t be changed here"),
        FileState.UNREADABLE: translate("cannot_open", "Your records can’t be read"),
        FileState.DAMAGED: translate("cannot_open", "The file with your records is damaged"),
        FileState.FULL_DISK: translate("cannot_open", "The disk is full"),
        FileState.FAILING_DISK: translate("cannot_open", "The disk does not answer"),
        FileState.NO_BACKUP: translate("cannot_open", "Your records could not be backed up"),
    }
    return titles[state]
