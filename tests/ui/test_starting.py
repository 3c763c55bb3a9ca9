"""What a start opens, and when it asks instead."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from calmony_desktop import app, single_window
from calmony_desktop.errors import CannotOpen, FileState
from calmony_desktop.single_window import OnlyWindow, Requests
from calmony_desktop.store import backup
from calmony_desktop.store import database as store
from calmony_desktop.ui import background
from calmony_desktop.ui.cannot_open import CannotOpenDialog
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.window_state import WindowState

from .conftest import BEATRIZ

Answer = Callable[[CannotOpenDialog], object]


@pytest.fixture
def answers() -> list[Answer]:
    """What a person does about the next questions; they quit where nothing is left."""
    return []


@pytest.fixture
def asked(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, answers: list[Answer]) -> list[str]:
    """What a person was asked at a start."""
    said: list[str] = []

    def execute(dialog: CannotOpenDialog) -> int:
        qtbot.addWidget(dialog)
        said.append(dialog.words())
        for answer in answers:
            answer(dialog)
        return dialog.result()

    monkeypatch.setattr(CannotOpenDialog, "exec", execute)
    return said


@pytest.fixture
def place() -> Iterator[OnlyWindow]:
    place = OnlyWindow()
    yield place
    place.leave()
    store.close_database()


def open_or_ask(place: OnlyWindow, path: Path, customer_id: str | None = None) -> bool:
    assert place.take(path)
    return app._open_or_ask(place, WindowState(), customer_id)


def test_a_first_start_makes_the_file(asked: list[str], place: OnlyWindow, tmp_path: Path) -> None:
    assert open_or_ask(place, tmp_path / "calmony.db")
    assert store.path() == tmp_path / "calmony.db"
    assert asked == []


def test_records_that_are_gone_since_the_last_start_are_no_empty_file(
    asked: list[str], place: OnlyWindow, tmp_path: Path
) -> None:
    path = tmp_path / "calmony.db"
    assert open_or_ask(place, path)
    store.close_database()
    path.unlink()
    assert not open_or_ask(place, path)
    assert not path.exists()
    assert asked[0].startswith("Your records can’t be found")


def test_a_link_to_records_that_are_gone_makes_no_empty_file(
    asked: list[str], place: OnlyWindow, tmp_path: Path
) -> None:
    """As with a drive that is not connected, of which only the folder is left."""
    share, link = tmp_path / "share", tmp_path / "our.db"
    share.mkdir()
    link.symlink_to(share / "our.db")
    assert open_or_ask(place, link)
    store.close_database()
    (share / "our.db").unlink()
    assert not open_or_ask(place, link)
    assert list(share.glob("our.db*")) == []
    assert asked[0].startswith("Your records can’t be found")


def test_a_link_that_leads_to_itself_is_asked_about(
    asked: list[str], place: OnlyWindow, tmp_path: Path
) -> None:
    link = tmp_path / "our.db"
    link.symlink_to(link)
    assert not open_or_ask(place, link)
    assert len(asked) == 1


@pytest.fixture
def updated(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, threading.Thread]]:
    """Which updates a window told of, and where the work of each was done."""
    updated: list[tuple[str, threading.Thread]] = []
    run, back_up = background.run, backup.make_before_migration

    def told(parent: None, title: str, work: Callable[..., object], **how: bool) -> object:
        updated.append((title, threading.current_thread()))
        return run(parent, title, work, **how)

    def backed_up(path: Path) -> object:
        updated.append((path.name, threading.current_thread()))
        return back_up(path)

    monkeypatch.setattr(background, "run", told)
    monkeypatch.setattr(backup, "make_before_migration", backed_up)
    return updated


def test_an_update_of_the_records_is_told_of_and_leaves_the_window_alive(
    asked: list[str],
    updated: list[tuple[str, threading.Thread]],
    place: OnlyWindow,
    tmp_path: Path,
    leave_from_first_version: Callable[[Path], None],
) -> None:
    path = tmp_path / "calmony.db"
    leave_from_first_version(path)
    assert open_or_ask(place, path)
    (title, window), (name, worker) = updated
    assert (title, name) == ("Updating your records…", "calmony.db")
    assert window is threading.main_thread()
    assert worker is not window
    assert not store.has_to_be_updated(path)
    assert store.path() == path
    assert asked == []
    assert QApplication.quitOnLastWindowClosed()


def test_an_update_that_cannot_be_made_is_asked_about(
    asked: list[str],
    place: OnlyWindow,
    tmp_path: Path,
    leave_from_first_version: Callable[[Path], None],
) -> None:
    path = tmp_path / "calmony.db"
    leave_from_first_version(path)
    (tmp_path / "backups").write_text("no folder")
    assert not open_or_ask(place, path)
    assert asked[0].startswith("Your records could not be backed up")


def test_records_that_are_up_to_date_are_opened_without_a_word(
    asked: list[str],
    updated: list[tuple[str, threading.Thread]],
    place: OnlyWindow,
    tmp_path: Path,
) -> None:
    for _ in range(2):
        assert open_or_ask(place, tmp_path / "calmony.db")
        store.close_database()
    assert updated == []


def test_quitting_the_question_leaves_a_foreign_file_alone(
    asked: list[str], place: OnlyWindow, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Beatriz")
    assert not open_or_ask(place, path)
    assert path.read_text() == "Dear Beatriz"
    assert "not made by Calmony Desktop" in asked[0]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Beatriz")
    return path


def test_the_window_takes_its_place_along_to_the_file_that_is_chosen(
    asked: list[str], answers: list[Answer], place: OnlyWindow, letter: Path, tmp_path: Path
) -> None:
    chosen = tmp_path / "calmony.db"
    answers.append(lambda dialog: dialog._open(chosen))
    assert open_or_ask(place, letter)
    assert place.database == store.path() == chosen
    assert place.requests is not None
    assert place.requests.lock == Requests(chosen).lock


def test_a_second_refusal_is_about_the_file_that_is_chosen(
    asked: list[str], answers: list[Answer], place: OnlyWindow, letter: Path, tmp_path: Path
) -> None:
    other, chosen = tmp_path / "other.txt", tmp_path / "calmony.db"
    other.write_text("Dear Anders")
    answers += [lambda dialog: dialog._open(other), lambda dialog: dialog._open(chosen)]
    assert open_or_ask(place, letter)
    assert place.database == chosen


def test_a_missing_file_that_is_begun_anew_keeps_its_place(
    asked: list[str], answers: list[Answer], place: OnlyWindow, tmp_path: Path
) -> None:
    path = tmp_path / "calmony.db"
    WindowState().keep("database", path)
    answers.append(lambda dialog: dialog._begin_empty())
    assert open_or_ask(place, path)
    assert place.database == store.path() == path


def test_a_chosen_file_that_has_a_window_is_left_to_that(
    asked: list[str],
    answers: list[Answer],
    place: OnlyWindow,
    letter: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = tmp_path / "calmony.db"
    sent: list[tuple[Path, str | None]] = []
    take = place.take

    def has_window(database: Path, customer_id: str | None = None) -> bool:
        if database != chosen:
            return take(database, customer_id)
        sent.append((database, customer_id))
        return False

    monkeypatch.setattr(place, "take", has_window)
    answers.append(lambda dialog: dialog._open(chosen))
    assert not open_or_ask(place, letter, BEATRIZ)
    assert sent == [(chosen, BEATRIZ)]
    assert not chosen.exists()
    assert place.database == letter


@pytest.fixture
def demo_of(window: MainWindow, records: Path) -> Path:
    """The demo company's file, of a window that minds whose it is."""
    single_window.folder().mkdir(parents=True)
    app._be_only_window_of_demo(window)
    return records.with_name("demo.db")


