"""Backups in the window: made, looked at, restored, and each day's by itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import QThreadPool, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.operations import backups
from calmony_desktop.operations.import_records import import_objects
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.store import backup_files, customers
from calmony_desktop.store import database as store
from calmony_desktop.store.file_states import in_state
from calmony_desktop.ui import background, backup_actions
from calmony_desktop.ui.backup_actions import restore_without_window
from calmony_desktop.ui.cannot_open import CannotOpenDialog
from calmony_desktop.ui.dialogs.restore_backup import RestoreBackupDialog
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.window_state import WindowState

from .conftest import BEATRIZ, Answer, FileDialog

RESTORE, KEEP = "Restore this backup", "Change nothing"
Person = Callable[[], list[RestoreBackupDialog]]


def add(number: int, name: str | None = None) -> None:
    """Bring in a customer: one activity entry."""
    records = [{"object": "customer", "id": f"cus_{number}", "name": name, "created": 1}]
    import_objects(records, source="test", operation_id=str(uuid4()))


def button(window: MainWindow, words: str) -> QPushButton:
    shown = [each for each in window.notices.findChildren(QPushButton) if not each.isHidden()]
    return next(each for each in shown if each.text() == words)


def listed(window: MainWindow) -> int:
    """How many customers the list shows."""
    return window.customer_list.view.model().rowCount()


def reasons() -> list[str]:
    return [str(each.reason) for each in backups.list_backups()]


@pytest.fixture(autouse=True)
def work_ends_with_the_test() -> Iterator[None]:
    yield
    QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> Callable[[Path], RestoreBackupDialog]:
    """The dialog on a file, once it has checked the backup that is marked."""

    def show(file: Path) -> RestoreBackupDialog:
        made = RestoreBackupDialog(window, file)
        qtbot.addWidget(made)
        made.show()
        qtbot.waitUntil(lambda: is_settled(made))
        return made

    return show


def is_settled(dialog: RestoreBackupDialog) -> bool:
    words = dialog.panel.words()
    is_empty = "no backup yet" in dialog.message.words()
    return is_empty or (bool(words) and "Checking" not in words)


@pytest.fixture
def person(qtbot: QtBot) -> Iterator[Person]:
    """Uses the dialog that opens next as a person does: waits, presses a button."""
    timer = QTimer()
    seen: list[RestoreBackupDialog] = []

    def use() -> list[RestoreBackupDialog]:
        def look() -> None:
            found = QApplication.activeModalWidget()
            if not isinstance(found, RestoreBackupDialog) or not is_settled(found):
                return
            if found not in seen:
                seen.append(found)
                found.restore.click()
            else:  # asked, and answered with no
                found.reject()

        timer.timeout.connect(look)
        timer.start(20)
        return seen

    yield use
    timer.stop()


# Made by hand


def test_a_backup_by_hand_says_how_large_it_is_and_where(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    window.backup_actions.back_up_now()
    (made,) = backups.list_backups()
    assert window.notices.text().startswith("Backed up: ")
    assert window.notices.text().endswith("B, checked")
    button(window, "Show in folder").click()
    assert opened == [QUrl.fromLocalFile(str(made.path.parent))]


def test_a_cancelled_backup_is_none(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def cancel(*_given: Any, **_options: Any) -> Any:
        raise Cancelled

    monkeypatch.setattr(background, "run", cancel)
    window.backup_actions.back_up_now()
    assert "was cancelled" in window.notices.text()
    assert reasons() == []


def test_without_room_a_backup_by_hand_says_why(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_files, "_ROOM_LEFT", 1 << 60)
    window.backup_actions.back_up_now()
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "No backup was made"
    assert "Free some space" in box.informativeText()
    box.close()


def test_a_backup_is_saved_where_a_person_wants_it(
    window: MainWindow, tmp_path: Path, file_dialog: FileDialog
) -> None:
    asked = file_dialog("getSaveFileName", (str(tmp_path / "stick.db"), ""))
    window.backup_actions.save_as()
    assert "Calmony 20" in asked[0][2]
    assert window.notices.text().startswith("Saved stick.db: ")
    assert reasons() == []
    assert backups.preview_restore(store.path(), tmp_path / "stick.db").contents.customers == 4
    file_dialog("getSaveFileName", ("", ""))
    window.notices.hide()
    window.backup_actions.save_as()
    assert window.notices.text() == ""


# Looked at


def test_the_preview_tells_what_is_held_and_what_would_be_undone(
    window: MainWindow, dialog: Callable[[Path], RestoreBackupDialog]
) -> None:
    backups.back_up_now()
    for number in range(7):
        add(number)
    shown = dialog(store.path())
    words = shown.panel.words()
    assert "Customers: 4 · Payments: 4 · Subscriptions: 3 · Invoices: 4" in words
    assert "7 changes made since would be undone:" in words
    assert words.count("Imported records: 1 new") == 5
    assert words.endswith("… and 2 more")
    assert shown.restore.isEnabled()
    assert customers.count() == 11


def test_a_backup_with_nothing_since_says_so(
    window: MainWindow, dialog: Callable[[Path], RestoreBackupDialog]
) -> None:
    backups.back_up_now()
    assert "nothing to undo" in dialog(store.path()).panel.words()


def test_without_a_backup_there_is_a_sentence_and_no_button(
    window: MainWindow, dialog: Callable[[Path], RestoreBackupDialog]
) -> None:
    shown = dialog(store.path())
    assert "There is no backup yet" in shown.message.words()
    assert not shown.restore.isEnabled()


def test_a_folder_that_cannot_be_read_is_not_told_as_no_backups(
    window: MainWindow, qtbot: QtBot
) -> None:
    folder = store.path().parent / "backups"
    folder.symlink_to(folder.parent / "drive")
    shown = RestoreBackupDialog(window, store.path())
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: "The backups could not be read" in shown.message.words())
    assert "connect that and try again" in shown.message.words()
    assert not shown.panel.isVisible()
    folder.unlink()
    shown.message.findChildren(QPushButton)[0].click()
    qtbot.waitUntil(lambda: "There is no backup yet" in shown.message.words())


def test_one_that_cannot_be_restored_says_why(
    window: MainWindow, dialog: Callable[[Path], RestoreBackupDialog], qtbot: QtBot
) -> None:
    cut, mute, sound = (backups.back_up_now() for _ in range(3))
    os.truncate(cut.path, 50_000)
    Path(f"{mute.path}.json").unlink()
    shown = dialog(store.path())
    assert [each.path for each in shown.table.records.rows()] == [
        sound.path,
        mute.path,
        cut.path,
    ]
    whys = [shown.table.records.index(row, 1).data() for row in range(3)]
    assert whys == ["Made by hand", "Doubtful · Made by hand", "Doubtful · Made by hand"]
    assert shown.restore.isEnabled()
    shown.table.selectRow(2)
    assert not shown.restore.isEnabled(), "nothing is restored before it was checked"
    qtbot.waitUntil(lambda: is_settled(shown))
    assert "This backup can’t be restored: it is damaged" in shown.panel.words()
    assert not shown.restore.isEnabled()
    shown.table.selectRow(1)
    qtbot.waitUntil(lambda: is_settled(shown))
    assert "was checked: it can be restored" in shown.panel.words()
    assert shown.restore.isEnabled()


def test_a_file_from_elsewhere_is_looked_at_like_the_others(
    window: MainWindow,
    dialog: Callable[[Path], RestoreBackupDialog],
    qtbot: QtBot,
    tmp_path: Path,
    file_dialog: FileDialog,
) -> None:
    backups.back_up_now()
    shown = dialog(store.path())
    for name, said in (("notes.txt", "not a backup of Calmony"), ("stick.db", "Customers: 4")):
        given = tmp_path / name
        if name == "stick.db":
            backups.save_backup(given)
        else:
            given.write_text("<b>not one</b>")
        file_dialog("getOpenFileName", (str(given), ""))
        shown.other.click()
        qtbot.waitUntil(lambda: is_settled(shown))
        assert shown.table.current_id() == str(given)
        assert said in shown.panel.words()
    file_dialog("getOpenFileName", (str(tmp_path / "none.db"), ""))
    shown.other.click()
    (box,) = shown.findChildren(QMessageBox)
    assert "No such file" in box.informativeText()
    box.close()


# Restored


def test_a_restore_brings_back_the_state_and_can_be_undone(
    window: MainWindow, person: Person, answer: Answer, qtbot: QtBot
) -> None:
    backups.back_up_now()
    add(1, "Zoë Extra")
    window.refresh()
    window.open_customer(BEATRIZ)
    qtbot.waitUntil(lambda: listed(window) == 5)
    said = answer(RESTORE)
    person()
    window.backup_actions.restore()
    assert "1 change made since is undone." in said[0]
    assert "you can go back to them" in said[0]
    assert customers.count() == 4
    qtbot.waitUntil(lambda: listed(window) == 4)
    assert window.detail.detail is not None
    assert window.notices.text().startswith("The backup is restored. How it was before is in")
    assert reasons() == ["before-restore", "by-hand"]

    button(window, "Go back…").click()
    assert customers.count() == 5
    qtbot.waitUntil(lambda: listed(window) == 5)


def test_the_customer_who_is_open_may_be_gone_after_a_restore(
    window: MainWindow, person: Person, answer: Answer
) -> None:
    backups.back_up_now()
    add(1, "Zoë Extra")
    window.refresh()
    window.open_customer("cus_1")
    answer(RESTORE)
    person()
    window.backup_actions.restore()
    assert window.detail.detail is None


def test_who_keeps_the_records_changes_nothing(
    window: MainWindow, person: Person, answer: Answer
) -> None:
    backups.back_up_now()
    add(1)
    said = answer(KEEP)
    person()
    window.backup_actions.restore()
    assert len(said) == 1
    assert customers.count() == 5
    assert reasons() == ["by-hand"]
    assert window.notices.text() == ""


def test_enter_alone_restores_nothing(window: MainWindow, person: Person) -> None:
    backups.back_up_now()
    add(1)
    defaults: list[str] = []

    def press_default() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            defaults.append(box.defaultButton().text())
            box.defaultButton().click()

    timer = QTimer()
    timer.timeout.connect(press_default)
    timer.start(20)
    person()
    window.backup_actions.restore()
    timer.stop()
    assert defaults == [KEEP]
    assert customers.count() == 5


def test_a_cancelled_restore_leaves_all_as_it_was(
    window: MainWindow, person: Person, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups.back_up_now()
    add(1)
    tried: list[bool] = []

    def cancel(*_given: Any, **_options: Any) -> Any:
        tried.append(True)
        raise Cancelled

    monkeypatch.setattr(background, "run", cancel)
    answer(RESTORE)
    seen = person()
    window.backup_actions.restore()
    assert tried == [True]
    assert seen[0].report is None
    assert customers.count() == 5


def test_a_damaged_file_in_use_is_replaced_and_kept_aside(
    window: MainWindow, person: Person, answer: Answer
) -> None:
    backups.back_up_now()
    file = store.path()
    store.database.execute_sql("PRAGMA wal_checkpoint(truncate)")
    content = bytearray(file.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    file.write_bytes(content)
    said: list[str] = []
    timer = QTimer()

    def close_report() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            said.append(box.informativeText().replace("\u200b", ""))
            wanted = [each for each in box.buttons() if each.text() in (RESTORE, "OK")]
            wanted[0].click()

    timer.timeout.connect(close_report)
    timer.start(20)
    person()
    window.backup_actions.restore()
    timer.stop()
    (aside,) = file.parent.glob("calmony.db.damaged-*[0-9Z]")
    assert "damaged: this takes its place" in said[0]
    assert str(aside) in said[1]
    assert customers.count() == 4
    add(2)
    assert customers.count() == 5


def test_a_missing_file_is_restored_before_there_is_a_window(
    records: Path, person: Person, answer: Answer, qtbot: QtBot, tmp_path: Path
) -> None:
    backups.back_up_now()
    store.close_database()
    for each in (records, *records.parent.glob("calmony.db-*")):
        each.unlink(missing_ok=True)

    def open_file(path: Path) -> None:
        store.open_database(path, must_exist=True)

    with pytest.raises(CannotOpen) as refused:
        open_file(records)
    shown = CannotOpenDialog(
        refused.value,
        records,
        open_file,
        open_file,
        WindowState(tmp_path / "window.ini"),
        restore_without_window,
    )
    qtbot.addWidget(shown)
    shown.show()
    person()
    boxes = QTimer()

    def press() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            next(each for each in box.buttons() if each.text() in (RESTORE, "OK")).click()

    boxes.timeout.connect(press)
    boxes.start(20)
    next(each for each in shown.ways_out() if each.text() == "Restore a backup…").click()
    boxes.stop()
    assert shown.result() == QDialog.DialogCode.Accepted
    assert customers.count() == 4


# By itself


def look(window: MainWindow, qtbot: QtBot) -> None:
    window.backup_actions.back_up_if_due()
    qtbot.waitUntil(lambda: not window.backup_actions._daily._is_running)


def test_each_day_is_backed_up_once_without_a_word(window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):
        look(window, qtbot)
    assert reasons() == ["daily"]
    assert window.notices.text() == ""


def test_a_window_looks_soon_after_the_start(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_actions, "_AFTER_START_MS", 1)
    window.backup_actions.start()
    qtbot.waitUntil(lambda: reasons() == ["daily"])


def test_what_keeps_a_daily_backup_from_being_made_is_said_once(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(backup_files, "_ROOM_LEFT", 1 << 60)
        look(window, qtbot)
        assert window.notices.text() == "Today’s backup could not be made."
        button(window, "What happened?").click()
        (box,) = window.findChildren(QMessageBox)
        assert "Free some space" in box.informativeText()
        box.close()
        window.notices.hide()
        look(window, qtbot)
        assert window.notices.text() == ""
    look(window, qtbot)
    assert reasons() == ["daily"]


def test_a_damaged_file_that_gives_no_backup_can_be_restored_from_there(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_options: Any) -> None:
        raise in_state(FileState.DAMAGED, store.path())

    monkeypatch.setattr(backups, "back_up_if_due", fail)
    look(window, qtbot)
    assert button(window, "Restore…")


def test_changes_that_only_the_backup_has_are_said_with_the_way_back(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "The database lacks changes that its backup holds. Restore that backup."
    monkeypatch.setattr(backups, "missing_changes", lambda: sentence)
    look(window, qtbot)
    assert "Changes are missing" in window.notices.text()
    assert reasons() == []
    button(window, "What happened?").click()
    (box,) = window.findChildren(QMessageBox)
    assert box.informativeText() == sentence
    box.close()
    opened: list[RestoreBackupDialog] = []
    monkeypatch.setattr(RestoreBackupDialog, "exec", lambda self: opened.append(self))
    button(window, "Restore…").click()
    assert len(opened) == 1


def test_a_window_that_is_closed_stops_a_backup_that_is_being_made(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []
    begun: list[bool] = []

    def endless(*, progress: Callable[[int, int], None]) -> None:
        begun.append(True)
        try:
            while True:
                progress(1, 2)
        except Cancelled:
            ended.append("stopped")
            raise

    monkeypatch.setattr(backups, "back_up_if_due", endless)
    window.backup_actions.back_up_if_due()
    qtbot.waitUntil(lambda: bool(begun))
    window.backup_actions._stop()
    assert ended == ["stopped"]


def test_a_known_error_of_the_list_is_shown_with_try_again(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_file: Path) -> None:
        raise KnownError("The folder could not be read. Check that it is there.")

    monkeypatch.setattr("calmony_desktop.ui.dialogs.restore_backup.list_backups", fail)
    shown = RestoreBackupDialog(window, store.path())
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: "could not be read" in shown.message.words())
    assert "Check that it is there" in shown.message.words()
    monkeypatch.undo()
    shown.message.findChildren(QPushButton)[0].click()
    qtbot.waitUntil(lambda: is_settled(shown))
