"""The models behind the tables: what they show, how they sort, how columns share the width."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.tables.column_widths import NARROWEST, fit
from calmony_desktop.ui.tables.record_table_model import Column, Form, RecordTableModel

from .conftest import BEATRIZ


@dataclass(frozen=True)
class Fruit:
    id: str
    name: str
    weight: int


COLUMNS: list[Column[Fruit]] = [
    Column("Name", lambda row: row.name, width=100, stretches=True, keeps=3, smallest=50),
    Column(
        "Weight",
        lambda row: f"{row.weight} g",
        width=80,
        form=Form.AMOUNT,
        sort_key=lambda row: row.weight,
        smallest=40,
    ),
    Column("", lambda row: "Eat", width=90, form=Form.ACTION, keeps=9, smallest=90),
]
FRUIT = [Fruit("f1", "pear", 90), Fruit("f2", "Apple", 100), Fruit("f3", "melon", 9)]


@pytest.fixture
def model() -> RecordTableModel[Fruit]:
    made = RecordTableModel(COLUMNS)
    made.set_rows(FRUIT)
    return made


def shown(model: RecordTableModel[Fruit]) -> list[str]:
    return [row.id for row in model.rows()]


def test_every_model_of_the_window_keeps_qts_rules(
    window: MainWindow, qtmodeltester: ModelTester
) -> None:
    window.open_customer(BEATRIZ)
    for section in window.detail.sections():
        qtmodeltester.check(section.table.records)
    qtmodeltester.check(window.customer_list.customers)


def test_names_sort_without_case(model: RecordTableModel[Fruit]) -> None:
    model.sort(0)
    assert shown(model) == ["f2", "f3", "f1"]


def test_numbers_sort_as_numbers(model: RecordTableModel[Fruit]) -> None:
    model.sort(1)
    assert shown(model) == ["f3", "f1", "f2"]
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert shown(model) == ["f2", "f1", "f3"]


def test_sorting_by_no_column_is_the_order_given(model: RecordTableModel[Fruit]) -> None:
    model.sort(1)
    model.sort(-1)
    assert shown(model) == ["f1", "f2", "f3"]


def test_new_rows_are_sorted_as_chosen(model: RecordTableModel[Fruit]) -> None:
    model.sort(1)
    model.set_rows([*FRUIT, Fruit("f4", "plum", 50)])
    assert shown(model) == ["f3", "f4", "f1", "f2"]


def test_what_was_pointed_at_stays_pointed_at_when_sorting(
    model: RecordTableModel[Fruit],
) -> None:
    index = QPersistentModelIndex(model.index(0, 1))
    model.sort(1)
    assert QModelIndex(index).data(Qt.ItemDataRole.UserRole) == "f1"


def test_a_screen_reader_hears_the_heading_and_the_cell(model: RecordTableModel[Fruit]) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0, 1).data(role) == "Weight: 90 g"
    assert model.index(0, 2).data(role) == "Eat"


@given(available=st.integers(0, 3000))
def test_columns_fill_the_width_and_the_action_keeps_its_own(available: int) -> None:
    widths = fit(COLUMNS, [100, 80, 90], [0, 0, 0], available)
    assert widths[2] == 90
    assert sum(widths) == max(available, NARROWEST + 40 + 90)


def test_amounts_are_whole_while_there_is_room_for_them() -> None:
    assert fit(COLUMNS, [100, 80, 90], [0, 120, 0], 270) == [60, 120, 90]


def test_what_is_selected_stays_selected_when_rows_are_read_again(window: MainWindow) -> None:
    window.open_customer(BEATRIZ)
    table = window.detail.payments.table
    toggle = QItemSelectionModel.SelectionFlag.Toggle | QItemSelectionModel.SelectionFlag.Rows
    for row in (0, 2, 3):
        table.selectionModel().select(table.records.index(row, 0), toggle)
    table.selectionModel().setCurrentIndex(
        table.records.index(3, 0), QItemSelectionModel.SelectionFlag.NoUpdate
    )
    window.refresh()
    assert table.selected_ids() == ["pi_succeeded", "pi_processing", "pi_failed"]
    assert table.current_id() == "pi_failed"
