"""Whatever happens in whichever order: billed is what must be, once, and nothing else.

A state machine lets time pass, bills, cancels, undoes, reinstates, records payments, voids, and
imports what the provider says, old and new, and what was exported here. Beside it stands the plain
model of `expected`, which says which periods must be billed by now.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from calmony_desktop.errors import KnownError
from calmony_desktop.operations import operator
from calmony_desktop.operations.cancel_subscription import Outcome, cancel_subscription
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.import_records import import_paths
from calmony_desktop.operations.record_payment import record_payment
from calmony_desktop.operations.run_billing import BilledInvoice
from calmony_desktop.operations.undo_cancellation import (
    reinstate_subscription,
    undo_cancellation,
)
from calmony_desktop.operations.void_invoice import void_invoice
from calmony_desktop.store import models
from calmony_desktop.store.database import close_database

from .conftest import Company, noon, open_company
from .expected import Expected, State

ANCHORS = st.sampled_from(
    [date(2026, 1, 31), date(2025, 12, 29), date(2025, 8, 30), date(2024, 2, 29)]
)
INTERVALS = st.sampled_from([("week", 1), ("month", 1), ("month", 3), ("year", 1), ("day", 10)])
TRIAL_DAYS = st.sampled_from([0, 0, 5, 40])
STATUSES = st.sampled_from(["active", "active", "past_due", "unpaid", "paused", "incomplete"])
#: In how many days the provider ends it; 0 for never, None for the end of the period.
ENDS = st.sampled_from([0, 0, 0, None, 1, 20, 45, 100])


class Histories(RuleBasedStateMachine):
    """Two to four subscriptions of one customer, and a clock that stands at noon."""

    template: Path
    number = steps = 0
    subscriptions = Bundle("subscriptions")

    def __init__(self) -> None:
        super().__init__()
        Histories.number += 1
        self.folder = tempfile.TemporaryDirectory()
        self.company: Company = open_company(
            Path(self.folder.name) / "history.db", type(self).template
        )
        # A power cut is none of these histories, and they are many.
        models.database.execute_sql("PRAGMA synchronous = OFF")
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(os, "fsync", lambda file: None)
        self.patch.setattr(operator, "time", SimpleNamespace(time=self.now))
        self.today = date(2026, 2, 10)
        self.tick = 0
        self.expected: dict[str, Expected] = {}
        self.issued: dict[str, BilledInvoice] = {}
        #: What is owed of each invoice issued here, by id; None once it is void.
        self.owed: dict[str, int | None] = {}
        self.exported: dict[str, Expected] = {}
        self.company.bring_in(self.company.customer())

    def teardown(self) -> None:
        report = check_database()
        close_database()
        self.patch.undo()
        self.folder.cleanup()
        assert report.findings == ()

    def now(self) -> int:
        return noon(self.today) + self.tick

    # What the provider says

    def says(
        self,
        subscription_id: str,
        *,
        status: str = "active",
        is_paused: bool = False,
        ends: int | None = 0,
    ) -> None:
        """An event of now comes in."""
        has = self.expected[subscription_id]
        start, end = has.period_at(self.today)
        if has.trial_end is not None and self.today < has.trial_end and status != "canceled":
            status = "trialing"
        said = State(
            status,
            known_end=end,
            is_paused=is_paused,
            ends_with_period=ends is None,
            cancel_on=self.today + timedelta(days=ends) if ends else None,
        )
        made = self.company.subscription(
            (start.isoformat(), end.isoformat()),
            id=subscription_id,
            interval=has.unit,
            count=has.count,
            anchor=has.anchor.isoformat(),
            status=status,
            trial_end=None if has.trial_end is None else noon(has.trial_end),
            pause_collection={"behavior": "void"} if is_paused else None,
            cancel_at_period_end=said.ends_with_period,
            cancel_at=None if said.cancel_on is None else noon(said.cancel_on) - 12 * 60 * 60,
            ended_at=self.now() if status == "canceled" else None,
        )
        self.tick += 1
        event = {
            "object": "event",
            "id": f"evt_{uuid4().hex}",
            "created": self.now(),
            "type": "customer.subscription.updated",
            "api_version": "2026-02-25",
            "data": {"object": made},
        }
        has.messages.append((event, said))
        self.deliver(subscription_id, len(has.messages) - 1)

    def deliver(self, subscription_id: str, number: int) -> None:
        has = self.expected[subscription_id]
        self.company.bring_in(has.messages[number][0])
        has.hears(number)

    @initialize(
        target=subscriptions,
        anchors=st.tuples(ANCHORS, ANCHORS),
        every=st.tuples(INTERVALS, INTERVALS),
        trial_days=TRIAL_DAYS,
    )
    def begin(self, anchors: Any, every: Any, trial_days: int) -> Any:
        return multiple(
            self.add(anchors[0], every[0], trial_days, "active"),
            self.add(anchors[1], every[1], 0, "active"),
        )

    @precondition(lambda self: len(self.expected) < 4)
    @rule(
        target=subscriptions,
        anchor=ANCHORS,
        every=INTERVALS,
        trial_days=TRIAL_DAYS,
        status=STATUSES,
    )
    def subscribe(self, anchor: date, every: Any, trial_days: int, status: str) -> str:
        return self.add(anchor, every, trial_days, status)

    def add(self, anchor: date, every: Any, trial_days: int, status: str) -> str:
        subscription_id = f"sub_{len(self.expected)}"
        trial_end = self.today + timedelta(days=trial_days) if trial_days else None
        unknown = State("", self.today)
        self.expected[subscription_id] = Expected(trial_end or anchor, *every, unknown, trial_end)
        self.says(subscription_id, status=status)
        return subscription_id

    @rule(subscription_id=subscriptions, status=STATUSES, is_paused=st.booleans(), ends=ENDS)
    def provider_changes_it(
        self, subscription_id: str, status: str, is_paused: bool, ends: int | None
    ) -> None:
        self.says(subscription_id, status=status, is_paused=is_paused, ends=ends)

    @rule(subscription_id=subscriptions)
    def provider_goes_on(self, subscription_id: str) -> None:
        self.says(subscription_id)

    @rule(subscription_id=consumes(subscriptions))
    def provider_cancels(self, subscription_id: str) -> None:
        self.says(subscription_id, status="canceled")

    @rule(subscription_id=subscriptions, number=st.integers(0, 9))
    def old_news_come_again(self, subscription_id: str, number: int) -> None:
        self.deliver(subscription_id, number % len(self.expected[subscription_id].messages))

    @rule()
    def all_the_latest_news_come_again(self) -> None:
        for subscription_id, has in self.expected.items():
            self.deliver(subscription_id, len(has.messages) - 1)

    # What happens here

    @rule(days=st.sampled_from([1, 3, 14, 31, 59, 92, 400]))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.tick = 0

    @rule()
    def bill(self) -> None:
        report = self.company.bill()
        for has in self.expected.values():
            has.is_billed(self.today)
        self.issued.update((each.invoice_id, each) for each in report.invoices)
        self.owed.update((each.invoice_id, each.total) for each in report.invoices)

    @rule(number=st.integers(0, 9), part=st.sampled_from([1, 1, 2]))
    def payment_comes(self, number: int, part: int) -> None:
        is_open = [each for each, owed in self.owed.items() if owed]
        if not is_open:
            return
        invoice_id = is_open[number % len(is_open)]
        owed = self.owed[invoice_id] or 0
        amount = None if part == 1 else max(owed // part, 1)
        record_payment(
            invoice_id,
            method="Bank transfer",
            received_on=self.today,
            amount=amount,
            operation_id=str(uuid4()),
        )
        newest = max(
            (
                each
                for each, left in self.owed.items()
                if left and self._of(each) == self._of(invoice_id)
            ),
            key=lambda each: self.issued[each].period_start_on,
        )
        self.owed[invoice_id] = owed - (owed if amount is None else amount)
        if not self.owed[invoice_id] and newest == invoice_id:
            due_on = models.Invoice.get_by_id(invoice_id).due_on
            self.expected[self._of(invoice_id)].is_paid(in_time=self.today <= due_on)

    def _of(self, invoice_id: str) -> str:
        return self.issued[invoice_id].subscription_id

    @rule(number=st.integers(0, 9))
    def invoice_is_voided(self, number: int) -> None:
        is_open = [each for each, owed in self.owed.items() if owed]
        if not is_open:
            return
        invoice_id = is_open[number % len(is_open)]
        try:
            void_invoice(invoice_id, operation_id=str(uuid4()))
        except KnownError:
            assert models.Invoice.get_by_id(invoice_id).amount_paid > 0
            return
        self.owed[invoice_id] = None

    @rule(subscription_id=subscriptions)
    def cancel_at_once(self, subscription_id: str) -> None:
        has = self.expected[subscription_id]
        done = cancel_subscription(subscription_id, operation_id=str(uuid4()))
        assert (done.outcome is Outcome.ALREADY_ENDED) == has.has_ended
        if not has.has_ended:
            has.is_cancelled_at_once()

    @rule(subscription_id=subscriptions)
    def cancel_at_period_end(self, subscription_id: str) -> None:
        has = self.expected[subscription_id]
        if has.has_ended or has.state.ends_with_period:
            expected = Outcome.ALREADY_ENDED if has.has_ended else Outcome.ALREADY_SCHEDULED
        else:
            expected = Outcome.SCHEDULED
            if has.paid_until <= self.today:
                with pytest.raises(KnownError, match="Run billing first"):
                    cancel_subscription(
                        subscription_id, operation_id=str(uuid4()), at_period_end=True
                    )
                return
        done = cancel_subscription(subscription_id, operation_id=str(uuid4()), at_period_end=True)
        assert done.outcome is expected
        if expected is Outcome.SCHEDULED:
            has.is_cancelled_at_period_end()

    @rule(
        subscription_id=subscriptions,
        at_period_end=st.booleans(),
        meanwhile=st.sampled_from(["nothing", "it comes again", "all is exported", "is paused"]),
    )
    def cancel_and_undo(self, subscription_id: str, at_period_end: bool, meanwhile: str) -> None:
        has = self.expected[subscription_id]
        if has.has_ended or (
            at_period_end and (has.state.ends_with_period or has.paid_until <= self.today)
        ):
            return
        said = has.messages[-1][1]
        if at_period_end and meanwhile == "it comes again" and said.ends_with_period:
            return
        before = dict(self.company.stored(subscription_id).__data__)
        was = deepcopy(has)
        if meanwhile == "all is exported":
            self.export()
        cancel_subscription(subscription_id, operation_id=str(uuid4()), at_period_end=at_period_end)
        (has.is_cancelled_at_period_end if at_period_end else has.is_cancelled_at_once)()
        self.tick += 60
        if meanwhile == "it comes again":
            self.deliver(subscription_id, len(has.messages) - 1)
        elif meanwhile == "all is exported":
            self.an_export_comes_again()
        elif meanwhile == "is paused":
            self.says(subscription_id, is_paused=True)
        if has.is_contradicted:
            with pytest.raises(KnownError, match="says otherwise"):
                undo_cancellation(subscription_id, operation_id=str(uuid4()))
            return
        undo_cancellation(subscription_id, operation_id=str(uuid4()))
        assert dict(self.company.stored(subscription_id).__data__) == before
        self.expected[subscription_id] = replace(was, messages=has.messages)

    @rule(subscription_id=subscriptions)
    def reinstate(self, subscription_id: str) -> None:
        has = self.expected[subscription_id]
        is_possible = (
            not has.has_ended
            and has.state.ends_with_period
            and has.ends_on is not None
            and has.ends_on > self.today
            and not (has.before and has.is_contradicted)
        )
        if not is_possible:
            with pytest.raises(KnownError):
                reinstate_subscription(subscription_id, operation_id=str(uuid4()))
            return
        reinstate_subscription(subscription_id, operation_id=str(uuid4()))
        has.is_reinstated()

    # What was exported here comes in again

    def export(self) -> None:
        export_records(Path(self.folder.name) / "export")
        self.exported = deepcopy(self.expected)

    @rule()
    def export_and_import(self) -> None:
        self.export()
        report = import_paths([Path(self.folder.name) / "export"]).total
        assert (report.new, report.updated, report.conflicting, report.refused) == (0, 0, 0, 0)

    @precondition(lambda self: self.exported)
    @rule()
    def an_export_comes_again(self) -> None:
        import_paths([Path(self.folder.name) / "export"])
        for subscription_id, was in self.exported.items():
            has = self.expected[subscription_id]
            if was.accepted >= has.accepted and has.is_told(was.state) and was.is_asked_here:
                has.is_asked_here = True

    # What must always be so

    @invariant()
    def billed_is_what_must_be_and_nothing_else(self) -> None:
        Histories.steps += 1
        issued: dict[str, list[date]] = {each: [] for each in self.expected}
        numbers: dict[str, list[int]] = defaultdict(list)
        owed: dict[str, int | None] = {}
        last_days: dict[str, str] = {}
        for invoice in rows(
            "SELECT id, subscription_id, number, status, amount_remaining, period_start_on,"
            " period_end_on FROM invoices WHERE issued_here ORDER BY period_start_on"
        ):
            invoice_id, subscription_id, number, status, remaining, start, end = invoice
            assert last_days.get(subscription_id, "") < start
            last_days[subscription_id] = end
            issued[subscription_id].append(date.fromisoformat(start))
            series, _, position = number.rpartition("-")
            numbers[series].append(int(position))
            owed[invoice_id] = None if status == "void" else remaining
            assert (status == "paid") == (remaining == 0)
        assert issued == {each: has.billed for each, has in self.expected.items()}
        assert all(sorted(each) == list(range(1, len(each) + 1)) for each in numbers.values())
        assert owed == self.owed

    @invariant()
    def the_subscriptions_are_as_they_must_be(self) -> None:
        assert rows(
            "SELECT id, next_billing_date, date(cancel_at, 'unixepoch'), status, is_paused,"
            " cancel_at_period_end, canceled_here, cancel_requested_here"
            " FROM subscriptions ORDER BY id"
        ) == [
            (
                subscription_id,
                None if has.next_on is None else has.next_on.isoformat(),
                None if has.state.cancel_on is None else has.state.cancel_on.isoformat(),
                has.state.status,
                has.state.is_paused,
                has.state.ends_with_period,
                has.is_canceled_here,
                has.is_asked_here,
            )
            for subscription_id, has in self.expected.items()
        ]


def rows(sql: str) -> list[Any]:
    """What Peewee would take most of the time of a history for."""
    run: Any = models.database.execute_sql
    return list(run(sql))


def test_over_many_histories_only_what_is_due_is_billed(template: Path) -> None:
    """``HISTORIES=5000`` looks at more of them, and makes a failure small, which takes minutes."""
    wanted = os.environ.get("HISTORIES")
    Histories.template = template
    histories = Histories.TestCase()
    histories.settings = settings(
        max_examples=int(wanted or 60),
        stateful_step_count=25,
        phases=[Phase.generate, Phase.shrink] if wanted else [Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    try:
        histories.runTest()
    finally:
        if wanted:
            print(f"\n{Histories.number:,} histories with {Histories.steps:,} steps")
