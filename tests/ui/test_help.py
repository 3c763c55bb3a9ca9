"""What the Help menu says of the program, and what it lets nobody see."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from calmony_desktop import __version__, paths
from calmony_desktop.errors import KnownError
from calmony_desktop.operations import diagnostics as operation
from calmony_desktop.ui.dialogs.about import AboutDialog
from calmony_desktop.ui.main_window import MainWindow

from .conftest import BEATRIZ


def test_about_names_version_records_data_folder_and_licences(
    window: MainWindow, qtbot: QtBot, records: Path
) -> None:
    dialog = AboutDialog(window)
    qtbot.addWidget(dialog)
    said = "\n".join(label.text().replace("\u200b", "") for label in dialog.findChildren(QLabel))
    for text in (__version__, str(records), str(paths.data_folder())):
        assert text in said
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in dialog.licences.toPlainText()


def test_about_opens_the_data_folder(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    monkeypatch.setattr(AboutDialog, "exec", lambda dialog: dialog.open_folder.click())
    window.help_actions.show_about()
    assert opened == [str(paths.data_folder())]


def test_the_copied_diagnostics_hold_versions_and_nobodys_data(
    window: MainWindow, records: Path
) -> None:
    window.open_customer(BEATRIZ)
    window.help_actions.copy_diagnostics()
    text = QGuiApplication.clipboard().text()
    assert f"Calmony Desktop: {__version__}" in text
    for name in ("System", "Python", "Qt", "SQLite", "Database", "Newest backup"):
        assert f"\n{name}: " in text
    assert "Customers: 1 to 9\n" in text
    for private in ("Beatriz", BEATRIZ, "sub_", "NW-2026", str(records.parent), str(Path.home())):
        assert private not in text
    assert "No personal data" in window.notices.text()


def test_diagnostics_that_cannot_be_read_say_why(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_about: object) -> str:
        raise KnownError("The disk is away.")

    monkeypatch.setattr(operation, "diagnostics", fail)
    window.help_actions.copy_diagnostics()
    assert window.notices.text() == "The disk is away."


def test_every_shortcut_is_listed(window: MainWindow, qtbot: QtBot) -> None:
    window.help_actions.show_shortcuts()
    said = "\n".join(label.text() for label in window.findChildren(QLabel))
    for line in ("F1: User guide", "Ctrl+F: Find customer", "Ctrl+G: Go to customer ID"):
        assert line in said
