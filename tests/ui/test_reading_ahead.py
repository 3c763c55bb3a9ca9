"""With nothing to do, the list's thread reads what may be wanted next, and drops it for a key."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from calmony_desktop.app import build_window
from calmony_desktop.errors import KnownError
from calmony_desktop.store import database as store
from calmony_desktop.store import read_ahead
from calmony_desktop.store.file_states import Interrupted
from calmony_desktop.store.read_ahead import ReadAhead
from calmony_desktop.ui import customer_searcher
from calmony_desktop.ui.main_window import MainWindow

from .conftest import ANDERS, BEATRIZ, MARKUP, NOBODY

_ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

Build = Callable[[], MainWindow]


@pytest.fixture
def build(records: Path, qtbot: QtBot) -> Build:
    """Makes the window and has its list read."""

    def built() -> MainWindow:
        window = build_window(records)
        qtbot.addWidget(window)
        window.show()
        window.customer_list.refresh()
        return window

    return built


class Endless:
    """Would read for ever, and tells how it ended."""

    is_done = False

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []

    def step(self) -> None:
        self.begun.append(threading.current_thread().name)
        try:
            with store.reading():
                store.database.execute_sql(_ENDLESS).fetchone()
        except Interrupted:
            self.ended.append("interrupted")
            raise


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> Endless:
    ahead = Endless()
    monkeypatch.setattr(customer_searcher, "ReadAhead", lambda: ahead)
    return ahead


def test_all_is_read_once_when_nothing_is_to_do(
    build: Build, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[ReadAhead] = []

    class Watched(ReadAhead):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    monkeypatch.setattr(read_ahead, "_MANY", 1)
    monkeypatch.setattr(customer_searcher, "ReadAhead", Watched)
    window = build()
    qtbot.waitUntil(lambda: bool(made) and made[0].is_done)
    window.customer_list.search_field.setText("beatriz")
    qtbot.waitUntil(lambda: window.customer_list.customers.shown.term == "beatriz")
    assert len(made) == 1


def test_a_key_interrupts_it_and_it_goes_on_afterwards(
    build: Build, endless: Endless, qtbot: QtBot
) -> None:
    window = build()
    qtbot.waitUntil(lambda: len(endless.begun) == 1)
    qtbot.keyClicks(window.customer_list.search_field, "b")
    qtbot.waitUntil(lambda: window.customer_list.customers.shown.term == "b")
    assert endless.ended == ["interrupted"]
    qtbot.waitUntil(lambda: len(endless.begun) == 2)
    assert set(endless.begun) == {"search"}


def test_it_ends_with_the_window(build: Build, endless: Endless, qtbot: QtBot) -> None:
    window = build()
    qtbot.waitUntil(lambda: len(endless.begun) == 1)
    window.close()
    assert endless.ended == ["interrupted"]
    assert not [each for each in threading.enumerate() if each.name == "search"]


def test_what_goes_wrong_with_it_is_left_for_a_search_to_tell(
    build: Build, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[ReadAhead] = []

    class Broken(ReadAhead):
        def step(self) -> None:
            tried.append(self)
            raise KnownError("The disk is full.")

    monkeypatch.setattr(customer_searcher, "ReadAhead", Broken)
    window = build()
    customers = window.customer_list.customers
    qtbot.waitUntil(lambda: bool(tried))
    failed: list[str] = []
    customers.failed.connect(failed.append)
    window.customer_list.search_field.setText(BEATRIZ)
    qtbot.waitUntil(lambda: customers.shown.term == BEATRIZ)
    qtbot.wait(2 * int(1000 * customer_searcher._IDLE))
    assert len(tried) == 1
    assert failed == []


def test_neighbours_of_who_is_opened_are_read_first_then_all_in_sight(
    build: Build, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(read_ahead, "read_customer", read.append)
    window = build()
    order = [window.customer_list.customers.entry(row) for row in range(4)]
    assert [entry and entry.id for entry in order] == [MARKUP, ANDERS, BEATRIZ, NOBODY]
    qtbot.waitUntil(lambda: set(read) == {MARKUP, ANDERS, BEATRIZ, NOBODY})
    window.customer_list.view.choose(2)
    qtbot.waitUntil(lambda: read[-4:] == [NOBODY, ANDERS, MARKUP, BEATRIZ])
