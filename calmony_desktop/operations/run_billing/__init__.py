"""Bill what is due: an invoice for each period of each subscription whose billing date has come.

One transaction a subscription, so that wherever the work stops no period is billed by half. The
same period is never billed twice, whatever is run again, killed, or run in two windows at once: a
key of the database holds that, and a period that the provider has an invoice for is passed over.
"""

from __future__ import annotations

from datetime import date

from calmony_desktop.log import logged
from calmony_desktop.operations.progress import Cancelled, Progress, unattended
from calmony_desktop.operations.run_billing.report import (
    BilledInvoice,
    BillingNote,
    BillingReport,
)
from calmony_desktop.operations.run_billing.run import Run
from calmony_desktop.store import database

__all__ = ["BilledInvoice", "BillingNote", "BillingReport", "preview_billing", "run_billing"]


def preview_billing(
    through: date | None = None, *, progress: Progress = unattended
) -> BillingReport:
    """What `run_billing` would do now; nothing is written.

    ``through`` is today, for the business, where None. Raises KnownError for a date that lies years
    ahead or when the file cannot be read, and Cancelled.
    """
    with database.connection(), database.reading():
        run = Run.of(through)
        for subscription_id in run.ids(progress):
            run.preview(subscription_id)
        return run.report(is_preview=True)


@logged
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
        run = Run.of(through)
        try:
            for subscription_id in run.ids(progress):
                with database.writing():
                    run.bill(subscription_id, f"{operation_id}/{subscription_id}")
        except Cancelled:
            return run.report(is_stopped=True)
        return run.report()
