"""A second start, or a link, brings the window to the front, at the customer it names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, QTimer, QUrl
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from calmony_desktop.single_window import LEADS_NOWHERE, OnlyWindow
from calmony_desktop.store import database as store
from calmony_desktop.ui import plain_text, window_requests
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.window_requests import WindowRequests

from .conftest import ANDERS, BEATRIZ


@pytest.fixture
def place(window: MainWindow) -> Iterator[OnlyWindow]:
    """That of the only window of the records."""
    place = OnlyWindow()
    assert place.take(store.path())
    yield place
    place.leave()


def ask(place: OnlyWindow, customer_id: str | None) -> None:
    """What a later start does."""
    assert place.requests is not None
    place.requests.leave(customer_id)


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What came to the front."""
    brought: list[object] = []
    monkeypatch.setattr(window_requests, "bring_to_front", brought.append)
    return brought


def shown(window: MainWindow) -> str | None:
    return window.detail.detail and window.detail.detail.customer.id


def test_a_request_opens_its_customer(
    window: MainWindow, place: OnlyWindow, brought: list[object], qtbot: QtBot
) -> None:
    WindowRequests(window, place)
    ask(place, BEATRIZ)
    qtbot.waitUntil(lambda: shown(window) == BEATRIZ)
    ask(place, ANDERS)
    qtbot.waitUntil(lambda: shown(window) == ANDERS)
    ask(place, None)
    qtbot.waitUntil(lambda: len(brought) == 3)
    assert shown(window) == ANDERS
    assert brought == [window] * 3


def test_a_request_from_before_the_window_is_not_lost(
    window: MainWindow, place: OnlyWindow, qtbot: QtBot
) -> None:
    ask(place, BEATRIZ)
    WindowRequests(window, place)
    qtbot.waitUntil(lambda: shown(window) == BEATRIZ)


def test_a_minimized_window_is_shown_again(window: MainWindow, place: OnlyWindow) -> None:
    window.showMinimized()
    window_requests.bring_to_front(window)
    assert not window.isMinimized()
    assert window.isVisible()


def test_a_link_waits_for_the_answer_to_a_question(
    window: MainWindow, place: OnlyWindow, brought: list[object], qtbot: QtBot
) -> None:
    window.open_customer(ANDERS)
    WindowRequests(window, place)
    box = plain_text.message_box(window, QMessageBox.Icon.NoIcon, "title", "Really?")
    QTimer.singleShot(0, lambda: ask(place, BEATRIZ))
    box.open()
    qtbot.waitUntil(lambda: "leads to a customer" in window.notices.text())
    assert shown(window) == ANDERS
    assert brought[-1] is box
    box.close()
    button = next(each for each in window.notices._buttons if each.text() == "Show the customer")
    button.click()
    assert shown(window) == BEATRIZ


def test_a_link_to_nobody_says_so(window: MainWindow, place: OnlyWindow, qtbot: QtBot) -> None:
    WindowRequests(window, place)
    ask(place, "cus_missing")
    qtbot.waitUntil(lambda: window.detail.has_problem)
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("link", ["calmony://customers/cus_1?x=1", "calmony://invoices/in_1"])
def test_a_link_that_leads_nowhere_says_so(
    window: MainWindow, place: OnlyWindow, brought: list[object], link: str
) -> None:
    window.open_customer(ANDERS)
    WindowRequests(window, place).open(QUrl(link))
    assert "does not lead to a customer" in window.notices.text()
    assert shown(window) == ANDERS
    assert brought == [window]


def test_a_start_with_a_link_that_leads_nowhere_says_so(
    window: MainWindow, place: OnlyWindow, qtbot: QtBot
) -> None:
    requests = WindowRequests(window, place, is_starting=True, first=LEADS_NOWHERE)
    requests.window_is_there()
    assert "does not lead to a customer" in window.notices.text()


def test_what_comes_during_a_start_is_shown_after_what_the_start_itself_shows(
    window: MainWindow, place: OnlyWindow, brought: list[object], qtbot: QtBot
) -> None:
    """Also where a question is in the way, and is answered before there is a window."""
    requests = WindowRequests(window, place, is_starting=True)
    ask(place, BEATRIZ)
    qtbot.waitUntil(lambda: len(brought) == 1)
    window.open_customer(ANDERS)
    requests.window_is_there()
    assert shown(window) == BEATRIZ
    ask(place, ANDERS)
    qtbot.waitUntil(lambda: shown(window) == ANDERS)


def test_a_link_leads_out_of_the_demo_company(
    window: MainWindow, place: OnlyWindow, records: Path, qtbot: QtBot
) -> None:
    window.data_actions._switch(records.with_name("demo.db"))
    WindowRequests(window, place)
    ask(place, BEATRIZ)
    qtbot.waitUntil(lambda: shown(window) == BEATRIZ)
    assert store.path() == records


def test_a_link_to_the_demo_company_stays_there(
    window: MainWindow, place: OnlyWindow, records: Path, qtbot: QtBot
) -> None:
    demo = OnlyWindow()
    window.data_actions._switch(records.with_name("demo.db"))
    assert demo.take(store.path())
    WindowRequests(window, place)
    WindowRequests(window, demo)
    ask(demo, "cus_missing")
    qtbot.waitUntil(lambda: window.detail.has_problem)
    assert store.path() == records.with_name("demo.db")
    demo.leave()


def test_on_a_mac_the_system_hands_a_link_to_the_window_that_is_there(
    window: MainWindow, place: OnlyWindow, brought: list[object]
) -> None:
    watcher = WindowRequests(window, place)
    for link, expected in (
        (f"calmony://customers/{BEATRIZ}", BEATRIZ),
        (f"CALMONY://customers/{ANDERS}/", ANDERS),
        ("calmony://customers/..%2Fx%20y", ANDERS),  # brings it to the front
        (f"https://customers/{BEATRIZ}", ANDERS),
    ):
        watcher.open(QUrl(link))
        assert shown(window) == expected
    assert brought == [window] * 3


def test_on_a_mac_a_file_gets_a_window_of_its_own(
    window: MainWindow, place: OnlyWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(
        QProcess, "startDetached", lambda _program, given: started.append(given[-1:])
    )
    file = tmp_path / "copy.calmony"
    WindowRequests(window, place).open(QUrl.fromLocalFile(str(file)))
    assert started == [[str(file)]]


@pytest.mark.parametrize(
    ("started_as", "given", "again"),
    [
        (["calmony-desktop", "old.db"], ["old.db"], []),
        (["python", "-m", "calmony_desktop", "old.db"], ["old.db"], ["-m", "calmony_desktop"]),
        (["python", "-X", "dev", "bin/calmony-desktop"], [], ["-X", "dev", "bin/calmony-desktop"]),
    ],
)
def test_the_program_starts_once_more_however_it_was_started(
    started_as: list[str], given: list[str], again: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(QProcess, "startDetached", lambda *command: started.append(command))
    monkeypatch.setattr(sys, "orig_argv", started_as)
    monkeypatch.setattr(sys, "argv", ["…", *given])
    window_requests.start_program("--database", "new.db")
    assert started == [(sys.executable, [*again, "--database", "new.db"])]
