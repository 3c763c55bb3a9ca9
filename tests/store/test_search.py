"""Customers are found by whatever an operator has at hand, and listed in one order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calmony_desktop.store import models
from calmony_desktop.store.search import CustomerSearch, Order, SearchResult
from calmony_desktop.store.search_keys import fold


@pytest.fixture
def company(records: Any) -> None:
    """Five customers: with both name and email, with one of them, with none, and their records."""
    records.customer("cus_LODZ", "Łódź Stolarnia", created_at=5)
    records.customer("cus_ZOE", "ZOË Müller", "zoe@seeblick.example", created_at=4)
    records.customer("cus_ANNA", None, "anna.zoeller@x.example", created_at=3)
    records.customer("cus_NONE", created_at=2)
    records.customer(
        "cus_SALG", "Beatriz Salgado Núñez", "b.salgado@talleres.example", created_at=1
    )
    records.payment("pi_3Nabc123", "cus_ZOE", charge_id="ch_3Nxyz789")
    records.subscription("sub_1Pq77", "cus_SALG", status="past_due")
    records.invoice("in_1Rr88", "cus_SALG", number="NW-2026-0042")


def found(text: str, order: Order = Order.NAME_A_TO_Z) -> list[str]:
    return [entry.id for entry in SearchResult(CustomerSearch(text, order)).page(0, 1000)]


# What finds whom


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("lodz", ["cus_LODZ"]),
        ("ŁÓDŹ", ["cus_LODZ"]),
        ("Zoë", ["cus_ZOE", "cus_ANNA"]),
        ("zoe\u0308", ["cus_ZOE", "cus_ANNA"]),
        ("müller", ["cus_ZOE"]),
        ("ULLE", ["cus_ZOE"]),
        ("seeblick", ["cus_ZOE"]),
        ("salgado nunez", ["cus_SALG"]),
        ("nunez salgado", ["cus_SALG"]),
        ("salgado nu", ["cus_SALG"]),
        ("salgado xx", []),
        ("b.salgado@talleres.example", ["cus_SALG"]),
        ("  salgado   ", ["cus_SALG"]),
        ("salgado\n", ["cus_SALG"]),
        ("salgado muller", []),
        ("cus_NONE", ["cus_NONE"]),
        ("us_no", ["cus_NONE"]),
        ("cus_none", ["cus_NONE"]),
        ("nobody", []),
    ],
)
def test_a_customer_is_found_by_name_email_or_id(text: str, ids: list[str], company: None) -> None:
    assert found(text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("pi_3Nabc123", ["cus_ZOE"]),
        ("pi_3Nabc", ["cus_ZOE"]),
        ("ch_3Nxyz789", ["cus_ZOE"]),
        ("sub_1Pq77", ["cus_SALG"]),
        ("in_1Rr88", ["cus_SALG"]),
        ("NW-2026-0042", ["cus_SALG"]),
        ("nw-2026-0042", ["cus_SALG"]),
        ("NW-2026", ["cus_SALG"]),
        ("PI_3NABC123", []),
        ("pi_3NABC123", []),
        ("3Nabc123", []),
    ],
)
def test_a_customer_is_found_by_the_id_or_number_of_a_record(
    text: str, ids: list[str], company: None
) -> None:
    assert found(text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("b", ["cus_SALG"]),
        ("Z", ["cus_ZOE"]),
        ("an", ["cus_ANNA"]),
        ("b.", ["cus_SALG"]),
        ("c", ["cus_NONE"]),
        ("ł", ["cus_LODZ"]),
        ("x", []),
    ],
)
def test_one_or_two_characters_find_what_begins_with_them(
    text: str, ids: list[str], company: None
) -> None:
    assert found(text) == ids


@pytest.mark.parametrize(
    "address",
    [
        "https://pay.example/dashboard/customers/cus_SALG",
        "https://pay.example/dashboard/customers/cus_SALG/",
        "https://pay.example/dashboard/customers/cus_SALG?tab=invoices#top",
        "  /dashboard/customers/cus_SALG\n",
        "see https://pay.example/customers/cus_SALG please",
    ],
)
def test_a_pasted_address_finds_its_customer(address: str, company: None) -> None:
    assert CustomerSearch(address).term == "cus_SALG"
    assert found(address) == ["cus_SALG"]


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\x00\U0010ffff"])
def test_no_text_lists_everybody_by_name_else_email_else_id(text: str, company: None) -> None:
    everybody = ["cus_ANNA", "cus_SALG", "cus_NONE", "cus_LODZ", "cus_ZOE"]
    assert found(text) == everybody
    assert found(text, Order.NAME_Z_TO_A) == everybody[::-1]
    assert found(text, Order.NEWEST) == ["cus_LODZ", "cus_ZOE", "cus_ANNA", "cus_NONE", "cus_SALG"]


def test_an_id_comes_before_a_name_that_begins_so_and_that_before_the_rest(records: Any) -> None:
    records.customer("cus_1", "AAA mentions invoice-7 within")
    records.customer("cus_2", "invoice-7 is how this begins")
    records.customer("cus_3", "zzz", "invoice-7@x.example")
    records.customer("cus_4", "zzz has the invoice")
    records.invoice("in_7", "cus_4", number="INVOICE-7")
    assert found("invoice-7") == ["cus_4", "cus_2", "cus_1", "cus_3"]
    assert found("invoice-7", Order.NAME_Z_TO_A) == ["cus_4", "cus_2", "cus_3", "cus_1"]


def test_the_very_id_comes_before_longer_ones(records: Any) -> None:
    for id in ("cus_10", "cus_1", "cus_100"):
        records.customer(id, "Same Name")
    assert found("cus_1")[0] == "cus_1"
    assert len(found("cus_1")) == 3


def test_a_subscription_that_is_not_paid_needs_attention(company: None) -> None:
    entries = SearchResult(CustomerSearch()).page(0, 10)
    assert [entry.id for entry in entries if entry.needs_attention] == ["cus_SALG"]


# Following changes


def test_a_changed_name_is_found_and_the_old_one_no_longer(company: None) -> None:
    models.Customer.update(search_key="wanda nowak\n\ncus_lodz").where(
        models.Customer.id == "cus_LODZ"
    ).execute()
    assert found("nowak") == ["cus_LODZ"]
    assert found("stolarnia") == []


def test_a_deleted_row_is_no_longer_found(company: None) -> None:
    models.Customer.delete().where(models.Customer.id == "cus_LODZ").execute()
    assert found("lodz") == []


def test_the_index_agrees_with_the_customers(company: None) -> None:
    models.database.execute_sql(
        "INSERT INTO customer_search (customer_search, rank) VALUES ('integrity-check', 1)"
    )


# Whatever is typed


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        '"""',
        "a*b",
        "NEAR(a b)",
        "name : x",
        "^abc",
        "abc OR def",
        "- abc",
        "abc)",
        "{abc}",
        "%",
        "_",
        "a%b_c",
        "\\",
        "; DROP TABLE customers",
        "\ud800abc",
        "abc\x00def",
        "\u202eabc",
        "👩‍👩‍👧‍👦👩‍👩‍👧‍👦",
    ],
)
def test_no_text_is_read_as_a_query_language(text: str, company: None) -> None:
    result = SearchResult(CustomerSearch(text))
    assert result.count() == len(result.page(0, 10)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "a " * 100_000,
        "abc " * 100_000,
        " ".join(chr(0x4E00 + number) for number in range(5_000)) + " salgado",
        "x\n" * 100_000,
    ],
    ids=["one word", "letters", "words", "ideographs", "lines"],
)
def test_a_pasted_book_finds_nobody(text: str, company: None) -> None:
    result = SearchResult(CustomerSearch(text))
    assert result.count() == len(result.page(0, 10)) == 0


