"""Many records at once, as import and export need them: read by id, written in batches.

A `Row` maps columns to what the database holds: whole numbers, texts (dates as YYYY-MM-DD, decimals
as their digits) and None. Columns of JSON are the value itself, and what belongs to a record is
a list of rows: ``items`` of a subscription, ``lines`` and ``taxes`` of an invoice.

Everything here runs inside the transaction of its caller.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice
from operator import itemgetter
from typing import Any, Final, TypeVar

from calmony_desktop.store import search_keys
from calmony_desktop.store.database import database
from calmony_desktop.store.fields import JsonTextField
from calmony_desktop.store.models import (
    Customer,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    PaymentCharge,
    PaymentIntent,
    Price,
    Product,
    Record,
    Subscription,
    SubscriptionItem,
)
from calmony_desktop.store.search_index import indexed_together

Row = dict[str, Any]
_Item = TypeVar("_Item")

#: Stays below every SQLite's limit on parameters, whichever way it was built.
_IDS_IN_A_QUERY: Final = 500
_JSON: Final = JsonTextField()
#: Columns that are worked out from others, and so no part of a row.
_WORKED_OUT: Final = ("sort_key", "email_key", "search_key")
#: Columns that the database keeps itself.
_KEPT_BY_TRIGGERS: Final = (
    *("open_invoices", "open_balance", "last_payment_at", "last_payment_failed"),
    *("active_subscriptions", "unpaid_subscriptions", "main_currency"),
)


@dataclass(frozen=True)
class _Child:
    """A table whose rows belong to a record: ordered by position, written with it."""

    model: type[Record]
    owner: str

    @cached_property
    def columns(self) -> list[str]:
        return [name for name in _columns(self.model) if name not in (self.owner, "position")]


@dataclass(frozen=True)
class _Table:
    """The table of a kind of record."""

    model: type[Record]
    children: dict[str, _Child] = field(default_factory=dict)

    @cached_property
    def columns(self) -> list[str]:
        left_out = ("key", *_WORKED_OUT, *_KEPT_BY_TRIGGERS)
        return [name for name in _columns(self.model) if name not in left_out]

    @cached_property
    def json_columns(self) -> list[str]:
        fields = self.model._meta.sorted_fields
        return [each.column_name for each in fields if isinstance(each, JsonTextField)]


def _columns(model: type[Record]) -> list[str]:
    return [each.column_name for each in model._meta.sorted_fields]


_TABLES: Final = {
    "customer": _Table(Customer),
    "product": _Table(Product),
    "price": _Table(Price),
    "payment_intent": _Table(PaymentIntent),
    "subscription": _Table(Subscription, {"items": _Child(SubscriptionItem, "subscription_id")}),
    "invoice": _Table(
        Invoice,
        {
            "lines": _Child(InvoiceLine, "invoice_id"),
            "taxes": _Child(InvoiceTax, "invoice_id"),
        },
    ),
}


@cache
def columns(kind: str) -> tuple[str, ...]:
    """The columns of a kind of record, those of JSON and of what belongs to it included."""
    table = _TABLES[kind]
    return (*table.columns, *table.children)


def empty_row(kind: str) -> Row:
    """A row of which nothing is known yet: each column as it is where nobody says otherwise."""
    table = _TABLES[kind]
    defaults = {
        each.column_name: each.db_value(each.default)
        for each in table.model._meta.sorted_fields
        if each.default is not None and not callable(each.default)
    }
    row: Row = {name: defaults.get(name) for name in table.columns}
    return row | {name: [] for name in table.children}


@cache
def required_columns(kind: str, child: str = "") -> tuple[str, ...]:
    """The columns that can't be empty, of a kind of record or of what belongs to it.

    A charge's are its payment's.
    """
    table = _TABLES["payment_intent" if kind in ("charge", "invoice_payment") else kind]
    model = table.children[child].model if child else table.model
    return tuple(
        each.column_name
        for each in model._meta.sorted_fields
        if not each.null and each.column_name not in _KEPT_BY_TRIGGERS
    )


def table_name(kind: str) -> str:
    """The table of a kind of record."""
    return str(_TABLES[kind].model._meta.table_name)


def children(kind: str) -> dict[str, tuple[str, str]]:
    """What belongs to a kind of record: its table, and the column there that says to which one."""
    return {
        name: (child.model._meta.table_name, child.owner)
        for name, child in _TABLES[kind].children.items()
    }


@cache
def child_columns(kind: str, name: str) -> tuple[str, ...]:
    """The columns of what belongs to a record, such as the ``lines`` of an ``invoice``."""
    return tuple(_TABLES[kind].children[name].columns)


def batched(items: Iterable[_Item], size: int = _IDS_IN_A_QUERY) -> Iterator[list[_Item]]:
    """``items`` in lists of ``size`` at most."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def by_id(kind: str, ids: Iterable[str]) -> dict[str, Row]:
    """The records of this kind that have one of these ids."""
    found: dict[str, Row] = {}
    for batch in batched(ids):
        condition = f"WHERE id IN ({marks(batch)})"
        found.update((row["id"], row) for row in _rows(kind, condition, batch))
    return found


