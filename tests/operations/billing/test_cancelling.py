"""Cancelling at the end of a period, taking a cancellation back, and what each would do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.cli.texts import customer_text
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.cancel_subscription import Outcome, cancel_subscription
from calmony_desktop.operations.cancellation_choices import cancellation_choices
from calmony_desktop.operations.pending_changes import pending_changes
from calmony_desktop.operations.undo_cancellation import (
    reinstate_subscription,
    undo_cancellation,
    undo_deadline,
)
from calmony_desktop.store import activity, customers

from .conftest import noon

TO_BE_TOLD = "The payment provider still has to be told: Pending changes lists it."
NewId = Callable[[], str]
UNUSED = CancellationReason.UNUSED


def state(company: Any) -> dict[str, Any]:
    return dict(company.stored().__data__)


def test_a_subscription_set_to_end_goes_on_to_the_end_of_its_period(
    company: Any, new_id: NewId
) -> None:
    company.bring_in(company.subscription())
    done = cancel_subscription(
        "sub_1", operation_id=new_id(), at_period_end=True, reason=UNUSED, note=" Moves away. "
    )
    assert done.outcome is Outcome.SCHEDULED
    stored = company.stored()
    assert (stored.status, stored.next_billing_date) == ("active", None)
    assert (stored.cancel_at_period_end, stored.cancel_requested_here) == (True, True)
    assert (stored.cancellation_reason, stored.cancellation_note) == ("unused", "Moves away.")
    company.now_is("2026-01-31")
    assert company.bill().ended == ()
    company.now_is("2026-02-01")
    assert len(company.bill().ended) == 1
    stored = company.stored()
    assert (stored.status, stored.canceled_here) == ("canceled", True)
    assert company.issued() == []


def test_the_end_is_the_one_of_what_was_billed_here(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription(("2025-12-31", "2026-01-31"), anchor="2025-10-31"))
    company.now_is("2026-02-10")
    company.bill()
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    company.now_is("2026-02-27")
    assert company.bill().ended == ()
    company.now_is("2026-02-28")
    assert len(company.bill().ended) == 1
    assert company.starts() == ["2026-01-31"]


def test_reason_and_note_stand_in_the_activity_trail(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    cancel_subscription(
        "sub_1", operation_id=new_id(), reason=CancellationReason.TOO_EXPENSIVE, note="40 % more"
    )
    (entry,) = activity.of_object("subscription", "sub_1")
    assert (entry.reason, entry.note) == ("too_expensive", "40 % more")


def test_what_is_set_to_end_already_is_left_as_it_is(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    operation_id = new_id()
    answers = [
        cancel_subscription("sub_1", operation_id=each, at_period_end=True).outcome
        for each in (operation_id, operation_id, new_id())
    ]
    assert answers == [Outcome.SCHEDULED, Outcome.SCHEDULED, Outcome.ALREADY_SCHEDULED]
    assert len(activity.of_object("subscription", "sub_1")) == 1


def test_what_is_set_to_end_can_still_be_cancelled_at_once(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True, reason=UNUSED)
    scheduled = state(company)
    done = cancel_subscription("sub_1", operation_id=new_id())
    assert done.outcome is Outcome.CANCELED
    assert company.stored().status == "canceled"
    undo_cancellation("sub_1", operation_id=new_id())
    assert state(company) == scheduled


def test_a_period_that_is_over_has_no_end_to_wait_for(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-02-01")
    with pytest.raises(KnownError, match="ended on 1 February 2026 already"):
        cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    assert company.stored().next_billing_date == date(2026, 2, 1)


def test_a_note_that_is_too_long_is_refused(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    with pytest.raises(KnownError, match="too long"):
        cancel_subscription("sub_1", operation_id=new_id(), note="x" * 5001)


# The end that it has then


def ends_on(company: Any) -> date | None:
    detail = customers.detail("cus_1")
    assert detail is not None
    (row,) = detail.subscriptions
    return row.ends_on


def test_the_customers_records_and_the_terminal_name_the_day_on_which_it_ends(
    company: Any, new_id: NewId
) -> None:
    company.bring_in(company.subscription())
    company.bill("2026-02-01")
    assert ends_on(company) is None
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    assert ends_on(company) == date(2026, 3, 1)
    detail = customers.detail("cus_1")
    assert detail is not None
    assert "active  ends on 2026-03-01" in customer_text(detail)
    company.now_is("2026-03-01")
    company.bill()
    assert ends_on(company) is None


@pytest.mark.parametrize(
    ("terms", "day"),
    [
        ({"cancel_at_period_end": True}, date(2026, 2, 1)),
        ({"cancel_at": noon(date(2026, 3, 5))}, date(2026, 3, 5)),
        ({"cancel_at": noon(date(2026, 3, 5)), "status": "canceled"}, None),
    ],
)
def test_an_end_that_the_provider_set_is_named_too(
    company: Any, terms: dict[str, Any], day: date | None
) -> None:
    company.bring_in(company.subscription(**terms))
    assert ends_on(company) == day


# Undo


@pytest.mark.parametrize("at_period_end", [False, True])
@pytest.mark.parametrize("status", ["active", "past_due", "paused", "trialing"])
def test_undo_brings_back_what_was(
    company: Any, new_id: NewId, at_period_end: bool, status: str
) -> None:
    company.bring_in(company.subscription(status=status))
    before = state(company)
    cancel_subscription(
        "sub_1", operation_id=new_id(), at_period_end=at_period_end, reason=UNUSED, note="x"
    )
    assert undo_deadline("sub_1") == company.at + 600
    company.at += 599
    operation_id = new_id()
    answers = [undo_cancellation("sub_1", operation_id=operation_id) for _ in range(2)]
    assert answers[0] == answers[1]
    assert state(company) == before
    assert undo_deadline("sub_1") is None
    actions = [entry.action for entry in activity.of_object("subscription", "sub_1")]
    assert actions == ["cancel_subscription", "undo_cancellation"]


def test_after_ten_minutes_it_is_too_late(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id())
    company.at += 600
    assert undo_deadline("sub_1") is None
    with pytest.raises(KnownError, match=r"is over\. The customer needs a new subscription"):
        undo_cancellation("sub_1", operation_id=new_id())
    assert company.stored().status == "canceled"


def test_the_next_billing_date_ends_the_time_to_undo(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-01-31")
    company.at += 12 * 3600 - 60
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    assert undo_deadline("sub_1") == company.at + 60
    company.at += 60
    with pytest.raises(KnownError, match="Reinstate it instead"):
        undo_cancellation("sub_1", operation_id=new_id())


def test_what_was_never_cancelled_here_can_not_be_undone(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription(status="canceled"), company.subscription(id="sub_2"))
    for subscription_id in ("sub_1", "sub_2"):
        assert undo_deadline(subscription_id) is None
        with pytest.raises(KnownError, match="was not cancelled here"):
            undo_cancellation(subscription_id, operation_id=new_id())
    with pytest.raises(KnownError, match="There is no subscription sub_3"):
        undo_cancellation("sub_3", operation_id=new_id())


def test_what_changed_since_can_not_be_undone(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id())
    company.bring_in(company.subscription(status="canceled", canceled_at=company.at + 5))
    with pytest.raises(KnownError, match="changed since"):
        undo_cancellation("sub_1", operation_id=new_id())


# Reinstating


def test_a_subscription_is_reinstated_as_long_as_its_period_goes_on(
    company: Any, new_id: NewId
) -> None:
    company.bring_in(company.subscription())
    before = state(company)
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True, reason=UNUSED)
    company.now_is("2026-01-31")
    restored = reinstate_subscription("sub_1", operation_id=new_id())
    assert restored.sentence == "“Team” goes on and will be billed next on 1 February 2026."
    assert state(company) == before
    company.now_is("2026-02-01")
    assert len(company.bill().invoices) == 1


def test_what_the_provider_set_to_end_is_reinstated_too(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription(cancel_at_period_end=True))
    reinstate_subscription("sub_1", operation_id=new_id())
    assert company.stored().next_billing_date == date(2026, 2, 1)


def test_an_end_that_the_provider_had_set_outlives_reinstating(company: Any, new_id: NewId) -> None:
    ends_at = company.at + 49 * 86_400
    company.bring_in(company.subscription(cancel_at=ends_at, canceled_at=company.at - 60))
    before = state(company)
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    company.at += 660
    restored = reinstate_subscription("sub_1", operation_id=new_id())
    assert restored.sentence == (
        "“Team” goes on and will be billed next on 1 February 2026. "
        "It is set to end on 5 March 2026."
    )
    assert state(company) == before
    company.now_is("2026-06-01")
    company.bill()
    assert company.starts() == ["2026-02-01", "2026-03-01"]
    assert company.issued()[-1].period_end_on == date(2026, 3, 4)
    assert company.stored().status == "canceled"


def test_reinstating_bills_nothing_where_the_providers_end_is_that_of_the_period(
    company: Any, new_id: NewId
) -> None:
    company.bring_in(company.subscription(cancel_at=company.at + 17 * 86_400))
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    restored = reinstate_subscription("sub_1", operation_id=new_id())
    assert restored.sentence == (
        "“Team” goes on until 1 February 2026, when it is set to end. It isn’t billed again."
    )
    company.now_is("2026-03-01")
    company.bill()
    assert company.starts() == []


def test_an_undone_end_leads_back_to_the_one_that_was_asked_for_first(
    company: Any, new_id: NewId
) -> None:
    ends_at = company.at + 49 * 86_400
    company.bring_in(company.subscription(cancel_at=ends_at))
    before = state(company)
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    cancel_subscription("sub_1", operation_id=new_id())
    undone = undo_cancellation("sub_1", operation_id=new_id())
    assert undone.sentence == (
        "“Team” goes on until 1 February 2026, when it is set to end. It isn’t billed again."
    )
    reinstate_subscription("sub_1", operation_id=new_id())
    assert state(company) == before
    assert pending_changes() == ()


@pytest.mark.parametrize("at_period_end", [False, True])
@pytest.mark.parametrize("take_back", [undo_cancellation, reinstate_subscription])
def test_what_the_provider_changed_meanwhile_is_not_billed_by_taking_it_back(
    company: Any, new_id: NewId, at_period_end: bool, take_back: Callable[..., Any]
) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=at_period_end)
    company.bring_in(company.subscription(pause_collection={"behavior": "void"}))
    left = state(company)
    assert undo_deadline("sub_1") is None
    refused = "says otherwise" if at_period_end or take_back is undo_cancellation else "not set to"
    with pytest.raises(KnownError, match=refused):
        take_back("sub_1", operation_id=new_id())
    assert state(company) == left


def test_an_older_state_that_comes_in_again_does_not_keep_it_from_being_taken_back(
    company: Any, new_id: NewId
) -> None:
    company.bring_in(company.subscription(trial_end=None, canceled_at=company.at - 60))
    cancel_subscription("sub_1", operation_id=new_id())
    assert company.bring_in(company.subscription()).total.conflicting == 1
    undo_cancellation("sub_1", operation_id=new_id())
    assert company.stored().status == "active"


def test_a_pause_that_came_with_the_confirmed_end_outlives_undo(
    company: Any, new_id: NewId
) -> None:
    company.bring_in(company.subscription())
    operation_id = new_id()
    cancel_subscription("sub_1", operation_id=operation_id, at_period_end=True)
    left = company.stored()
    told = company.subscription(
        cancel_at_period_end=True,
        cancel_at=left.cancel_at,
        canceled_at=left.canceled_at,
        pause_collection={"behavior": "void"},
    )
    assert company.bring_in(told).total.conflicting == 0
    assert undo_cancellation("sub_1", operation_id=new_id()).next_billing_date is None
    company.now_is("2026-03-01")
    assert company.bill().invoices == ()


def test_once_it_has_ended_it_is_not_reinstated(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    company.now_is("2026-02-01")
    with pytest.raises(KnownError, match="ended on 1 February 2026"):
        reinstate_subscription("sub_1", operation_id=new_id())
    company.bill()
    with pytest.raises(KnownError, match="not set to end"):
        reinstate_subscription("sub_1", operation_id=new_id())


# What each choice would do


def test_both_choices_are_put_in_words_and_dates(company: Any) -> None:
    company.bring_in(company.subscription(), company.invoice("2026-01-01", "2026-02-01"))
    choices = cancellation_choices("sub_1")
    assert choices is not None
    assert choices.at_once.sentences == ("It ends today, 15 January 2026.",)
    assert choices.at_period_end.ends_on == date(2026, 2, 1)
    assert choices.at_period_end.sentences == (
        "It goes on through 31 January 2026 and ends on 1 February 2026.",
        "Until then it can be reinstated.",
    )
    assert choices.either_way == (
        "It is not billed on 1 February 2026 (49.00 EUR) nor on any later date.",
        "1 open invoice stays open: 58.31 EUR are still owed.",
        TO_BE_TOLD,
    )


def test_amounts_and_dates_are_written_as_the_reader_is_used_to(company: Any) -> None:
    company.bring_in(company.subscription(currency="cny"))
    choices = cancellation_choices(
        "sub_1", money=lambda amount, code: f"<{amount} {code}>", day=lambda day: f"<{day}>"
    )
    assert choices is not None
    assert choices.at_once.sentences[0] == "It ends today, <2026-01-15>."
    assert choices.at_period_end.ends_on == date(2026, 2, 1)
    assert choices.either_way[0] == (
        "It is not billed on <2026-02-01> (<4900 CNY>) nor on any later date."
    )


def at_once(company: Any, *objects: dict[str, Any]) -> tuple[str, ...]:
    company.bring_in(*objects)
    choices = cancellation_choices("sub_1")
    assert choices is not None
    return choices.at_once.sentences


PAID = {"status": "paid", "amount_paid": 5831, "amount_remaining": 0}


def test_what_was_paid_is_said_not_to_come_back(company: Any) -> None:
    paid = company.invoice("2026-01-01", "2026-02-01", **PAID)
    assert at_once(company, company.subscription(), paid) == (
        "It ends today, 15 January 2026.",
        "What was paid for the time until 31 January 2026 is not paid back.",
    )


def test_without_any_invoice_nothing_is_said_to_have_been_billed(company: Any) -> None:
    void = company.invoice("2026-01-01", "2026-02-01", status="void")
    assert at_once(company, company.subscription(), void) == (
        "It ends today, 15 January 2026.",
        "Nothing is paid back for the time until 31 January 2026.",
    )


def trial(company: Any, **changes: Any) -> dict[str, Any]:
    """On trial through the end of January."""
    return dict(
        company.subscription(status="trialing", trial_end=noon(date(2026, 2, 1)), **changes)
    )


def test_of_a_trial_nothing_was_billed(company: Any) -> None:
    free = company.invoice("2026-01-01", "2026-02-01", total=0, **PAID | {"amount_paid": 0})
    assert at_once(company, trial(company), free) == (
        "The trial ends today, 15 January 2026.",
        "Nothing was billed for it.",
    )
    choices = cancellation_choices("sub_1")
    assert choices is not None
    assert choices.at_period_end.sentences == (
        "The trial goes on through 31 January 2026 and ends on 1 February 2026.",
        "Nothing is billed for it.",
        "Until then it can be reinstated.",
    )
    assert choices.either_way[0] == (
        "It is not billed on 1 February 2026 (49.00 EUR) nor on any later date."
    )


def test_invoices_for_later_periods_are_named_to_be_voided(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription(), company.invoice("2026-01-01", "2026-02-01"))
    company.bill("2026-02-01")
    choices = cancellation_choices("sub_1")
    assert choices is not None
    assert choices.at_once.sentences == (
        "It ends today, 15 January 2026.",
        "1 open invoice (58.31 EUR) is for the time from 1 February 2026 on: "
        "void it if it is not owed.",
    )
    assert choices.at_period_end.sentences[0] == (
        "It goes on through 28 February 2026 and ends on 1 March 2026."
    )
    assert choices.either_way == (
        "It is not billed on 1 March 2026 (49.00 EUR) nor on any later date.",
        "2 open invoices stay open: 116.62 EUR are still owed.",
        TO_BE_TOLD,
    )
    company.bill("2026-03-01")
    choices = cancellation_choices("sub_1")
    assert choices is not None
    assert choices.at_once.sentences[1] == (
        "2 open invoices (116.62 EUR) are for the time from 1 February 2026 on: "
        "void them if they are not owed."
    )


def test_a_trial_that_was_billed_ahead_is_none_any_more(company: Any) -> None:
    company.bring_in(trial(company))
    company.bill("2026-02-01")
    assert at_once(company)[0] == "It ends today, 15 January 2026."


def test_what_is_due_and_not_billed_yet_is_said_not_to_be_billed(company: Any) -> None:
    company.bring_in(company.subscription())
    company.now_is("2026-02-03")
    choices = cancellation_choices("sub_1")
    assert choices is not None
    assert choices.either_way[0] == (
        "It was due to be billed on 1 February 2026 (49.00 EUR): that is left out, and so is "
        "every later date."
    )


def test_a_choice_that_is_none_says_why(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription(), company.subscription(id="sub_2", status="canceled"))
    over = cancellation_choices("sub_2")
    assert over is not None
    assert not over.at_once.is_possible
    assert not over.at_period_end.is_possible
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    scheduled = cancellation_choices("sub_1")
    assert scheduled is not None
    assert scheduled.at_once.is_possible
    assert scheduled.at_once.sentences[0] == (
        "It ends today, 15 January 2026, instead of on 1 February 2026."
    )
    assert scheduled.at_period_end.sentences == ("It is set to end on 1 February 2026 already.",)
    assert scheduled.either_way[0] == "It is not billed again."
    assert cancellation_choices("sub_3") is None
