"""However a page is read, it is the same, and hardly a row of the customers is looked into."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, combinations, product
from typing import Any

import pytest

from calmony_desktop.store import search_segments
from calmony_desktop.store.models import Customer
from calmony_desktop.store.search import CustomerSearch, Filter, Order, SearchResult

TEXTS = ("", "a", "an", "anna", "anna x", "cus_1", "b.example", "anna-maria-theresia", "in_1")
FILTERS = [*chain.from_iterable(combinations(Filter, number) for number in range(4))]
SEARCHES = [
    CustomerSearch(text, order, frozenset(filters), currency)
    for text, order, filters, currency in product(TEXTS, Order, FILTERS, (None, "EUR"))
]
#: One of each kind, to be read in every way.
SOME = SEARCHES[::29]
LIMITS = ("_FEW_BY_NAME", "_FEW", "_FEW_BUT_FAR", "_FEW_NAMES")


@pytest.fixture
def company(records: Any) -> None:
    for number in range(40):
        name = ("Anna", "Anna-Maria-Theresia", "Boris", "anna Xu", None)[number % 5]
        email = (None, f"ann{number}@b.example", f"{number}@c.example")[number % 3]
        customer_id = f"cus_{number}"
        records.customer(customer_id, name, email, created_at=number % 4)
        currency = ("EUR", "USD", "JPY")[number % 3]
        if number % 2:
            records.invoice(f"in_{number}", customer_id, currency=currency)
        if number % 4:
            status = ("failed", "succeeded")[number % 2]
            records.payment(f"pi_{number}", customer_id, status=status, created_at=number)
        if number % 3:
            records.subscription(
                f"sub_{number}", customer_id, status=("active", "unpaid")[number % 2]
            )


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What is asked of the database for pages."""
    asked: list[tuple[str, Any]] = []

    def watched(query: Callable[..., Any]) -> Callable[..., Any]:
        def ask(sql: str, values: Any = (), *others: Any) -> Any:
            asked.append((sql, tuple(values)))
            return query(sql, values, *others)

        return ask

    for name in ("_query", "read_keys"):
        monkeypatch.setattr(search_segments, name, watched(getattr(search_segments, name)))
    return asked


def everything(search: CustomerSearch) -> tuple[Any, ...]:
    """Pages, as if nothing were known before the first and all before the last, and positions."""
    result = SearchResult(search)
    first = result.page(0, 3)
    count = result.count()
    pages = [result.page(offset, 7) for offset in range(0, count + 7, 7)]
    assert [entry for page in pages for entry in page][:3] == list(first)
    return first, count, pages, [result.position(f"cus_{number}") for number in (1, 17, 39)]


def test_few_and_many_are_listed_alike(company: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sorted_out = [everything(search) for search in SOME]
    for limit in LIMITS:
        monkeypatch.setattr(search_segments, limit, 0)
    walked = [everything(search) for search in SOME]
    monkeypatch.setattr(search_segments, "_SOON", (2, 5))
    monkeypatch.setattr(search_segments, "_SOON_BY_NAME", (2, 5))
    monkeypatch.setattr(search_segments, "_LUMP", 3)
    far = [everything(search) for search in SOME]
    monkeypatch.setattr(search_segments, "_FEW_BUT_FAR", 1000)
    found_far = [everything(search) for search in SOME]
    assert sorted_out == walked == far == found_far
    assert len({count for _, count, _, _ in sorted_out}) > 10


def test_a_page_takes_a_handful_of_statements(
    company: None, statements: list[tuple[str, Any]]
) -> None:
    for search in SEARCHES[::5]:
        statements.clear()
        SearchResult(search).page(0, 50)
        assert len(statements) <= 12, search


@pytest.mark.parametrize("number", [0, 1000])
def test_whoever_is_passed_over_is_tested_in_the_index(
    number: int,
    company: None,
    statements: list[tuple[str, Any]],
    run_sql: Callable[..., list[tuple[Any, ...]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for limit in LIMITS:
        monkeypatch.setattr(search_segments, limit, number)
    for search in SOME:
        SearchResult(search).page(0, 50)
        SearchResult(search).count()
    for sql, values in statements:
        for *_, step in run_sql(f"EXPLAIN QUERY PLAN {sql}", *values):
            index = "customers_main_currency"
            assert index not in step or index in sql, sql
            if "SCAN c " in step:
                assert "COVERING INDEX" in step or "LIMIT 6000" in sql or "LIMIT 1000" in sql, sql


def test_the_pages_of_a_list_ask_for_no_subscription(
    company: None, statements: list[tuple[str, Any]]
) -> None:
    assert any(entry.needs_attention for entry in SearchResult(CustomerSearch()).page(0, 50))
    assert not any("FROM subscriptions" in sql for sql, _ in statements)


def test_a_customer_that_is_gone_since_is_left_out(company: None, records: Any) -> None:
    records.customer("cus_gone", "Boris")
    result = SearchResult(CustomerSearch("boris"))
    assert result.count() == 9
    Customer.delete().where(Customer.id == "cus_gone").execute()
    assert len(result.page(0, 50)) == 8


def test_whoever_a_filter_leaves_out_is_not_looked_into(
    company: None,
    statements: list[tuple[str, Any]],
    run_sql: Callable[..., list[tuple[Any, ...]]],
) -> None:
    filters = frozenset({Filter.OPEN_INVOICES, Filter.ACTIVE_SUBSCRIPTION})
    SearchResult(CustomerSearch("b.exa", Order.NEWEST, filters, "EUR")).page(0, 50)
    joined = [(sql, values) for sql, values in statements if "few CROSS JOIN" in sql]
    assert joined
    for sql, values in joined:
        plan = [step for *_, step in run_sql(f"EXPLAIN QUERY PLAN {sql}", *values)]
        looks = [step for step in plan if step.startswith(("SEARCH", "SCAN"))]
        row = next(number for number, step in enumerate(looks) if step.startswith("SEARCH c "))
        before = " ".join(looks[:row])
        indexes = ("with_open_invoices", "with_active_subscription", "main_currency")
        # The keys are read from the one of the fewest; the others are asked for each of these.
        assert sum(f"customers_{index} (" in before for index in indexes) >= len(indexes) - 1
        assert "USING INTEGER PRIMARY KEY" in looks[row]


def test_words_are_looked_up_once_where_they_tell_enough(
    company: None, statements: list[tuple[str, Any]]
) -> None:
    SearchResult(CustomerSearch("theresia b.example")).page(0, 50)
    assert sum("customer_search MATCH" in sql for sql, _ in statements) == 1


def test_an_id_is_looked_up_without_what_all_ids_begin_with(
    records: Any, statements: list[tuple[str, Any]]
) -> None:
    records.customer("cus_AbCdEf", "Anna")
    assert [entry.id for entry in SearchResult(CustomerSearch("cus_AbCd")).page(0, 50)]
    matched = [values for sql, values in statements if "customer_search MATCH" in sql]
    assert matched == [('"abcd"',)]


def test_a_key_of_more_than_32_bits_is_a_key_like_any_other(records: Any) -> None:
    keys = {"cus_1": 1, "cus_2": 2**32 - 1, "cus_3": 2**32, "cus_4": 2**40 + 1}
    for number, (customer_id, key) in enumerate(keys.items()):
        records.customer(customer_id, f"Anna {number}", key=key)
        for text in ("", "anna"):
            result = SearchResult(CustomerSearch(text))
            assert result.count() == number + 1
            assert [entry.id for entry in result.page(0, 9)] == [*keys][: number + 1]
            assert result.position(customer_id) == number
