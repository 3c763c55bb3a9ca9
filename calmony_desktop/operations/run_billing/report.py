"""What billing did, or would do, for a person to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from calmony_desktop.billing.money import plain
from calmony_desktop.operations.wording import counted, day_in_words


@dataclass(frozen=True, slots=True)
class BilledInvoice:
    """An invoice that was, or in a preview would be, issued; amounts in minor units.

    ``number`` and ``invoice_id`` are empty in a preview. ``period_end_on`` is the last day.
    ``ends_trial``: the subscription was on trial, and is active with this invoice.
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
    ends_trial: bool = False


@dataclass(frozen=True, slots=True)
class BillingNote:
    """What else there is to say of a subscription, in a sentence."""

    subscription_id: str
    customer_id: str
    customer_name: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class BillingReport:
    """What billing did on the day ``today``, or in a preview (``is_preview``) would do.

    ``ended`` are subscriptions whose cancellation fell due, ``already_billed`` periods that the
    provider has an invoice for, ``refused`` subscriptions that this program can't bill.
    ``is_stopped``: a person stopped it; what is listed was done all the same.
    """

    through: date
    today: date
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
    def ahead(self) -> tuple[str, ...]:
        """What billing ahead of time means, in sentences; none where nothing is billed ahead."""
        early = [each for each in self.invoices if each.period_start_on > self.today]
        trials = len({each.subscription_id for each in early if each.ends_trial})
        if not early:
            return ()
        one = len(early) == 1
        are_for = "is for a period that begins" if one else "are for periods that begin"
        they, their, stay = ("It", "its", "stays") if one else ("They", "their", "stay")
        were = "would be" if self.is_preview else "was" if one else "were"
        said = [
            f"{counted(len(early), 'invoice')} {are_for} after today. {they} {were} issued today, "
            f"dated on the first day of {their} period, and {stay} owed even if the customer "
            "cancels before that."
        ]
        if trials:
            become = "would become" if self.is_preview else "became"
            said.append(f"{counted(trials, 'trial')} {become} active today, before the trial ends.")
        return tuple(said)

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
