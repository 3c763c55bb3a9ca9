"""What it takes to open a customer, counted: statements, paints, and what moves on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from calmony_desktop.store import database
from calmony_desktop.store.models import Invoice, PaymentIntent, Subscription
from calmony_desktop.ui.delegates.customer_entry import ENTRY_HEIGHT
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.tables.record_table_model import RecordTableModel

from .conftest import ANDERS, BEATRIZ, MARKUP, add_customer


class Paints(QObject):
    """The areas that are painted of widgets."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.of: defaultdict[QObject, list[QRect]] = defaultdict(list)
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QPaintEvent):
            self.of[watched].append(event.rect())
        return False


def counted(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> list[None]:
    """Fills with the calls of a method."""
    calls: list[None] = []
    method: Callable[..., Any] = getattr(owner, name)

    def call(*arguments: Any, **named: Any) -> Any:
        calls.append(None)
        return method(*arguments, **named)

    monkeypatch.setattr(owner, name, call)
    return calls


@pytest.fixture
def twins(window: MainWindow) -> MainWindow:
    """Another customer has as many of everything as Beatriz; both were open before."""
    add_customer("cus_Twin", "李 نور Ångström", "twin@example.com")
    with database.writing():
        for model in (PaymentIntent, Subscription, Invoice):
            for row in model.select().where(model.customer == BEATRIZ).dicts():
                row |= {"id": f"{row['id']}_2", "customer": "cus_Twin"}
                row |= {"number": row["number"] and f"{row['number']}-2"} if "number" in row else {}
                model.insert(row).execute()
    for customer_id in ("cus_Twin", BEATRIZ):
        window.open_customer(customer_id)
        QApplication.processEvents()
    return window


def test_a_customer_is_read_in_one_transaction(window: MainWindow) -> None:
    window.open_customer(ANDERS)
    statements: list[str] = []
    connection: Any = database.database.connection()
    connection.set_trace_callback(statements.append)
    window.open_customer(BEATRIZ)
    connection.set_trace_callback(None)
    kinds = [statement.split()[0] for statement in statements]
    assert kinds[0] == "BEGIN"
    assert kinds[-1] == "COMMIT"
    assert len(kinds) <= 2 + 6
    assert set(kinds[1:-1]) == {"SELECT"}


def test_everything_about_a_customer_is_painted_once(twins: MainWindow, qtbot: QtBot) -> None:
    viewports = [section.table.viewport() for section in twins.detail.sections()]
    qtbot.wait(50)
    paints = Paints(*viewports, twins.detail.profile)
    twins.open_customer("cus_Twin")
    qtbot.wait(50)
    assert [len(paints.of[each]) for each in (*viewports, twins.detail.profile)] == [1, 1, 1, 1]


def test_a_heading_stays_as_it_is_from_one_customer_to_the_next(
    twins: MainWindow, qtbot: QtBot
) -> None:
    headings = [each.table.horizontalHeader().viewport() for each in twins.detail.sections()]
    qtbot.wait(50)
    paints = Paints(*headings)
    twins.open_customer("cus_Twin")
    qtbot.wait(50)
    assert not paints.of


def test_no_customer_moves_the_tables(twins: MainWindow, qtbot: QtBot) -> None:
    places = set()
    for customer_id in ("cus_Twin", MARKUP, ANDERS, BEATRIZ):
        twins.open_customer(customer_id)
        at_once = [each.geometry() for each in twins.detail.sections()]
        qtbot.wait(50)
        assert [each.geometry() for each in twins.detail.sections()] == at_once
        places.add(twins.detail.splitter.y())
    assert len(places) == 1


def test_a_table_is_painted_without_asking_its_model_cell_by_cell(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open_customer(BEATRIZ)
    QApplication.processEvents()
    asked = counted(monkeypatch, RecordTableModel, "data")
    window.detail.payments.table.model().index(0, 0).data()
    assert asked, "the counter must see questions at all"
    asked.clear()
    for section in window.detail.sections():
        section.table.viewport().repaint()
    assert asked == []


def test_the_headings_are_not_measured_to_lay_the_rows_out(
    twins: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = counted(monkeypatch, RecordTableModel, "headerData")
    for section in twins.detail.sections():
        section.table.doItemsLayout()
    assert asked == []


def test_the_list_paints_only_what_comes_into_sight(window: MainWindow, qtbot: QtBot) -> None:
    for number in range(60):
        add_customer(f"cus_Row{number:03}", f"Row {number:03}")
    window.refresh()
    qtbot.wait(100)
    view = window.customer_list.view
    paints = Paints(view.viewport())
    view.verticalScrollBar().setValue(ENTRY_HEIGHT)
    qtbot.wait(50)
    (area,) = paints.of[view.viewport()]
    assert area.height() == ENTRY_HEIGHT
