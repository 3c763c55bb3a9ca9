"""A company whose clock the tests set, and subscriptions as the provider sends them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.operations import operator
from calmony_desktop.operations.import_records import ImportReport, import_objects
from calmony_desktop.operations.run_billing import BillingReport, run_billing
from calmony_desktop.store import business, models
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.store.database import close_database, open_database

Object = dict[str, Any]


def noon(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


class Company:
    """A business in UTC with one customer; it is noon on 15 January 2026 until a test says else."""

    def __init__(self) -> None:
        self.at = noon(date(2026, 1, 15))

    def now_is(self, day: str) -> None:
        self.at = noon(date.fromisoformat(day))

    def bring_in(self, *objects: Object) -> ImportReport:
        return import_objects(objects, source="provider")

    def bill(self, through: str | None = None, **options: Any) -> BillingReport:
        day = None if through is None else date.fromisoformat(through)
        return run_billing(day, **{"operation_id": str(uuid4()), **options})

    def customer(self, customer_id: str = "cus_1", **changes: Any) -> Object:
        return {
            "id": customer_id,
            "object": "customer",
            "created": noon(date(2025, 1, 1)),
            "name": "Anna",
            "email": "anna@x.example",
            "address": {"line1": "Kai 1", "city": "Hamburg", "country": "DE"},
        } | changes

    def subscription(
        self,
        period: tuple[str, str] = ("2026-01-01", "2026-02-01"),
        *,
        id: str = "sub_1",
        interval: str = "month",
        count: int = 1,
        unit_amount: Any = 4900,
        quantity: int = 1,
        anchor: str | None = None,
        currency: str = "eur",
        **changes: Any,
    ) -> Object:
        start, end = (noon(date.fromisoformat(each)) for each in period)
        price_id = f"price_{interval}_{count}_{unit_amount}_{currency}"
        return {
            "id": id,
            "object": "subscription",
            "billing_cycle_anchor": start if anchor is None else noon(date.fromisoformat(anchor)),
            "cancel_at": None,
            "cancel_at_period_end": False,
            "canceled_at": None,
            "created": noon(date(2025, 1, 1)),
            "currency": currency,
            "customer": "cus_1",
            "ended_at": None,
            "items": {
                "object": "list",
                "data": [
                    {
                        "id": f"si_{id}",
                        "object": "subscription_item",
                        "created": noon(date(2025, 1, 1)),
                        "current_period_start": start,
                        "current_period_end": end,
                        "quantity": quantity,
                        "price": {
                            "id": price_id,
                            "object": "price",
                            "created": noon(date(2025, 1, 1)),
                            "currency": currency,
                            "nickname": "Team",
                            "recurring": {"interval": interval, "interval_count": count},
                            "unit_amount": unit_amount,
                        },
                    }
                ],
            },
            "pause_collection": None,
            "start_date": noon(date(2025, 1, 1)),
            "status": "active",
            "trial_end": None,
        } | changes

    def invoice(self, start: str, end: str, **changes: Any) -> Object:
        """The provider's invoice for a period; ``end`` is the first day of the next."""
        first, last = (noon(date.fromisoformat(each)) for each in (start, end))
        return {
            "id": f"in_{start}",
            "object": "invoice",
            "amount_due": 5831,
            "amount_paid": 0,
            "amount_remaining": 5831,
            "created": first,
            "currency": "eur",
            "customer": "cus_1",
            "lines": {
                "object": "list",
                "data": [
                    {
                        "object": "line_item",
                        "amount": 4900,
                        "description": "Team",
                        "period": {"start": first, "end": last},
                        "pricing": {
                            "type": "price_details",
                            "price_details": {"price": "price_month_1_4900_eur"},
                        },
                        "quantity": 1,
                        "taxes": [{"amount": 931, "tax_rate_details": {"tax_rate": "txr_1"}}],
                    }
                ],
            },
            "number": f"NW-{start[:4]}-0007",
            "parent": {
                "type": "subscription_details",
                "subscription_details": {"subscription": "sub_1"},
            },
            "status": "open",
            "subtotal": 4900,
            "total": 5831,
            "total_taxes": [
                {
                    "amount": 931,
                    "tax_rate_details": {"tax_rate": "txr_1"},
                    "taxability_reason": "standard_rated",
                    "taxable_amount": 4900,
                }
            ],
            "default_tax_rates": [
                {"id": "txr_1", "object": "tax_rate", "display_name": "VAT", "percentage": 19.0}
            ],
        } | changes

    @staticmethod
    def stored(subscription_id: str = "sub_1") -> Any:
        return models.Subscription.get_by_id(subscription_id)

    @staticmethod
    def issued() -> list[Any]:
        """The invoices issued here, by number."""
        return list(
            models.Invoice.select()
            .where(models.Invoice.issued_here)
            .order_by(models.Invoice.number)
        )

    def starts(self) -> list[str]:
        return [each.period_start_on.isoformat() for each in self.issued()]


def open_company(path: Path, template: Path) -> Company:
    """A company in a fresh database at ``path``."""
    shutil.copyfile(template, path)
    open_database(path)
    seller = Party(name="Nordlicht", payment_terms="Payable within 30 days.")
    business.save(BusinessDetails(seller, "UTC", invoice_prefix="NW"))
    return Company()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no record, to be copied: that is faster than migrating."""
    path = tmp_path_factory.mktemp("template") / "calmony.db"
    open_database(path)
    models.database.execute_sql("PRAGMA journal_mode = DELETE")
    close_database()
    return path


@pytest.fixture
def company(tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The company, with one customer in it."""
    made = open_company(tmp_path / "calmony.db", template)
    monkeypatch.setattr(operator, "time", SimpleNamespace(time=lambda: made.at))
    made.bring_in(made.customer())
    yield made
    close_database()


@pytest.fixture
def new_company(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Company]:
    """Opens one company after the other, each on the clock of the newest."""

    def open_one() -> Company:
        close_database()
        made = open_company(tmp_path / "history.db", template)
        monkeypatch.setattr(operator, "time", SimpleNamespace(time=lambda: made.at))
        made.bring_in(made.customer())
        return made

    return open_one


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Makes operation ids."""
    return lambda: str(uuid4())
