"""Records for the tests of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from calmony_desktop.store import database as store
from calmony_desktop.store import models
from calmony_desktop.store.search_keys import fold, search_key, sort_key


class Records:
    """Adds records to the open database: each whole, with the given columns changed."""

    def customer(
        self, id: str, name: str | None = None, email: str | None = None, **changes: Any
    ) -> None:
        columns = {
            "created_at": 1_700_000_000,
            "sort_key": sort_key(name, email, id),
            "email_key": fold(email or ""),
            "search_key": search_key(name, email, id),
        }
        models.Customer.create(id=id, name=name, email=email, **{**columns, **changes})

    def payment(self, id: str, customer: str, **changes: Any) -> None:
        columns = {
            "amount": 19_00,
            "currency": "EUR",
            "status": "succeeded",
            "raw_status": "succeeded",
            "created_at": 1_700_000_000,
        }
        models.PaymentIntent.create(id=id, customer=customer, **{**columns, **changes})

    def subscription(self, id: str, customer: str, **changes: Any) -> None:
        columns = {
            "plan": "Team",
            "amount": 49_00,
            "currency": "EUR",
            "interval": "month",
            "status": "active",
            "raw_status": "active",
            "next_billing_date": date(2026, 4, 1),
            "created_at": 1_700_000_000,
        }
        models.Subscription.create(id=id, customer=customer, **{**columns, **changes})

    def invoice(self, id: str, customer: str, **changes: Any) -> None:
        columns = {
            "number": None,
            "status": "open",
            "raw_status": "open",
            "currency": "EUR",
            "subtotal": 49_00,
            "total": 49_00,
            "amount_remaining": 49_00,
            "created_at": 1_700_000_000,
            "issued_on": date(2026, 3, 1),
            "seller": {},
            "buyer": {},
        }
        models.Invoice.create(id=id, customer=customer, **{**columns, **changes})


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Waits hardly at all for a locked file, and leaves none open."""
    monkeypatch.setattr(store, "BUSY_TIMEOUT", 0)
    yield
    store.close_database()


@pytest.fixture
def records(database: object) -> Records:
    """A factory of records in a fresh database."""
    return Records()


@pytest.fixture
def run_sql(database: object) -> Callable[..., list[tuple[Any, ...]]]:
    """Runs SQL past the models, as another program could."""

    def run(sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return list(models.database.execute_sql(sql, values).fetchall())

    return run
