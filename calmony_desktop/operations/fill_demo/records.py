"""What happened to a customer of the demo: subscriptions, invoices and payments.

Instants are seconds in UTC, amounts minor units; the payment provider's shape comes later.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from calmony_desktop.operations.fill_demo.catalogue import Plan
from calmony_desktop.operations.fill_demo.company import TIME_ZONE


def instant(day: date, seconds: int) -> int:
    """The instant of a clock at the company's: ``seconds`` after midnight of ``day``."""
    hour, rest = divmod(seconds, 3600)
    minute, second = divmod(rest, 60)
    clock = datetime(day.year, day.month, day.day, hour, minute, second)
    return int(clock.replace(tzinfo=ZoneInfo(TIME_ZONE)).timestamp())


@dataclass(frozen=True, slots=True)
class Method:
    """How a customer pays: the provider's type, and what a statement shows of it."""

    type: str
    last4: str
    brand: str = ""

    def renewed(self, last4: str) -> Method:
        """The card that came after this one expired."""
        return replace(self, last4=last4)


@dataclass(slots=True)
class Line:
    """A line of an invoice. ``start`` and ``end`` are instants, the end exclusive."""

    description: str
    unit_amount: int
    quantity: int = 1
    is_reduced: bool = False
    discount: int = 0
    plan: Plan | None = None
    start: int = 0
    end: int = 0
    is_proration: bool = False

    @property
    def amount(self) -> int:
        """Quantity times unit amount, before the discount."""
        return self.quantity * self.unit_amount

    @property
    def net(self) -> int:
        """The amount less the discount."""
        return self.amount - self.discount

    def copied(self) -> Line:
        """A line of its own that says the same."""
        return replace(self)


@dataclass(slots=True)
class Payment:
    """An attempt to collect an invoice. ``{number}`` in the description is the invoice's.

    ``raw_status`` is the provider's; ``error`` its code and message where the attempt failed.
    """

    created_at: int
    raw_status: str
    description: str
    method: Method
    error: tuple[str, str] | None = None
    refunded_percent: int = 0


class Fate(StrEnum):
    """What a subscription comes to. The values are the provider's statuses, and two more."""

    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"
    COLLECTION_PAUSED = "active, collection paused"
    GIVEN_UP = "canceled, last invoice uncollectible"

    @property
    def raw_status(self) -> str:
        """The provider's status."""
        return self.value.partition(",")[0]


@dataclass(slots=True)
class Contract:
    """A subscription to one or more plans with their quantities, billed in ``currency``.

    ``begins``, ``anchor``, ``ends`` and ``period`` (the current one, its end exclusive) are
    calendar dates; ``seconds`` is the time of day at which it bills. A period before ``anchor`` is
    billed by the day. ``added`` units came half-way through the period before ``added_at``.
    """

    plans: tuple[tuple[Plan, int], ...]
    currency: str
    begins: date
    seconds: int
    fate: Fate = Fate.ACTIVE
    anchor: date | None = None
    trial_ends: date | None = None
    ends: date | None = None
    canceled_at: int | None = None
    cancel_at_period_end: bool = False
    discount_percent: int = 0
    discounted_periods: int = 0
    added: int = 0
    added_at: int = 0
    sends_invoice: bool = False
    terms: int = 14
    period: tuple[date, date] | None = None
    id: str = ""

    @property
    def name(self) -> str:
        """What an operator calls it: its plans."""
        return " + ".join(plan.name for plan, _ in self.plans)

    @property
    def first_billed(self) -> date:
        """From when on whole periods are billed."""
        return self.anchor or self.trial_ends or self.begins


@dataclass(slots=True)
class Invoice:
    """An invoice. ``closed_at`` is when it was paid, voided or given up, as its status says.

    ``terms`` is how many days there are to pay; a draft has no number.
    """

    issued_at: int
    currency: str
    lines: list[Line]
    terms: int
    raw_status: str = "open"
    contract: Contract | None = None
    closed_at: int | None = None
    sends_invoice: bool = False
    replaces: Invoice | None = None
    number: str = ""
    payments: list[Payment] = field(default_factory=list)


@dataclass(slots=True)
class History:
    """Everything of one customer, who came at ``since``."""

    since: int
    contracts: list[Contract]
    invoices: list[Invoice]
