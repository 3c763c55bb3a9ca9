"""Records as objects in the payment provider's shape, of its current API version.

What that shape cannot say stands beside it under the key `OURS`: found by reading the object back
as an import would, and keeping what differs from the row. So an export always reads back whole.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from calmony_desktop.billing.statuses import PaymentStatus
from calmony_desktop.operations.import_records.customers import ADDRESS, customer
from calmony_desktop.operations.import_records.fields import Fields
from calmony_desktop.operations.import_records.invoices import invoice
from calmony_desktop.operations.import_records.merge_payments import apply_charge, apply_intent
from calmony_desktop.operations.import_records.payments import charge, payment_intent
from calmony_desktop.operations.import_records.prices import price, product
from calmony_desktop.operations.import_records.records import Origin
from calmony_desktop.operations.import_records.rows import row_of
from calmony_desktop.operations.import_records.service_period import day_after
from calmony_desktop.operations.import_records.source import OURS, Source
from calmony_desktop.operations.import_records.subscriptions import subscription
from calmony_desktop.store.batches import Row

Object = dict[str, Any]

_AGE: Final = ("as_of", "api_version")
#: Calendar dates depend on the time zone of the business that imports, so they are always said.
_DATES: Final = {
    "subscription": ("next_billing_date",),
    "invoice": ("issued_on", "due_on", "period_start_on", "period_end_on", "seller", "buyer"),
}
_READ: Final = {
    "customer": customer,
    "product": product,
    "price": price,
    "subscription": subscription,
    "invoice": invoice,
}


class ProviderShape:
    """Makes objects of rows; dates become instants in ``time_zone`` (an IANA name)."""

    def __init__(self, time_zone: str) -> None:
        self._time_zone = time_zone
        self._source = Source(Origin("export", ""), time_zone)

    def customer(self, row: Row) -> Object:
        """A customer."""
        address = {key: row[column] for column, key in ADDRESS.items()}
        tax_ids = [{"object": "tax_id", "value": row["tax_id"]}] if row["tax_id"] else []
        return self._completed(
            "customer",
            row,
            {
                "id": row["id"],
                "object": "customer",
                "address": address if any(address.values()) else None,
                "created": row["created_at"],
                "currency": _code(row["currency"]),
                "description": row["description"],
                "email": row["email"],
                "name": row["name"],
                "phone": row["phone"],
                "preferred_locales": [row["language"]] if row["language"] else [],
                "tax_exempt": row.get("tax_exempt", "none"),
                "tax_ids": _list(tax_ids),
            },
        )

    def product(self, row: Row) -> Object:
        """A product."""
        return self._completed(
            "product", row, {"id": row["id"], "object": "product", "name": row["name"]}
        )

    def price(self, row: Row) -> Object:
        """A price."""
        recurring = {"interval": row["interval"], "interval_count": row["interval_count"]}
        unit_amount = row["unit_amount"]
        is_whole = unit_amount is not None and "." not in unit_amount
        return self._completed(
            "price",
            row,
            {
                "id": row["id"],
                "object": "price",
                "currency": _code(row["currency"]),
                "nickname": row["name"],
                "product": row["product_id"],
                "recurring": recurring if row["interval"] else None,
                "type": "recurring" if row["interval"] else "one_time",
                "unit_amount": int(unit_amount) if is_whole else None,
                "unit_amount_decimal": unit_amount,
            },
        )

    def subscription(self, row: Row, prices: dict[str, Row]) -> Object:
        """A subscription with its items; ``prices`` holds their prices."""
        are_item_periods = any(item["current_period_end_at"] for item in row["items"])
        period = {
            "current_period_start": row["current_period_start_at"],
            "current_period_end": row["current_period_end_at"],
        }
        items = [
            {
                "id": item["id"],
                "object": "subscription_item",
                "price": self.price(prices[item["price_id"]]),
                "quantity": _number(item["quantity"]),
                **(
                    period | {"current_period_end": item["current_period_end_at"]}
                    if are_item_periods
                    else {}
                ),
            }
            for item in row["items"]
        ]
        return self._completed(
            "subscription",
            row,
            {
                "id": row["id"],
                "object": "subscription",
                "billing_cycle_anchor": row["billing_cycle_anchor_at"],
                "cancel_at": row["cancel_at"],
                "cancel_at_period_end": bool(row["cancel_at_period_end"]),
                "canceled_at": row["canceled_at"],
                "cancellation_details": {
                    "comment": row["cancellation_note"],
                    "feedback": row["cancellation_reason"],
                },
                "created": row["created_at"],
                "currency": _code(row["currency"]),
                "customer": row["customer_id"],
                "ended_at": row["ended_at"],
                "items": _list(items),
                "pause_collection": {"behavior": "void"} if row["is_paused"] else None,
                "status": row["status"],
                "trial_end": row["trial_end_at"],
                **({} if are_item_periods else period),
            },
        )

    def invoice(self, row: Row) -> Object:
        """An invoice with its lines and taxes."""
        seller, buyer = row["seller"], row["buyer"]
        address = {key: buyer.get(column) for column, key in ADDRESS.items()}
        discounts = [{"amount": row["discount_amount"]}] if row["discount_amount"] else []
        return self._completed(
            "invoice",
            row,
            {
                "id": row["id"],
                "object": "invoice",
                "account_country": seller.get("country"),
                "account_name": seller.get("name"),
                "account_tax_ids": _values(seller.get("vat_id")),
                "amount_due": row["amount_paid"] + row["amount_remaining"],
                "amount_paid": row["amount_paid"],
                "amount_remaining": row["amount_remaining"],
                "created": row["created_at"],
                "currency": _code(row["currency"]),
                "customer": row["customer_id"],
                "customer_address": address if any(address.values()) else None,
                "customer_email": buyer.get("email"),
                "customer_name": buyer.get("name"),
                "customer_phone": buyer.get("phone"),
                "customer_tax_ids": _values(buyer.get("vat_id")) or [],
                "description": row["memo"],
                "due_date": self._midnight(row["due_on"]),
                "effective_at": self._midnight(row["issued_on"]),
                "footer": row["footer"],
                "lines": _list([self._line(line) for line in row["lines"]]),
                "number": row["number"],
                "parent": {
                    "type": "subscription_details",
                    "subscription_details": {"subscription": row["subscription_id"]},
                }
                if row["subscription_id"]
                else None,
                "period_end": row["created_at"],
                "period_start": row["created_at"],
                "status": row["status"],
                "status_transitions": {"paid_at": row["paid_at"], "voided_at": row["voided_at"]},
                "subtotal": row["subtotal"],
                "total": row["total"],
                "total_discount_amounts": discounts,
                "total_taxes": [
                    {
                        "amount": tax["amount"],
                        "tax_behavior": "exclusive",
                        "taxability_reason": None,
                        "taxable_amount": tax["taxable_amount"],
                    }
                    for tax in row["taxes"]
                ],
            },
        )

    def _line(self, line: Row) -> Object:
        start, end = line["period_start_on"], line["period_end_on"]
        discounts = [{"amount": line["discount_amount"]}] if line["discount_amount"] else []
        return {
            "object": "line_item",
            "amount": line["amount"],
            "description": line["description"],
            "discount_amounts": discounts,
            "period": {"start": self._midnight(start), "end": self._midnight(day_after(end))}
            if start and end
            else None,
            "pricing": {
                "type": "price_details",
                "price_details": {"price": line["price_id"]},
                "unit_amount_decimal": line["unit_amount"],
            },
            "quantity": _number(line["quantity"]),
            "quantity_decimal": line["quantity"],
        }

    def payment_intent(self, row: Row, charges: list[str]) -> Object:
        """A payment intent, its latest charge inside; ``charges`` names every one that is known."""
        inner = self._charge_object(row, row["charge_id"]) if row["charge_as_of"] else None
        made: Object = {
            "id": row["id"],
            "object": "payment_intent",
            "amount": row["amount"],
            "created": row["created_at"],
            "currency": _code(row["currency"]),
            "customer": row["customer_id"],
            "description": row["description"],
            "invoice": row["invoice_id"],
            "last_payment_error": {"message": row["failure_message"]}
            if row["failure_message"]
            else None,
            "latest_charge": inner or row["charge_id"],
            "status": row["raw_status"],
            OURS: {key: row[key] for key in _AGE},
        }
        read = apply_intent(None, payment_intent(Fields(made), self._source))
        if inner:
            read = apply_charge(read, charge(Fields(inner), self._source), row["id"])
        made[OURS].update(_differences(row, read))
        return _with_charges(made, row, charges)

    def charge(self, row: Row, charges: list[str]) -> Object:
        """The charge of a payment of which no payment intent is known."""
        made = self._charge_object(row, row["charge_id"] or row["id"])
        read = apply_charge(None, charge(Fields(made), self._source), row["id"])
        made[OURS].update(_differences(row, read))
        return _with_charges(made, row, charges)

    def _charge_object(self, row: Row, charge_id: str) -> Object:
        statuses = {PaymentStatus.SUCCEEDED: "succeeded", PaymentStatus.FAILED: "failed"}
        return {
            "id": charge_id,
            "object": "charge",
            "amount": row["amount"],
            "amount_refunded": row["amount_refunded"],
            "created": row["created_at"],
            "currency": _code(row["currency"]),
            "customer": row["customer_id"],
            "description": row["description"],
            "failure_message": row["failure_message"],
            "invoice": row["invoice_id"],
            "payment_intent": row["id"] if charge_id != row["id"] else None,
            "payment_method_details": _card(row["payment_method"]),
            "status": statuses.get(row["status"], "pending"),
            OURS: {"as_of": row["charge_as_of"], "api_version": row["api_version"]},
        }

    def _completed(self, kind: str, row: Row, made: Object) -> Object:
        """``made`` with what an import would not read out of it as it stands in ``row``."""
        said = (*_AGE, *_DATES.get(kind, ()))
        read = row_of(_READ[kind](Fields(made), self._source))
        derived = {"plan"} if kind == "subscription" else set()
        ours = {key: row[key] for key in said} | _differences(row, read, derived)
        return made | {OURS: ours}

    def _midnight(self, day: str | None) -> int | None:
        """The instant at which a calendar date begins for the business."""
        if day is None:
            return None
        start = datetime.combine(datetime.fromisoformat(day), time(), ZoneInfo(self._time_zone))
        return max(int(start.astimezone(UTC).timestamp()), 0)


def _differences(row: Row, read: Row, derived: set[str] | frozenset[str] = frozenset()) -> Object:
    return {
        key: value
        for key, value in row.items()
        if value != read[key] and key not in derived and key not in _AGE
    }


def _with_charges(made: Object, row: Row, charges: list[str]) -> Object:
    others = [each for each in charges if each != row["charge_id"]]
    if others:
        made[OURS]["charges"] = others
    return made


def _list(data: list[Object]) -> Object:
    return {"object": "list", "data": data, "has_more": False}


def _values(value: str | None) -> list[Object] | None:
    return [{"value": value}] if value else None


def _code(currency: str | None) -> str | None:
    return currency.lower() if currency else None


def _number(quantity: str | None) -> int | None:
    """A quantity where it is whole; the provider writes others as decimals only."""
    if quantity is None or Decimal(quantity) != int(Decimal(quantity)):
        return None
    return int(Decimal(quantity))


def _card(payment_method: str | None) -> Object | None:
    """``Visa ending 4242`` as the provider says it; None for what is not written like that."""
    brand, ending, last4 = (payment_method or "").partition(" ending ")
    if not ending:
        return None
    return {"type": "card", "card": {"brand": brand.lower(), "last4": last4}}
