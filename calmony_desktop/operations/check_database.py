"""Check the database: the file, the activity trail, and what billing and cancelling promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.progress import Progress, unattended
from calmony_desktop.operations.wording import counted
from calmony_desktop.store import activity, database, file_checks, record_checks


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


_CHECKS: Final[tuple[tuple[str, Callable[[], Iterator[str]]], ...]] = (
    ("file", file_checks.damage),
    ("schema", file_checks.changed_schema),
    ("activity", activity.broken_entries),
    ("numbers", record_checks.wrong_numbers),
    ("periods", record_checks.wrong_periods),
    ("totals", record_checks.wrong_totals),
    ("subscriptions", record_checks.wrong_subscriptions),
    ("cancellations", record_checks.billed_after_cancellation),
    ("records", record_checks.wrong_to_activity),
)


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
