"""Bill what is due: an invoice for each period of each subscription whose billing date has come.

One transaction a subscription, so that wherever the work stops no period is billed by half. The
same period is never billed twice, whatever is run again, killed, or run in two windows at once: a
key of the database holds that, and a period that the provider has an invoice for is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from calmony_desktop.billing import due_periods
from calmony_desktop.billing.due_periods import Due, Period
from calmony_desktop.billing.money import plain
from calmony_desktop.billing.new_invoice import NewInvoice, days_to_pay, draw_up
from calmony_desktop.billing.periods import date_of, midnight
from calmony_desktop.billing.statuses import SubscriptionStatus
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.operations.progress import Cancelled, Progress, unattended
from calmony_desktop.operations.wording import counted, day_in_words
from calmony_desktop.store import activity, business, database, invoicing
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.invoicing import Issue, SubscriptionToBill

#: Further ahead than this a date is a slip of the hand.
_LONGEST_AHEAD: Final = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class BilledInvoice:
    """An invoice that was, or in a preview would be, issued; amounts in minor units.

    ``number`` and ``invoice_id`` are empty in a preview. ``period_end_on`` is the last day.
    """

    subscription_id: str
    customer_id: str
    customer_name: str | None
    plan: str
    period_start_on: date
    period_end_on: date
    subtotal: int
    tax_amount: int
    total: int
    currency: str
    number: str = ""
    invoice_id: str = ""


@dataclass(frozen=True, slots=True)
class BillingNote:
    """What else there is to say of a subscription, in a sentence."""

    subscription_id: str
    customer_id: str
    customer_name: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class BillingReport:
    """What billing did, or in a preview (``is_preview``) would do.

    ``ended`` are subscriptions whose cancellation fell due, ``already_billed`` periods that the
    provider has an invoice for, ``refused`` subscriptions that this program can't bill.
    ``is_stopped``: a person stopped it; what is listed was done all the same.
    """

    through: date
    invoices: tuple[BilledInvoice, ...]
    ended: tuple[BillingNote, ...]
    already_billed: tuple[BillingNote, ...]
    refused: tuple[BillingNote, ...]
    is_preview: bool = False
    is_stopped: bool = False

    @property
    def totals(self) -> dict[str, int]:
        """What all invoices come to, by currency."""
        sums: dict[str, int] = {}
        for each in self.invoices:
            sums[each.currency] = sums.get(each.currency, 0) + each.total
        return dict(sorted(sums.items()))

    @property
    def summary(self) -> str:
        """It all in a sentence or two."""
        day = day_in_words(self.through)
        if not self.invoices:
            said = f"Nothing {'is' if self.is_preview else 'was'} due through {day}."
        else:
            amounts = " + ".join(plain(total, code) for code, total in self.totals.items())
            verb = "would be" if self.is_preview else "were" if self.invoices[1:] else "was"
            said = (
                f"{counted(len(self.invoices), 'invoice')} {verb} issued through {day}: {amounts}."
            )
        if self.ended:
            verb = "would end" if self.is_preview else "ended"
            said += f" {counted(len(self.ended), 'subscription')} {verb}, as was asked."
        if self.refused:
            said += f" {counted(len(self.refused), 'subscription')} can’t be billed here."
        if self.is_stopped:
            said += " It was stopped before everything was looked at; run it again to go on."
        return said


def preview_billing(
    through: date | None = None, *, progress: Progress = unattended
) -> BillingReport:
    """What `run_billing` would do now; nothing is written.

    ``through`` is today, for the business, where None. Raises KnownError for a date that lies years
    ahead or when the file cannot be read, and Cancelled.
    """
    with database.connection(), database.reading():
        run = _Run.of(through)
        for found, due in run.work(progress):
            run.note(found, due)
            for period, new in _drafts(found, due):
                run.invoices.append(_billed(found, period, new))
        return run.report(is_preview=True)


def run_billing(
    through: date | None = None, *, operation_id: str, progress: Progress = unattended
) -> BillingReport:
    """Issue an invoice for each period that begins on or before ``through``, and move on.

    ``through`` is today, for the business, where None. ``operation_id`` is a UUID made before the
    person was asked; the same one again bills nothing twice. An invoice is dated today, or on its
    period's first day where that lies ahead. A trial whose first period is billed becomes active,
    and a subscription whose end has come is canceled. A person may stop it between two
    subscriptions: the report says so.

    Raises KnownError for a date that lies years ahead or when the file cannot be written; what was
    billed before is kept, and running it again goes on from there.
    """
    with database.connection():
        run = _Run.of(through)
        try:
            for subscription_id in run.ids(progress):
                with database.writing():
                    run.bill(subscription_id, f"{operation_id}/{subscription_id}")
        except Cancelled:
            return run.report(is_stopped=True)
        return run.report()


class _Run:
    """One run over everything that may be due."""

    def __init__(self, through: date, at: int, time_zone: str) -> None:
        self.through = through
        self.invoices: list[BilledInvoice] = []
        self._at = at
        self._time_zone = time_zone
        self._today = date_of(at, time_zone)
        self._notes: dict[str, list[BillingNote]] = {"ended": [], "already": [], "refused": []}

    @classmethod
    def of(cls, through: date | None) -> _Run:
        at, time_zone = now(), business.time_zone()
        today = date_of(at, time_zone)
        through = through or today
        if through > today + _LONGEST_AHEAD:
            raise KnownError(
                f"{day_in_words(through)} lies years ahead. Choose an earlier date to bill through."
            )
        return cls(through, at, time_zone)

    def ids(self, progress: Progress) -> Iterator[str]:
        ids = invoicing.due_ids(self.through)
        for done, each in enumerate(ids):
            progress(done, len(ids))
            yield each
        progress(len(ids), len(ids))

    def work(self, progress: Progress) -> Iterator[tuple[SubscriptionToBill, Due]]:
        for each in self.ids(progress):
            found = self._read(each)
            if found is not None:
                yield found

    def _read(self, subscription_id: str) -> tuple[SubscriptionToBill, Due] | None:
        """The subscription and what is due of it, as it is now; None where nothing is."""
        found = invoicing.read_to_bill(subscription_id, self._time_zone)
        if found is None:
            return None
        bills_on = found.terms.bills_on
        if found.obstacle and bills_on is not None and bills_on <= self.through:
            self._say("refused", found, f"can’t be billed here: {found.obstacle}.")
            return None
        due = due_periods.due(found.terms, through=self.through, today=self._today)
        return (found, due) if due.periods or due.ends_on is not None else None

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
        passed_over = [
            {"id": invoice.id, "number": invoice.number, "period_start_on": _iso(period.start_on)}
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
        self.note(found, due)
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
                    "invoices": [_as_json(each) for each in issued],
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

    def note(self, found: SubscriptionToBill, due: Due) -> None:
        """Keep what there is to say beside the invoices."""
        for period, invoice in _already_billed(found, due):
            self._say(
                "already",
                found,
                f"has the payment provider’s invoice {invoice.number or invoice.id} for the period "
                f"from {day_in_words(period.start_on)}, so none is issued here.",
            )
        if due.ends_on is not None:
            self._say("ended", found, f"ended on {day_in_words(due.ends_on)}, as was asked.")

    def _say(self, kind: str, found: SubscriptionToBill, what: str) -> None:
        sentence = f"“{found.plan}” ({found.id}) {what}"
        self._notes[kind].append(
            BillingNote(found.id, found.customer_id, found.customer_name, sentence)
        )

    def report(self, *, is_preview: bool = False, is_stopped: bool = False) -> BillingReport:
        return BillingReport(
            through=self.through,
            invoices=tuple(self.invoices),
            ended=tuple(self._notes["ended"]),
            already_billed=tuple(self._notes["already"]),
            refused=tuple(self._notes["refused"]),
            is_preview=is_preview,
            is_stopped=is_stopped,
        )


def _provider_invoice(
    found: SubscriptionToBill, period: Period
) -> invoicing.ProviderInvoice | None:
    """The provider's invoice for a period: one that covers the period's first day."""
    return next(
        (
            each
            for each in found.provider_invoices
            if each.period_start_on <= period.start_on <= each.period_end_on
        ),
        None,
    )


def _already_billed(
    found: SubscriptionToBill, due: Due
) -> list[tuple[Period, invoicing.ProviderInvoice]]:
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
        period_end_on=period.end_on - timedelta(days=1),
        subtotal=new.subtotal,
        tax_amount=new.tax_amount,
        total=new.total,
        currency=found.currency,
        number=number,
        invoice_id=id,
    )


def _as_json(billed: BilledInvoice) -> dict[str, Any]:
    """The invoice as the activity trail keeps it: enough to tell whether it was changed since."""
    return {
        "id": billed.invoice_id,
        "number": billed.number,
        "total": billed.total,
        "currency": billed.currency,
        "period_start_on": _iso(billed.period_start_on),
        "period_end_on": _iso(billed.period_end_on),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
