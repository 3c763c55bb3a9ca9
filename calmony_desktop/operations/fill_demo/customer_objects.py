"""Customers, products and subscriptions as the payment provider's API writes them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from calmony_desktop.operations.fill_demo.catalogue import PLANS, Plan, price
from calmony_desktop.operations.fill_demo.identifiers import short_id, timed_id
from calmony_desktop.operations.fill_demo.people import Person
from calmony_desktop.operations.fill_demo.records import Contract, Fate, instant

#: When the price list was made.
_LISTED_AT = 1_640_995_200
_HOUR = 3_600


def products() -> Iterator[dict[str, Any]]:
    """The products of the catalogue."""
    for plan in PLANS:
        yield {
            "id": product_id(plan),
            "object": "product",
            "active": True,
            "created": _LISTED_AT,
            "description": None,
            "livemode": False,
            "metadata": {},
            "name": plan.name,
            "type": "service",
            "updated": _LISTED_AT,
        }


def product_id(plan: Plan) -> str:
    """The id of what a plan sells, the same in every demo."""
    return short_id("prod", Random(f"product {plan.key}"))


def price_id(plan: Plan, currency: str) -> str:
    """The id of a plan's price in one currency, the same in every demo."""
    return timed_id("price", 1, _LISTED_AT, Random(f"price {plan.key} {currency}"))


def customer(person: Person, customer_id: str, created: int) -> dict[str, Any]:
    """A customer object with its tax ids."""
    return {
        "id": customer_id,
        "object": "customer",
        "address": address(person),
        "balance": 0,
        "created": created,
        "currency": person.currency.lower(),
        "delinquent": False,
        "description": person.company or None,
        "email": person.email or None,
        "invoice_prefix": customer_id[-8:].upper(),
        "livemode": False,
        "metadata": {},
        "name": person.name or None,
        "phone": person.phone or None,
        "preferred_locales": [person.locale],
        "shipping": None,
        "tax_exempt": tax_exempt(person),
        "tax_ids": {"object": "list", "data": tax_ids(person), "has_more": False},
    }


def address(person: Person) -> dict[str, str | None]:
    """Where a customer lives, as the provider divides an address."""
    return {
        "city": person.city or None,
        "country": person.country,
        "line1": person.line1 or None,
        "line2": person.line2 or None,
        "postal_code": person.postal_code or None,
        "state": person.region or None,
    }


def tax_exempt(person: Person) -> str:
    """Whether the customer owes the tax itself."""
    is_abroad = person.in_european_union and person.country != "DE"
    return "reverse" if is_abroad and person.vat_id else "none"


def tax_ids(person: Person) -> list[dict[str, str]]:
    """The customer's tax ids with the provider's name for their type."""
    if not person.vat_id:
        return []
    other = {"CH": "ch_vat", "GB": "gb_vat", "NO": "no_vat"}
    return [{"type": other.get(person.country, "eu_vat"), "value": person.vat_id}]


def subscription(contract: Contract, customer_id: str, latest: str, rng: Random) -> dict[str, Any]:
    """A subscription object; ``latest`` is the id of its latest invoice, if it has one."""
    created = instant(contract.begins, contract.seconds)
    anchor = instant(contract.first_billed, contract.seconds)
    trial_end = instant(contract.trial_ends, contract.seconds) if contract.trial_ends else None
    ended_at = _ended_at(contract, created)
    return {
        "id": contract.id,
        "object": "subscription",
        "billing_cycle_anchor": anchor,
        "cancel_at": _cancel_at(contract),
        "cancel_at_period_end": contract.cancel_at_period_end,
        "canceled_at": contract.canceled_at or ended_at,
        "cancellation_details": {"comment": None, "feedback": None, "reason": _reason(contract)},
        "collection_method": "send_invoice" if contract.sends_invoice else "charge_automatically",
        "created": created,
        "currency": contract.currency.lower(),
        "customer": customer_id,
        "days_until_due": contract.terms if contract.sends_invoice else None,
        "description": None,
        "discounts": [],
        "ended_at": ended_at,
        "items": {
            "object": "list",
            "data": [_item(contract, plan, quantity, rng) for plan, quantity in contract.plans],
            "has_more": False,
            "total_count": len(contract.plans),
            "url": f"/v1/subscription_items?subscription={contract.id}",
        },
        "latest_invoice": latest or None,
        "livemode": False,
        "metadata": {},
        "pause_collection": {"behavior": "void", "resumes_at": None}
        if contract.fate is Fate.COLLECTION_PAUSED
        else None,
        "start_date": created,
        "status": contract.fate.raw_status,
        "trial_end": trial_end,
        "trial_start": created if trial_end else None,
    }


def _item(contract: Contract, plan: Plan, quantity: int, rng: Random) -> dict[str, Any]:
    start, end = contract.period or (contract.begins, contract.first_billed)
    return {
        "id": short_id("si", rng),
        "object": "subscription_item",
        "created": instant(contract.begins, contract.seconds),
        "current_period_end": instant(end, contract.seconds),
        "current_period_start": instant(start, contract.seconds),
        "metadata": {},
        "price": _price(plan, contract.currency),
        "quantity": quantity,
        "subscription": contract.id,
        "tax_rates": [],
    }


def _price(plan: Plan, currency: str) -> dict[str, Any]:
    amount = price(plan.euro_cents, currency)
    return {
        "id": price_id(plan, currency),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": _LISTED_AT,
        "currency": currency.lower(),
        "livemode": False,
        "metadata": {},
        "nickname": None,
        "product": product_id(plan),
        "recurring": {
            "interval": plan.interval.value,
            "interval_count": plan.interval_count,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "exclusive",
        "type": "recurring",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def _cancel_at(contract: Contract) -> int | None:
    if not contract.cancel_at_period_end or contract.period is None:
        return None
    return instant(contract.period[1], contract.seconds)


def _ended_at(contract: Contract, created: int) -> int | None:
    if contract.fate is Fate.INCOMPLETE_EXPIRED:
        return created + 23 * _HOUR
    if contract.fate not in (Fate.CANCELED, Fate.GIVEN_UP):
        return None
    if contract.cancel_at_period_end and contract.ends:
        return instant(contract.ends, contract.seconds)
    return contract.canceled_at


def _reason(contract: Contract) -> str | None:
    if contract.canceled_at is None:
        return None
    return "payment_failed" if contract.fate is Fate.GIVEN_UP else "cancellation_requested"
