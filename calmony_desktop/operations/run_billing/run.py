"""One run of billing, subscription by subscription."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Final

from calmony_desktop.billing import due_periods
from calmony_desktop.billing.due_periods import Due, Period
from calmony_desktop.billing.new_invoice import NewInvoice, days_to_pay, draw_up
from calmony_desktop.billing.periods import date_of, midnight
from calmony_desktop.billing.statuses import SubscriptionStatus
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.operations.progress import Cancelled, Progress
from calmony_desktop.operations.run_billing.report import (
    BilledInvoice,
    BillingNote,
    BillingReport,
)
from calmony_desktop.operations.wording import day_in_words
from calmony_desktop.store import (
    activity,
    business,
    due_subscriptions,
    invoice_seals,
    invoicing,
)
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.due_subscriptions import ProviderInvoice, SubscriptionToBill
from calmony_desktop.store.invoicing import Issue

#: Further ahead than this a date is a slip of the hand.
_LONGEST_AHEAD: Final = timedelta(days=3 * 366)


class Run:
    """One run over everything that may be due."""

    def __init__(self, through: date, at: int, time_zone: str) -> None:
        self.through = through
        self.invoices: list[BilledInvoice] = []
        self._at = at
        self._time_zone = time_zone
        self._today = date_of(at, time_zone)
        self._notes: dict[str, list[BillingNote]] = {"ended": [], "already": [], "refused": []}

    @classmethod
    def of(cls, through: date | None) -> Run:
        """A run of now. Raises KnownError for a date that lies years ahead."""
        at, time_zone = now(), business.time_zone()
        today = date_of(at, time_zone)
        through = through or today
        if through > today + _LONGEST_AHEAD:
            raise KnownError(
                f"{day_in_words(through)} lies years ahead. Choose an earlier date to bill through."
            )
        return cls(through, at, time_zone)

    def ids(self, progress: Progress) -> Iterator[str]:
        """The subscriptions to look at, one after the other. Raises Cancelled between two."""
        ids = due_subscriptions.due_ids(self.through)
        for done, each in enumerate(ids):
            progress(done, len(ids))
            yield each
        # Nothing is left to be stopped.
        with suppress(Cancelled):
            progress(len(ids), len(ids))

    def _read(self, subscription_id: str) -> tuple[SubscriptionToBill, Due] | None:
        """The subscription and what is due of it, as it is now; None where nothing is."""
        found = due_subscriptions.read_to_bill(subscription_id, self._time_zone)
        if found is None:
            return None
        bills_on = found.terms.bills_on
        if found.obstacle and bills_on is not None and bills_on <= self.through:
            self._say("refused", found, f"can’t be billed here: {found.obstacle}.")
            return None
        due = due_periods.due(found.terms, through=self.through, today=self._today)
        return (found, due) if due.periods or due.ends_on is not None else None

    def preview(self, subscription_id: str) -> None:
        """Note what `bill` would do, inside a transaction that the caller holds."""
        read = self._read(subscription_id)
        if read is not None:
            found, due = read
            self._note(found, due, end="ends")
            self.invoices += [_billed(found, period, new) for period, new in _drafts(found, due)]

    def bill(self, subscription_id: str, operation_id: str) -> None:
        """Bill one subscription, inside a transaction that the caller holds."""
        read = self._read(subscription_id)
        if read is None or activity.has(operation_id):
            return
        found, due = read
        before = {
            "status": found.status,
            "next_billing_date": _iso(found.next_billing_date),
        }
        issued = [self._issue(found, due, period, new) for period, new in _drafts(found, due)]
        seals = invoice_seals.seals(each.invoice_id for each in issued)
        anchor_on = {"anchor_on": _iso(due.anchor_on)}
        passed_over = [
            {
                "id": invoice.id,
                "number": invoice.number,
                "period_start_on": _iso(period.start_on),
                "period_end_on": _iso(_last_day(period)),
                **anchor_on,
            }
            for period, invoice in _already_billed(found, due)
        ]
        for period, invoice in _already_billed(found, due):
            assert due.anchor_on is not None
            invoicing.keep_period(
                found.id, period.start_on, period.end_on, due.anchor_on, invoice.id
            )
        status = found.status
        if due.periods:
            if status is SubscriptionStatus.TRIALING:
                status = SubscriptionStatus.ACTIVE
            invoicing.move_on(found.id, status, due.next_billing_date)
        if due.ends_on is not None:
            status = SubscriptionStatus.CANCELED
            invoicing.end(found.id, midnight(due.ends_on, self._time_zone))
        self._note(found, due, end="ended")
        self.invoices += issued
        ended_on = {} if due.ends_on is None else {"ended_on": _iso(due.ends_on)}
        activity.add(
            ActivityEntry(
                operation_id=operation_id,
                at=self._at,
                operator=operator_name(),
                action="bill_subscription" if due.periods else "end_subscription",
                object_kind="subscription",
                object_id=found.id,
                customer_id=found.customer_id,
                before=before,
                after={
                    "status": status,
                    "next_billing_date": None
                    if due.ends_on is not None
                    else _iso(due.next_billing_date if due.periods else found.next_billing_date),
                    "invoices": [
                        _as_json(each) | anchor_on | {"seal": seals[each.invoice_id]}
                        for each in issued
                    ],
                    "already_billed": passed_over,
                    **ended_on,
                },
            )
        )

    def _issue(
        self, found: SubscriptionToBill, due: Due, period: Period, new: NewInvoice
    ) -> BilledInvoice:
        assert due.anchor_on is not None
        issued_on = max(self._today, period.start_on)
        seller = business.seller()
        issue = Issue(
            number=invoicing.take_number(issued_on.year),
            created_at=self._at,
            issued_on=issued_on,
            due_on=issued_on + timedelta(days=days_to_pay(seller.payment_terms)),
            seller=seller,
            anchor_on=due.anchor_on,
        )
        invoice_id = invoicing.write_invoice(found, new, issue)
        return _billed(found, period, new, issue.number, invoice_id)

    def _note(self, found: SubscriptionToBill, due: Due, *, end: str) -> None:
        """Keep what there is to say beside the invoices."""
        for period, invoice in _already_billed(found, due):
            self._say(
                "already",
                found,
                f"has the payment provider’s invoice {invoice.number or invoice.id} for the period "
                f"from {day_in_words(period.start_on)}, so none is issued here.",
            )
        if due.ends_on is not None:
            self._say("ended", found, f"{end} on {day_in_words(due.ends_on)}, as was asked.")

    def _say(self, kind: str, found: SubscriptionToBill, what: str) -> None:
        sentence = f"“{found.plan}” ({found.id}) {what}"
        self._notes[kind].append(
            BillingNote(found.id, found.customer_id, found.customer_name, sentence)
        )

    def report(self, *, is_preview: bool = False, is_stopped: bool = False) -> BillingReport:
        """What was done so far."""
        return BillingReport(
            through=self.through,
            today=self._today,
            invoices=tuple(self.invoices),
            ended=tuple(self._notes["ended"]),
            already_billed=tuple(self._notes["already"]),
            refused=tuple(self._notes["refused"]),
            is_preview=is_preview,
            is_stopped=is_stopped,
        )


def _provider_invoice(found: SubscriptionToBill, period: Period) -> ProviderInvoice | None:
    """The provider's invoice for a period: one that covers the period's first day."""
    return next(
        (
            each
            for each in found.provider_invoices
            if each.period_start_on <= period.start_on <= each.period_end_on
        ),
        None,
    )


def _already_billed(found: SubscriptionToBill, due: Due) -> list[tuple[Period, ProviderInvoice]]:
    pairs = ((period, _provider_invoice(found, period)) for period in due.periods)
    return [(period, invoice) for period, invoice in pairs if invoice is not None]


def _drafts(found: SubscriptionToBill, due: Due) -> list[tuple[Period, NewInvoice]]:
    return [
        (period, draw_up(found.items, period, found.tax))
        for period in due.periods
        if _provider_invoice(found, period) is None
    ]


def _billed(
    found: SubscriptionToBill, period: Period, new: NewInvoice, number: str = "", id: str = ""
) -> BilledInvoice:
    return BilledInvoice(
        subscription_id=found.id,
        customer_id=found.customer_id,
        customer_name=found.customer_name,
        plan=found.plan,
        period_start_on=period.start_on,
        period_end_on=_last_day(period),
        subtotal=new.subtotal,
        tax_amount=new.tax_amount,
        total=new.total,
        currency=found.currency,
        number=number,
        invoice_id=id,
        ends_trial=found.status is SubscriptionStatus.TRIALING,
    )


def _as_json(billed: BilledInvoice) -> dict[str, Any]:
    """The invoice as the activity trail keeps it, less its seal."""
    return {
        "id": billed.invoice_id,
        "number": billed.number,
        "total": billed.total,
        "currency": billed.currency,
        "period_start_on": _iso(billed.period_start_on),
        "period_end_on": _iso(billed.period_end_on),
    }


def _last_day(period: Period) -> date:
    return period.end_on - timedelta(days=1)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
