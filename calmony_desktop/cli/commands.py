"""What each command does, from its parsed arguments to an exit code.

Imports inside functions are the exception that a composition root needs: Qt, ReportLab and the
import code take longer to load than most commands take to run, so only the command that needs one
of them loads it.
"""

from __future__ import annotations

import os
from argparse import Namespace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from calmony_desktop.cli import output, texts
from calmony_desktop.cli.progress import TerminalProgress
from calmony_desktop.cli.window import has_no_display
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.write_file import write_whole
from calmony_desktop.settings import Settings
from calmony_desktop.store import customers
from calmony_desktop.store.database import open_database
from calmony_desktop.store.search import CustomerSearch, SearchResult


def search(arguments: Namespace, settings: Settings) -> int:
    """``calmony search``."""
    open_database(settings.database, must_exist=True)
    result = SearchResult(CustomerSearch(arguments.text))
    count = result.count()
    entries = result.page(0, arguments.limit or count)
    if arguments.json:
        output.write_json([texts.plain_value(entry) for entry in entries])
    else:
        output.write(texts.search_text(arguments.text, entries, count))
    return 0


def show(arguments: Namespace, settings: Settings) -> int:
    """``calmony show``."""
    open_database(settings.database, must_exist=True)
    customer_id = CustomerSearch(arguments.customer).term
    detail = customers.detail(customer_id)
    if detail is None:
        raise KnownError(f"There is no customer {customer_id} in {settings.database}.")
    if arguments.json:
        shown = texts.plain_value(detail)
        del shown["has_more_payments"]  # never, as all are asked for
        output.write_json(shown)
    else:
        output.write(texts.customer_text(detail))
    return 0


def import_records(arguments: Namespace, settings: Settings) -> int:
    """``calmony import``; KnownError also when nothing of what was given could be used."""
    from calmony_desktop.operations.import_records import import_paths

    with TemporaryDirectory() as scratch:
        # A dry run leaves nothing behind, so no new database either.
        is_rehearsal = arguments.dry_run and _is_missing(settings.database)
        open_database(Path(scratch) / "calmony.db" if is_rehearsal else settings.database)
        with TerminalProgress("Importing") as progress:
            report = import_paths(arguments.paths, dry_run=arguments.dry_run, progress=progress)
    try:
        if arguments.report is not None:
            write_whole(arguments.report, output.printable(report.as_text()).encode())
    finally:
        # The records are in, so what became of them is told in any case.
        output.write(output.printable(report.as_text(is_short=True)).rstrip("\n"))
    if 0 < report.total.refused == report.total.total:
        raise KnownError("Nothing of it could be used; the report says why.")
    return 0


def export_records(arguments: Namespace, settings: Settings) -> int:
    """``calmony export``."""
    from calmony_desktop.operations.export_records import export_records

    open_database(settings.database, must_exist=True)
    with TerminalProgress("Exporting") as progress:
        report = export_records(arguments.folder, progress=progress)
    output.write(report.as_text().rstrip("\n"))
    return 0


def save_invoice(arguments: Namespace, settings: Settings) -> int:
    """``calmony invoice``."""
    from calmony_desktop.operations.download_invoice import download_invoice

    open_database(settings.database, must_exist=True)
    left_out = download_invoice(arguments.invoice, arguments.output)
    output.write("\n".join([f"Saved {arguments.output}.", *left_out]))
    return 0


def save_invoices(arguments: Namespace, settings: Settings) -> int:
    """``calmony invoices``; KnownError also when one of them could not be made."""
    from calmony_desktop.operations.download_invoices import InvoiceSelection, download_invoices

    open_database(settings.database, must_exist=True)
    customer_id = arguments.customer and CustomerSearch(arguments.customer).term
    if customer_id and not customers.exists(customer_id):
        raise KnownError(f"There is no customer {customer_id} in {settings.database}.")
    with TerminalProgress("Saving invoices") as progress:
        report = download_invoices(
            InvoiceSelection(customer_id, arguments.start, arguments.end),
            arguments.target,
            as_zip=arguments.target.suffix.lower() == ".zip",
            progress=progress,
        )
    output.write(report.as_text().rstrip("\n"))
    if report.failed:
        raise KnownError(f"{report.failed:,} could not be made; the report says why.")
    return 0


def fill_demo(arguments: Namespace, settings: Settings) -> int:
    """``calmony demo``."""
    from calmony_desktop.operations.fill_demo import fill_demo

    open_database(settings.database)
    with TerminalProgress("Filling the demo company") as progress:
        fill_demo(
            customers=arguments.customers,
            seed=arguments.seed,
            today=date.today(),
            progress=progress,
        )
    output.write(
        f"Filled {settings.database} with a demo company of {arguments.customers:,} customers."
    )
    return 0


def take_screenshot(arguments: Namespace, settings: Settings) -> int:
    """``calmony screenshot``."""
    if has_no_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from calmony_desktop import app

    open_database(settings.database, must_exist=True)
    is_dark = None if arguments.theme is None else arguments.theme == "dark"
    customer_id = CustomerSearch(arguments.customer).term
    app.take_screenshot(arguments.target, customer_id, is_dark, arguments.size)
    output.write(f"Saved {arguments.target}.")
    return 0


def _is_missing(path: Path) -> bool:
    try:
        return not path.exists()
    except OSError:
        # A name that is too long, a folder that may not be looked into: opening it will tell.
        return False