def everything(kind: str) -> Iterator[Row]:
    """Every record of this kind, in the order of its ids, read batch by batch."""
    last = ""
    while batch := _rows(kind, f"WHERE id > ? ORDER BY id LIMIT {_IDS_IN_A_QUERY}", [last]):
        yield from batch
        last = batch[-1]["id"]


def count(kind: str) -> int:
    """How many records of this kind there are."""
    return int(query(f"SELECT COUNT(*) FROM {_TABLES[kind].model._meta.table_name}", [])[0][0])


def existing(kind: str, ids: Iterable[str]) -> set[str]:
    """Those of ``ids`` that there are records of this kind with."""
    name = _TABLES[kind].model._meta.table_name
    return {
        row[0]
        for batch in batched(ids)
        for row in query(f"SELECT id FROM {name} WHERE id IN ({marks(batch)})", batch)
    }


def insert(kind: str, rows: Sequence[Row]) -> None:
    """Write new records."""
    table = _TABLES[kind]
    names = written_columns(kind)
    sql = f"INSERT INTO {table.model._meta.table_name} ({_names(names)}) VALUES ({marks(names)})"
    with indexed_together(len(rows) if kind == "customer" else 0):
        execute_many(sql, written_values(kind, names, rows))
    _insert_children(kind, rows)


def update(kind: str, rows: Sequence[Row]) -> None:
    """Write records that there are already, whole, with all that belongs to them."""
    table = _TABLES[kind]
    names = written_columns(kind)
    assignments = ", ".join(f'"{name}" = ?' for name in names)
    values = written_values(kind, names, rows)
    execute_many(
        f"UPDATE {table.model._meta.table_name} SET {assignments} WHERE id = ?",
        ((*each, row["id"]) for each, row in zip(values, rows, strict=True)),
    )
    for child in table.children.values():
        name = child.model._meta.table_name
        execute_many(f"DELETE FROM {name} WHERE {child.owner} = ?", ((row["id"],) for row in rows))
    _insert_children(kind, rows)


def payments_of_charges(charge_ids: Iterable[str]) -> dict[str, str]:
    """Which payment each of these charges is known to belong to."""
    name = PaymentCharge._meta.table_name
    return {
        charge: payment
        for batch in batched(charge_ids)
        for charge, payment in query(
            f"SELECT charge_id, payment_id FROM {name} WHERE charge_id IN ({marks(batch)})", batch
        )
    }


def charges_of_payments(payment_ids: Iterable[str]) -> dict[str, list[str]]:
    """The charges that are known to belong to each of these payments, sorted."""
    found: dict[str, list[str]] = defaultdict(list)
    for batch in batched(payment_ids):
        for charge, payment in query(
            "SELECT charge_id, payment_id FROM payment_charges "
            f"WHERE payment_id IN ({marks(batch)}) ORDER BY charge_id",
            batch,
        ):
            found[payment].append(charge)
    return found


def remember_charges(payments: dict[str, str]) -> None:
    """Keep which payment each charge belongs to."""
    execute_many(
        "INSERT INTO payment_charges (charge_id, payment_id) VALUES (?, ?) "
        "ON CONFLICT (charge_id) DO UPDATE SET payment_id = excluded.payment_id",
        payments.items(),
    )


