"""Find customers: as one types, by name, email and id, and by what belongs to them.

Trigrams need three characters; shorter text is looked up as the beginning of a name or an email.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import partial
from typing import Any, Final, NamedTuple

from calmony_desktop.store import database
from calmony_desktop.store.customer_entry import CustomerEntry
from calmony_desktop.store.search_keys import fold, unseen
from calmony_desktop.store.search_segments import BY_NAME, Condition, Segment, Sorting, Source

_PASTED_ADDRESS = re.compile(r"/customers/(?P<id>[^/?#\s]+)")
_TRIGRAM = 3
#: No name, email or id is longer; text beyond this (a pasted page) would only burden the query.
_LONGEST_TERM = 500
#: So much of a word tells nearly always whom it means. The rest, an email's domain as often as not,
#: is common to many, and to look that up takes long.
_TELLING = 12
#: Sorts after every character that an id can continue with.
_LAST_CHARACTER = "\U0010ffff"


class Order(Enum):
    """How the list is sorted; the last two with the largest and the latest first."""

    NAME_A_TO_Z = "name"
    NAME_Z_TO_A = "name_descending"
    NEWEST = "newest"
    OPEN_BALANCE = "open_balance"
    LAST_PAYMENT = "last_payment"


class Filter(Enum):
    """Only customers of whom this is true."""

    OPEN_INVOICES = "open_invoices"
    FAILED_PAYMENT = "failed_payment"
    ACTIVE_SUBSCRIPTION = "active_subscription"


_NAMES: Final = ("sort_key", "search_key")
_SORTINGS: Final = {
    Order.NAME_A_TO_Z: Sorting(_NAMES, BY_NAME),
    Order.NAME_Z_TO_A: Sorting(_NAMES, BY_NAME, descending=True),
    Order.NEWEST: Sorting(("created_at",), "customers_created_at", descending=True),
    Order.OPEN_BALANCE: Sorting(("open_balance",), "customers_open_balance", descending=True),
    Order.LAST_PAYMENT: Sorting(("last_payment_at",), "customers_last_payment_at", descending=True),
}


class CustomerSearch(NamedTuple):
    """What the list shows: customers that match ``text``, or all of them where it is empty.

    Of these, those whom every one of ``filters`` fits, and who pay in ``currency`` where one is
    given.
    """

    text: str = ""
    order: Order = Order.NAME_A_TO_Z
    filters: frozenset[Filter] = frozenset()
    currency: str | None = None

    @property
    def term(self) -> str:
        """The text searched for: an id where a customer page's address was pasted."""
        seen = (c for c in self.text if not unseen(c))
        text = "".join(c if c.isprintable() else " " for c in seen).strip()
        address = _PASTED_ADDRESS.search(text)
        return (address["id"] if address else text)[:_LONGEST_TERM]

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves anybody out."""
        return bool(self.term or self.filters or self.currency)


class SearchResult:
    """The customers of one search, best first, read a page at a time.

    First stand those that an id or number names, then those whose name begins with the text, then
    the rest; each of these in the list's order. The first page can be read
    at once. How many there are, and where one stands, is known only when all is measured, which
    takes up to seconds for a million. Raises KnownError when the file cannot be read.
    """

    def __init__(self, search: CustomerSearch) -> None:
        self.search = search
        self._segments: list[Segment] = []
        self._unread: Sequence[Callable[[], Segment]] | None = None

    @property
    def is_measured(self) -> bool:
        """Whether count and positions are known."""
        return self._unread == [] and all(each.is_measured for each in self._segments)

    def page(self, offset: int, limit: int) -> tuple[CustomerEntry, ...]:
        """The customers from position ``offset`` on, ``limit`` at most."""
        found: tuple[CustomerEntry, ...] = ()
        with database.reading():
            for each in self._parts():
                # What begins beyond this part needs its length; a list's first page does not.
                if offset and offset >= each.count():
                    offset -= each.count()
                    continue
                found += each.page(offset, limit - len(found))
                if len(found) == limit:
                    break
                offset = 0
        return found

    def count_at_once(self) -> int | None:
        """How many customers match, where that takes no time: all are listed, or all were read."""
        if self.is_measured:
            return self.count()
        if self.search.is_narrowed:
            return None
        from calmony_desktop.store.models import Customer  # not needed to paint the first page

        with database.reading():
            return int(Customer.select().count())

    def count(self) -> int:
        """How many customers match."""
        with database.reading():
            return sum(each.count() for each in self._parts())

    def position(self, customer_id: str) -> int | None:
        """Where in the list ``customer_id`` stands; None where it does not match."""
        from calmony_desktop.store.models import Customer  # as above

        with database.reading():
            found = Customer.select(Customer.key).where(Customer.id == customer_id).tuples().first()
            before = 0
            for each in self._parts() if found else ():
                position = each.position(found[0])
                if position is not None:
                    return before + position
                before += each.count()
        return None

    def _parts(self) -> Iterator[Segment]:
        """Each is made when it is first needed, in a transaction of the caller."""
        if self._unread is None:
            self._unread = list(_segments(self.search))
        yield from self._segments
        while self._unread:
            # One that is interrupted while it is made is made anew.
            made = self._unread[0]()
            self._segments.append(made)
            self._unread = self._unread[1:]
            yield made


def _segments(search: CustomerSearch) -> Iterator[Callable[[], Segment]]:
    sorting, narrowed = _SORTINGS[search.order], _narrowing(search)
    term = search.term
    if not term:
        yield partial(Segment, narrowed, sorting)
        return
    from calmony_desktop.store.search_by_id import customers_by_id  # as above

    if by_id := customers_by_id(term):
        named = Segment.of_ids(by_id, narrowed)
        yield lambda: named
        narrowed = [*narrowed, named.left_out]
    # One sign can fold to a sentence.
    folded = fold(term)[:_LONGEST_TERM].rstrip()
    if not folded:
        return
    name = _name_begins_with(folded)
    other_name = Condition(f"NOT ({name.test})", name.values)
    yield partial(Segment, [name, *narrowed], sorting)
    within = _within(folded) or _email_begins_with(folded)
    yield partial(Segment, [within, other_name, *narrowed], sorting)


def _narrowing(search: CustomerSearch) -> list[Condition]:
    conditions = []
    if search.currency:
        test, values = "main_currency = ?", (search.currency,)
        source = _indexed("customers_main_currency", test, values)
        conditions.append(Condition(f"c.{test}", values, (source,)))
    return [*conditions, *(_FILTERS[each] for each in Filter if each in search.filters)]


def _source(index: str, test: str, values: tuple[str, ...] = ()) -> Source:
    return Source(f"SELECT key FROM customers INDEXED BY {index} WHERE {test}", values)


def _indexed(index: str, test: str, values: tuple[str, ...] = ()) -> Source:
    """Where the index leads to a key at once, too."""
    joined = f"customers {index} INDEXED BY {index} ON {index}.{test} AND {index}.key = few.key"
    return _source(index, test, values)._replace(among=f"CROSS JOIN {joined}")


def _flagged(test: str, index: str) -> Condition:
    return Condition(f"c.{test}", (), (_indexed(index, test),))


_FILTERS: Final = {
    Filter.OPEN_INVOICES: _flagged("open_invoices > 0", "customers_with_open_invoices"),
    Filter.FAILED_PAYMENT: _flagged("last_payment_failed = 1", "customers_with_failed_payment"),
    Filter.ACTIVE_SUBSCRIPTION: _flagged(
        "active_subscriptions > 0", "customers_with_active_subscription"
    ),
}


def _name_begins_with(folded: str) -> Condition:
    values = (folded, folded + _LAST_CHARACTER)
    return Condition("c.sort_key >= ? AND c.sort_key < ?", values, is_range_of_names=True)


def _email_begins_with(folded: str) -> Condition:
    values = (folded, folded + _LAST_CHARACTER)
    source = _source("customers_email_key", "email_key >= ? AND email_key < ?", values)
    # The email is the search key's second line.
    test = "instr(c.search_key, ?) = instr(c.search_key, char(10))"
    return Condition(test, (f"\n{folded}",), (source,))


def _within(folded: str) -> Condition | None:
    """Every word somewhere in name, email or id; None where all words are too short for that."""
    words = list(dict.fromkeys(folded.split()))
    long_words = [word for word in words if len(word) >= _TRIGRAM]
    if not long_words:
        return None
    telling = [_telling(word) for word in long_words]
    return Condition(
        " AND ".join(["instr(c.search_key, ?) > 0"] * len(words)),
        tuple(words),
        tuple(_matching(each) for each in dict.fromkeys(map(tuple, (telling, long_words)))),
    )


def _telling(word: str) -> str:
    """The beginning of a word; of an id without its kind, which takes longest: all ids have it."""
    without_kind = word.rpartition("_")[2]
    return (without_kind if len(without_kind) >= _TRIGRAM else word)[:_TELLING]


def _matching(words: Sequence[str]) -> Source:
    # Quoted, because raw text is a query language to FTS5 and raises on much of what people type.
    match = " ".join('"' + word.replace('"', '""') + '"' for word in words)
    sql = "SELECT rowid AS key FROM customer_search WHERE customer_search MATCH ?"
    return Source(sql, (match,))


def currencies() -> tuple[str, ...]:
    """The currencies that customers pay in, in alphabetical order."""
    # From one to the next in the index, which takes a step for each rather than for each customer.
    sql = (
        "WITH RECURSIVE one(currency) AS (SELECT min(main_currency) FROM customers UNION ALL "
        "SELECT (SELECT min(main_currency) FROM customers WHERE main_currency > one.currency) "
        "FROM one WHERE one.currency IS NOT NULL) "
        "SELECT currency FROM one WHERE currency IS NOT NULL"
    )
    run: Any = database.database.execute_sql
    with database.reading():
        return tuple(currency for (currency,) in run(sql).fetchall())