def show_demo(window: MainWindow, demo: Path) -> None:
    window.data_actions._switch(demo)
    window.data_actions.database_switched.emit()


def test_the_demo_company_has_one_window_too(
    window: MainWindow, demo_of: Path, records: Path, qtbot: QtBot
) -> None:
    show_demo(window, demo_of)
    later_start = Requests(demo_of)
    later_start.leave(None)
    qtbot.waitUntil(lambda: not later_start.is_waiting())
    assert store.path() == demo_of
    window.data_actions.close_demo()
    assert store.path() == records
    later_start.leave(None)
    QTest.qWait(20)
    assert later_start.is_waiting()


def test_a_demo_company_that_has_a_window_is_left_to_that(
    window: MainWindow, demo_of: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OnlyWindow, "take", lambda *_of: False)
    show_demo(window, demo_of)
    assert store.path() == records
    assert not window.data_actions.shows_demo


def test_a_demo_company_whose_window_does_not_answer_is_left_with_a_word(
    window: MainWindow, demo_of: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(*_of: object) -> bool:
        raise CannotOpen(FileState.LOCKED, "still starting")

    monkeypatch.setattr(OnlyWindow, "take", take)
    show_demo(window, demo_of)
    assert store.path() == records
    assert "still starting" in window.notices.text()


def test_a_start_that_is_not_answered_says_why(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(app, "Application", lambda _program: qapp)
    monkeypatch.setattr(
        QMessageBox, "exec", lambda box: said.append(f"{box.text()} {box.informativeText()}")
    )
    assert app.say_it_is_starting(CannotOpen(FileState.LOCKED, "Wait.")) == 1
    assert said == ["Calmony Desktop is still starting Wait."]
