"""The payments of a customer who has very many: their keys in an order, and then some at a time.

A key is a payment's row id, which stays what it is as long as nobody writes to the file: whoever
keeps keys reads them again when `database.data_version` is another. SQLite only.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, NamedTuple

from calmony_desktop.billing.money import Money
from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import PaymentStatus
from calmony_desktop.store import database
from calmony_desktop.store.customers import PAYMENT_COLUMNS, Known, payment_row, per_currency
from calmony_desktop.store.key_lists import as_text, filled, no_keys, read_keys
from calmony_desktop.store.rows import PaymentRow

_ALL: Final = -1
_DAY: Final = 86_400


class PaymentKey(Enum):
    """What payments are sorted by: in SQL, of the columns of `_PAYMENTS`."""

    ID = ("lower(id)",)
    AMOUNT = ("currency", "amount")
    STATUS = ("status",)
    CREATED_AT = ("created_at",)
    DESCRIPTION = ("words",)


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """An order of payments; those that are alike stand newest first."""

    key: PaymentKey
    descending: bool

    @property
    def sql(self) -> str:
        """What stands behind ORDER BY."""
        by = (f"{each} DESC" if self.descending else each for each in self.key.value)
        return ", ".join((*by, "created_at DESC", "id"))


NEWEST_FIRST: Final = PaymentOrder(PaymentKey.CREATED_AT, descending=True)

#: Each order once; a heading sorts upwards when it is clicked for the first time.
ORDERS: Final = tuple(PaymentOrder(key, down) for down in (False, True) for key in PaymentKey)

#: ``words`` is what the table shows as the description; whose invoice has no other word comes
#: under I.
_PAYMENTS: Final = """
    SELECT p.rowid AS key, p.id, p.currency, p.amount, p.status, p.created_at, lower(coalesce(
        CASE p.status WHEN 'failed' THEN p.failure_message END, p.description,
        'invoice ' || (SELECT i.number FROM invoices i WHERE i.id = p.invoice_id), '')) AS words
    FROM payment_intents p WHERE p.customer_id = ?
"""


def payment_keys(customer_id: str, order: PaymentOrder, most: int = _ALL) -> array[int]:
    """The keys of a customer's payments in an order: all, or the first ``most``.

    Raises KnownError when the file cannot be read, as all here do.
    """
    with database.reading():
        sql = f"SELECT key FROM ({_PAYMENTS}) ORDER BY {order.sql} LIMIT ?"
        return read_keys(sql, (customer_id, most), _no_keys())


class FirstKeys(NamedTuple):
    """How many payments a customer has, and the keys of the first in each order."""

    length: int
    keys: dict[PaymentOrder, array[int]]


def first_keys(customer_id: str, most: int) -> FirstKeys:
    """The first keys in each order, in a third of the time that they take one by one."""
    # What they are sorted by is read once; but one index has them by date.
    by_date = [order for order in ORDERS if order.key is PaymentKey.CREATED_AT]
    others = [order for order in ORDERS if order not in by_date]
    # Newest first: of those that are alike the first few are found at once then.
    payments = f"WITH payments AS MATERIALIZED ({_PAYMENTS} ORDER BY p.created_at DESC)"
    with database.reading():
        text = as_text("key", _no_keys())
        firsts = ", ".join(
            f"(SELECT {text} FROM (SELECT key FROM payments ORDER BY {order.sql} LIMIT ?))"
            for order in others
        )
        ((length, *texts),) = _read(
            f"{payments} SELECT (SELECT count(*) FROM payments), {firsts}",
            *(customer_id, *(most for _ in others)),
        )
        keys = {order: payment_keys(customer_id, order, most) for order in by_date}
        keys |= {order: filled(_no_keys(), text) for order, text in zip(others, texts, strict=True)}
    return FirstKeys(length, keys)


def count_payments(customer_id: str) -> int:
    """How many there are."""
    with database.reading():
        sql = "SELECT count(*) FROM payment_intents WHERE customer_id = ?"
        ((length,),) = _read(sql, customer_id)
        return int(length)


def payments_at(customer_id: str, keys: Sequence[int]) -> tuple[PaymentRow, ...]:
    """The payments of this customer with these keys, in their order; without those gone since."""
    columns = ", ".join(f"p.{name}" for name in PAYMENT_COLUMNS)
    with database.reading():
        found = _read(
            f"SELECT {columns}, i.number FROM json_each(?) k "
            "CROSS JOIN payment_intents p ON p.rowid = k.value AND p.customer_id = ? "
            "LEFT JOIN invoices i ON i.id = p.invoice_id",
            json.dumps(list(keys)),
            customer_id,
        )
        time_zone = _time_zone()
    known: Known = {}
    return tuple(payment_row(row, number, time_zone, known) for *row, number in found)


@dataclass(frozen=True, slots=True)
class PaymentsInAll:
    """What was paid in total, as `CustomerProfile` has it, and payments for their widths.

    Those of ``samples`` are made up: for each amount, status and date of a real one, one has an
    amount with as many digits, the status, the date in some year.
    """

    total_paid: tuple[Money, ...]
    samples: tuple[PaymentRow, ...]


def payments_in_all(customer_id: str) -> PaymentsInAll:
    """What can be said of all of a customer's payments."""
    with database.reading():
        time_zone = _time_zone()
        # Not GROUP BY, which would sort them all in memory first.
        kinds = _read(
            f"SELECT DISTINCT currency, status, length(amount) FROM ({_PAYMENTS})", customer_id
        )
        days = _read(
            f"SELECT DISTINCT created_at / {_DAY} FROM payment_intents WHERE customer_id = ?",
            customer_id,
        )
        paid = [_paid(customer_id, each) for each in {currency for currency, *_ in kinds}]
    samples = [_sample(kind, 0, time_zone) for kind in kinds]
    # A day of UTC is a part of two days elsewhere.
    ends = {at for (day,) in days for at in (day * _DAY, (day + 1) * _DAY - 1)}
    days_of_a_year = {(on.month, on.day): at for at in ends for on in (date_of(at, time_zone),)}
    samples += [_sample(kinds[0], at, time_zone) for at in days_of_a_year.values()]
    return PaymentsInAll(per_currency(paid), tuple(samples))


def _paid(customer_id: str, currency: str) -> Money:
    ((amount,),) = _read(
        "SELECT coalesce(sum(amount - amount_refunded), 0) FROM payment_intents "
        "WHERE customer_id = ? AND currency = ? AND status = ?",
        *(customer_id, currency, PaymentStatus.SUCCEEDED.value),
    )
    return Money(int(amount), currency)


def _sample(kind: tuple[Any, ...], created_at: int, time_zone: str) -> PaymentRow:
    currency, status, digits = kind
    values = {"id": "", "amount": 10 ** (digits - 1), "amount_refunded": 0, "raw_status": ""}
    given = values | {"currency": currency, "status": status, "created_at": created_at}
    return payment_row([given.get(name) for name in PAYMENT_COLUMNS], None, time_zone, {})


def _no_keys() -> array[int]:
    ((last,),) = _read("SELECT max(rowid) FROM payment_intents")
    return no_keys(last)


def _time_zone() -> str:
    ((time_zone,),) = _read("SELECT time_zone FROM business")
    return str(time_zone)


def _read(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    run: Any = database.database.execute_sql
    found: list[tuple[Any, ...]] = run(sql, values).fetchall()
    return found
