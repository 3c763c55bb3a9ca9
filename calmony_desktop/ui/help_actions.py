"""Help: the user guide, shortcuts, diagnostics to copy, and what the program is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from calmony_desktop import paths
from calmony_desktop.errors import KnownError
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.notice_bar import NoticeBar

if TYPE_CHECKING:
    from calmony_desktop.ui.dialogs.about import AboutDialog
    from calmony_desktop.ui.user_guide import UserGuide

#: What F1 opens, by the part of the window that has the keyboard.
_CHAPTERS: Final = {
    "searchField": "find",
    "customerList": "find",
    "customerProfile": "customer",
    "paymentTable": "customer",
    "subscriptionTable": "cancel",
    "invoiceTable": "invoice",
}


class HelpActions(QObject):
    """What the Help menu does."""

    def __init__(self, window: QWidget, notices: NoticeBar) -> None:
        super().__init__(window)
        self._window = window
        self._notices = notices
        self.guide: UserGuide | None = None

    def show_guide(self, chapter: str | None = None) -> None:
        """Open the user guide at ``chapter``, else at what the window is just used for."""
        # Here and below: the window is there sooner without what only help needs.
        from calmony_desktop.ui.user_guide import UserGuide

        fitting = chapter or self._fitting_chapter()
        if self.guide is None:
            self.guide = UserGuide(self._window)
        self.guide.open_chapter(fitting)
        self.guide.show()
        self.guide.raise_()
        self.guide.activateWindow()

    def show_shortcuts(self) -> None:
        """List every shortcut of the menus."""
        lines = [
            f"{action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)}: "
            f"{action.text().replace('&', '').rstrip('…')}"
            for action in self._window.findChildren(QAction)
            if not action.shortcut().isEmpty() and action.text()
        ]
        lines += [
            self.tr("Enter or Space: the row’s action"),
            self.tr("Ctrl+C: copy the selected rows"),
            self.tr("Tab: the next section"),
        ]
        title = self.tr("Keyboard shortcuts")
        icon = QMessageBox.Icon.NoIcon
        plain_text.message_box(self._window, icon, title, title, "\n".join(lines)).open()

    def show_about(self) -> None:
        """Say what this program is, under which licences, and where its data lies."""
        from calmony_desktop.ui.dialogs.about import AboutDialog

        dialog: AboutDialog = AboutDialog(self._window)
        dialog.folder_wanted.connect(self._open_data_folder)
        dialog.exec()
        dialog.deleteLater()

    def copy_diagnostics(self) -> None:
        """Put what a helper needs to know on the clipboard; nobody's data is in it."""
        from calmony_desktop.operations.diagnostics import diagnostics
        from calmony_desktop.ui.crash_report import versions

        try:
            text = diagnostics(versions())
        except KnownError as error:
            self._notices.say(str(error), is_warning=True)
            return
        QGuiApplication.clipboard().setText(text)
        self._notices.say(
            self.tr(
                "The diagnostics are copied, to paste into a message. No personal data is in them."
            )
        )

    def _fitting_chapter(self) -> str:
        part = QApplication.focusWidget()
        while part is not None:
            if part.objectName() in _CHAPTERS:
                return _CHAPTERS[part.objectName()]
            part = part.parentWidget()
        return "beginning"

    def _open_data_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(paths.data_folder())))
