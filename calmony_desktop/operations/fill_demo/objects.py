"""The whole demo company as a stream of the payment provider's objects."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from calmony_desktop.billing.periods import date_of
from calmony_desktop.operations.fill_demo import beatriz, customer_objects
from calmony_desktop.operations.fill_demo.cast import BEATRIZ, CAST
from calmony_desktop.operations.fill_demo.company import INVOICE_PREFIX, TIME_ZONE
from calmony_desktop.operations.fill_demo.identifiers import short_id, timed_id
from calmony_desktop.operations.fill_demo.invoice_objects import invoice as invoice_object
from calmony_desktop.operations.fill_demo.payment_objects import invoice_payment, payment_intent
from calmony_desktop.operations.fill_demo.people import Person, Population
from calmony_desktop.operations.fill_demo.records import History, Invoice, instant
from calmony_desktop.operations.fill_demo.stories import STORIES, Storyteller


def demo_objects(*, customers: int, seed: int, today: date) -> Iterator[dict[str, Any]]:
    """Products, then each customer followed by what belongs to it; current shape of the API."""
    demo = _Demo(seed, today)
    # Invoice numbers run through all customers by date, so the histories are told twice: the
    # second time with their numbers. That keeps memory small, whatever the number of customers.
    ranks = iter(demo.ranks(customers))
    yield from customer_objects.products()
    for index in range(customers):
        rng, person, history = demo.customer(index)
        for invoice in history.invoices:
            if invoice.raw_status != "draft":
                year = date_of(invoice.issued_at, TIME_ZONE).year
                invoice.number = f"{INVOICE_PREFIX}-{year}-{next(ranks):04d}"
        yield from _objects(person, history, rng)


class _Demo:
    """Who the customers are and what happened to them, one at a time."""

    def __init__(self, seed: int, today: date) -> None:
        self._seed = seed
        self._today = today
        self._population = Population(seed)
        self._stories = list(STORIES)
        Random(f"stories {seed}").shuffle(self._stories)

    def customer(self, index: int) -> tuple[Random, Person, History]:
        """A customer with its history, and the random numbers to go on with."""
        rng = Random(f"{self._seed} {index}")
        if index == 0:
            return rng, BEATRIZ, beatriz.history(self._today, rng)
        if index <= len(CAST):
            person, story = CAST[index - 1]
        else:
            person = self._population.person(index, rng)
            story = self._stories[index % len(self._stories)]
        return rng, person, Storyteller(person, story, self._today, rng).history()

    def ranks(self, customers: int) -> array[int]:
        """The place of each numbered invoice among those of its year, in order of issue."""
        issued = array("q")
        for index in range(customers):
            _, _, history = self.customer(index)
            issued.extend(
                invoice.issued_at for invoice in history.invoices if invoice.raw_status != "draft"
            )
        ranks = array("q", bytes(8 * len(issued)))
        first_of_next_year = rank = 0
        for position in sorted(range(len(issued)), key=issued.__getitem__):
            if issued[position] >= first_of_next_year:
                year = date_of(issued[position], TIME_ZONE).year
                first_of_next_year = instant(date(year + 1, 1, 1), 0)
                rank = 0
            rank += 1
            ranks[position] = rank
        return ranks


def _objects(person: Person, history: History, rng: Random) -> Iterator[dict[str, Any]]:
    customer_id = person.id or short_id("cus", rng)
    yield customer_objects.customer(person, customer_id, history.since)
    for contract in history.contracts:
        created = instant(contract.begins, contract.seconds)
        contract.id = timed_id("sub", 1, created, rng)
    latest: dict[str, str] = {}
    for invoice in history.invoices:
        invoice_id = timed_id("in", 1, invoice.issued_at, rng)
        if invoice.contract:
            latest[invoice.contract.id] = invoice_id
        yield from _invoice_objects(invoice, person, customer_id, invoice_id, rng)
    for contract in history.contracts:
        newest = latest.get(contract.id, "")
        yield customer_objects.subscription(contract, customer_id, newest, rng)


def _invoice_objects(
    invoice: Invoice, person: Person, customer_id: str, invoice_id: str, rng: Random
) -> Iterator[dict[str, Any]]:
    shown = invoice_object(invoice, person, customer_id, invoice_id, rng)
    yield shown
    for payment in invoice.payments:
        intent = payment_intent(payment, invoice, shown["total"], customer_id, rng)
        yield intent
        yield invoice_payment(intent, payment, invoice, invoice_id, rng)
