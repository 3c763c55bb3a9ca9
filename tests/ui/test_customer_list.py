"""The list answers while one types: in its own thread, and without counting after each key."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from calmony_desktop.app import build_window
from calmony_desktop.store import customers
from calmony_desktop.store import database as store
from calmony_desktop.store.models import Customer
from calmony_desktop.store.search import CustomerSearch, Filter
from calmony_desktop.ui import customer_searcher
from calmony_desktop.ui.customer_list_model import CustomerListModel
from calmony_desktop.ui.delegates import entry_line
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.style import theme

from .conftest import BEATRIZ, add_customer

MARKED = entry_line.Marking(ground="red", ink="black")


@pytest.fixture
def many(database: Path, qtbot: QtBot) -> MainWindow:
    """A window on more customers than a page holds."""
    for number in range(120):
        add_customer(f"cus_{number:03}", f"Anna {number:03}", f"{number}@x.example")
    window = build_window(database)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.customer_list.customers.count == 120)
    return window


def test_the_window_asks_nothing_itself_while_somebody_types_and_scrolls(
    many: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking: list[str] = []
    execute: Any = store.database.execute_sql

    def watched(*arguments: Any) -> Any:
        asking.append(threading.current_thread().name)
        return execute(*arguments)

    monkeypatch.setattr(store.database, "execute_sql", watched)
    customer_list = many.customer_list
    qtbot.keyClicks(customer_list.search_field, "anna 119")
    qtbot.waitUntil(lambda: customer_list.customers.count == 1)
    customer_list.search_field.clear()
    qtbot.waitUntil(lambda: customer_list.customers.rowCount() == 120)
    customer_list.view.scrollToBottom()
    qtbot.waitUntil(lambda: customer_list.customers.entry(119) is not None)
    assert set(asking) == {"search"}


def test_what_is_found_is_shown_first_and_counted_when_typing_pauses(
    many: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_searcher, "_PAUSE", 3600)
    customers = many.customer_list.customers
    qtbot.keyClicks(many.customer_list.search_field, "anna")
    qtbot.waitUntil(lambda: customers.shown.term == "anna")
    assert (customers.count, customers.rowCount()) == (None, customer_searcher.PAGE)
    monkeypatch.setattr(customer_searcher, "_PAUSE", 0)
    qtbot.keyClicks(many.customer_list.search_field, " ")
    qtbot.waitUntil(lambda: customers.count == 120)


def test_very_many_customers_are_counted_off_the_windows_thread(
    many: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting: list[threading.Thread] = []
    count = customers.count
    monkeypatch.setattr(customers, "_COUNTED_AT_ONCE", 100)
    monkeypatch.setattr(
        customers, "count", lambda: (counting.append(threading.current_thread()), count())[1]
    )
    many.refresh()
    qtbot.waitUntil(lambda: len(counting) == 1)
    assert counting[0] is not threading.main_thread()
    add_customer("cus_new", "Zoe")
    many.refresh()
    labels = many.statusBar().findChildren(QLabel)
    qtbot.waitUntil(lambda: any("121" in label.text() for label in labels))


def test_a_last_row_that_is_gone_opens_nobody_else(many: MainWindow, qtbot: QtBot) -> None:
    """Qt goes on to the row above, which the arrow keys open."""
    customer_list = many.customer_list
    customer_list.view.choose(119)
    qtbot.waitUntil(lambda: many.detail.detail is not None)
    opened: list[str] = []
    customer_list.customer_selected.connect(opened.append)
    with store.writing():
        Customer.delete().where(Customer.id == "cus_119").execute()
    customer_list.refresh()
    qtbot.waitUntil(lambda: customer_list.customers.rowCount() == 119)
    assert opened == []
    assert not customer_list.view.selectedIndexes()


def test_a_customer_who_is_looked_for_in_the_list_is_not_kept_waiting_for_a_pause(
    many: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_searcher, "_PAUSE", 3600)
    placed: list[tuple[str, int]] = []
    customers: CustomerListModel = many.customer_list.customers
    customers.placed.connect(lambda *found: placed.append(found))
    qtbot.keyClicks(many.customer_list.search_field, "anna")
    customers.find("cus_119")
    qtbot.waitUntil(lambda: placed == [("cus_119", 119)])


def test_an_id_opens_its_customer_also_where_the_filter_hides_them(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.customer_list.choices.narrow(frozenset({Filter.FAILED_PAYMENT}), "JPY")
    window.customer_list.search_field.setText(BEATRIZ)
    qtbot.waitUntil(lambda: window.detail.detail is not None)
    assert window.detail.detail is not None
    assert window.detail.detail.customer.id == BEATRIZ


def test_the_list_read_again_does_not_open_the_customer_of_an_id_again(
    window: MainWindow, qtbot: QtBot
) -> None:
    customer_list = window.customer_list
    customer_list.search_field.setText(BEATRIZ)
    qtbot.waitUntil(lambda: window.detail.detail is not None)
    opened: list[str] = []
    customer_list.customer_selected.connect(opened.append)
    with qtbot.waitSignal(customer_list.customers.found):
        customer_list.refresh()
    assert opened == []
    assert customer_list.customers.shown == CustomerSearch(BEATRIZ)


# A line of an entry


def painted(text: str, term: str, width: int = 240) -> QImage:
    image = QImage(260, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        rect = QRect(0, 0, width, 19)
        painter.setFont(entry_line.font(True))
        entry_line.draw(painter, rect, text, is_name=True, term=term, marked=MARKED)
    return image


def columns(image: QImage, color: str) -> list[int]:
    wanted = QColor(color)
    rows = range(image.height())
    return [x for x in range(image.width()) if any(image.pixelColor(x, y) == wanted for y in rows)]


@pytest.mark.parametrize("text", ["Anna Weber", "Ａnna Weber", "anna " * 60])
def test_what_was_searched_for_has_a_ground_of_its_own(qapp: QApplication, text: str) -> None:
    theme.install(qapp)
    assert columns(painted(text, "anna"), "red")
    assert not columns(painted(text, "bo"), "red")
    assert not columns(painted(text, ""), "red")


@pytest.mark.parametrize("term", ["", "w", "zz"])
def test_a_long_line_keeps_to_its_room(qapp: QApplication, term: str) -> None:
    theme.install(qapp)
    image = painted("W" * 100_000, term, width=100)
    inked = [x for x in range(260) if image.pixelColor(x, 10) != QColor("white")]
    assert 60 < max(inked) <= 101


def test_a_line_is_laid_out_once(qapp: QApplication) -> None:
    theme.install(qapp)
    for term in ("", "ann"):
        painted("Anna Weber", term)
        made = entry_line._line.cache_info().misses
        painted("Anna Weber", term)
        assert entry_line._line.cache_info().misses == made
