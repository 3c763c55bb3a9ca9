"""How long a cancellation can be undone, and the provider's list of reasons."""

from __future__ import annotations

from datetime import UTC, date, datetime

from calmony_desktop.billing.cancelling import CancellationReason, undo_until

LATE = int(datetime(2026, 3, 14, 23, 55, tzinfo=UTC).timestamp())


def test_a_cancellation_can_be_undone_for_ten_minutes() -> None:
    assert undo_until(LATE, None, "UTC") == LATE + 600
    assert undo_until(LATE, date(2026, 4, 1), "UTC") == LATE + 600


def test_the_next_billing_ends_it_earlier() -> None:
    assert undo_until(LATE, date(2026, 3, 15), "UTC") == LATE + 300
    # In Berlin it is the fifteenth already, so the seventeenth is days ahead.
    assert undo_until(LATE, date(2026, 3, 17), "Europe/Berlin") == LATE + 600


def test_a_billing_date_that_had_come_already_sets_no_limit() -> None:
    assert undo_until(LATE, date(2026, 3, 14), "UTC") == LATE + 600


def test_every_reason_of_the_provider_has_words() -> None:
    assert {each.value for each in CancellationReason} == set(
        "customer_service low_quality missing_features other switched_service too_complex "
        "too_expensive unused".split()
    )
    assert len({each.words for each in CancellationReason}) == len(CancellationReason)
