"""The demo's invoices: one for each period of a subscription, and those for single orders."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from calmony_desktop.billing.money import round_minor
from calmony_desktop.billing.periods import Interval, add_intervals
from calmony_desktop.operations.fill_demo.catalogue import (
    DELIVERY,
    HANDBOOK,
    ITEMS,
    Item,
    Plan,
    price,
)
from calmony_desktop.operations.fill_demo.payments import Payer
from calmony_desktop.operations.fill_demo.records import (
    Contract,
    Fate,
    Invoice,
    Line,
    instant,
)

_MONTHS: Final = (
    "January February March April May June July August September October November December"
).split()
_HOUR: Final = 3_600


def bill(contract: Contract, payer: Payer, today: date, rng: Random) -> list[Invoice]:
    """An invoice for each period that began before ``today``, as its fate has it.

    Sets the contract's current period.
    """
    contract.sends_invoice, contract.terms = payer.sends_invoice, payer.terms
    periods = _periods(contract, today)
    if not periods:
        contract.period = (contract.begins, contract.first_billed)
        return []
    contract.period = periods[-1]
    return [
        _bill_period(contract, periods, position, payer, rng) for position in range(len(periods))
    ]


def order(
    items: list[tuple[Item, int]], currency: str, day: date, payer: Payer, rng: Random
) -> Invoice:
    """The invoice for a single order of ``day``, not yet paid."""
    issued_at = instant(day, rng.randint(8 * _HOUR, 18 * _HOUR))
    lines = [_item_line(item, quantity, currency, day, issued_at) for item, quantity in items]
    if rng.random() < 0.15:
        lines[0].discount = _percent(lines[0].amount, 10)
    return Invoice(issued_at, currency, lines, payer.terms, sends_invoice=payer.sends_invoice)


def some_items(rng: Random) -> list[tuple[Item, int]]:
    """What somebody might order, with its delivery."""
    items = rng.sample(ITEMS, k=rng.choice((1, 1, 2, 2, 3, 4)))
    chosen = [(item, rng.choice(item.quantities)) for item in items]
    return [*chosen, (DELIVERY, 1)] if rng.random() < 0.4 else chosen


def _periods(contract: Contract, today: date) -> list[tuple[date, date]]:
    """The billing periods that began before ``today`` and before the contract ended."""
    plan = contract.plans[0][0]
    anchor = contract.first_billed
    last = min(today, contract.ends or today)
    periods = []
    if contract.anchor and contract.begins < contract.anchor:
        periods.append((contract.begins, contract.anchor))
    count = 0
    while (start := _after(anchor, plan, count)) < last:
        count += 1
        periods.append((start, _after(anchor, plan, count)))
    return periods


def _after(anchor: date, plan: Plan, count: int) -> date:
    return add_intervals(anchor, plan.interval, count * plan.interval_count)


def _bill_period(
    contract: Contract,
    periods: list[tuple[date, date]],
    position: int,
    payer: Payer,
    rng: Random,
) -> Invoice:
    start, end = periods[position]
    issued_at = instant(start, contract.seconds)
    lines = [
        _plan_line(contract, plan, quantity, (start, end), position)
        for plan, quantity in contract.plans
    ]
    if contract.added and position == contract.added_at and position > 0:
        lines.append(_added_line(contract, periods[position - 1]))
    if rng.random() < 0.04:
        item = rng.choice((HANDBOOK, HANDBOOK, *ITEMS))
        quantity = rng.choice(item.quantities)
        lines.append(_item_line(item, quantity, contract.currency, start, issued_at))
    invoice = Invoice(
        issued_at,
        contract.currency,
        lines,
        payer.terms,
        contract=contract,
        sends_invoice=payer.sends_invoice,
    )
    description = f"{contract.name} — {_period_name(contract.plans[0][0], start, end)}"
    _conclude(invoice, contract.fate, len(periods) - 1 - position, description, payer, rng)
    return invoice


def _conclude(
    invoice: Invoice, fate: Fate, later: int, description: str, payer: Payer, rng: Random
) -> None:
    """Pay the invoice, or do not, where ``later`` invoices of the subscription follow it."""
    if fate is Fate.COLLECTION_PAUSED and later < 2:
        invoice.raw_status, invoice.closed_at = "void", invoice.issued_at + _HOUR
    elif fate is Fate.UNPAID and later < 2:
        invoice.raw_status = "draft"
    elif fate is Fate.UNPAID and later == 2:
        payer.fail(invoice, description)
    elif later or fate in (Fate.ACTIVE, Fate.CANCELED, Fate.COLLECTION_PAUSED):
        payer.settle(invoice, description)
    elif fate is Fate.INCOMPLETE or (fate is Fate.PAST_DUE and rng.random() < 0.3):
        payer.ask_for_action(invoice)
    elif fate is Fate.INCOMPLETE_EXPIRED:
        payer.ask_for_action(invoice)
        invoice.payments[-1].raw_status = "canceled"
        invoice.payments[-1].description = description
        invoice.raw_status, invoice.closed_at = "void", invoice.issued_at + 23 * _HOUR
    else:
        payer.fail(invoice, description)
        if fate is Fate.GIVEN_UP:
            payer.give_up(invoice, days=30)


def _plan_line(
    contract: Contract, plan: Plan, quantity: int, period: tuple[date, date], position: int
) -> Line:
    start, end = period
    line = Line(
        plan.name,
        price(plan.euro_cents, contract.currency),
        quantity,
        plan=plan,
        start=instant(start, contract.seconds),
        end=instant(end, contract.seconds),
    )
    if position < contract.added_at:
        line.quantity -= contract.added
    if contract.anchor and start < contract.anchor:
        whole = (contract.anchor - _after(contract.anchor, plan, -1)).days
        days = (end - start).days
        line.unit_amount = _part(line.unit_amount, days, whole)
        line.description += f" (remaining {days} days)"
        line.is_proration = True
    if position < contract.discounted_periods:
        line.discount = _percent(line.amount, contract.discount_percent)
    return line


def _added_line(contract: Contract, previous: tuple[date, date]) -> Line:
    """The units that came half-way through the previous period, for what was left of it."""
    plan, _ = contract.plans[0]
    start, end = previous
    added_on = start + (end - start) / 2
    days = (end - added_on).days
    return Line(
        f"{plan.name} (remaining {days} days)",
        _part(price(plan.euro_cents, contract.currency), days, (end - start).days),
        contract.added,
        plan=plan,
        start=instant(added_on, contract.seconds),
        end=instant(end, contract.seconds),
        is_proration=True,
    )


def _item_line(item: Item, quantity: int, currency: str, day: date, issued_at: int) -> Line:
    return Line(
        item.name.format(year=day.year),
        price(item.euro_cents, currency),
        quantity,
        item.is_reduced,
        start=issued_at,
        end=issued_at,
    )


def _period_name(plan: Plan, start: date, end: date) -> str:
    if plan.interval is Interval.WEEK:
        return f"week of {start.day} {_MONTHS[start.month - 1]}"
    if plan.interval is Interval.YEAR:
        return f"{start.year}/{(start.year + 1) % 100:02d}"
    first, last = _MONTHS[start.month - 1], _MONTHS[(end - timedelta(days=1)).month - 1]
    return first if plan.interval_count == 1 else f"{first} to {last}"


def _part(amount: int, days: int, whole: int) -> int:
    return round_minor(Decimal(amount * days) / whole)


def _percent(amount: int, percent: int) -> int:
    return round_minor(Decimal(amount * percent) / 100)
