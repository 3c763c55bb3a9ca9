"""The statuses a person sees, and how a payment provider's raw statuses map to them.

The raw status is always kept beside the one shown. The table is the provider's own list of
payment intent, subscription and invoice statuses, with the names its older API versions used.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from calmony_desktop.errors import KnownError


class PaymentStatus(StrEnum):
    """What became of a payment intent, as the customer view words it."""

    SUCCEEDED = "succeeded"
    PROCESSING = "processing"
    REQUIRES_ACTION = "requires_action"
    FAILED = "failed"


class SubscriptionStatus(StrEnum):
    """A subscription's status: all eight of the provider."""

    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"


class InvoiceStatus(StrEnum):
    """An invoice's status. A draft has no PDF and is not counted as owed."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    UNCOLLECTIBLE = "uncollectible"
    VOID = "void"


#: The subscriptions listed as active: those that can still bill.
CAN_STILL_BILL: Final = frozenset(
    {
        SubscriptionStatus.TRIALING,
        SubscriptionStatus.ACTIVE,
        SubscriptionStatus.PAST_DUE,
        SubscriptionStatus.UNPAID,
        SubscriptionStatus.PAUSED,
    }
)

#: The subscriptions that have a next billing date: a paused one can bill again, but has no date.
HAS_NEXT_BILLING_DATE: Final = CAN_STILL_BILL - {SubscriptionStatus.PAUSED}

_PAYMENT_INTENT: Final = {
    "succeeded": PaymentStatus.SUCCEEDED,
    "processing": PaymentStatus.PROCESSING,
    "requires_capture": PaymentStatus.PROCESSING,
    "requires_action": PaymentStatus.REQUIRES_ACTION,
    "requires_source_action": PaymentStatus.REQUIRES_ACTION,
    "requires_confirmation": PaymentStatus.REQUIRES_ACTION,
    "canceled": PaymentStatus.FAILED,
}
#: `requires_source` is what API versions before 2019-02-11 called `requires_payment_method`.
_WAITS_FOR_A_PAYMENT_METHOD: Final = frozenset({"requires_payment_method", "requires_source"})

_CHARGE: Final = {
    "paid": PaymentStatus.SUCCEEDED,
    "refunded": PaymentStatus.SUCCEEDED,
    "partially_refunded": PaymentStatus.SUCCEEDED,
    "succeeded": PaymentStatus.SUCCEEDED,
    "pending": PaymentStatus.PROCESSING,
    "failed": PaymentStatus.FAILED,
}


def payment_intent_status(raw: str, *, has_payment_error: bool) -> PaymentStatus:
    """The status shown for a payment intent whose raw status is ``raw``.

    ``has_payment_error``: the intent carries a ``last_payment_error``, so that waiting for a
    payment method means that the last one failed. Raises KnownError for an unknown status.
    """
    if raw in _WAITS_FOR_A_PAYMENT_METHOD:
        return PaymentStatus.FAILED if has_payment_error else PaymentStatus.REQUIRES_ACTION
    if raw not in _PAYMENT_INTENT:
        raise KnownError(f"“{raw}” is not a status of a payment intent.")
    return _PAYMENT_INTENT[raw]


def charge_status(raw: str, *, has_payment_error: bool = False) -> PaymentStatus:
    """The status shown for a charge, or for a row of a payments CSV (``Paid``, ``Refunded``, …).

    A CSV may hold raw payment intent statuses as well. Raises KnownError for an unknown status.
    """
    key = raw.strip().lower().replace(" ", "_")
    if key in _CHARGE:
        return _CHARGE[key]
    return payment_intent_status(key, has_payment_error=has_payment_error)


def subscription_status(raw: str) -> SubscriptionStatus:
    """The status shown for a subscription. Raises KnownError for an unknown status."""
    try:
        return SubscriptionStatus(raw.strip().lower())
    except ValueError:
        raise KnownError(f"“{raw}” is not a status of a subscription.") from None


def invoice_status(raw: str) -> InvoiceStatus:
    """The status shown for an invoice. Raises KnownError for an unknown status."""
    try:
        return InvoiceStatus(raw.strip().lower())
    except ValueError:
        raise KnownError(f"“{raw}” is not a status of an invoice.") from None


def invoice_status_without_one(*, paid: bool, forgiven: bool) -> InvoiceStatus:
    """The status of an invoice from before API 2018-11, which has flags instead of one."""
    if paid:
        return InvoiceStatus.PAID
    return InvoiceStatus.UNCOLLECTIBLE if forgiven else InvoiceStatus.OPEN
