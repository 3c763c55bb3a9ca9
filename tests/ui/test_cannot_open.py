"""A database file that cannot be opened: calm words and the ways out that fit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import peewee
import pytest
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.store import backup, file_states, models
from calmony_desktop.store import database as store
from calmony_desktop.ui import cannot_open
from calmony_desktop.ui.cannot_open import CannotOpenDialog
from calmony_desktop.ui.window_state import WindowState

sqlite3 = peewee.sqlite3
FileDialog = Callable[[str, Any], list[tuple[Any, ...]]]


def begin(path: Path) -> None:
    store.open_database(path)


def open_existing(path: Path) -> None:
    store.open_database(path, must_exist=True)


def dialog_on(
    qtbot: QtBot, path: Path, restore: cannot_open.Restore | None = None
) -> CannotOpenDialog:
    """The dialog that opening ``path`` leads to."""
    with pytest.raises(CannotOpen) as refused:
        open_existing(path)
    dialog = CannotOpenDialog(refused.value, path, open_existing, begin, WindowState(), restore)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def words(dialog: CannotOpenDialog) -> list[str]:
    return [button.text() for button in dialog.ways_out()]


def press(dialog: CannotOpenDialog, text: str) -> None:
    next(button for button in dialog.ways_out() if button.text() == text).click()


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "office.db"
    store.open_database(path)
    with store.writing():
        models.Product.create(id="prod_1")
    store.close_database()
    return path


TRY, RESTORE, COPY, OTHER = "Try again", "Restore a backup…", "Open a copy…", "Open another file…"
EMPTY = "Begin with an empty file"


@pytest.mark.parametrize(
    ("state", "ways"),
    [
        (FileState.MISSING, [TRY, RESTORE, OTHER, EMPTY]),
        (FileState.FOREIGN, [OTHER]),
        (FileState.NEWER, [OTHER]),
        (FileState.LOCKED, [TRY, COPY, OTHER]),
        (FileState.READ_ONLY, [TRY, COPY, OTHER]),
        (FileState.UNREADABLE, [TRY, OTHER]),
        (FileState.DAMAGED, [RESTORE, OTHER]),
        (FileState.FULL_DISK, [TRY, COPY, OTHER]),
        (FileState.FAILING_DISK, [TRY, RESTORE, OTHER]),
        (FileState.NO_BACKUP, [TRY, COPY, OTHER]),
    ],
)
def test_each_state_has_its_ways_out(
    state: FileState, ways: list[str], qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "<b>office.db"
    error = CannotOpen(state, f"The file {path} is so.")
    dialog = CannotOpenDialog(
        error, path, begin, begin, WindowState(), lambda _parent, _path: False
    )
    qtbot.addWidget(dialog)
    assert words(dialog) == ways
    assert dialog.windowTitle()
    assert str(path) in dialog.words().replace("\u200b", "")
    labels = dialog.findChildren(QLabel)
    assert all(label.textFormat().name == "PlainText" for label in labels)
    without = CannotOpenDialog(error, path, begin, begin, WindowState())
    qtbot.addWidget(without)
    assert words(without) == [way for way in ways if way != RESTORE]


def test_a_file_that_only_its_backups_tell_for_ours_can_be_restored(
    qtbot: QtBot, ours: Path
) -> None:
    store.open_database(ours)
    with store.writing():
        models.Customer.create(id="cus_1", created_at=1, sort_key="", email_key="", search_key="")
    store.close_database()
    backup.make_before_migration(ours)
    ours.write_bytes(b"\xff" * 5000)
    dialog = dialog_on(qtbot, ours, lambda _parent, _path: False)
    assert words(dialog) == [RESTORE, OTHER]
    assert "There are backups of records with this name" in dialog.words()
    foreign = ours.with_name("foreign.db")
    foreign.write_text("a letter")
    assert words(dialog_on(qtbot, foreign, lambda _parent, _path: False)) == [OTHER]


def test_every_sentence_fits_the_dialog_at_any_length(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path.joinpath(*["a rather long folder name"] * 8, "x" * 80) / "office.db"
    dialog = CannotOpenDialog(
        file_states.in_state(FileState.LOCKED, path), path, begin, begin, WindowState()
    )
    qtbot.addWidget(dialog)
    dialog.show()
    for label in dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())


def test_trying_again_opens_what_is_free_by_then(qtbot: QtBot, ours: Path) -> None:
    moved = ours.rename(ours.with_name("moved.db"))
    dialog = dialog_on(qtbot, ours)
    press(dialog, TRY)
    assert dialog.isVisible()
    assert words(dialog) == [TRY, OTHER, EMPTY]
    moved.rename(ours)
    press(dialog, TRY)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert store.path() == ours


def test_another_file_is_opened_and_a_foreign_one_said_so(
    qtbot: QtBot, ours: Path, tmp_path: Path, file_dialog: FileDialog
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Beatriz")
    dialog = dialog_on(qtbot, tmp_path / "gone.db")
    file_dialog("getOpenFileName", (str(letter), ""))
    press(dialog, OTHER)
    assert "not made by Calmony Desktop" in dialog.words()
    assert words(dialog) == [OTHER]
    file_dialog("getOpenFileName", ("", ""))
    press(dialog, OTHER)
    assert dialog.isVisible()
    file_dialog("getOpenFileName", (str(ours), ""))
    press(dialog, OTHER)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert store.path() == ours


def test_a_missing_file_is_made_only_when_asked(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "gone.db"
    dialog = dialog_on(qtbot, path)
    assert not path.exists()
    press(dialog, EMPTY)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert store.path() == path
    gone = tmp_path / "drive" / "gone.db"
    assert EMPTY not in words(dialog_on(qtbot, gone))


def test_a_copy_of_a_locked_file_is_opened(
    qtbot: QtBot,
    ours: Path,
    tmp_path: Path,
    file_dialog: FileDialog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (store, file_states):
        monkeypatch.setattr(module, "BUSY_TIMEOUT", 0.1)
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(ours, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = exclusive")
        connection.execute("INSERT INTO products (id) VALUES ('prod_2')")
        dialog = dialog_on(qtbot, ours)
        asked = file_dialog("getSaveFileName", (str(copy), ""))
        with qtbot.waitSignal(dialog.accepted):
            press(dialog, COPY)
        assert Path(asked[0][2]).name.startswith("office 20")
        assert store.path() == copy
        assert [each.id for each in models.Product.select()] == ["prod_1", "prod_2"]


def test_a_copy_that_fails_leaves_the_other_ways_open(
    qtbot: QtBot, ours: Path, file_dialog: FileDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_source: Path, target: Path) -> None:
        raise KnownError(f"The copy {target} could not be made: no room. Choose another folder.")

    monkeypatch.setattr(cannot_open, "copy_database", fail)
    error = file_states.in_state(FileState.READ_ONLY, ours)
    dialog = CannotOpenDialog(error, ours, begin, begin, WindowState())
    qtbot.addWidget(dialog)
    dialog.show()
    file_dialog("getSaveFileName", (str(ours.with_name("copy.db")), ""))
    press(dialog, COPY)
    assert not any(button.isEnabled() for button in dialog.ways_out())
    qtbot.waitUntil(lambda: "could not be made: no room" in dialog.words())
    assert all(button.isEnabled() for button in dialog.ways_out())


def test_a_restored_backup_is_opened(qtbot: QtBot, ours: Path) -> None:
    whole = ours.read_bytes()
    ours.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    answers = [False, True]

    def restore(_parent: QWidget, path: Path) -> bool:
        assert path == ours
        answer = answers.pop(0)
        if answer:
            path.write_bytes(whole)
        return answer

    dialog = dialog_on(qtbot, ours, restore)
    press(dialog, RESTORE)
    assert dialog.isVisible()
    press(dialog, RESTORE)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert models.Product.select().count() == 1