def remove_payments(ids: Iterable[str]) -> None:
    """Take out rows of charges that turned out to belong to a payment intent."""
    execute_many("DELETE FROM payment_intents WHERE id = ?", ((each,) for each in ids))


def subscriptions_priced(price_ids: Iterable[str]) -> set[str]:
    """The subscriptions that have one of these prices."""
    return {
        row[0]
        for batch in batched(price_ids)
        for row in query(
            "SELECT DISTINCT subscription_id FROM subscription_items "
            f"WHERE price_id IN ({marks(batch)})",
            batch,
        )
    }


def prices_of_products(product_ids: Iterable[str]) -> set[str]:
    """The prices of these products."""
    return {
        row[0]
        for batch in batched(product_ids)
        for row in query(f"SELECT id FROM prices WHERE product_id IN ({marks(batch)})", batch)
    }


def _rows(kind: str, condition: str, parameters: Sequence[Any]) -> list[Row]:
    table = _TABLES[kind]
    names = table.columns
    sql = f"SELECT {_names(names)} FROM {table.model._meta.table_name} {condition}"
    rows: list[Row] = [dict(zip(names, each, strict=True)) for each in query(sql, parameters)]
    for column in table.json_columns:
        for row in rows:
            row[column] = json.loads(row[column])
    if table.children and rows:
        _read_children(table, rows)
    return rows


def _read_children(table: _Table, rows: list[Row]) -> None:
    ids = [row["id"] for row in rows]
    for name, child in table.children.items():
        names = child.columns
        owned: dict[str, list[Row]] = defaultdict(list)
        for owner, *values in query(
            f"SELECT {_names([child.owner, *names])} FROM {child.model._meta.table_name} "
            f"WHERE {child.owner} IN ({marks(ids)}) ORDER BY {child.owner}, position",
            ids,
        ):
            owned[owner].append(dict(zip(names, values, strict=True)))
        for row in rows:
            row[name] = owned[row["id"]]


def written_columns(kind: str) -> list[str]:
    """The columns of a kind's table that are written: those of a row and what is worked out."""
    names = _TABLES[kind].columns
    return [*names, *_WORKED_OUT] if kind == "customer" else names


def written_values(kind: str, names: list[str], rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
    """What is written to these columns for each row."""
    json_columns = _TABLES[kind].json_columns
    values = itemgetter(*names)
    for row in rows:
        if kind == "customer":
            row = row | _search_keys(row)
        elif json_columns:
            row = row | {name: _JSON.db_value(row[name]) for name in json_columns}
        yield values(row)


def _search_keys(row: Row) -> Row:
    name, email, customer_id = row["name"], row["email"], row["id"]
    return {
        "sort_key": search_keys.sort_key(name, email, customer_id),
        "email_key": search_keys.fold(email or ""),
        "search_key": search_keys.search_key(name, email, customer_id),
    }


def _insert_children(kind: str, rows: Sequence[Row]) -> None:
    for name, child in _TABLES[kind].children.items():
        names = child.columns
        values = itemgetter(*names)
        written = [child.owner, "position", *names]
        execute_many(
            f"INSERT INTO {child.model._meta.table_name} ({_names(written)}) "
            f"VALUES ({marks(written)})",
            (
                (row["id"], position, *values(each))
                for row in rows
                for position, each in enumerate(row[name])
            ),
        )


def query(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows that ``sql`` reads; ``?`` stands for a parameter."""
    run: Any = database.execute_sql
    rows: list[tuple[Any, ...]] = run(sql.replace("?", database.param), parameters).fetchall()
    return rows


def execute_many(sql: str, values: Iterable[tuple[Any, ...]]) -> None:
    """Run one statement for many rows, which Peewee would build anew for each batch."""
    cursor: Any = database.cursor
    cursor().executemany(sql.replace("?", database.param), values)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def marks(values: Sequence[Any]) -> str:
    """A parameter for each of ``values``."""
    return ", ".join("?" * len(values))
