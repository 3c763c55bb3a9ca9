"""Subscriptions, of every API generation and of CSV exports."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.billing.money import LARGEST_AMOUNT, round_minor
from calmony_desktop.billing.periods import Interval
from calmony_desktop.billing.statuses import subscription_status
from calmony_desktop.operations.import_records.fields import Fields, plain_decimal
from calmony_desktop.operations.import_records.prices import interval, interval_count, price_of
from calmony_desktop.operations.import_records.records import Record, Refused
from calmony_desktop.operations.import_records.source import Source, normalized
from calmony_desktop.operations.import_records.spreadsheet import SheetRow, normalized_row
from calmony_desktop.operations.import_records.text import (
    LONGEST_DESCRIPTION,
    checked_id,
    clean,
)

_INTERVAL = re.compile(r"(?:every )?(\d{1,3})?\s*(day|week|month|year)s?", re.IGNORECASE)
_WORDS = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annual": "year"}


def subscription(fields: Fields, source: Source) -> Record:
    """A subscription object. Raises KnownError."""
    subscription_id = checked_id(fields.raw("id"), "id")
    customer_id = fields.reference("customer")
    if customer_id is None:
        raise Refused("it names no customer")
    raw_status = fields.required_text("status")
    items = _items(fields)
    prices = [_price(item) for item in items]
    has_item_periods = any("current_period_end" in item for item in items)
    recurring = prices[0].fields("recurring") if prices[0].raw("recurring") else prices[0]
    periods = items if has_item_periods else [fields]
    period_start = min(_instants(periods, "current_period_start"), default=None)
    created_at = fields.instant("created")
    if created_at is None:
        created_at = fields.required_instant("start")
    canceled_at = fields.instant("canceled_at")
    ended_at = fields.instant("ended_at")
    reason, note = _cancellation(fields)
    values = {
        "id": subscription_id,
        "customer_id": customer_id,
        "amount": _amount(items, prices, fields.notes),
        "currency": (fields if fields.raw("currency") else prices[0]).currency(),
        "interval": interval(recurring),
        "interval_count": interval_count(recurring),
        "status": str(subscription_status(raw_status)),
        "raw_status": raw_status,
        "created_at": created_at,
        "current_period_start_at": period_start,
        "current_period_end_at": min(_instants(periods, "current_period_end"), default=None),
        "billing_cycle_anchor_at": fields.instant("billing_cycle_anchor"),
        "trial_end_at": fields.instant("trial_end"),
        "cancel_at_period_end": int(fields.flag("cancel_at_period_end")),
        "cancel_at": fields.instant("cancel_at"),
        "canceled_at": canceled_at,
        "ended_at": ended_at,
        "is_paused": int(isinstance(fields.raw("pause_collection"), dict)),
        "cancellation_reason": reason,
        "cancellation_note": note,
        "tax_rate": _tax_rate(fields),
        "items": [
            {
                "id": item.reference("id"),
                "price_id": price.reference("id"),
                "quantity": _plain(item.decimal("quantity")),
                "current_period_end_at": item.instant("current_period_end"),
            }
            for item, price in zip(items, prices, strict=True)
        ],
    }
    if fields.is_cut_short("items"):
        fields.notes.append("the file has only the first of its items")
    # The end of a period lies ahead, so it attests nothing; its start does.
    attested = (
        created_at,
        fields.instant("start"),
        period_start,
        canceled_at,
        ended_at,
        *(item.instant("created") for item in items),
    )
    return normalized(
        "subscription",
        subscription_id,
        fields,
        source,
        values=values,
        attested=attested,
        generation=_generation(fields, has_item_periods),
        absent=()
        if "cancellation_details" in fields
        else ("cancellation_reason", "cancellation_note"),
    )


def _cancellation(fields: Fields) -> tuple[str | None, str | None]:
    """Why the customer cancelled, and their comment: ``cancellation_details``, since API 2022-11.

    https://docs.stripe.com/api/subscriptions/object#subscription_object-cancellation_details
    What else it may hold, ``reason``, tells who ended it, not why.
    """
    details = fields.raw("cancellation_details")
    if details is None:
        return None, None
    if not isinstance(details, dict):
        fields.notes.append("its “cancellation_details” are no object, and were left out")
        return None, None
    feedback, comment = details.get("feedback"), details.get("comment")
    if feedback is not None and feedback not in list(CancellationReason):
        fields.notes.append(
            f"its reason to cancel “{str(feedback)[:40]}” is none that is known, and was left out"
        )
        feedback = None
    if comment is not None and not isinstance(comment, str):
        fields.notes.append("the comment on its cancellation is no text, and was left out")
        comment = None
    return feedback, comment and clean(
        comment, "comment", fields.notes, longest=LONGEST_DESCRIPTION
    )


def _tax_rate(fields: Fields) -> str | None:
    """The one rate of tax, in percent; None where there are none or several.

    ``tax_percent`` is what API versions before 2020-08-27 have.
    """
    rates = [each.decimal("percentage") for each in fields.list("default_tax_rates")]
    rates = rates or [fields.decimal("tax_percent")]
    return None if len(rates) > 1 else _plain(rates[0])


def _generation(fields: Fields, has_item_periods: bool) -> int:
    if has_item_periods:
        return 2
    return 0 if "billing" in fields or "start" in fields else 1


def _items(fields: Fields) -> list[Fields]:
    """The subscription's items; the oldest generation has one plan and a quantity instead."""
    items = fields.list("items")
    if items:
        return items
    plan = fields.raw("plan") or fields.raw("price")
    if not isinstance(plan, dict):
        raise Refused("it has no price or plan")
    return [Fields({"plan": plan, "quantity": fields.raw("quantity")}, fields.notes)]


