"""Invoices as the payment provider's API writes them."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from random import Random
from typing import Any

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.billing.periods import date_of
from calmony_desktop.operations.fill_demo import company
from calmony_desktop.operations.fill_demo.customer_objects import (
    address,
    price_id,
    product_id,
    tax_exempt,
    tax_ids,
)
from calmony_desktop.operations.fill_demo.identifiers import timed_id
from calmony_desktop.operations.fill_demo.people import Person
from calmony_desktop.operations.fill_demo.records import Invoice, Line, instant
from calmony_desktop.operations.fill_demo.taxes import RULES, TaxedLines, TaxRule, net, taxes

_LISTED_AT = 1_640_995_200
_RATE_IDS = {
    rule.key: timed_id("txr", 1, _LISTED_AT, Random(f"tax rate {rule.key}")) for rule in RULES
}


def invoice(
    story: Invoice, person: Person, customer_id: str, invoice_id: str, rng: Random
) -> dict[str, Any]:
    """An invoice object; under ``calmony`` the snapshot of seller and buyer."""
    taxed = taxes(story.lines, person)
    subtotal = sum(line.amount for line in story.lines)
    discount = subtotal - net(story.lines)
    total = net(story.lines) + sum(each.amount for each in taxed)
    paid = total if story.raw_status == "paid" else 0
    is_draft = story.raw_status == "draft"
    return {
        "id": invoice_id,
        "object": "invoice",
        "account_country": company.SELLER.country,
        "account_name": company.SELLER.name,
        "amount_due": total,
        "amount_paid": paid,
        "amount_remaining": total - paid,
        "attempt_count": sum(payment.error is not None for payment in story.payments),
        "attempted": bool(story.payments),
        "auto_advance": story.raw_status in ("draft", "open"),
        "billing_reason": "subscription_cycle" if story.contract else "manual",
        "collection_method": "send_invoice" if story.sends_invoice else "charge_automatically",
        "created": story.issued_at,
        "currency": story.currency.lower(),
        "customer": customer_id,
        "customer_address": address(person),
        "customer_email": person.email or None,
        "customer_name": person.name or None,
        "customer_phone": person.phone or None,
        "customer_tax_exempt": tax_exempt(person),
        "customer_tax_ids": tax_ids(person),
        "default_tax_rates": [_tax_rate(each.rule) for each in taxed],
        "description": _memo(story),
        "discounts": [],
        "due_date": _due_date(story),
        "effective_at": None if is_draft else story.issued_at,
        "footer": None,
        "lines": {
            "object": "list",
            "data": [
                _line(story, index, line, invoice_id, taxed, rng)
                for index, line in enumerate(story.lines)
            ],
            "has_more": False,
            "total_count": len(story.lines),
            "url": f"/v1/invoices/{invoice_id}/lines",
        },
        "livemode": False,
        "metadata": {},
        "number": story.number or None,
        "parent": {
            "quote_details": None,
            "subscription_details": {"metadata": {}, "subscription": story.contract.id},
            "type": "subscription_details",
        }
        if story.contract
        else None,
        "period_end": story.issued_at,
        "period_start": story.issued_at,
        "starting_balance": 0,
        "status": story.raw_status,
        "status_transitions": {
            "finalized_at": None if is_draft else story.issued_at,
            "marked_uncollectible_at": _closed_at(story, "uncollectible"),
            "paid_at": _closed_at(story, "paid"),
            "voided_at": _closed_at(story, "void"),
        },
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal,
        "total": total,
        "total_discount_amounts": [{"amount": discount}] if discount else [],
        "total_excluding_tax": total - sum(each.amount for each in taxed),
        "total_taxes": [_tax(each.rule, each.taxable_amount, each.amount) for each in taxed],
        "calmony": {"seller": company.seller(story.terms), "buyer": _buyer(person)},
    }


def _line(
    story: Invoice, index: int, line: Line, invoice_id: str, taxed: list[TaxedLines], rng: Random
) -> dict[str, Any]:
    details = {
        "proration": line.is_proration,
        "subscription": story.contract.id if story.contract else None,
    }
    is_service = line.plan is not None
    kind = "subscription_item_details" if is_service else "invoice_item_details"
    pricing: dict[str, Any] = {"unit_amount_decimal": str(line.unit_amount)}
    if line.plan is not None:
        pricing["type"] = "price_details"
        pricing["price_details"] = {
            "price": price_id(line.plan, story.currency),
            "product": product_id(line.plan),
        }
    return {
        "id": timed_id("il", 1, story.issued_at, rng),
        "object": "line_item",
        "amount": line.amount,
        "currency": story.currency.lower(),
        "description": line.description,
        "discount_amounts": [{"amount": line.discount}] if line.discount else [],
        "invoice": invoice_id,
        "livemode": False,
        "metadata": {},
        "parent": {kind: details, "type": kind},
        "period": {"end": line.end, "start": line.start},
        "pricing": pricing,
        "quantity": line.quantity,
        "quantity_decimal": str(line.quantity),
        "subtotal": line.amount,
        "taxes": [
            _tax(each.rule, line.net, each.by_line[index])
            for each in taxed
            if index in each.by_line
        ],
    }


def _tax(rule: TaxRule, taxable_amount: int, amount: int) -> dict[str, Any]:
    return {
        "amount": amount,
        "tax_behavior": "exclusive",
        "tax_rate_details": {"tax_rate": _RATE_IDS[rule.key]},
        "taxability_reason": rule.taxability_reason,
        "taxable_amount": taxable_amount,
        "type": "tax_rate_details",
    }


def _tax_rate(rule: TaxRule) -> dict[str, Any]:
    return {
        "id": _RATE_IDS[rule.key],
        "object": "tax_rate",
        "active": True,
        "country": company.SELLER.country,
        "created": _LISTED_AT,
        "display_name": "VAT",
        "inclusive": False,
        "jurisdiction": company.SELLER.country,
        "percentage": rule.percent,
        "tax_type": "vat",
    }


@lru_cache(maxsize=1)
def _buyer(person: Person) -> dict[str, str]:
    """The customer as it stands on its invoices: a business first, then who it is there."""
    return Party(
        name=person.company or person.name,
        contact_name=person.name if person.company not in ("", person.name) else "",
        line1=person.line1,
        line2=person.line2,
        city=person.city,
        region=person.region,
        postal_code=person.postal_code,
        country=person.country,
        email=person.email,
        phone=person.phone,
        vat_id=person.vat_id,
        language=person.locale,
    ).as_dict()


def _due_date(story: Invoice) -> int | None:
    if story.raw_status == "draft":
        return None
    issued_on = date_of(story.issued_at, company.TIME_ZONE)
    return instant(issued_on + timedelta(days=story.terms), 12 * 3_600)


def _closed_at(story: Invoice, raw_status: str) -> int | None:
    return story.closed_at if story.raw_status == raw_status else None


def _memo(story: Invoice) -> str | None:
    return f"Replaces {story.replaces.number}, which was voided." if story.replaces else None
