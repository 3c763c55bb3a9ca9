"""Records that are new and need nothing else: from where an import sets them aside to their tables.

SQLite only. A statement a table moves thousands of rows, and no object is made of any.
"""

from __future__ import annotations

import json
from functools import cache
from operator import itemgetter
from typing import Any, Final

from calmony_desktop.store import batches
from calmony_desktop.store.batches import Row
from calmony_desktop.store.database import database
from calmony_desktop.store.search_index import indexed_together

#: The kinds of records that are set aside with their row, where they can be.
KINDS: Final = ("customer", "invoice", "payment_intent")
#: What must hold, in SQL, when a finished record of a kind, ``each``, is written as it is. It says
#: no more than that to settle it, one by one, would come to the same row.
IS_NEW: Final = {
    "customer": """
        each.is_finished IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM customers WHERE id = each.id)
    """,
    "invoice": """
        each.is_finished IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM invoices WHERE id = each.id)
        AND EXISTS (SELECT 1 FROM customers WHERE id = each.customer_id)
        AND NOT EXISTS (
            SELECT 1 FROM billed_periods WHERE subscription_id = each.subscription_id)
        AND NOT EXISTS (
            SELECT 1 FROM invoices WHERE number = each.number AND issued_here = 1)
    """,
    "payment_intent": """
        each.is_finished IS NOT NULL
        AND EXISTS (SELECT 1 FROM customers WHERE id = each.customer_id)
        AND NOT EXISTS (SELECT 1 FROM payment_intents WHERE id IN (each.id, each.charge_id))
        AND NOT EXISTS (SELECT 1 FROM payment_charges WHERE charge_id = each.charge_id)
        AND NOT EXISTS (SELECT 1 FROM charge WHERE names = each.id)
        AND NOT EXISTS (
            SELECT 1 FROM invoice_payment WHERE names IN (each.id, each.charge_id))
        AND NOT EXISTS (
            SELECT 1 FROM payment_intent AS other
            WHERE other.names = each.charge_id AND other.place <> each.place)
    """,
}

_PLACES: Final = "each.place >= ? AND each.place < ?"


@cache
def columns(kind: str) -> tuple[str, ...]:
    """What a record of a kind is set aside with: whether it is finished, its row and children."""
    if kind not in KINDS:
        return ()
    return ("is_finished", *_names(kind), *batches.children(kind))


@cache
def unfinished(kind: str) -> tuple[None, ...]:
    """The values of `columns` for a record that has to be looked at when it is written."""
    return (None,) * len(columns(kind))


def finished(kind: str, row: Row) -> tuple[Any, ...]:
    """The values of `columns` for a row that is written as it is, if it is new."""
    (values,) = batches.written_values(kind, _names(kind), [row])
    children = (_children(row[name], _get(kind, name)) for name in batches.children(kind))
    return (1, *values, *children)


def insert(kind: str, places: range) -> int:
    """Write the records that were set aside at these places; returns how many there are."""
    names = _quoted(("id", *_names(kind)))
    with indexed_together(len(places) if kind == "customer" else 0):
        number = _run(
            f"INSERT INTO {batches.table_name(kind)} ({names}) "
            f"SELECT {names} FROM scratch.{kind} AS each WHERE {_PLACES} ORDER BY place",
            places,
        )
    for name, (table, owner) in batches.children(kind).items():
        child_columns = batches.child_columns(kind, name)
        values = ", ".join(f"child.value ->> {place}" for place in range(len(child_columns)))
        _run(
            f"INSERT INTO {table} ({_quoted((owner, 'position', *child_columns))}) "
            f"SELECT each.id, child.key, {values} "
            f'FROM scratch.{kind} AS each CROSS JOIN json_each(each."{name}") AS child '
            f"WHERE {_PLACES}",
            places,
        )
    if kind == "payment_intent":
        _run(
            "INSERT INTO payment_charges (charge_id, payment_id) "
            f"SELECT charge_id, id FROM scratch.payment_intent AS each "
            f"WHERE {_PLACES} AND charge_id IS NOT NULL AND charge_id <> id",
            places,
        )
    return number


def _run(sql: str, places: range) -> int:
    """Run a statement on these places; returns how many rows it wrote."""
    run: Any = database.execute_sql
    return int(run(sql, (places.start, places.stop)).rowcount)


@cache
def _names(kind: str) -> list[str]:
    return [name for name in batches.written_columns(kind) if name != "id"]


@cache
def _get(kind: str, child: str) -> itemgetter[Any]:
    return itemgetter(*batches.child_columns(kind, child))


def _children(rows: list[Row], get: itemgetter[Any]) -> str:
    return _ENCODER.encode([get(row) for row in rows])


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
