"""The history of the one customer whose page the pictures show."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from calmony_desktop.billing.periods import Interval, add_intervals
from calmony_desktop.operations.fill_demo.catalogue import (
    BASIC,
    CALIBRATION,
    DELIVERY,
    HANDBOOK,
    PARTS_CATALOGUE,
    PRO,
)
from calmony_desktop.operations.fill_demo.invoicing import bill, order
from calmony_desktop.operations.fill_demo.payments import INSUFFICIENT_FUNDS, Payer
from calmony_desktop.operations.fill_demo.records import (
    Contract,
    Fate,
    History,
    Invoice,
    Method,
    instant,
)
from calmony_desktop.operations.fill_demo.stories import corrected

_HOUR = 3_600
_CARD = Method("card", "4242", "visa")
_ACCOUNT = Method("sepa_debit", "3006")


def history(today: date, rng: Random) -> History:
    """Workshop Basic, then Pro; a new add-on whose first invoice waits for 3DS; single orders."""
    payer = Payer(_CARD, 14, today, rng)
    since = min(date(2023, 3, 14), add_intervals(today, Interval.YEAR, -2))
    first = add_intervals(since.replace(day=1), Interval.MONTH, 1)
    upgraded = add_intervals(first, Interval.MONTH, 12)
    basic = Contract(((BASIC, 1),), "EUR", first, 9 * _HOUR + 754, Fate.CANCELED, ends=upgraded)
    basic.cancel_at_period_end = True
    basic.canceled_at = instant(upgraded - timedelta(days=9), 16 * _HOUR + 1_211)
    pro = Contract(((PRO, 1),), "EUR", upgraded, 9 * _HOUR + 1_322)
    invoices = bill(basic, payer, today, rng)
    invoices += _with_a_second_attempt(bill(pro, payer, today, rng), payer)
    add_on, waiting = _past_due_add_on(today, rng)
    return History(
        since=instant(since, 8 * _HOUR + 2_640),
        contracts=[basic, pro, add_on],
        invoices=[*invoices, *waiting, *_orders(since, today, payer, rng)],
    )


def _with_a_second_attempt(invoices: list[Invoice], payer: Payer) -> list[Invoice]:
    """The last month but one was paid only three days later."""
    invoice = invoices[-2]
    description = invoice.payments[-1].description
    invoice.payments.clear()
    payer.fail_then_pay(invoice, description, error=INSUFFICIENT_FUNDS)
    return invoices


def _past_due_add_on(today: date, rng: Random) -> tuple[Contract, list[Invoice]]:
    """The add-on, billed up to its yearly day; the first invoice is due and not confirmed."""
    begins = (today - timedelta(days=32)).replace(day=15)
    if (today - begins).days <= 32:
        begins = add_intervals(begins, Interval.MONTH, -1)
    anchor = add_intervals(begins.replace(day=9), Interval.MONTH, 5)
    contract = Contract(
        ((PARTS_CATALOGUE, 1),), "EUR", begins, 11 * _HOUR + 305, Fate.PAST_DUE, anchor=anchor
    )
    payer = Payer(_CARD, 30, today, rng)
    invoices = bill(contract, payer, today, rng)
    invoices[-1].payments.clear()
    payer.ask_for_action(invoices[-1])
    return contract, invoices


def _orders(since: date, today: date, payer: Payer, rng: Random) -> list[Invoice]:
    """A few single orders: one voided and issued again, the latest still being collected."""
    description = "Invoice {number}"
    third = (today - since) / 3
    first = order([(HANDBOOK, 1), (DELIVERY, 1)], "EUR", since + third, payer, rng)
    second = order([(CALIBRATION, 2)], "EUR", since + 2 * third, payer, rng)
    wrong = order([(HANDBOOK, 2), (DELIVERY, 1)], "EUR", today - timedelta(days=70), payer, rng)
    payer.settle(first, description)
    payer.settle(second, description)
    replacement = corrected(wrong, payer, description)
    debit = Payer(_ACCOUNT, 14, today, rng)
    items = [(HANDBOOK, 1), (CALIBRATION, 1)]
    latest = order(items, "EUR", today - timedelta(days=2), debit, rng)
    debit.settle(latest, description)
    return [first, second, wrong, replacement, latest]
