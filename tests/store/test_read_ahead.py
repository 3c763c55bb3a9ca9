"""What searches look into is read once, in order; a customer's records where they are looked up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from calmony_desktop.store import read_ahead
from calmony_desktop.store.file_states import Interrupted
from calmony_desktop.store.read_ahead import ReadAhead

RunSql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def many(records: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten customers, which are many here, as three rows are."""
    for number in range(10):
        records.customer(f"cus_{number}", f"Anna {number}", f"{number}@x.example")
    parts = tuple(part._replace(rows=3) for part in read_ahead._PARTS)
    monkeypatch.setattr(read_ahead, "_PARTS", parts)
    monkeypatch.setattr(read_ahead, "_MANY", 10)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...], Any]]:
    """What was asked, and what came of it."""
    found = []
    value = read_ahead._value

    def watched(sql: str, *values: Any) -> Any:
        found.append((sql, values, value(sql, *values)))
        return found[-1][2]

    monkeypatch.setattr(read_ahead, "_value", watched)
    return found


def read_all() -> int:
    """Returns the number of steps."""
    ahead, steps = ReadAhead(), 0
    while not ahead.is_done:
        ahead.step()
        steps += 1
    return steps


def test_each_part_is_read_to_its_end(
    many: None, asked: list[tuple[str, tuple[Any, ...], Any]], run_sql: RunSql
) -> None:
    assert read_all() == len(asked) > 4 * 4
    for part in read_ahead._PARTS:
        places = [found for sql, _, found in asked if sql == part.sql]
        ((last,),) = run_sql(f"SELECT max({part.column}) FROM {part.table}")
        assert places[-2:] == [last, None]
        values = [values for sql, values, _ in asked if sql == part.sql]
        assert values == [(each,) for each in (part.before_all, *places[:-1])]


def test_each_part_is_read_where_the_searches_look(many: None, run_sql: RunSql) -> None:
    plans = [
        " ".join(row[-1] for row in run_sql(f"EXPLAIN QUERY PLAN {part.sql}", part.before_all))
        for part in read_ahead._PARTS
    ]
    for plan, way in zip(
        plans,
        (
            "customers USING INTEGER PRIMARY KEY",
            "customer_search_data USING INTEGER PRIMARY KEY",
            "customers USING COVERING INDEX customers_id",
            "customers USING COVERING INDEX customers_by_name",
        ),
        strict=True,
    ):
        assert f"SEARCH {way}" in plan
        assert "TEMP B-TREE" not in plan


def test_of_few_customers_nothing_is_read(
    many: None, asked: list[tuple[str, tuple[Any, ...], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_ahead, "_MANY", 11)
    assert read_all() == 1
    assert [sql for sql, _, _ in asked] == ["SELECT max(key) FROM customers"]


def test_an_empty_file_has_nothing_to_read(database: Any) -> None:
    assert read_all() == 1


def test_what_is_interrupted_is_read_again(many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = ReadAhead()
    for _ in range(3):
        ahead.step()
    value, asked = read_ahead._value, []

    def interrupted(*question: Any) -> Any:
        asked.append(question)
        if len(asked) == 1:
            raise Interrupted
        return value(*question)

    monkeypatch.setattr(read_ahead, "_value", interrupted)
    with pytest.raises(Interrupted):
        ahead.step()
    ahead.step()
    assert asked[0] == asked[1]


def test_a_customers_records_are_read_by_way_of_their_indexes(run_sql: RunSql) -> None:
    plan = [row[-1] for row in run_sql(f"EXPLAIN QUERY PLAN {read_ahead._RECORDS}", "cus_1")]
    read = {line.split()[1]: line for line in plan if line.split()[0] in ("SEARCH", "SCAN")}
    tables = {"customers", "payment_intents", "subscriptions", "invoices", "activity"}
    assert tables <= read.keys()
    assert not [line for table, line in read.items() if table in tables and "SCAN" in line]
    # In an index alone stands who did what: of the others the rows themselves are shown.
    assert {table for table, line in read.items() if "COVERING" in line} == {"activity"}


def test_whoever_is_read_beforehand_may_be_gone_or_have_nothing(records: Any) -> None:
    records.customer("cus_1", "Anna", "anna@x.example")
    read_ahead.read_customer("cus_1")
    read_ahead.read_customer("cus_gone")
