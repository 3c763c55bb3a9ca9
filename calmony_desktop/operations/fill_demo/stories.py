"""What becomes of the demo's customers: each gets a story, and the story makes its history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from calmony_desktop.billing.periods import add_intervals
from calmony_desktop.operations.fill_demo.catalogue import (
    BASIC,
    FLEET,
    INSPECTION,
    LIBRARY,
    LIFT_RENTAL,
    MONTHLY,
    PRO,
    SEATS,
    TOOL_RENTAL,
    WHEELS,
    YEARLY,
    Plan,
)
from calmony_desktop.operations.fill_demo.invoicing import bill, order, some_items
from calmony_desktop.operations.fill_demo.payments import Payer, choose_method
from calmony_desktop.operations.fill_demo.people import Person
from calmony_desktop.operations.fill_demo.records import (
    Contract,
    Fate,
    History,
    Invoice,
    instant,
)

#: How many customers of a deck have which story.
_SHARES: Final = {
    "steady": 34,
    "pair": 13,
    "seats": 7,
    "yearly": 6,
    "weekly": 4,
    "quarterly": 6,
    "orders": 8,
    "upgraded": 6,
    "churned": 9,
    "past_due": 4,
    "unpaid": 2,
    "trialing": 3,
    "paused": 1,
    "collection_paused": 2,
    "leaving": 3,
    "incomplete": 1,
    "incomplete_expired": 1,
    "new": 1,
}
STORIES: Final = tuple(story for story, share in _SHARES.items() for _ in range(share))

#: How many days ago the first subscription of a story began, at least and at most.
_AGES: Final = {
    "weekly": (20, 210),
    "trialing": (1, 12),
    "paused": (20, 70),
    "incomplete": (1, 1),
    "incomplete_expired": (4, 300),
    "unpaid": (120, 900),
    "upgraded": (300, 1_330),
    "churned": (90, 1_330),
    "new": (1, 6),
}
_ANY_AGE: Final = (45, 1_330)
_HOUR: Final = 3_600

#: Stories in which money cannot be collected: nobody collects from one who transfers it.
_COLLECTED: Final = {"past_due", "unpaid", "incomplete", "incomplete_expired", "churned"}


class Storyteller:
    """Tells one customer's history up to, but not including, ``today``."""

    def __init__(self, person: Person, story: str, today: date, rng: Random) -> None:
        self._person = person
        self._story = story
        self._today = today
        self._rng = rng
        least, most = _AGES.get(story, _ANY_AGE)
        age = least + int((most - least) * rng.random() ** 1.5)
        self._begins = today - timedelta(days=age)
        method, terms = choose_method(person, rng, may_transfer=story not in _COLLECTED)
        self._payer = Payer(method, terms, today, rng)

    def history(self) -> History:
        """The history."""
        since = self._begins - timedelta(days=self._rng.choice((0, 0, 1, 2, 5, 9, 16)))
        came_at = instant(since, self._rng.randint(6 * _HOUR, 9 * _HOUR))
        contracts = self._contracts()
        invoices = [
            invoice
            for contract in contracts
            for invoice in bill(contract, self._payer, self._today, self._rng)
        ]
        invoices += self._orders(since)
        return History(came_at, contracts, invoices)

    def _contracts(self) -> list[Contract]:
        tell: dict[str, Callable[[], list[Contract]]] = {
            "pair": self._pair,
            "seats": self._seats,
            "yearly": lambda: [self._contract(self._rng.choice(YEARLY))],
            "weekly": lambda: [self._contract(self._rng.choice((TOOL_RENTAL, LIFT_RENTAL)))],
            "quarterly": lambda: [self._contract(self._rng.choice((INSPECTION, WHEELS)))],
            "orders": lambda: [],
            "new": lambda: [],
            "upgraded": self._upgraded,
            "churned": self._churned,
            "past_due": lambda: [self._monthly(Fate.PAST_DUE)],
            "unpaid": lambda: [self._monthly(Fate.UNPAID)],
            "trialing": lambda: [self._trial(14, Fate.TRIALING)],
            "paused": lambda: [self._trial(14, Fate.PAUSED)],
            "collection_paused": lambda: [self._monthly(Fate.COLLECTION_PAUSED)],
            "leaving": self._leaving,
            "incomplete": lambda: [self._monthly(Fate.INCOMPLETE)],
            "incomplete_expired": lambda: [self._expired()],
        }
        return tell.get(self._story, self._steady)()

    def _contract(
        self,
        plan: Plan,
        *,
        begins: date | None = None,
        fate: Fate = Fate.ACTIVE,
        currency: str = "",
    ) -> Contract:
        return Contract(
            plans=((plan, self._rng.choice(plan.quantities)),),
            currency=currency or self._person.currency,
            begins=begins or self._begins,
            seconds=self._rng.randint(9 * _HOUR, 19 * _HOUR),
            fate=fate,
        )

    def _monthly(self, fate: Fate = Fate.ACTIVE) -> Contract:
        return self._contract(self._rng.choice(MONTHLY), fate=fate)

    def _steady(self) -> list[Contract]:
        contract = self._monthly()
        chance = self._rng.random()
        if chance < 0.12:
            contract.plans += ((LIBRARY, 1),) if contract.plans[0][0] is not LIBRARY else ()
        elif chance < 0.3:
            contract.trial_ends = contract.begins + timedelta(days=14)
        elif chance < 0.5:
            contract.discount_percent = self._rng.choice((10, 15, 20))
            contract.discounted_periods = self._rng.choice((3, 3, 6, 12))
        return [contract]

    def _pair(self) -> list[Contract]:
        later = self._begins + (self._today - self._begins) * self._rng.uniform(0.05, 0.9)
        second = self._contract(
            self._rng.choice((*YEARLY, INSPECTION)),
            begins=later,
            currency=self._person.second_currency,
        )
        return [self._monthly(), second]

    def _seats(self) -> list[Contract]:
        contract = self._contract(self._rng.choice((SEATS, FLEET)))
        months = (self._today - self._begins).days // 31
        contract.added = self._rng.choice((1, 2, 3))
        contract.added_at = self._rng.randint(1, max(1, months))
        return [contract]

    def _upgraded(self) -> list[Contract]:
        months = (self._today - self._begins).days // 31
        first = self._contract(BASIC, fate=Fate.CANCELED)
        first.ends = add_intervals(
            self._begins, BASIC.interval, self._rng.randint(3, max(3, months - 2))
        )
        first.cancel_at_period_end = True
        first.canceled_at = instant(first.ends - timedelta(days=6), 11 * _HOUR)
        return [first, self._contract(PRO, begins=first.ends)]

    def _churned(self) -> list[Contract]:
        fate = Fate.GIVEN_UP if self._rng.random() < 0.3 else Fate.CANCELED
        plan = TOOL_RENTAL if self._rng.random() < 0.15 else self._rng.choice(MONTHLY)
        contract = self._contract(plan, fate=fate)
        days = (self._today - self._begins).days
        longest = min(days - 40, 150) if plan is TOOL_RENTAL else days - 40
        ends = self._begins + timedelta(days=self._rng.randint(25, max(26, longest)))
        contract.ends = ends
        contract.canceled_at = instant(ends, self._rng.randint(9 * _HOUR, 18 * _HOUR))
        return [contract]

    def _leaving(self) -> list[Contract]:
        contract = self._monthly()
        contract.cancel_at_period_end = True
        contract.canceled_at = instant(self._today - timedelta(days=1), 9 * _HOUR)
        return [contract]

    def _trial(self, days: int, fate: Fate) -> Contract:
        contract = self._monthly(fate)
        contract.trial_ends = contract.begins + timedelta(days=days)
        if fate is Fate.PAUSED:
            # Nothing was billed: the trial ended without a way to pay.
            contract.ends = contract.begins
        return contract

    def _expired(self) -> Contract:
        contract = self._monthly(Fate.INCOMPLETE_EXPIRED)
        contract.ends = contract.begins + timedelta(days=1)
        return contract

    def _orders(self, since: date) -> list[Invoice]:
        """Single orders, more of them from those who have no subscription."""
        if self._story in ("new", "trialing", "paused") or self._story.startswith("incomplete"):
            return []
        days = (self._today - since).days - 1
        a_year = 5.0 if self._story == "orders" else 1.1
        invoices: list[Invoice] = []
        day = since + timedelta(days=self._next_order(a_year))
        while (day - since).days < days:
            invoices += self._order(day)
            day += timedelta(days=self._next_order(a_year))
        if self._rng.random() < 0.03:
            draft = self._new_order(self._today - timedelta(days=self._rng.randint(1, 3)))
            draft.raw_status = "draft"
            invoices.append(draft)
        return invoices

    def _next_order(self, a_year: float) -> int:
        return 2 + int(self._rng.expovariate(a_year / 365))

    def _new_order(self, day: date) -> Invoice:
        currencies: Sequence[str] = (self._person.currency,)
        if self._person.second_currency:
            currencies = (self._person.currency, self._person.second_currency)
        currency = self._rng.choice(currencies)
        return order(some_items(self._rng), currency, day, self._payer, self._rng)

    def _order(self, day: date) -> list[Invoice]:
        invoice = self._new_order(day)
        chance = self._rng.random()
        description = "Invoice {number}"
        if chance < 0.05 and (self._today - day).days > 4:
            return [invoice, corrected(invoice, self._payer, description)]
        if chance < 0.11:
            if not self._payer.sends_invoice:
                self._payer.fail(invoice, description, attempts=2)
            self._payer.give_up(invoice, days=120)
        else:
            self._payer.settle(invoice, description, on_time=False)
        return [invoice]


def corrected(invoice: Invoice, payer: Payer, description: str) -> Invoice:
    """Void ``invoice``, whose first quantity was wrong, and settle the one in its place."""
    day = 24 * _HOUR
    invoice.raw_status, invoice.closed_at = "void", invoice.issued_at + day
    lines = [line.copied() for line in invoice.lines]
    lines[0].quantity += 1
    replacement = Invoice(
        invoice.issued_at + day + 900,
        invoice.currency,
        lines,
        invoice.terms,
        sends_invoice=invoice.sends_invoice,
        replaces=invoice,
    )
    payer.settle(replacement, description)
    return replacement
