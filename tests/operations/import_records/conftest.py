"""Objects in the provider's shape, made here, and short ways to bring them in and look."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop.operations.import_records import ImportReport, import_objects, import_paths
from calmony_desktop.store.database import close_database, open_database
from calmony_desktop.store.database import database as connection

#: 1 March 2026, noon UTC.
MARCH = 1_772_366_400
DAY = 86_400

Object = dict[str, Any]
TABLES = (
    "customers",
    "products",
    "prices",
    "subscriptions",
    "subscription_items",
    "invoices",
    "invoice_lines",
    "invoice_taxes",
    "payment_intents",
    "payment_charges",
    "waiting_records",
)


class Provider:
    """Makes objects as the provider's current API version writes them."""

    march = MARCH
    day = DAY

    def customer(self, customer_id: str = "cus_ada", **changes: Any) -> Object:
        return {
            "id": customer_id,
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": MARCH,
            "currency": "eur",
            "description": None,
            "email": "ada@example.org",
            "name": "Ada Lovelace",
            "phone": None,
            "preferred_locales": [],
        } | changes

    def product(self, product_id: str = "prod_team", **changes: Any) -> Object:
        return {"id": product_id, "object": "product", "created": MARCH, "name": "Team"} | changes

    def price(self, price_id: str = "price_team", **changes: Any) -> Object:
        return {
            "id": price_id,
            "object": "price",
            "billing_scheme": "per_unit",
            "created": MARCH,
            "currency": "eur",
            "nickname": None,
            "product": "prod_team",
            "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
            "type": "recurring",
            "unit_amount": 1900,
            "unit_amount_decimal": "1900",
        } | changes

    def subscription(self, subscription_id: str = "sub_team", **changes: Any) -> Object:
        return {
            "id": subscription_id,
            "object": "subscription",
            "billing_cycle_anchor": MARCH,
            "cancel_at": None,
            "cancel_at_period_end": False,
            "canceled_at": None,
            "created": MARCH,
            "currency": "eur",
            "customer": "cus_ada",
            "ended_at": None,
            "items": {"object": "list", "data": [self.item()], "has_more": False},
            "pause_collection": None,
            "start_date": MARCH,
            "status": "active",
            "trial_end": None,
        } | changes

    def item(self, **changes: Any) -> Object:
        return {
            "id": "si_team",
            "object": "subscription_item",
            "created": MARCH,
            "current_period_end": MARCH + 31 * DAY,
            "current_period_start": MARCH,
            "price": self.price(),
            "quantity": 2,
        } | changes

    def items(self, *items: Object) -> Object:
        return {"object": "list", "data": list(items), "has_more": False}

    def invoice(self, invoice_id: str = "in_march", **changes: Any) -> Object:
        return {
            "id": invoice_id,
            "object": "invoice",
            "account_country": "DE",
            "account_name": "Calmony GmbH",
            "account_tax_ids": None,
            "amount_due": 4522,
            "amount_paid": 0,
            "amount_remaining": 4522,
            "created": MARCH,
            "currency": "eur",
            "customer": "cus_ada",
            "customer_address": {"line1": "Hauptstr. 1", "city": "Berlin", "country": "DE"},
            "customer_email": "ada@example.org",
            "customer_name": "Ada Lovelace",
            "customer_phone": None,
            "customer_tax_exempt": "none",
            "customer_tax_ids": [{"type": "eu_vat", "value": "DE123456789"}],
            "description": None,
            "due_date": MARCH + 14 * DAY,
            "effective_at": MARCH,
            "footer": None,
            "lines": self.items(self.line()),
            "number": "CAL-0001",
            "parent": {
                "type": "subscription_details",
                "subscription_details": {"subscription": "sub_team"},
            },
            "period_end": MARCH,
            "period_start": MARCH,
            "status": "open",
            "status_transitions": {"finalized_at": MARCH, "paid_at": None, "voided_at": None},
            "subtotal": 3800,
            "total": 4522,
            "total_discount_amounts": [],
            "total_taxes": [
                {
                    "amount": 722,
                    "tax_behavior": "exclusive",
                    "tax_rate_details": {"tax_rate": "txr_vat"},
                    "taxability_reason": "standard_rated",
                    "taxable_amount": 3800,
                }
            ],
            "default_tax_rates": [
                {"id": "txr_vat", "object": "tax_rate", "display_name": "VAT", "percentage": 19.0}
            ],
        } | changes

    def line(self, **changes: Any) -> Object:
        return {
            "id": "il_team",
            "object": "line_item",
            "amount": 3800,
            "currency": "eur",
            "description": "2 × Team (at €19.00 / month)",
            "discount_amounts": [],
            "period": {"start": MARCH, "end": MARCH + 31 * DAY},
            "pricing": {
                "type": "price_details",
                "price_details": {"price": "price_team", "product": "prod_team"},
                "unit_amount_decimal": "1900",
            },
            "quantity": 2,
            "taxes": [{"amount": 722, "tax_rate_details": {"tax_rate": "txr_vat"}}],
        } | changes

    def payment_intent(self, intent_id: str = "pi_march", **changes: Any) -> Object:
        return {
            "id": intent_id,
            "object": "payment_intent",
            "amount": 4522,
            "created": MARCH,
            "currency": "eur",
            "customer": "cus_ada",
            "description": "Subscription update",
            "last_payment_error": None,
            "latest_charge": "ch_march",
            "status": "succeeded",
        } | changes

    def charge(self, charge_id: str = "ch_march", **changes: Any) -> Object:
        return {
            "id": charge_id,
            "object": "charge",
            "amount": 4522,
            "amount_refunded": 0,
            "captured": True,
            "created": MARCH + 1,
            "currency": "eur",
            "customer": "cus_ada",
            "description": "Subscription update",
            "failure_message": None,
            "paid": True,
            "payment_intent": "pi_march",
            "payment_method_details": {
                "type": "card",
                "card": {"brand": "visa", "last4": "4242"},
            },
            "refunded": False,
            "status": "succeeded",
        } | changes

    def invoice_payment(self, link_id: str = "inpay_march", **changes: Any) -> Object:
        return {
            "id": link_id,
            "object": "invoice_payment",
            "created": MARCH,
            "currency": "eur",
            "invoice": "in_march",
            "payment": {"type": "payment_intent", "payment_intent": "pi_march"},
            "status": "paid",
        } | changes

    def event(self, value: Object, *, created: int, event_type: str = "", **changes: Any) -> Object:
        return {
            "id": f"evt_{created}",
            "object": "event",
            "api_version": "2026-02-25",
            "created": created,
            "data": {"object": value},
            "type": event_type or f"{value['object']}.updated",
        } | changes

    def everything(self) -> list[Object]:
        return [
            self.customer(),
            self.product(),
            self.price(),
            self.subscription(),
            self.invoice(),
            self.payment_intent(),
            self.charge(),
            self.invoice_payment(),
        ]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no record, to be copied: that is faster than migrating."""
    path = tmp_path_factory.mktemp("empty") / "calmony.db"
    open_database(path)
    connection.execute_sql("PRAGMA journal_mode = DELETE")
    close_database()
    return path


@pytest.fixture
def fresh(empty_database: Path, tmp_path: Path) -> Callable[[object], Path]:
    """Opens another empty database, of any name."""

    def open_fresh(name: object) -> Path:
        path = tmp_path / f"{name}.db"
        shutil.copyfile(empty_database, path)
        open_database(path)
        return path

    return open_fresh


@pytest.fixture
def database(fresh: Callable[[object], Path]) -> Iterator[Path]:
    """A fresh database, open; its file."""
    yield fresh("calmony")
    close_database()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def bring_in(database: Path) -> Callable[..., ImportReport]:
    """Brings in objects, one import a call."""

    def bring(*objects: Any, **options: Any) -> ImportReport:
        return import_objects(objects, source="test", **options)

    return bring


@pytest.fixture
def bring_in_file(database: Path, tmp_path: Path) -> Callable[..., ImportReport]:
    """Brings in a file of this name: text or bytes as they are, anything else as JSON."""

    def bring(name: str, content: Any, **options: Any) -> ImportReport:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            text = content if isinstance(content, str) else json.dumps(content)
            path.write_text(text, encoding="utf-8", newline="")
        return import_paths([path], **options)

    return bring


@pytest.fixture
def rows(database: Path) -> Callable[[str], list[Object]]:
    """All rows of a table, in the order of what identifies them."""

    def read(table: str) -> list[Object]:
        cursor: Any = connection.execute_sql(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return sorted(({k: v for k, v in row.items() if k != "key"} for row in found), key=repr)

    return read


@pytest.fixture
def everything_kept(rows: Callable[[str], list[Object]]) -> Callable[[], dict[str, list[Object]]]:
    """Every imported row of the open database, whatever internal number it has."""

    def read() -> dict[str, list[Object]]:
        return {table: rows(table) for table in TABLES}

    return read


def reasons(report: ImportReport) -> list[str]:
    return [line.reason for line in report.lines]
