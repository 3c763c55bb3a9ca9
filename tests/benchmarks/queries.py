"""What people type into the search field, made from the customers that are there."""

from __future__ import annotations

import string
from collections.abc import Iterator
from itertools import chain, combinations, cycle, islice, product
from pathlib import Path
from random import Random
from typing import Any

from peewee import sqlite3

from calmony_desktop.store.search import Filter, Order
from calmony_desktop.store.search_keys import fold

_NO_HIT = ("qzxjvk", "Xkcd Qwv", "zzzzzzzz", "nobody@nowhere.test", "cus_000000000000", "語語語語")


def typed_queries(database: Path, number: int) -> list[str]:
    """So many texts, every kind in turn: the same for the same database."""
    rng = Random(1)
    connection: Any = sqlite3.connect(database)
    (last,) = connection.execute("SELECT MAX(key) FROM customers").fetchone()

    def someone() -> tuple[str, str, str]:
        while True:
            row: tuple[str, str, str] | None = connection.execute(
                "SELECT id, name, email FROM customers WHERE key = ?", (rng.randint(1, last),)
            ).fetchone()
            if row and row[1] and row[2] and len(row[1]) >= 5:
                return row

    def invoice_number() -> str:
        found = None
        while found is None:
            found = connection.execute(
                "SELECT number FROM invoices WHERE customer_id = ?", (someone()[0],)
            ).fetchone()
        return str(found[0])

    def part(text: str, length: int) -> str:
        start = rng.randint(0, max(len(text) - length, 0))
        return text[start : start + length].strip() or text[:length]

    kinds = (
        lambda: someone()[1][: rng.randint(3, 8)].strip(),
        lambda: part(someone()[1], rng.randint(3, 6)),
        lambda: fold(someone()[1]),
        lambda: someone()[1].upper(),
        lambda: rng.choice(_NO_HIT),
        lambda: rng.choice(string.ascii_lowercase + "øñł李あ"),
        lambda: someone()[1][:2],
        lambda: someone()[0][: rng.randint(8, 18)],
        lambda: invoice_number()[: rng.randint(9, 15)],
        lambda: someone()[2][: rng.randint(5, 30)],
    )
    texts = [kind() for kind in islice(cycle(kinds), number)]
    connection.close()
    return texts


def some_customers(database: Path, number: int) -> list[str]:
    """The ids of so many customers from all over the database: the same for the same one."""
    rng = Random(2)
    connection: Any = sqlite3.connect(database)
    (last,) = connection.execute("SELECT MAX(key) FROM customers").fetchone()
    sql = "SELECT id FROM customers WHERE key >= ? ORDER BY key LIMIT 1"
    ids = [connection.execute(sql, (rng.randint(1, last),)).fetchone()[0] for _ in range(number)]
    connection.close()
    return ids


def ways_to_narrow() -> Iterator[dict[str, Any]]:
    """Every order of the list with every set of filters, with and without a currency."""
    sets = chain.from_iterable(combinations(Filter, number) for number in range(len(Filter) + 1))
    for order, filters, currency in product(Order, [*sets], (None, "EUR")):
        names = [each.value for each in filters]
        yield {"order": order.value, "filters": names, "currency": currency}
