"""Save the PDFs of many invoices at once, with an index, into a folder or a zip file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.download_invoice import suggested_file_name
from calmony_desktop.operations.download_invoices.destination import into_folder, into_zip
from calmony_desktop.operations.download_invoices.index import Index
from calmony_desktop.operations.download_invoices.names import FileNames
from calmony_desktop.operations.download_invoices.rendering import rendered
from calmony_desktop.operations.download_invoices.report import BulkReport
from calmony_desktop.operations.progress import Progress, unattended
from calmony_desktop.operations.render_invoice import (
    InvoiceToRender,
    RenderedInvoice,
    prepare,
)
from calmony_desktop.store import database, invoices
from calmony_desktop.store.batches import batched
from calmony_desktop.store.invoices import InvoiceSelection

__all__ = ["BulkReport", "InvoiceSelection", "download_invoices"]

_INDEX: Final = "index.csv"
#: Read from the database at a time.
_PAGE: Final = 48


@logged
def download_invoices(
    selection: InvoiceSelection,
    target: Path,
    *,
    as_zip: bool,
    progress: Progress = unattended,
) -> BulkReport:
    """Save the selected invoices and their index into the folder or the zip file ``target``.

    A folder is made where it is missing, and no file in it is replaced; a zip file replaces one
    of the same name. Drafts are left out, and reported. Only what is being worked on is in memory.

    Raises KnownError where no invoice is selected or ``target`` can't be written, and Cancelled
    out of ``progress``; nothing of it is kept then.
    """
    first, last = selection.issued_from, selection.issued_to
    if first and last and first > last:
        raise KnownError(f"The period from {first} to {last} ends before it begins.")
    with database.connection():
        ids = invoices.selected_ids(selection)
        report = BulkReport(target, drafts=invoices.selected_ids(selection, drafts=True))
        if not ids:
            only_drafts = " Drafts have no PDF yet." if report.drafts else ""
            raise KnownError(f"No invoice was issued there, so nothing is saved.{only_drafts}")
        progress(0, len(ids))
        # A zip has no names of its own yet, a folder may have.
        destination = into_zip(target) if as_zip else into_folder(target)
        with destination as place:
            names, index = FileNames(place.has), Index()

            def check() -> None:
                progress(report.done, len(ids))

            with closing(rendered(_prepared(ids), len(ids), while_waiting=check)) as results:
                for invoice, result in results:
                    if isinstance(result, RenderedInvoice):
                        name = names.own(suggested_file_name(invoice.number, invoice.buyer_name))
                        place.add(name, result.pdf, invoice.issued_on)
                        index.add(invoice, name)
                    report.add(invoice, result)
                    check()
            if not report.made:
                reason = next(iter(report.not_made))
                raise KnownError(f"None of the invoices could be made. {reason}")
            report.index = names.own(_INDEX)
            place.add(report.index, index.as_bytes(), None)
    return report


def _prepared(ids: list[str]) -> Iterator[InvoiceToRender]:
    for page in batched(ids, _PAGE):
        yield from prepare(invoices.issued_invoices(page))
