"""How the demo's invoices get paid, or do not: by card, direct debit and bank transfer."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from calmony_desktop.billing.periods import date_of
from calmony_desktop.operations.fill_demo.company import TIME_ZONE
from calmony_desktop.operations.fill_demo.people import Person
from calmony_desktop.operations.fill_demo.records import (
    Invoice,
    Method,
    Payment,
    instant,
)

_DAY: Final = 86_400

INSUFFICIENT_FUNDS: Final = ("card_declined", "Your card was declined: insufficient funds")
_CARD_ERRORS: Final = (
    INSUFFICIENT_FUNDS,
    INSUFFICIENT_FUNDS,
    ("card_declined", "Your card was declined: the bank gave no reason"),
    ("card_declined", "Your card was declined: it has reached its limit"),
    ("expired_card", "Your card has expired"),
    ("authentication_required", "The bank’s confirmation (3DS) was not completed"),
    ("processing_error", "The card could not be processed at that moment"),
)
_DEBIT_ERRORS: Final = (
    ("payment_intent_payment_attempt_failed", "The debit was returned: insufficient funds"),
    ("payment_intent_payment_attempt_failed", "The debit was returned: account closed"),
    ("payment_method_provider_decline", "The bank refused the debit: no valid mandate"),
)
_BRANDS: Final = ("visa",) * 9 + ("mastercard",) * 6 + ("amex",)
#: The direct debit of a country or currency.
_DEBITS: Final = {"EUR": "sepa_debit", "GBP": "bacs_debit", "USD": "us_bank_account"}


def choose_method(person: Person, rng: Random, *, may_transfer: bool) -> tuple[Method, int]:
    """How ``person`` pays, and within how many days. Only businesses transfer the money."""
    debit = _DEBITS.get(person.currency)
    chance = rng.random()
    last4 = f"{rng.randint(0, 9999):04d}"
    if may_transfer and person.company and chance < 0.25:
        return Method("customer_balance", ""), rng.choice((14, 14, 30))
    if debit and chance < 0.55:
        return Method(debit, last4), 14
    return Method("card", last4, rng.choice(_BRANDS)), 14


class Payer:
    """A customer who pays by ``method`` within ``terms`` days, before ``today`` begins."""

    def __init__(self, method: Method, terms: int, today: date, rng: Random) -> None:
        self.method = method
        self.terms = terms
        self._rng = rng
        self._now = instant(today, 0)

    @property
    def sends_invoice(self) -> bool:
        """Whether the customer transfers the money rather than having it collected."""
        return self.method.type == "customer_balance"

    def settle(self, invoice: Invoice, description: str, *, on_time: bool = True) -> None:
        """Have ``invoice`` paid as this customer pays, as far as there was time for it."""
        if self.sends_invoice:
            self._transfer(invoice, description, on_time=on_time)
        elif self.method.type == "card":
            self._charge_card(invoice, description)
        else:
            self._debit(invoice, description)
        self._refund_some(invoice)

    def fail(self, invoice: Invoice, description: str, attempts: int = 4) -> None:
        """Try in vain: at once and after three, five and seven days."""
        error = self._error()
        for days in (0, 3, 5, 7)[:attempts]:
            at = invoice.issued_at + days * _DAY + self._rng.randint(3, 90)
            if at < self._now:
                self._attempt(invoice, at, "requires_payment_method", description, error=error)

    def fail_then_pay(
        self,
        invoice: Invoice,
        description: str,
        days: int = 3,
        error: tuple[str, str] | None = None,
    ) -> None:
        """Pay at the second attempt, with a new card where the old one had expired."""
        at = invoice.issued_at + self._rng.randint(2, 40)
        error = error or self._error()
        self._attempt(invoice, at, "requires_payment_method", description, error=error)
        if error[0] == "expired_card":
            self.method = self.method.renewed(f"{self._rng.randint(0, 9999):04d}")
        at += days * _DAY + self._rng.randint(-9_000, 9_000)
        self._succeed(invoice, at, at + self._rng.randint(1, 8), description)

    def ask_for_action(self, invoice: Invoice) -> None:
        """Leave the payment waiting for the customer's confirmation."""
        at = invoice.issued_at + self._rng.randint(3, 40)
        self._attempt(invoice, at, "requires_action", "Invoice {number} · 3DS pending")

    def give_up(self, invoice: Invoice, days: int) -> None:
        """Write the invoice off after so many days, where they are over."""
        at = invoice.issued_at + days * _DAY
        if at < self._now:
            invoice.raw_status, invoice.closed_at = "uncollectible", at

    def _charge_card(self, invoice: Invoice, description: str) -> None:
        if self._rng.random() < 0.05 and invoice.issued_at + 5 * _DAY < self._now:
            self.fail_then_pay(invoice, description, days=self._rng.randint(2, 4))
        else:
            at = invoice.issued_at + self._rng.randint(2, 40)
            self._succeed(invoice, at, at + self._rng.randint(1, 8), description)

    def _debit(self, invoice: Invoice, description: str) -> None:
        at = invoice.issued_at + self._rng.randint(60, 3_000)
        if self._rng.random() < 0.025 and at + 16 * _DAY < self._now:
            error = self._error()
            self._attempt(invoice, at, "requires_payment_method", description, error=error)
            at += self._rng.randint(6, 9) * _DAY
        settled = at + self._rng.randint(4, 6) * _DAY
        if settled < self._now:
            self._succeed(invoice, at, settled, description)
        else:
            self._attempt(invoice, at, "processing", description)

    def _transfer(self, invoice: Invoice, description: str, *, on_time: bool) -> None:
        """The payment intent of a transfer is made when the money comes in."""
        late = not on_time or self._rng.random() < 0.12
        days = self._rng.randint(invoice.terms, invoice.terms + 12) if late else 0
        days = days or self._rng.randint(2, invoice.terms - 1)
        if on_time:
            # Nobody is overdue by accident: that would make the subscription past due.
            overdue = date_of(self._now, TIME_ZONE) - date_of(invoice.issued_at, TIME_ZONE)
            if overdue > timedelta(days=invoice.terms):
                days = min(days, overdue.days - 1)
        at = invoice.issued_at + days * _DAY + self._rng.randint(-7_000, 7_000)
        if at < self._now:
            self._succeed(invoice, at, at, description)

    def _succeed(self, invoice: Invoice, at: int, paid_at: int, description: str) -> None:
        self._attempt(invoice, at, "succeeded", description)
        invoice.raw_status, invoice.closed_at = "paid", paid_at

    def _refund_some(self, invoice: Invoice) -> None:
        """Now and then a customer sends something back."""
        if invoice.raw_status != "paid" or self._rng.random() > 0.018:
            return
        invoice.payments[-1].refunded_percent = self._rng.choice((100, 100, 50, 25, 20))

    def _attempt(
        self,
        invoice: Invoice,
        at: int,
        raw_status: str,
        description: str,
        error: tuple[str, str] | None = None,
    ) -> None:
        invoice.payments.append(Payment(at, raw_status, description, self.method, error))

    def _error(self) -> tuple[str, str]:
        return self._rng.choice(_CARD_ERRORS if self.method.type == "card" else _DEBIT_ERRORS)
