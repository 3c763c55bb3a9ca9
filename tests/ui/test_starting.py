"""What a start opens, and when it asks instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from calmony_desktop import app
from calmony_desktop.store import database as store
from calmony_desktop.ui.cannot_open import CannotOpenDialog
from calmony_desktop.ui.window_state import WindowState


@pytest.fixture
def asked(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person was asked at a start; they quit each time."""
    said: list[str] = []

    def quit_(dialog: CannotOpenDialog) -> int:
        qtbot.addWidget(dialog)
        said.append(dialog.words())
        return QDialog.DialogCode.Rejected.value

    monkeypatch.setattr(CannotOpenDialog, "exec", quit_)
    return said


def test_a_first_start_makes_the_file(asked: list[str], tmp_path: Path) -> None:
    assert app._open_or_ask(tmp_path / "calmony.db", WindowState())
    assert store.path() == tmp_path / "calmony.db"
    store.close_database()
    assert asked == []


def test_records_that_are_gone_since_the_last_start_are_no_empty_file(
    asked: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "calmony.db"
    state = WindowState()
    assert app._open_or_ask(path, state)
    store.close_database()
    path.unlink()
    assert not app._open_or_ask(path, state)
    assert not path.exists()
    assert asked[0].startswith("Your records can’t be found")


def test_quitting_the_question_leaves_a_foreign_file_alone(
    asked: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Beatriz")
    assert not app._open_or_ask(path, WindowState())
    assert path.read_text() == "Dear Beatriz"
    assert "not made by Calmony Desktop" in asked[0]
