"""The customers' figures, when records of many are written at once. SQLite only.

The triggers of migrations 0005 and 0006 keep them record by record; here they are renewed once a
customer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from calmony_desktop.store.batches import batched, marks
from calmony_desktop.store.database import database

#: Below this the figures follow each record by its triggers.
_WORTHWHILE: Final = 50
#: These run for each record that is new. The others run for few, and stay.
_TRIGGERS: Final = (
    *("payment_intents_figures_insert", "payment_intents_currency_insert"),
    *("subscriptions_figures_insert", "subscriptions_currency_insert"),
    "invoices_currency_insert",
)
#: All at once: each change of a customer goes into the indexes of the list, too. The currency is
#: that of the first record written: an import writes these one after the other.
_RENEW: Final = """
    UPDATE customers SET
        last_payment_at = coalesce((
            SELECT created_at FROM payment_intents WHERE customer_id = customers.id
            AND status = 'succeeded' ORDER BY created_at DESC LIMIT 1), 0),
        last_payment_failed = coalesce((
            SELECT status = 'failed' FROM payment_intents WHERE customer_id = customers.id
            ORDER BY created_at DESC, id DESC LIMIT 1), 0),
        (active_subscriptions, unpaid_subscriptions) = (
            SELECT count(*), coalesce(sum(status IN ('past_due', 'unpaid')), 0)
            FROM subscriptions WHERE customer_id = customers.id
            AND status IN ('trialing', 'active', 'past_due', 'unpaid', 'paused')),
        main_currency = coalesce(
            main_currency,
            (SELECT currency FROM subscriptions WHERE customer_id = customers.id
             ORDER BY rowid LIMIT 1),
            (SELECT currency FROM invoices WHERE customer_id = customers.id
             ORDER BY rowid LIMIT 1),
            (SELECT currency FROM payment_intents WHERE customer_id = customers.id
             ORDER BY rowid LIMIT 1))
    WHERE id IN ({})
"""


@contextmanager
def renewed_together(
    customer_ids: Iterable[str], number: int, still_at_it: Callable[[], None]
) -> Iterator[None]:
    """Renew the figures of these customers at the end: collected meanwhile, of records inserted.

    ``number`` is how many records may come: with few the triggers stay. ``still_at_it`` is called
    now and then, and may raise. Inside a transaction only.
    """
    if number < _WORTHWHILE:
        yield
        return
    run: Any = database.execute_sql
    triggers = run(
        f"SELECT sql FROM sqlite_master WHERE name IN ({marks(_TRIGGERS)})", _TRIGGERS
    ).fetchall()
    for name in _TRIGGERS:
        run(f"DROP TRIGGER {name}")
    yield
    for batch in batched(customer_ids):
        run(_RENEW.format(marks(batch)), batch)
        still_at_it()
    for (trigger,) in triggers:
        run(trigger)
