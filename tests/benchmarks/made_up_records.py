"""What the customers of the big database have: payments, subscriptions, invoices.

Rows are tuples in the order of `COLUMNS`. Every kind is made in rounds, a customer once a round, so
that the records of one customer lie far apart, as they do in a file that grew over the years.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any, Final

from made_up_customers import CURRENCIES, MadeUpCustomer

from calmony_desktop.operations.fill_demo.company import seller
from calmony_desktop.store import search_keys

Rows = list[tuple[Any, ...]]

#: Nothing happens after it, whenever the database is made.
TODAY: Final = date(2026, 11, 20)
_NOW: Final = 1_795_132_800  # that day's first second
_DAY: Final = 86_400
_API: Final = "2026-08-26.basil"

COLUMNS: Final = {
    "customers": "id name email phone line1 city postal_code country currency created_at sort_key "
    "email_key search_key as_of api_version",
    "products": "id name as_of api_version",
    "prices": "id product_id name currency unit_amount interval interval_count as_of api_version",
    "subscriptions": "id customer_id plan amount currency interval interval_count status "
    "raw_status next_billing_date created_at current_period_start_at current_period_end_at "
    "billing_cycle_anchor_at canceled_at ended_at cancel_at_period_end is_paused canceled_here "
    "as_of api_version",
    "subscription_items": "subscription_id position id price_id quantity current_period_end_at",
    "invoices": "id number customer_id subscription_id status raw_status currency subtotal "
    "discount_amount tax_amount total amount_paid amount_remaining created_at paid_at voided_at "
    "issued_on due_on period_start_on period_end_on seller buyer as_of api_version",
    "invoice_lines": "invoice_id position description quantity unit_amount amount discount_amount "
    "tax_rate period_start_on period_end_on price_id",
    "invoice_taxes": "invoice_id position label rate taxable_amount amount exemption_reason",
    "payment_intents": "id charge_id customer_id invoice_id amount amount_refunded currency status "
    "raw_status description failure_message payment_method created_at as_of api_version",
}

_PLANS: Final = (("Starter", 900), ("Workshop", 2900), ("Workshop Pro", 5900), ("Fleet", 14900))
_SELLER: Final = json.dumps(seller(14), ensure_ascii=False)
_CARDS: Final = tuple(
    f"{brand} ending {digits}"
    for brand in ("Visa", "Mastercard", "American Express")
    for digits in range(1111, 10_000, 1111)
)

# How many of each a customer has, and of a hundred customers how many have so many.
_PAYMENTS: Final = {0: 8, 1: 10, 3: 18, 5: 28, 6: 16, 8: 12, 13: 8}
_INVOICES: Final = {0: 11, 1: 14, 2: 20, 3: 22, 4: 16, 6: 11, 8: 6}
_SUBSCRIPTIONS: Final = {0: 13, 1: 76, 2: 9, 3: 2}
#: The newest invoice of so many is open, the newest payment of so many failed.
_OPEN: Final = 0.225
_FAILED: Final = 0.011
_FIRST_STATUSES: Final = {"active": 80, "trialing": 2, "past_due": 2, "canceled": 16}

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PAIRS: Final = [first + second for first in _DIGITS for second in _DIGITS]
_HALF: Final = len(_PAIRS) ** 2


def catalogue() -> dict[str, Rows]:
    """The products and their prices, one in each currency."""
    return {
        "products": [(f"prod_{i}", name, _NOW, _API) for i, (name, _) in enumerate(_PLANS)],
        "prices": [
            (_price(i, currency), f"prod_{i}", name, currency, str(cents), "month", 1, _NOW, _API)
            for i, (name, cents) in enumerate(_PLANS)
            for currency in CURRENCIES
        ],
    }


class RecordMaker:
    """Makes the rows of one batch of customers after the other."""

    def __init__(self, first_number: int) -> None:
        self._number = count(first_number + 1)
        self._invoice_number = count(first_number + 1)

    def rows(self, customers: Sequence[MadeUpCustomer], rng: Random) -> Iterator[dict[str, Rows]]:
        """Everything about these customers, table by table, round by round."""
        yield {"customers": [_customer(each, rng) for each in customers]}
        subscribed: list[str | None] = [None for _ in customers]
        yield from self._subscriptions(customers, subscribed, rng)
        paid: list[list[tuple[str, int]]] = [[] for _ in customers]
        yield from self._invoices(customers, subscribed, paid, rng)
        yield from self._payments(customers, paid, rng)

    def history(self, customer: MadeUpCustomer, payments: int, rng: Random) -> dict[str, Rows]:
        """A customer with this many payments and nothing else."""
        made = [
            self._payment(customer, None, rng.randrange(500, 90_000), "succeeded", day, rng)
            for day in sorted(rng.choices(range(1, 2000), k=payments), reverse=True)
        ]
        return {"customers": [_customer(customer, rng)], "payment_intents": made}

    def _id(self, prefix: str) -> str:
        """Ids of one prefix ascend, as those that begin with their time do."""
        number = next(self._number)
        tail = number * 2_654_435_761 % (_HALF * _HALF)
        high, low = divmod(tail, _HALF)
        return f"{prefix}_3{_pairs(_HALF // 4 + number)}LkdIwHu7ix{_pairs(high)}{_pairs(low)}"

    def _subscriptions(
        self, customers: Sequence[MadeUpCustomer], subscribed: list[str | None], rng: Random
    ) -> Iterator[dict[str, Rows]]:
        for round_, chosen in _rounds(customers, _SUBSCRIPTIONS, rng):
            rows: Rows = []
            items: Rows = []
            for index in chosen:
                each = customers[index]
                status = _pick(_FIRST_STATUSES, rng) if round_ == 0 else "canceled"
                plan = rng.randrange(len(_PLANS))
                start = _NOW - rng.randrange(28) * _DAY
                end = start + 30 * _DAY
                ended = start if status == "canceled" else None
                billed = None if ended else (TODAY + timedelta((end - _NOW) // _DAY)).isoformat()
                anchor = start - 30 * _DAY * rng.randrange(1, 30)
                id_ = subscribed[index] = self._id("sub")
                rows.append(
                    (
                        *(id_, each.id, _PLANS[plan][0], _PLANS[plan][1], each.currency),
                        *("month", 1, status, status, billed, anchor, start, end, anchor),
                        *(ended, ended, 0, 0, 0, _NOW, _API),
                    )
                )
                items.append((id_, 0, f"si_{id_[5:]}", _price(plan, each.currency), "1", end))
            yield {"subscriptions": rows, "subscription_items": items}

    def _invoices(
        self,
        customers: Sequence[MadeUpCustomer],
        subscribed: Sequence[str | None],
        paid: list[list[tuple[str, int]]],
        rng: Random,
    ) -> Iterator[dict[str, Rows]]:
        for round_, chosen in _rounds(customers, _INVOICES, rng):
            tables: dict[str, Rows] = {"invoices": [], "invoice_lines": [], "invoice_taxes": []}
            for index in chosen:
                roll = rng.random()
                status = "paid"
                if round_ == 0 and roll < _OPEN:
                    status = "open"
                elif roll > 0.97:
                    status = "void"
                subscription = subscribed[index]
                id_, total = self._invoice(
                    customers[index], subscription, status, round_, tables, rng
                )
                if status == "paid":
                    paid[index].append((id_, total))
            yield tables

    def _invoice(
        self,
        customer: MadeUpCustomer,
        subscription: str | None,
        status: str,
        round_: int,
        tables: dict[str, Rows],
        rng: Random,
    ) -> tuple[str, int]:
        """Adds an invoice of one or two lines; returns its id and total."""
        id_ = self._id("in")
        plan = rng.randrange(len(_PLANS))
        name, cents = _PLANS[plan]
        days = 30 * round_ + rng.randrange(1, 30)
        issued = TODAY - timedelta(days)
        at = _NOW - days * _DAY
        start, last = (issued - timedelta(30)).isoformat(), (issued - timedelta(1)).isoformat()
        price = _price(plan, customer.currency)
        lines = tables["invoice_lines"]
        lines.append((id_, 0, name, "1", str(cents), cents, 0, "19", start, last, price))
        subtotal = cents
        if rng.random() < 0.5:
            extra = rng.randrange(100, 9000)
            lines.append(
                (id_, 1, "Extra storage", "1", str(extra), extra, 0, "19", None, None, None)
            )
            subtotal += extra
        tax = subtotal * 19 // 100
        total = subtotal + tax
        tables["invoice_taxes"].append((id_, 0, "VAT", "19", subtotal, tax, ""))
        is_paid = status == "paid"
        tables["invoices"].append(
            (
                *(id_, f"NW-{issued.year}-{next(self._invoice_number):07}", customer.id),
                *(subscription, status, status, customer.currency, subtotal, 0, tax, total),
                *(total if is_paid else 0, total if status == "open" else 0),
                *(at, at + _DAY if is_paid else None, at + _DAY if status == "void" else None),
                *(issued.isoformat(), (issued + timedelta(14)).isoformat(), start, last),
                *(_SELLER, customer.buyer, _NOW, _API),
            )
        )
        return id_, total

    def _payments(
        self,
        customers: Sequence[MadeUpCustomer],
        paid: list[list[tuple[str, int]]],
        rng: Random,
    ) -> Iterator[dict[str, Rows]]:
        for round_, chosen in _rounds(customers, _PAYMENTS, rng):
            rows: Rows = []
            for index in chosen:
                invoice, amount = None, rng.randrange(500, 90_000)
                if round_ < len(paid[index]):
                    invoice, amount = paid[index][round_]
                status = "succeeded"
                if round_ == 0 and invoice is None and rng.random() < 3 * _FAILED:
                    status = "failed"
                days = 30 * round_ + rng.randrange(1, 30)
                rows.append(self._payment(customers[index], invoice, amount, status, days, rng))
            yield {"payment_intents": rows}

    def _payment(
        self,
        customer: MadeUpCustomer,
        invoice: str | None,
        amount: int,
        status: str,
        days: int,
        rng: Random,
    ) -> tuple[Any, ...]:
        id_ = self._id("pi")
        failed = status == "failed"
        return (
            *(id_, f"ch_{id_[3:]}", customer.id, invoice, amount, 0, customer.currency),
            *(status, "requires_payment_method" if failed else status),
            *("Subscription" if invoice else None, "Your card was declined." if failed else None),
            *(rng.choice(_CARDS), _NOW - days * _DAY + rng.randrange(_DAY), _NOW, _API),
        )


def _rounds(
    customers: Sequence[MadeUpCustomer], distribution: dict[int, int], rng: Random
) -> Iterator[tuple[int, list[int]]]:
    """Round by round, who has one more: places in ``customers``."""
    numbers = rng.choices(list(distribution), list(distribution.values()), k=len(customers))
    for round_ in range(max(distribution)):
        yield round_, [place for place, number in enumerate(numbers) if number > round_]


def _customer(each: MadeUpCustomer, rng: Random) -> tuple[Any, ...]:
    return (
        *each[:-1],
        _NOW - rng.randrange(1, 3000 * _DAY),
        search_keys.sort_key(each.name, each.email, each.id),
        search_keys.fold(each.email or ""),
        search_keys.search_key(each.name, each.email, each.id),
        *(_NOW, _API),
    )


def _pick(weights: dict[str, int], rng: Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _price(plan: int, currency: str) -> str:
    return f"price_{plan}{currency}"


def _pairs(number: int) -> str:
    high, low = divmod(number, len(_PAIRS))
    return _PAIRS[high % len(_PAIRS)] + _PAIRS[low]
