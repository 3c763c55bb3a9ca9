"""A customer with very many payments: the first at once, then those that come into sight."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NoReturn

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from calmony_desktop.errors import KnownError
from calmony_desktop.store import database, payment_pages
from calmony_desktop.store.models import PaymentIntent
from calmony_desktop.store.payment_pages import NEWEST_FIRST as NEWEST
from calmony_desktop.store.payment_pages import PaymentOrder, payment_keys, payments_at
from calmony_desktop.store.rows import PaymentRow
from calmony_desktop.ui import payment_reader
from calmony_desktop.ui.delegates.cells import ROW_HEIGHT
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.payment_history import AT_ONCE
from calmony_desktop.ui.payment_reader import PaymentReader
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.tables import paged_rows, payments
from calmony_desktop.ui.tables.paged_rows import PAGE
from calmony_desktop.ui.tables.record_table import RecordTable
from calmony_desktop.ui.tables.record_table_model import RecordTableModel

from .conftest import ANDERS, BEATRIZ, FileDialog

MANY = 6 * AT_ONCE + 7
NEWEST_FIRST = [f"pi_{number:04}" for number in reversed(range(MANY))]
ID, AMOUNT = 0, 1
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
TOTAL = "€11,362.78"
AWAY = "The disk is away."


def fail(*_args: object) -> NoReturn:
    raise KnownError(AWAY)


def remove(ids: list[str]) -> None:
    with database.writing():
        for each in ids:
            PaymentIntent.delete().where(PaymentIntent.id == each).execute()


@pytest.fixture
def long_history(records: Path) -> None:
    """Anders has paid very often."""
    rows = [
        {
            "id": f"pi_{number:04}",
            "customer": ANDERS,
            "amount": MANY - number,  # the larger the older; 1 to 1507 are 1,136,278
            "currency": "EUR",
            "status": "succeeded",
            "raw_status": "succeeded",
            "created_at": 1_700_000_000 + number,
        }
        for number in range(MANY)
    ]
    with database.writing():
        PaymentIntent.insert_many(rows).execute()


@pytest.fixture
def opened(long_history: None, window: MainWindow) -> Iterator[MainWindow]:
    """Anders, just opened: the other payments are still to come."""
    window.open_customer(ANDERS)
    return window


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, so that a test can look at the table right after a key."""
    monkeypatch.setattr(payment_reader, "_A_MOMENT", 5)


def table_of(window: MainWindow) -> RecordTable[PaymentRow]:
    return window.detail.payments.table


def shown(window: MainWindow) -> list[str]:
    """Those of which it is known where they stand."""
    return [row.id for row in table_of(window).records.rows()]


def in_sight(window: MainWindow) -> list[str | None]:
    table = table_of(window)
    rows = table.records.some_rows(table.rows_in_sight())
    return [None if row is None else row.id for row in rows]


def words(window: MainWindow) -> list[str]:
    return [label.text() for label in window.detail.findChildren(QLabel)]


def wait_for_all(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: table_of(window).records.is_whole and len(shown(window)) == MANY)


def wait_until_idle(window: MainWindow, qtbot: QtBot) -> None:
    """Until the first of all orders are read ahead and all is summed up."""
    qtbot.waitUntil(lambda: TOTAL in words(window))


def is_reading() -> bool:
    return any(each.name == "payments" for each in threading.enumerate())


def rows_in_memory() -> int:
    gc.collect()
    return sum(type(each) is PaymentRow for each in gc.get_objects())


def test_the_newest_are_there_at_once_and_all_a_moment_later(
    opened: MainWindow, qtbot: QtBot
) -> None:
    assert shown(opened) == NEWEST_FIRST[:AT_ONCE]
    assert f"{AT_ONCE}+" in words(opened)
    wait_for_all(opened, qtbot)
    assert shown(opened) == NEWEST_FIRST
    assert f"{MANY:,}" in words(opened)


