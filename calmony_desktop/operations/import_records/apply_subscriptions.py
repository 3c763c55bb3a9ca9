"""Writing subscriptions: what was cancelled here stays so, and a plan is called by its price."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from calmony_desktop.billing.periods import date_of, next_billing_date
from calmony_desktop.billing.statuses import HAS_NEXT_BILLING_DATE, SubscriptionStatus
from calmony_desktop.operations.import_records.conflicts import keep_ours
from calmony_desktop.operations.import_records.ledger import (
    Ledger,
    customers_here,
    is_shown_otherwise,
)
from calmony_desktop.operations.import_records.records import Origin, Record, is_older, settled
from calmony_desktop.operations.import_records.report import Outcome
from calmony_desktop.operations.import_records.rows import row_of
from calmony_desktop.store import batches, due_subscriptions, taxes
from calmony_desktop.store.batches import Row


def settle_subscriptions(records: list[Record], ledger: Ledger, time_zone: str) -> None:
    """Settle one batch. Their prices are here already, their customers may not be."""
    stored = batches.by_id("subscription", [record.id for record in records])
    customers = customers_here(records)
    names = _PlanNames(each for record in records for each in _items(record))
    names.add(each for row in stored.values() for each in row["items"])
    billed_until = due_subscriptions.billed_until(list(stored))
    tax_rates: dict[str, Decimal] = {}
    for record in records:
        here = stored.get(record.id)
        missing = [
            item["price_id"] for item in _items(record) if item["price_id"] not in names.prices
        ]
        if missing:
            reason = f"its price {missing[0]} could not be read"
            ledger.count(record, Outcome.REFUSED, reason)
        elif record.values["customer_id"] not in customers:
            ledger.wait(record, f"its customer {record.values['customer_id']} is not here yet")
        elif here is not None and (conflict := _conflict(record, here)):
            said = _as_they_say(record, here, billed_until.get(record.id), time_zone)
            keep_ours(record, here, said, ledger, conflict)
        else:
            row = row_of(record) if here is None else settled(record, here)
            given = {} if here is not None and is_older(record, here) else record.exact
            row.update({key: value for key, value in given.items() if key in row})
            row["plan"] = names.plan(row)
            _go_on_from_billing(row, billed_until.get(record.id), given, time_zone)
            if row["status"] not in HAS_NEXT_BILLING_DATE:
                row["next_billing_date"] = None
            row["canceled_here"] = int(row["canceled_here"] and not _is_alive(record))
            row["cancel_requested_here"] &= row["cancel_at_period_end"]
            if here is not None:
                _keep_what_was_asked(row, here)
            ledger.settle(record, row, here)
            if here is None or not is_older(record, here):
                tax_rates.update(_tax_rate(record))
    for customer_id, rate in tax_rates.items():
        ledger.is_anything_kept |= taxes.keep_rate(customer_id, rate)


def _items(record: Record) -> list[dict[str, Any]]:
    return [*record.values.get("items", ()), *record.exact.get("items", ())]


def _is_alive(record: Record) -> bool:
    return record.values.get("status") != SubscriptionStatus.CANCELED


def _conflict(record: Record, here: Row) -> str:
    """What an operator did here that the file knows nothing of; empty where there is nothing."""
    if not _is_alive(record):
        return ""
    said = f"and the file says it is {record.values.get('status')}"
    if here["canceled_here"]:
        return f"it was cancelled here, {said}"
    if here["cancel_requested_here"] and not record.values.get("cancel_at_period_end"):
        return "it was set here to end with its period, and the file says that it goes on"
    return ""


def _as_they_say(record: Record, here: Row, billed_until: date | None, time_zone: str) -> Row:
    """What the subscription would be if it had not been cancelled here."""
    row = settled(record, here | {"status": record.values["status"]}) | record.exact
    _go_on_from_billing(row, billed_until, record.exact, time_zone)
    return row


def _keep_what_was_asked(row: Row, here: Row) -> None:
    """Keep why it was cancelled here, and that it ends no later than it was asked to."""
    if here["canceled_here"] or here["cancel_requested_here"]:
        row.update((key, here[key]) for key in ("cancellation_reason", "cancellation_note"))
    if row["cancel_requested_here"] and here["cancel_requested_here"]:
        ends = [each["cancel_at"] for each in (row, here) if each["cancel_at"] is not None]
        row["cancel_at"] = min(ends, default=None)


def refresh_plans(ledger: Ledger) -> None:
    """Call plans by what their products and prices are called now."""
    products = ledger.new["product"] | ledger.updated["product"]
    prices = batches.prices_of_products(products) | ledger.updated["price"]
    # Subscriptions with a price that is new were named when they were written.
    prices -= ledger.new["price"]
    for batch in batches.batched(sorted(batches.subscriptions_priced(prices))):
        stored = batches.by_id("subscription", batch)
        names = _PlanNames(item for row in stored.values() for item in row["items"])
        told = ledger.changed_subscriptions(batch)
        for row in stored.values():
            renamed = row | {"plan": names.plan(row)}
            if not is_shown_otherwise(renamed, row):
                continue
            ledger.write("subscription", renamed, row)
            if row["id"] not in told:
                about = Record(
                    kind="subscription",
                    id=row["id"],
                    origin=Origin("products and prices", ""),
                    values={},
                    carries=frozenset(),
                    as_of=0,
                )
                ledger.count(about, Outcome.UPDATED, f"its plan is now called {renamed['plan']}")
        ledger.flush("subscription")


class _PlanNames:
    """The prices of some items, and what they are called."""

    def __init__(self, items: Iterable[dict[str, Any]]) -> None:
        self.prices: dict[str, Row] = {}
        self._products: dict[str, Row] = {}
        self.add(items)

    def add(self, items: Iterable[dict[str, Any]]) -> None:
        wanted = {item["price_id"] for item in items if item["price_id"]} - self.prices.keys()
        found = batches.by_id("price", wanted)
        self.prices.update(found)
        products = {row["product_id"] for row in found.values() if row["product_id"]}
        self._products.update(batches.by_id("product", products - self._products.keys()))

    def plan(self, row: Row) -> str:
        """What a subscription's plan is called: its prices' names, each once."""
        names = [self._name(item["price_id"]) for item in row["items"]]
        return " + ".join(dict.fromkeys(names)) or row["plan"] or row["id"]

    def _name(self, price_id: str) -> str:
        price = self.prices[price_id]
        product = self._products.get(price["product_id"], {})
        names = (price["name"], product.get("name"), price["product_id"], price_id)
        return next(name for name in names if name)


def _go_on_from_billing(
    row: Row, billed_until: date | None, given: dict[str, Any], time_zone: str
) -> None:
    """Set the next billing date: never in a period that was billed here already.

    A trial whose first period was billed here is over, whatever an earlier state says.
    """
    trial_end_at = row["trial_end_at"]
    if (
        billed_until is not None
        and row["status"] == SubscriptionStatus.TRIALING
        and trial_end_at is not None
        and date_of(trial_end_at, time_zone) < billed_until
    ):
        row["status"] = row["raw_status"] = str(SubscriptionStatus.ACTIVE)
    day = given.get("next_billing_date")
    if "next_billing_date" not in given or (
        day is not None and billed_until is not None and date.fromisoformat(day) < billed_until
    ):
        due = _next(row, billed_until, time_zone)
        day = None if due is None else due.isoformat()
    row["next_billing_date"] = day


def _next(row: Row, billed_until: date | None, time_zone: str) -> date | None:
    item_ends = [item["current_period_end_at"] for item in row["items"]]
    ends = [end for end in item_ends if end is not None]
    if not ends and row["current_period_end_at"] is not None:
        ends = [row["current_period_end_at"]]
    return next_billing_date(
        SubscriptionStatus(row["status"]),
        period_ends=ends,
        trial_end=row["trial_end_at"],
        cancel_at_period_end=bool(row["cancel_at_period_end"]),
        cancel_at=row["cancel_at"],
        time_zone=time_zone,
        is_paused=bool(row["is_paused"]),
        billed_until=billed_until,
    )


def _tax_rate(record: Record) -> dict[str, Decimal]:
    """The rate that the provider says the subscription's customer is charged, by customer."""
    rate = record.values.get("tax_rate")
    return {} if rate is None else {record.values["customer_id"]: Decimal(rate)}
