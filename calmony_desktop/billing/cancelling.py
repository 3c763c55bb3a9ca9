"""Why subscriptions are cancelled, and how long a cancellation can be undone."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from calmony_desktop.billing.periods import date_of, midnight

#: So many seconds after a cancellation it can be undone, unless the next billing comes first.
UNDO_SECONDS: Final = 600


class CancellationReason(StrEnum):
    """Why a customer cancels: the provider's own list (``cancellation_details.feedback``)."""

    CUSTOMER_SERVICE = "customer_service"
    LOW_QUALITY = "low_quality"
    MISSING_FEATURES = "missing_features"
    OTHER = "other"
    SWITCHED_SERVICE = "switched_service"
    TOO_COMPLEX = "too_complex"
    TOO_EXPENSIVE = "too_expensive"
    UNUSED = "unused"

    @property
    def words(self) -> str:
        """The reason as a person chooses it."""
        return _WORDS[self]


_WORDS: Final = {
    CancellationReason.CUSTOMER_SERVICE: "Customer service was less than expected",
    CancellationReason.LOW_QUALITY: "Quality was less than expected",
    CancellationReason.MISSING_FEATURES: "Some features are missing",
    CancellationReason.OTHER: "Another reason",
    CancellationReason.SWITCHED_SERVICE: "Switching to a different service",
    CancellationReason.TOO_COMPLEX: "Too complex to use",
    CancellationReason.TOO_EXPENSIVE: "Too expensive",
    CancellationReason.UNUSED: "Not used enough",
}


def undo_until(canceled_at: int, next_billing_date: date | None, time_zone: str) -> int:
    """The instant until which a cancellation of ``canceled_at`` can be undone.

    Ten minutes, or until the day begins on which it would have been billed next, whichever comes
    first. A billing day that had come already when it was cancelled sets no limit of its own.
    """
    latest = canceled_at + UNDO_SECONDS
    if next_billing_date is None or next_billing_date <= date_of(canceled_at, time_zone):
        return latest
    return min(latest, midnight(next_billing_date, time_zone))
