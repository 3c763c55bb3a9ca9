"""A customer with very many payments: the first at once, and then every one of them."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from calmony_desktop.errors import KnownError
from calmony_desktop.store import customers, database
from calmony_desktop.store.customers import PaymentOrder
from calmony_desktop.store.models import PaymentIntent
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.payment_history import AT_ONCE
from calmony_desktop.ui.tables import payments
from calmony_desktop.ui.tables.record_table_model import RecordTableModel

from .conftest import ANDERS, BEATRIZ, FileDialog

MANY = 3 * AT_ONCE + 7
NEWEST_FIRST = [f"pi_{number:04}" for number in reversed(range(MANY))]
ID, AMOUNT = 0, 1
DOWN = Qt.SortOrder.DescendingOrder


@pytest.fixture
def long_history(records: Path) -> None:
    """Anders has paid very often."""
    rows = [
        {
            "id": f"pi_{number:04}",
            "customer": ANDERS,
            "amount": MANY - number,  # the larger the older; 1 to 757 are 286,903
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


def shown(window: MainWindow) -> list[str]:
    return [row.id for row in window.detail.payments.table.records.rows()]


def words(window: MainWindow) -> list[str]:
    return [label.text() for label in window.detail.findChildren(QLabel)]


def wait_for_all(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(shown(window)) == MANY)


def test_the_newest_are_there_at_once_and_all_a_moment_later(
    opened: MainWindow, qtbot: QtBot
) -> None:
    assert shown(opened) == NEWEST_FIRST[:AT_ONCE]
    assert f"{AT_ONCE}+" in words(opened)
    wait_for_all(opened, qtbot)
    assert shown(opened) == NEWEST_FIRST
    assert str(MANY) in words(opened)


def test_no_sum_of_some_payments_ever_stands_for_the_sum_of_all(
    opened: MainWindow, qtbot: QtBot
) -> None:
    assert "…" in words(opened)
    assert not any("€2" in each for each in words(opened))
    wait_for_all(opened, qtbot)
    assert "€2,869.03" in words(opened)
    assert "…" not in words(opened)


def test_a_customer_with_as_many_as_are_read_at_once_has_no_more(
    long_history: None, window: MainWindow
) -> None:
    too_many = PaymentIntent.id << NEWEST_FIRST[AT_ONCE:]
    with database.writing():
        PaymentIntent.delete().where(too_many).execute()
    window.open_customer(ANDERS)
    assert str(AT_ONCE) in words(window)
    assert "…" not in words(window)


@pytest.mark.parametrize("first_wait", [False, True])
def test_sorting_sorts_all_and_not_only_those_that_are_shown(
    opened: MainWindow, qtbot: QtBot, first_wait: bool
) -> None:
    if first_wait:
        wait_for_all(opened, qtbot)
    opened.detail.payments.table.sortByColumn(AMOUNT, DOWN)
    oldest_first = NEWEST_FIRST[::-1]
    qtbot.waitUntil(lambda: shown(opened) == oldest_first[:AT_ONCE])
    wait_for_all(opened, qtbot)
    assert shown(opened) == oldest_first
    opened.detail.payments.table.sortByColumn(-1, DOWN)
    qtbot.waitUntil(lambda: shown(opened) == NEWEST_FIRST[:AT_ONCE])


def test_a_click_on_a_heading_waits_for_nothing_and_the_next_one_replaces_it(
    opened: MainWindow, qtbot: QtBot
) -> None:
    wait_for_all(opened, qtbot)
    connection = database.database.connection()
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    opened.detail.payments.table.sortByColumn(AMOUNT, DOWN)
    assert shown(opened) == NEWEST_FIRST
    opened.detail.payments.table.sortByColumn(ID, Qt.SortOrder.AscendingOrder)
    opened.detail.payments.table.sortByColumn(ID, DOWN)
    connection.set_trace_callback(None)
    assert statements == []
    qtbot.waitUntil(lambda: len(shown(opened)) == AT_ONCE)
    assert shown(opened) == NEWEST_FIRST[:AT_ONCE]
    wait_for_all(opened, qtbot)
    assert shown(opened) == NEWEST_FIRST


def test_whoever_sorts_by_a_column_finds_the_next_customer_sorted_too(
    long_history: None, window: MainWindow, qtbot: QtBot
) -> None:
    window.open_customer(BEATRIZ)
    window.detail.payments.table.sortByColumn(ID, Qt.SortOrder.AscendingOrder)
    window.open_customer(ANDERS)
    qtbot.waitUntil(lambda: shown(window) == NEWEST_FIRST[::-1][:AT_ONCE])
    wait_for_all(window, qtbot)
    assert shown(window) == NEWEST_FIRST[::-1]


def test_select_all_selects_those_that_are_still_to_come(opened: MainWindow, qtbot: QtBot) -> None:
    table = opened.detail.payments.table
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert table.selected_ids() == NEWEST_FIRST
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in copied] == NEWEST_FIRST


def test_the_end_is_the_end_of_all(opened: MainWindow, qtbot: QtBot) -> None:
    table = opened.detail.payments.table
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert table.current_id() == NEWEST_FIRST[-1]


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
    table = opened.detail.payments.table
    table.selectRow(3)
    wait_for_all(opened, qtbot)
    assert table.selected_ids() == [NEWEST_FIRST[3]]
    table.sortByColumn(AMOUNT, DOWN)
    qtbot.waitUntil(lambda: len(shown(opened)) == AT_ONCE)
    assert table.selected_ids() == []  # it is not among the first
    wait_for_all(opened, qtbot)
    assert table.selected_ids() == [NEWEST_FIRST[3]]


def test_a_new_choice_meanwhile_is_the_one_that_stays(opened: MainWindow, qtbot: QtBot) -> None:
    table = opened.detail.payments.table
    table.selectRow(3)
    table.sortByColumn(AMOUNT, DOWN)
    qtbot.waitUntil(lambda: shown(opened)[0] != NEWEST_FIRST[0])
    table.selectRow(5)
    wait_for_all(opened, qtbot)
    assert table.selected_ids() == [NEWEST_FIRST[::-1][5]]


def test_what_was_changed_is_shown_without_losing_the_place(
    opened: MainWindow, qtbot: QtBot
) -> None:
    wait_for_all(opened, qtbot)
    table = opened.detail.payments.table
    table.selectRow(MANY - 1)
    place = table.verticalScrollBar().value()
    with database.writing():
        PaymentIntent.update(amount=99).where(PaymentIntent.id == NEWEST_FIRST[-1]).execute()
    opened.refresh()
    qtbot.waitUntil(lambda: table.records.rows()[-1].amount == 99)
    assert table.selected_ids() == [NEWEST_FIRST[-1]]
    assert table.verticalScrollBar().value() == place > 0


def test_the_payments_of_one_customer_never_come_to_another(
    opened: MainWindow, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: any(each.name == "payments" for each in threading.enumerate()))
    opened.open_customer(BEATRIZ)
    assert not any(each.name == "payments" for each in threading.enumerate())
    qtbot.wait(150)
    assert shown(opened) == ["pi_succeeded", "pi_requires_action", "pi_processing", "pi_failed"]


def test_nothing_is_read_for_a_window_that_is_closed(opened: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: any(each.name == "payments" for each in threading.enumerate()))
    opened.close()
    assert not any(each.name == "payments" for each in threading.enumerate())


def test_a_file_that_fails_meanwhile_says_so(
    long_history: None, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_customer_id: str) -> None:
        raise KnownError("The disk is away.")

    monkeypatch.setattr(customers, "total_paid", fail)
    window.open_customer(ANDERS)
    qtbot.waitUntil(lambda: "The disk is away." in words(window))
    assert window.detail.detail is None


def test_a_thousand_opened_customers_leave_nothing_behind(
    long_history: None, window: MainWindow
) -> None:
    def open_some(number: int) -> int:
        for count in range(number):
            window.open_customer((BEATRIZ, ANDERS)[count % 2])
        window.detail.show_nothing()
        gc.collect()
        return len(gc.get_objects())

    before = open_some(50)
    assert open_some(1000) < before + 200


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
    model.set_rows(customers.payments(ANDERS))
    model.sort(column, DOWN if descending else Qt.SortOrder.AscendingOrder)
    order = PaymentOrder(payments.SORTED_BY[column], descending)
    assert customers.payments(ANDERS, order) == model.rows()
    assert customers.payments(ANDERS, order, most=2) == model.rows()[:2]
