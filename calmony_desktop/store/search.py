"""Find customers: as one types, by name, email and id, and by what belongs to them.

Trigrams need three characters; shorter text is looked up as the beginning of a name or an email.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from operator import and_
from typing import Any

from peewee import SQL, Case, Tuple, fn

from calmony_desktop.store import database
from calmony_desktop.store.models import Customer, Invoice, PaymentIntent, Subscription
from calmony_desktop.store.queries import rows
from calmony_desktop.store.rows import CustomerEntry
from calmony_desktop.store.search_keys import fold, unseen

_PASTED_ADDRESS = re.compile(r"/customers/(?P<id>[^/?#\s]+)")
_TRIGRAM = 3
#: From how many characters on the ids of payments, subscriptions and invoices are looked up.
_SHORTEST_ID = 4
#: So many customers are found through their payments, subscriptions and invoices at most.
_MOST_BY_ID = 50
#: No name, email or id is longer; text beyond this (a pasted page) would only burden the query.
_LONGEST_TERM = 500
#: Sorts after every character that an id can continue with.
_LAST_CHARACTER = "\U0010ffff"


class Order(Enum):
    """How the list is sorted."""

    NAME_A_TO_Z = "name"
    NAME_Z_TO_A = "name_descending"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class CustomerSearch:
    """What the list shows: customers that match ``text``, or all of them where it is empty."""

    text: str = ""
    order: Order = Order.NAME_A_TO_Z

    @property
    def term(self) -> str:
        """The text searched for: an id where a customer page's address was pasted."""
        seen = (c for c in self.text if not unseen(c))
        text = "".join(c if c.isprintable() else " " for c in seen).strip()
        address = _PASTED_ADDRESS.search(text)
        return (address["id"] if address else text)[:_LONGEST_TERM]


class SearchResult:
    """The customers of one search, best first, read a page at a time.

    Those that an id or number names stand first, then names that begin with the text, then the
    rest by name.
    The searches by the ids of other objects are done once, when the result is made.
    """

    def __init__(self, search: CustomerSearch) -> None:
        self.search = search
        term = search.term
        self._by_id: list[str] = []
        self._condition: Any = None
        if term:
            with database.reading():
                self._by_id = _customers_by_id(term)
            self._condition = _text_condition(fold(term))
            if self._by_id:
                self._condition |= Customer.id.in_(self._by_id)
        self._rank = self._rank_of(fold(term)) if term else None

    def count(self) -> int:
        """How many customers match."""
        query = Customer.select()
        if self._condition is not None:
            query = query.where(self._condition)
        with database.reading():
            return int(query.count())

    def page(self, offset: int, limit: int) -> tuple[CustomerEntry, ...]:
        """The customers from position ``offset`` on, ``limit`` at most."""
        past_due = Subscription.select(SQL("1")).where(
            (Subscription.customer == Customer.id) & Subscription.status.in_(("past_due", "unpaid"))
        )
        query = Customer.select(
            Customer.id,
            Customer.name,
            Customer.email,
            fn.EXISTS(past_due).converter(bool).alias("needs_attention"),
        )
        if self._condition is not None:
            query = query.where(self._condition)
        order = self._order()
        if self._descending:
            order = [term.desc() for term in order]
        query = query.order_by(*order).offset(offset).limit(limit)
        with database.reading():
            return rows(query, CustomerEntry)

    def position(self, customer_id: str) -> int | None:
        """Where in the list ``customer_id`` stands; None where it does not match."""
        condition = Customer.id == customer_id
        if self._condition is not None:
            condition &= self._condition
        with database.reading():
            found = Customer.select(*self._order()).where(condition).tuples().first()
            if found is None:
                return None
            order, place = Tuple(*self._order()), Tuple(*found)
            before: Any = order > place if self._descending else order < place
            if self._condition is not None:
                before &= self._condition
            return int(Customer.select().where(before).count())

    def _order(self) -> list[Any]:
        """The columns sorted by, all in the one direction that `_descending` tells."""
        by_newest = self.search.order is Order.NEWEST
        order: list[Any] = [Customer.created_at if by_newest else Customer.sort_key, Customer.key]
        return order if self._rank is None else [self._rank, *order]

    @property
    def _descending(self) -> bool:
        return self.search.order is not Order.NAME_A_TO_Z

    def _rank_of(self, folded: str) -> Any:
        """Best, good, rest: named by an id, name or email begins so, the text stands within."""
        best, good, rest = (2, 1, 0) if self._descending else (0, 1, 2)
        begins = _begins(Customer.sort_key, folded) | _begins(Customer.email_key, folded)
        cases: list[tuple[Any, int]] = [(begins, good)]
        if self._by_id:
            cases.insert(0, (Customer.id.in_(self._by_id), best))
        return Case(None, cases, rest)


def _customers_by_id(term: str) -> list[str]:
    """The customers whose own id is ``term``, or one of whose records' ids begins with it."""
    found = [row.id for row in Customer.select(Customer.id).where(Customer.id == term)]
    if len(term) < _SHORTEST_ID:
        return found
    # Ids are case-sensitive; invoice numbers are upper case wherever providers make them.
    lookups: tuple[tuple[Any, Any, str], ...] = (
        (PaymentIntent, PaymentIntent.id, term),
        (PaymentIntent, PaymentIntent.charge_id, term),
        (Subscription, Subscription.id, term),
        (Invoice, Invoice.id, term),
        (Invoice, Invoice.number, term),
        (Invoice, Invoice.number, term.upper()),
    )
    for model, column, prefix in lookups:
        query = (
            model.select(model.customer)
            .where(_begins(column, prefix))
            .distinct()
            .limit(_MOST_BY_ID)
            .tuples()
        )
        found.extend(customer_id for (customer_id,) in query)
    return list(dict.fromkeys(found))[:_MOST_BY_ID]


def _begins(column: Any, prefix: str) -> Any:
    """``column`` begins with ``prefix``, as a range that an index answers; case-sensitive."""
    return (column >= prefix) & (column < prefix + _LAST_CHARACTER)


def _text_condition(folded: str) -> Any:
    """Customers that have every word of ``folded`` somewhere in name, email or id."""
    words = folded.split()
    long_words = [word for word in words if len(word) >= _TRIGRAM]
    if not words:
        return Customer.key.is_null()
    if not long_words:
        return _begins(Customer.sort_key, folded) | _begins(Customer.email_key, folded)
    # Quoted, because raw text is a query language to FTS5 and raises on much of what people type.
    match = " ".join('"' + word.replace('"', '""') + '"' for word in long_words)
    found = SQL("(SELECT rowid FROM customer_search WHERE customer_search MATCH ?)", [match])
    conditions = [Customer.key.in_(found)]
    conditions += [
        fn.INSTR(Customer.search_key, word) > 0 for word in words if len(word) < _TRIGRAM
    ]
    return reduce(and_, conditions)
