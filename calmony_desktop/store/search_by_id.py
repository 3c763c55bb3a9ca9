"""Customers by the ids and numbers of what belongs to them.

Apart from the rest of the search, which paints the first list without the models.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from calmony_desktop.store.models import Customer, Invoice, PaymentIntent, Subscription
from calmony_desktop.store.queries import GIVEN, read

#: From how many characters on the ids of payments, subscriptions and invoices are looked up.
_SHORTEST_ID = 4
#: So many customers are found through their payments, subscriptions and invoices at most.
_MOST_BY_ID = 50
#: Sorts after every character that an id can continue with.
_LAST_CHARACTER = "\U0010ffff"


def customers_by_id(term: str) -> list[str]:
    """The customers whose own id is ``term``, or one of whose records' ids begins with it."""
    found = [customer_id for (customer_id,) in read(_own_id_query, term)]
    if len(term) < _SHORTEST_ID:
        return found
    # Ids are case-sensitive; invoice numbers are upper case wherever providers make them.
    upper = [(_BY_NUMBER, term.upper())] if term != term.upper() else []
    for query, prefix in (*((query, term) for query in _BY_RECORD), *upper):
        values = (prefix, prefix + _LAST_CHARACTER, _MOST_BY_ID)
        found.extend(customer_id for (customer_id,) in read(query, *values))
    return list(dict.fromkeys(found))[:_MOST_BY_ID]


def _own_id_query() -> Any:
    return Customer.select(Customer.id).where(Customer.id == GIVEN)


def _begins_with_query(model: Any, column: Any) -> Any:
    """Whose ``column`` begins with something, as a range that an index answers: case-sensitive."""
    begins = (column >= GIVEN) & (column < GIVEN)
    return model.select(model.customer).where(begins).distinct().limit(GIVEN)


_BY_NUMBER: Final = partial(_begins_with_query, Invoice, Invoice.number)
_BY_RECORD: Final = (
    partial(_begins_with_query, PaymentIntent, PaymentIntent.id),
    partial(_begins_with_query, PaymentIntent, PaymentIntent.charge_id),
    partial(_begins_with_query, Subscription, Subscription.id),
    partial(_begins_with_query, Invoice, Invoice.id),
    _BY_NUMBER,
)
