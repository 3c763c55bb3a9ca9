"""Scrolling through a long list for as long as one likes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from calmony_desktop.app import build_window
from calmony_desktop.store import database as store
from calmony_desktop.store.customer_entry import CustomerEntry
from calmony_desktop.store.models import Customer
from calmony_desktop.ui.main_window import MainWindow

MANY = 6_000
#: Every page comes and goes several times.
TURNS = 500


def customer(name: str) -> dict[str, object]:
    keys = {"sort_key": name.lower(), "email_key": "", "search_key": name.lower()}
    return {"id": f"cus_{name[-5:]}", "name": name, "created_at": 1_700_000_000, **keys}


@pytest.fixture
def long_list(database: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window that lists very many customers."""
    names = [f"Customer {number:05}" for number in range(MANY)]
    with store.writing():
        for start in range(0, MANY, 1000):
            Customer.insert_many([customer(name) for name in names[start : start + 1000]]).execute()
    shown = build_window(database)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: shown.customer_list.customers.rowCount() == MANY)
    yield shown
    shown.close()


def test_scrolling_for_long_leaves_nothing_behind(long_list: MainWindow, qtbot: QtBot) -> None:
    view, model = long_list.customer_list.view, long_list.customer_list.customers
    bar = view.verticalScrollBar()

    def scroll_through(turns: int) -> tuple[int, int]:
        for turn in range(turns + 1):
            bar.setValue(bar.maximum() * turn // turns)
            QApplication.processEvents()
        qtbot.waitUntil(lambda: model.entry(MANY - 1) is not None)
        bar.setValue(0)
        qtbot.waitUntil(lambda: model.entry(0) is not None)
        gc.collect()
        objects = gc.get_objects()
        return len(objects), sum(isinstance(each, CustomerEntry) for each in objects)

    objects, entries = scroll_through(120)
    objects_after, entries_after = scroll_through(TURNS)
    assert 0 < entries_after <= entries < MANY
    assert objects_after < objects + 200
