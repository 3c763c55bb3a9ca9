"""Check the database: the file, the activity trail, and what billing and cancelling promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.backups import missing_changes
from calmony_desktop.operations.progress import Progress, unattended
from calmony_desktop.operations.wording import counted
from calmony_desktop.store import (
    activity,
    business_checks,
    database,
    file_checks,
    handover,
    invoice_checks,
    invoice_trail,
    subscription_checks,
    subscription_trail,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``area`` is what of the database it is about."""

    area: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All that is wrong; nothing in it where all is well."""

    findings: tuple[Finding, ...]

    @property
    def summary(self) -> str:
        """It all in a sentence."""
        if not self.findings:
            return "All is well: the file is whole and everything in it adds up."
        return f"{counted(len(self.findings), 'thing')} in the database can’t be right."


def _missing_changes() -> Iterator[str]:
    sentence = missing_changes()
    if sentence is not None:
        yield sentence


_CHECKS: Final[tuple[tuple[str, Callable[[], Iterator[str]]], ...]] = (
    ("file", file_checks.damage),
    ("schema", file_checks.changed_schema),
    ("activity", activity.broken_entries),
    ("handovers", handover.wrong_handovers),
    ("backups", _missing_changes),
    ("business", business_checks.changed_details),
    ("numbers", invoice_checks.wrong_numbers),
    ("totals", invoice_checks.wrong_totals),
    ("logos", invoice_checks.wrong_logos),
    ("periods", subscription_checks.wrong_periods),
    ("subscriptions", subscription_checks.wrong_subscriptions),
    ("cancellations", subscription_checks.billed_after_cancellation),
    ("records", invoice_trail.changed_invoices),
    ("records", invoice_trail.changed_periods),
    ("records", subscription_trail.changed_subscriptions),
)


@logged
def check_database(*, progress: Progress = unattended) -> CheckReport:
    """Look at everything, and change nothing. Raises Cancelled.

    What can't even be read is a finding, too.
    """
    findings: list[Finding] = []
    with database.connection():
        for done, (area, check) in enumerate(_CHECKS):
            progress(done, len(_CHECKS))
            try:
                with database.reading():
                    findings += [Finding(area, sentence) for sentence in check()]
            except KnownError as error:
                findings.append(Finding(area, str(error)))
        progress(len(_CHECKS), len(_CHECKS))
    return CheckReport(tuple(dict.fromkeys(findings)))
