"""The table of contents of a download: a line of CSV for each invoice."""

from __future__ import annotations

import csv
from io import BytesIO, TextIOWrapper

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.billing.money import to_major
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.operations.export_table import harmless

_COLUMNS = (
    "number", "customer_id", "name", "issued_on", "due_on", "status", "currency", "total",
    "amount_due", "file",
)  # fmt: skip


class Index:
    """Amounts in major units, dates as ISO 8601; what a spreadsheet would run is disarmed."""

    def __init__(self) -> None:
        self._buffer = BytesIO()
        # A byte order mark tells Excel that it is UTF-8.
        self._text = TextIOWrapper(self._buffer, encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(_COLUMNS)

    def add(self, invoice: IssuedInvoice, file_name: str) -> None:
        """The line of an invoice. Of a void one nothing is due, as its PDF says."""
        due = 0 if invoice.status is InvoiceStatus.VOID else invoice.amount_due
        self._writer.writerow(
            (
                harmless(invoice.number),
                harmless(invoice.customer_id),
                harmless(invoice.buyer.name),
                invoice.issued_on.isoformat(),
                invoice.due_on.isoformat() if invoice.due_on else "",
                invoice.status.value,
                invoice.currency,
                to_major(invoice.total, invoice.currency),
                to_major(due, invoice.currency),
                harmless(file_name),
            )
        )

    def as_bytes(self) -> bytes:
        """The whole file."""
        self._text.flush()
        return self._buffer.getvalue()