def _price(item: Fields) -> Fields:
    for key in ("price", "plan"):
        if isinstance(item.raw(key), dict):
            return item.fields(key)
    raise Refused("an item of it has no price that the file describes")


def _instants(periods: list[Fields], key: str) -> list[int]:
    return [instant for each in periods if (instant := each.instant(key)) is not None]


def _amount(items: list[Fields], prices: list[Fields], notes: list[str]) -> int:
    """What all items come to for one billing interval, before taxes and discounts."""
    total = Decimal(0)
    for item, price in zip(items, prices, strict=True):
        amount = price_of(price, item.decimal("quantity"))
        if amount is None:
            notes.append("a price in it depends on usage or tiers and counts as 0 in its amount")
        total += amount or 0
    if not 0 <= total <= LARGEST_AMOUNT:
        raise Refused("its prices do not come to an amount")
    return round_minor(total)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain_decimal(value)


def subscription_row(row: SheetRow) -> list[Record]:
    """A row of a subscriptions CSV: the subscription and, where it is named, its price."""
    customer_id = row.reference("customerid")
    if customer_id is None:
        raise Refused("it names no customer")
    currency = row.currency()
    price_id = row.reference("plan") or row.reference("product")
    if price_id is None:
        raise Refused("it names no plan or product")
    unit_amount = row.amount("amount", currency) or 0
    quantity = row.decimal("quantity")
    unit, count = _interval(row)
    raw_status = row.cell("status")
    starts = ("created", "startdate", "start", "currentperiodstart")
    attested = [row.instant(each) for each in (*starts, "canceledat", "endedat", "trialstart")]
    created_at = next((each for each in attested[: len(starts)] if each is not None), None)
    if created_at is None:
        raise Refused("it has no time of creation or start")
    total = round_minor(unit_amount * (Decimal(1) if quantity is None else quantity))
    if not 0 <= total <= LARGEST_AMOUNT:
        raise Refused("its amount is negative or too large")
    values: dict[str, Any] = {
        "id": row.required_id("id"),
        "customer_id": customer_id,
        "amount": total,
        "currency": currency,
        "interval": unit,
        "interval_count": count,
        "status": str(subscription_status(raw_status)),
        "raw_status": raw_status,
        "created_at": created_at,
        "current_period_start_at": row.instant("currentperiodstart"),
        "current_period_end_at": row.instant("currentperiodend"),
        "trial_end_at": row.instant("trialend"),
        "cancel_at_period_end": int(row.flag("cancelatperiodend")),
        "canceled_at": row.instant("canceledat"),
        "ended_at": row.instant("endedat"),
        "items": [
            {
                "id": None,
                "price_id": price_id,
                "quantity": _plain(quantity),
                "current_period_end_at": None,
            }
        ],
    }
    absent = row.absent(
        current_period_start_at="currentperiodstart",
        current_period_end_at="currentperiodend",
        trial_end_at="trialend",
        cancel_at_period_end="cancelatperiodend",
        canceled_at="canceledat",
        ended_at="endedat",
    )
    product = row.reference("product")
    is_product_id = product is not None and product.startswith("prod_")
    price = {
        "id": price_id,
        "product_id": product if is_product_id else None,
        "name": None if is_product_id or product == price_id else row.text("product"),
        "currency": currency,
        "unit_amount": str(unit_amount),
        "interval": unit,
        "interval_count": count,
    }
    return [
        # A CSV describes a price in passing, so it attests no instant of it.
        normalized_row("price", row, price, attested=())._replace(is_embedded=True, notes=()),
        normalized_row("subscription", row, values, attested=attested, absent=absent),
    ]


def _interval(row: SheetRow) -> tuple[str | None, int]:
    cell = row.cell("interval").lower()
    if not cell:
        return None, 1
    match = _INTERVAL.fullmatch(_WORDS.get(cell, cell))
    if match is None or match[1] == "0":
        row.notes.append(f"its interval “{cell[:40]}” is none that is known, and was left out")
        return None, 1
    return str(Interval(match[2].lower())), int(match[1] or 1)
