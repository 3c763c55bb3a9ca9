"""What queries return: frozen rows that no longer know the database.

Amounts are integer minor units of the row's currency, ``*_at`` are UTC instants in seconds,
``*_on`` and ``*_date`` calendar dates, statuses the ones of ``billing.statuses``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from calmony_desktop.billing.money import Money
from calmony_desktop.store.customer_entry import display_name


@dataclass(frozen=True, slots=True)
class NextCharge:
    """What is charged on the next billing date, per currency."""

    on: date
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class CustomerProfile:
    """The profile at the top of the window. ``created_on`` is in the business's time zone.

    ``total_paid`` is what succeeded less what was refunded; ``open_balance`` what open invoices
    still ask for. Both hold one amount a currency, the largest first.
    """

    id: str
    name: str | None
    email: str | None
    phone: str | None
    line1: str | None
    line2: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None
    tax_id: str | None
    description: str | None
    created_at: int
    created_on: date
    deleted_at: int | None
    total_paid: tuple[Money, ...]
    open_balance: tuple[Money, ...]
    next_charge: NextCharge | None

    @property
    def display_name(self) -> str:
        """What to call this customer."""
        return display_name(self.name, self.email, self.id)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment intent, or a charge made without one."""

    id: str
    charge_id: str | None
    invoice_id: str | None
    invoice_number: str | None
    amount: int
    amount_refunded: int
    currency: str
    status: str
    raw_status: str
    created_at: int
    created_on: date
    description: str | None
    failure_message: str | None
    payment_method: str | None


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription. ``amount`` is for one billing interval, all items together.

    ``ends_on`` is the day from which it is set to be canceled, while that lies ahead of it.
    """

    id: str
    plan: str
    amount: int
    currency: str
    interval: str | None
    interval_count: int
    next_billing_date: date | None
    ends_on: date | None
    status: str
    raw_status: str
    created_at: int
    cancel_at_period_end: bool
    cancel_at: int | None
    canceled_at: int | None
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice. ``amount`` is its total, ``amount_remaining`` what is left to pay."""

    id: str
    number: str | None
    amount: int
    amount_paid: int
    amount_remaining: int
    currency: str
    status: str
    raw_status: str
    issued_on: date
    due_on: date | None
    paid_at: int | None
    subscription_id: str | None


@dataclass(frozen=True, slots=True)
class CustomerDetail:
    """Everything the window shows of a customer, read in one transaction; newest first.

    ``subscriptions`` holds ended ones too. ``has_more_payments``: only the newest were asked for,
    there are more, and what was paid in total is not known.
    """

    customer: CustomerProfile
    payments: tuple[PaymentRow, ...]
    subscriptions: tuple[SubscriptionRow, ...]
    invoices: tuple[InvoiceRow, ...]
    has_more_payments: bool = False