def test_no_sum_of_some_payments_ever_stands_for_the_sum_of_all(
    opened: MainWindow, qtbot: QtBot
) -> None:
    assert "…" in words(opened)
    assert not any("€1" in each for each in words(opened))
    wait_until_idle(opened, qtbot)
    assert "…" not in words(opened)


def test_a_customer_with_as_many_as_are_read_at_once_has_no_more(
    long_history: None, window: MainWindow
) -> None:
    remove(NEWEST_FIRST[AT_ONCE:])
    window.open_customer(ANDERS)
    assert str(AT_ONCE) in words(window)
    assert "…" not in words(window)
    assert not is_reading()


def test_whoever_scrolls_sees_every_row_and_few_are_kept(
    long_history: None, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paged_rows, "_MOST_PAGES", 4)
    before = rows_in_memory()
    window.open_customer(ANDERS)
    wait_for_all(window, qtbot)
    bar = table_of(window).verticalScrollBar()
    seen: set[str | None] = set()
    for value in range(0, bar.maximum() + 1, 3 * ROW_HEIGHT):
        bar.setValue(value)
        seen.update(in_sight(window))
    bar.setValue(bar.maximum())
    assert seen | {*in_sight(window)} == {*NEWEST_FIRST}
    for value in range(bar.maximum(), -1, -3 * ROW_HEIGHT):
        bar.setValue(value)
        assert None not in in_sight(window)
    wait_until_idle(window, qtbot)
    ahead, samples = len(payment_pages.ORDERS) * PAGE, 20
    # The page that was here when all came is kept for its widths.
    assert rows_in_memory() - before <= AT_ONCE + (1 + 4) * PAGE + ahead + samples < MANY
    window.open_customer(BEATRIZ)
    assert rows_in_memory() - before <= 20


def test_a_row_that_is_to_come_is_painted_as_a_calm_bar_until_it_does(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until_idle(opened, qtbot)
    table = table_of(opened)
    monkeypatch.setattr(payment_reader, "_A_MOMENT", 0)
    may_read = threading.Event()

    def read_later(customer_id: str, keys: Sequence[int]) -> tuple[PaymentRow, ...]:
        may_read.wait(10)
        return payments_at(customer_id, keys)

    monkeypatch.setattr(payment_pages, "payments_at", read_later)
    table.sortByColumn(ID, DOWN)  # the first were read ahead
    table.verticalScrollBar().setValue(700 * ROW_HEIGHT)
    assert {*in_sight(opened)} == {None}
    image = table.viewport().grab().toImage()
    colors = {image.pixelColor(20, y).name() for y in range(ROW_HEIGHT)}
    assert theme.current().border.name() in colors
    assert table.records.index(700, ID).data() is None
    may_read.set()
    qtbot.waitUntil(lambda: None not in in_sight(opened))
    assert in_sight(opened)[0] == NEWEST_FIRST[700]


@pytest.mark.parametrize("first_wait", [False, True])
def test_sorting_sorts_all_and_not_only_those_that_are_shown(
    opened: MainWindow, qtbot: QtBot, first_wait: bool
) -> None:
    if first_wait:
        wait_until_idle(opened, qtbot)
    table_of(opened).sortByColumn(AMOUNT, DOWN)
    oldest_first = NEWEST_FIRST[::-1]
    qtbot.waitUntil(lambda: shown(opened)[:PAGE] == oldest_first[:PAGE])
    wait_for_all(opened, qtbot)
    assert shown(opened) == oldest_first
    table_of(opened).sortByColumn(-1, DOWN)
    qtbot.waitUntil(lambda: shown(opened)[:PAGE] == NEWEST_FIRST[:PAGE])


def test_a_click_on_a_heading_shows_the_first_at_once_where_there_was_time_to_read_them(
    opened: MainWindow, qtbot: QtBot
) -> None:
    wait_until_idle(opened, qtbot)
    connection = database.database.connection()
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    for column, direction in product((ID, AMOUNT), (UP, DOWN)):
        table_of(opened).sortByColumn(column, direction)
        is_newest_first = (column == ID) == (direction == DOWN)
        assert in_sight(opened)[0] == NEWEST_FIRST[0 if is_newest_first else -1]
        assert None not in in_sight(opened)
    connection.set_trace_callback(None)
    assert statements == []
    assert f"{MANY:,}" in words(opened)


def test_where_there_was_not_the_click_waits_for_nothing_and_the_next_one_replaces_it(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PaymentReader, "first_of", lambda *_: None)
    connection = database.database.connection()
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    table_of(opened).sortByColumn(AMOUNT, DOWN)
    assert in_sight(opened)[0] == NEWEST_FIRST[0]
    table_of(opened).sortByColumn(ID, UP)
    table_of(opened).sortByColumn(ID, DOWN)
    connection.set_trace_callback(None)
    assert statements == []
    wait_for_all(opened, qtbot)
    assert shown(opened) == NEWEST_FIRST


def test_whoever_has_scrolled_stays_there_when_sorting(opened: MainWindow, qtbot: QtBot) -> None:
    wait_until_idle(opened, qtbot)
    table_of(opened).verticalScrollBar().setValue(700 * ROW_HEIGHT)
    table_of(opened).sortByColumn(AMOUNT, DOWN)
    assert in_sight(opened)[0] == NEWEST_FIRST[700]
    qtbot.waitUntil(lambda: in_sight(opened)[0] == NEWEST_FIRST[::-1][700])
    assert None not in in_sight(opened)


def test_whoever_sorts_by_a_column_finds_the_next_customer_sorted_too(
    long_history: None, window: MainWindow, qtbot: QtBot
) -> None:
    window.open_customer(BEATRIZ)
    table_of(window).sortByColumn(ID, UP)
    window.open_customer(ANDERS)
    qtbot.waitUntil(lambda: shown(window)[:PAGE] == NEWEST_FIRST[::-1][:PAGE])
    wait_for_all(window, qtbot)
    assert shown(window) == NEWEST_FIRST[::-1]


def test_select_all_selects_those_that_are_still_to_come(opened: MainWindow, qtbot: QtBot) -> None:
    table = table_of(opened)
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert table.selected_ids() == NEWEST_FIRST
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in copied] == NEWEST_FIRST


