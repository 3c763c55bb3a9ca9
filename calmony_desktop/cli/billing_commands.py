"""The commands about billing: bill, cancel, check and pending."""

from __future__ import annotations

import json
from argparse import Namespace
from uuid import uuid4

from calmony_desktop.billing import money
from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.cli import output
from calmony_desktop.cli.output import aligned, cell, one_line
from calmony_desktop.cli.progress import TerminalProgress
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.run_billing import BillingReport
from calmony_desktop.operations.wording import counted
from calmony_desktop.settings import Settings
from calmony_desktop.store.database import open_database


def bill(arguments: Namespace, settings: Settings) -> int:
    """``calmony bill``; KnownError also when some of it can't be billed here."""
    from calmony_desktop.operations.run_billing import preview_billing, run_billing

    open_database(settings.database, must_exist=True)
    with TerminalProgress("Billing") as progress:
        if arguments.dry_run:
            report = preview_billing(arguments.through, progress=progress)
        else:
            report = run_billing(arguments.through, operation_id=str(uuid4()), progress=progress)
    output.write(_billing_text(report))
    if report.is_stopped:
        output.complain("calmony", "Interrupted; what is listed was billed all the same.")
        return 130
    if report.refused:
        raise KnownError(
            f"{counted(len(report.refused), 'subscription')} can’t be billed here; the list says "
            "why."
        )
    return 0


def cancel(arguments: Namespace, settings: Settings) -> int:
    """``calmony cancel``; without ``--yes`` it says what would happen, and KnownError."""
    from calmony_desktop.operations.cancel_subscription import Outcome, cancel_subscription
    from calmony_desktop.operations.cancellation_choices import cancellation_choices

    open_database(settings.database, must_exist=True)
    choices = cancellation_choices(arguments.subscription)
    if choices is None:
        raise KnownError(
            f"There is no subscription {arguments.subscription} in {settings.database}."
        )
    choice = choices.at_period_end if arguments.at_period_end else choices.at_once
    if not choice.is_possible:
        raise KnownError(" ".join(choice.sentences))
    found = choices.subscription
    customer = found.customer_display_name
    title = f"{one_line(found.plan)} of {one_line(customer)} ({one_line(found.id)})"
    said = (*choice.sentences, *choices.either_way)
    text = "\n".join([title, *(f"  {sentence}" for sentence in said)])
    if not arguments.yes:
        output.write(text)
        raise KnownError("Nothing was changed. Say --yes to do this.")
    done = cancel_subscription(
        arguments.subscription,
        operation_id=str(uuid4()),
        at_period_end=arguments.at_period_end,
        reason=CancellationReason(arguments.reason),
        note=arguments.note,
    )
    if done.outcome not in (Outcome.CANCELED, Outcome.SCHEDULED):
        raise KnownError("It was cancelled by somebody else meanwhile; nothing was changed.")
    output.write(f"Cancelled: {text}")
    return 0


def check(arguments: Namespace, settings: Settings) -> int:
    """``calmony check``; KnownError when anything is wrong."""
    from calmony_desktop.operations.check_database import check_database

    open_database(settings.database, must_exist=True)
    with TerminalProgress("Checking") as progress:
        report = check_database(progress=progress)
    if report.findings:
        output.write("\n".join(one_line(each.sentence) for each in report.findings))
        raise KnownError(report.summary)
    output.write(report.summary)
    return 0


def pending(arguments: Namespace, settings: Settings) -> int:
    """``calmony pending``."""
    from calmony_desktop.operations.pending_changes import (
        changes_as_json,
        hand_over_changes,
        pending_changes,
    )

    open_database(settings.database, must_exist=True)
    changes = pending_changes()
    if arguments.export is not None:
        number = hand_over_changes(arguments.export, operation_id=str(uuid4()))
        output.write(f"Saved {arguments.export}: {counted(number, 'change')} handed over.")
    elif arguments.json:
        output.write_json(json.loads(changes_as_json(changes)))
    elif not changes:
        output.write("The payment provider has been told everything.")
    else:
        rows = [
            (each.object_id, cell(each.customer_name), one_line(each.operator), each.sentence)
            for each in changes
        ]
        output.write(
            "\n".join([*aligned(rows), f"{counted(len(changes), 'change')} to hand over."])
        )
    return 0


def _billing_text(report: BillingReport) -> str:
    rows = [
        (
            each.number or "(no number yet)",
            cell(each.customer_name or each.customer_id),
            cell(each.plan),
            f"{each.period_start_on.isoformat()} to {each.period_end_on.isoformat()}",
            money.plain(each.total, each.currency),
        )
        for each in report.invoices
    ]
    notes = (*report.already_billed, *report.ended, *report.refused)
    lines = aligned(rows, right={4}) if rows else []
    said = [one_line(note.sentence) for note in notes]
    return "\n".join([*lines, *said, *report.ahead, report.summary])