def test_no_naughty_string_is_more_than_text(shared_data: Path, company: None) -> None:
    for text in json.loads((shared_data / "naughty-strings.json").read_text("utf-8")):
        result = SearchResult(CustomerSearch(text))
        assert result.count() == len(result.page(0, 10))
        assert result.position("cus_SALG") in {None, *range(10)}


def test_a_customer_with_a_naughty_name_is_found_by_it(shared_data: Path, records: Any) -> None:
    names = json.loads((shared_data / "naughty-strings.json").read_text("utf-8"))
    findable = [name for name in names if name.isprintable() and len(fold(name)) >= 3]
    assert len(findable) > 300
    for number, name in enumerate(findable):
        records.customer(f"cus_{number}", name)
    lost = [name for number, name in enumerate(findable) if f"cus_{number}" not in found(name)]
    assert lost == []


# Pages and positions agree with the whole


words = st.sampled_from("anna ana an bo zoe zo cus_1 x.example".split())
texts = st.lists(words, max_size=3).map(" ".join)
people = st.lists(
    st.tuples(st.none() | texts, st.none() | texts, st.integers(0, 3)), min_size=1, max_size=12
)


def matches(customer: models.Customer, folded: str) -> bool:
    """Who a text without ids finds, said as plainly as can be."""
    words = folded.split()
    if all(len(word) < 3 for word in words):
        return customer.sort_key.startswith(folded) or customer.email_key.startswith(folded)
    return all(word in customer.search_key for word in words)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(people=people, text=texts, order=st.sampled_from(list(Order)), size=st.integers(1, 5))
def test_pages_and_positions_agree_with_the_whole_list(
    records: Any,
    people: list[tuple[str | None, str | None, int]],
    text: str,
    order: Order,
    size: int,
) -> None:
    models.Customer.delete().execute()
    for number, (name, email, created_at) in enumerate(people):
        records.customer(f"cus_{number}", name, email, created_at=created_at)
    result = SearchResult(CustomerSearch(text, order))
    whole = [entry.id for entry in result.page(0, 100)]

    pages = [result.page(offset, size) for offset in range(0, len(people) + size, size)]
    assert [entry.id for page in pages for entry in page] == whole
    assert result.count() == len(whole)
    for customer in models.Customer.select():
        place = whole.index(customer.id) if customer.id in whole else None
        assert result.position(customer.id) == place

    customers = {customer.id: customer for customer in models.Customer.select()}
    if text.strip():
        folded = fold(CustomerSearch(text).term)
        wanted = {id for id, customer in customers.items() if matches(customer, folded)}
        assert set(whole) - wanted <= {text.strip()}, "only an id of their own finds more"
        assert wanted <= set(whole)
    else:
        assert set(whole) == set(customers)
    column = {Order.NEWEST: "created_at", Order.OPEN_BALANCE: "open_balance"}.get(order, "sort_key")
    in_order = [getattr(customers[id], column) for id in whole]
    if not text.strip() and order is not Order.LAST_PAYMENT:
        assert in_order == sorted(in_order, reverse=order is not Order.NAME_A_TO_Z)


def test_a_sign_that_folds_to_a_sentence_is_searched_like_any_other(records: Any) -> None:
    records.customer("cus_1", "\ufdfa" * 3)
    assert found("\ufdfa" * 60) == ["cus_1"]
    assert found("\ufdfa") == ["cus_1"]


def test_a_name_of_a_thousand_different_words_is_searched_for(company: None) -> None:
    assert found(" ".join(chr(0x4E00 + number) * 3 for number in range(1_000))) == []