def test_the_window_goes_on_while_all_are_waited_for(
    opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, goes_on, seen = payment_pages.payment_keys, threading.Event(), []

    def slow(*arguments: Any) -> Any:
        seen.append(goes_on.wait(5))
        return keys(*arguments)

    monkeypatch.setattr(payment_pages, "payment_keys", slow)
    beat = QTimer()
    beat.timeout.connect(goes_on.set)
    beat.start(0)
    table_of(opened).selectAll()
    assert seen
    assert all(seen)
    assert table_of(opened).selected_ids() == NEWEST_FIRST


def test_no_selected_row_is_looked_at_to_paint_the_heading(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until_idle(opened, qtbot)
    asked = []
    monkeypatch.setattr(RecordTableModel, "columnCount", lambda *_: asked.append(1) or 5)
    table_of(opened).selectAll()
    table_of(opened).horizontalHeader().viewport().repaint()
    assert len(asked) < MANY


def test_the_end_is_the_end_of_all(opened: MainWindow, qtbot: QtBot) -> None:
    table = table_of(opened)
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert table.current_id() == NEWEST_FIRST[-1]
    assert in_sight(opened)[-1] == NEWEST_FIRST[-1]


def test_a_file_holds_all_of_them(
    opened: MainWindow, tmp_path: Path, file_dialog: FileDialog
) -> None:
    target = tmp_path / "payments.csv"
    file_dialog("getSaveFileName", (str(target), ""))
    opened.record_actions.export_table(opened.detail.payments)
    lines = target.read_text("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == NEWEST_FIRST


def test_what_is_selected_stays_selected_while_the_others_come_and_are_sorted(
    opened: MainWindow, qtbot: QtBot
) -> None:
    table = table_of(opened)
    table.selectRow(3)
    wait_until_idle(opened, qtbot)
    assert table.selected_ids() == [NEWEST_FIRST[3]]
    table.sortByColumn(AMOUNT, DOWN)
    assert table.selected_ids() == []  # it is not among the first
    wait_for_all(opened, qtbot)
    assert table.selected_ids() == [NEWEST_FIRST[3]]
    assert table.current_id() is None or table.current_id() == NEWEST_FIRST[3]


def test_a_new_choice_meanwhile_is_the_one_that_stays(opened: MainWindow, qtbot: QtBot) -> None:
    table = table_of(opened)
    table.selectRow(3)
    wait_until_idle(opened, qtbot)
    table.sortByColumn(AMOUNT, DOWN)
    table.selectRow(5)
    wait_for_all(opened, qtbot)
    assert table.selected_ids() == [NEWEST_FIRST[::-1][5]]


def test_what_was_changed_is_shown_without_losing_the_place(
    opened: MainWindow, qtbot: QtBot
) -> None:
    wait_for_all(opened, qtbot)
    table = table_of(opened)
    table.selectRow(1000)
    place = table.verticalScrollBar().value()
    with database.writing():
        PaymentIntent.update(amount=99).where(PaymentIntent.id == NEWEST_FIRST[1000]).execute()
    opened.refresh()
    assert None not in in_sight(opened)
    cell = table.records.index(1000, AMOUNT)
    qtbot.waitUntil(lambda: cell.data() == "€0.99")
    assert table.selected_ids() == [NEWEST_FIRST[1000]]
    assert table.verticalScrollBar().value() == place > 0


@pytest.mark.parametrize("read_next", ["first_keys", "payments_in_all", "payments_at"])
def test_what_was_changed_while_something_is_read_comes_with_it(
    long_history: None,
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    read_next: str,
) -> None:
    read = getattr(payment_pages, read_next)
    may_change, changed = threading.Event(), threading.Event()

    def read_and_let_it_change(*arguments: Any) -> Any:
        found = read(*arguments)
        if threading.current_thread().name == "payments":
            may_change.set()
            changed.wait(10)
        return found

    monkeypatch.setattr(payment_pages, read_next, read_and_let_it_change)
    window.open_customer(ANDERS)
    qtbot.waitUntil(may_change.is_set)
    remove(NEWEST_FIRST[:1])
    changed.set()
    qtbot.waitUntil(lambda: table_of(window).records.is_whole)
    table_of(window).verticalScrollBar().setValue(1000 * ROW_HEIGHT)
    qtbot.waitUntil(lambda: in_sight(window)[0] == NEWEST_FIRST[1001])
    assert shown(window) == NEWEST_FIRST[1:]


def test_keys_that_another_program_made_void_show_nobody_elses_payments(
    opened: MainWindow, qtbot: QtBot
) -> None:
    wait_until_idle(opened, qtbot)
    gone = NEWEST_FIRST[100:400]
    remove(gone)
    database.database.execute_sql("VACUUM")  # may number the rows anew
    with database.writing():
        others = {"customer": BEATRIZ, "currency": "EUR", "status": "succeeded", "raw_status": ""}
        for number in range(400):
            PaymentIntent.create(id=f"pi_other_{number}", amount=1, created_at=1, **others)
    table_of(opened).verticalScrollBar().setValue(1000 * ROW_HEIGHT)
    left = [each for each in NEWEST_FIRST if each not in gone]
    qtbot.waitUntil(lambda: in_sight(opened)[0] == left[1000])
    assert shown(opened) == left
    assert f"{len(left):,}" in words(opened)


def test_what_is_selected_never_becomes_another_payment(opened: MainWindow, qtbot: QtBot) -> None:
    wait_until_idle(opened, qtbot)
    table = table_of(opened)
    table.selectRow(500)
    chosen = table.selected_ids()
    remove(NEWEST_FIRST[-300:])
    opened.refresh()
    qtbot.waitUntil(lambda: f"{MANY - 300:,}" in words(opened))
    assert table.selected_ids() == chosen == [NEWEST_FIRST[500]]
    database.database.execute_sql("VACUUM")  # may number the rows anew
    remove(NEWEST_FIRST[-301:-300])
    opened.refresh()
    qtbot.waitUntil(lambda: f"{MANY - 301:,}" in words(opened))
    assert table.selected_ids() == []


def test_where_all_were_removed_meanwhile_it_says_so(opened: MainWindow, qtbot: QtBot) -> None:
    wait_for_all(opened, qtbot)
    remove(NEWEST_FIRST)
    table_of(opened).verticalScrollBar().setValue(1000 * ROW_HEIGHT)
    qtbot.waitUntil(lambda: not table_of(opened).isVisible())
    assert "0" in words(opened)


def test_the_payments_of_one_customer_never_come_to_another(
    opened: MainWindow, qtbot: QtBot
) -> None:
    assert is_reading()
    opened.open_customer(BEATRIZ)
    assert not is_reading()
    qtbot.wait(150)
    assert shown(opened) == ["pi_succeeded", "pi_requires_action", "pi_processing", "pi_failed"]


def test_nothing_is_read_for_a_window_that_is_closed(opened: MainWindow) -> None:
    assert is_reading()
    opened.close()
    assert not is_reading()


@pytest.mark.parametrize("what", ["payments_in_all", "first_keys"])
def test_a_file_that_fails_meanwhile_says_so(
    long_history: None,
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    monkeypatch.setattr(payment_pages, what, fail)
    window.open_customer(ANDERS)
    qtbot.waitUntil(lambda: AWAY in words(window))
    assert window.detail.detail is None
    qtbot.waitUntil(lambda: not is_reading())


def test_a_page_or_a_copy_that_fails_says_so(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = table_of(opened)
    table.selectAll()
    QApplication.clipboard().setText("before")
    wait_until_idle(opened, qtbot)
    monkeypatch.setattr(table.records, "read", fail)
    table.copy_selected()
    assert AWAY in words(opened)
    assert QApplication.clipboard().text() == "before"


def test_a_thousand_opened_customers_leave_nothing_behind(opened: MainWindow, qtbot: QtBot) -> None:
    window = opened
    wait_until_idle(window, qtbot)  # by now all is kept that is kept of words and dates

    def open_some(number: int) -> int:
        for count in range(number):
            window.open_customer((BEATRIZ, ANDERS)[count % 2])
        window.detail.show_nothing()
        gc.collect()
        return len(gc.get_objects())

    before = open_some(50)
    open_some(1000)
    assert open_some(50) < before + 200  # by now the threads that ended are forgotten, too


TO_SORT = (
    ("pi_b", {"amount": 5_00, "currency": "USD", "description": "Zebra"}),
    ("PI_A", {"amount": 9_00, "status": "failed", "failure_message": "Card declined"}),
    ("pi_c", {"amount": 5_00, "status": "processing", "description": "apple"}),
    ("pi_d", {"amount": 100_00, "status": "failed", "description": "Melon"}),
    ("pi_e", {"amount": 7_00, "invoice_id": "in_paid"}),
)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", range(5))
def test_the_database_sorts_as_the_table_does(records: Path, column: int, descending: bool) -> None:
    for at, (payment_id, values) in enumerate(TO_SORT):
        whole = {"currency": "EUR", "status": "succeeded", "raw_status": "x", **values}
        PaymentIntent.create(id=payment_id, customer=ANDERS, created_at=1_700_000_000 + at, **whole)
    model = RecordTableModel(payments.columns())
    model.set_rows(in_order(NEWEST))
    model.sort(column, DOWN if descending else Qt.SortOrder.AscendingOrder)
    order = PaymentOrder(payments.SORTED_BY[column], descending)
    assert in_order(order) == model.rows()
    assert in_order(order, 2) == model.rows()[:2]
    assert payment_pages.first_keys(ANDERS, 2).keys[order] == payment_keys(ANDERS, order)[:2]


def in_order(order: PaymentOrder, most: int = -1) -> tuple[PaymentRow, ...]:
    return payments_at(ANDERS, payment_keys(ANDERS, order, most))
