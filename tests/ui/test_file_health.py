"""What the quick look after the start says."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from calmony_desktop.store.quick_check import QuickCheck
from calmony_desktop.ui import file_health
from calmony_desktop.ui.dialogs.report import ReportDialog
from calmony_desktop.ui.file_health import FileHealth
from calmony_desktop.ui.main_window import MainWindow


def buttons(window: MainWindow) -> dict[str, QPushButton]:
    found = window.notices.findChildren(QPushButton)
    return {button.text(): button for button in found if not button.isHidden()}


def test_a_sound_file_is_not_worth_a_word(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []
    run = QuickCheck.run
    monkeypatch.setattr(QuickCheck, "run", lambda self: looked.append(run(self)) or looked[-1])
    FileHealth(window).look()
    qtbot.waitUntil(lambda: looked == [False])
    qtbot.wait(1)
    assert window.notices.text() == ""


def test_damage_is_said_with_its_ways_out(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QuickCheck, "run", lambda _self: True)
    asked: list[bool] = []
    monkeypatch.setattr(window.backup_actions, "restore", lambda: asked.append(True))
    FileHealth(window).look()
    qtbot.waitUntil(lambda: "is damaged in places" in window.notices.text())
    assert list(buttons(window)) == ["Restore a backup…", "Check everything"]
    buttons(window)["Check everything"].click()
    report = window.findChild(ReportDialog)
    assert report is not None
    assert "All is well" in report.text.toPlainText()
    report.close()
    buttons(window)["Restore a backup…"].click()
    assert asked == [True]


def test_on_a_network_drive_it_says_so_instead_of_keeping_others_waiting(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_self: QuickCheck) -> bool:
        raise AssertionError

    monkeypatch.setattr(file_health, "is_on_network_share", lambda _path: True)
    monkeypatch.setattr(QuickCheck, "run", never)
    FileHealth(window).look()
    assert "network drive" in window.notices.text()
    window.notices.hide()
    FileHealth(window).look()
    assert window.notices.text() == "", "once is enough"
