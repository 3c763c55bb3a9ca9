"""The columns of the invoices."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.store.rows import InvoiceRow
from calmony_desktop.ui.style import formatting
from calmony_desktop.ui.style.status_badges import badge
from calmony_desktop.ui.tables.record_table_model import Column, Form

translate = QCoreApplication.translate


def columns() -> list[Column[InvoiceRow]]:
    """Invoice number, amount, status, issued, due, *Download PDF*."""
    return [
        Column(
            translate("invoices", "Invoice ID"),
            lambda row: row.number or row.id,
            width=200,
            form=Form.ID,
            tooltip=lambda row: "\n".join(filter(None, (row.number, row.id))),
            stretches=True,
            keeps=4,
            smallest=114,
        ),
        Column(
            translate("invoices", "Amount"),
            lambda row: formatting.money(row.amount, row.currency),
            width=110,
            form=Form.AMOUNT,
            sort_key=lambda row: (row.currency, row.amount),
            tooltip=_remaining,
            alike=lambda row: (row.currency, len(str(row.amount))),
            keeps=3,
            smallest=72,
        ),
        Column(
            translate("invoices", "Status"),
            lambda row: badge(row.status).text,
            width=120,
            form=Form.STATUS,
            status=lambda row: row.status,
            tooltip=lambda row: translate("invoices", "The provider says: {status}").replace(
                "{status}", row.raw_status
            ),
            alike=lambda row: row.status,
            keeps=3,
            smallest=80,
        ),
        Column(
            translate("invoices", "Issued"),
            lambda row: formatting.calendar_date(row.issued_on),
            width=130,
            sort_key=lambda row: row.issued_on,
            alike=lambda row: formatting.alike_dates(row.issued_on),
            keeps=2,
            smallest=72,
        ),
        Column(
            translate("invoices", "Due"),
            lambda row: formatting.calendar_date(row.due_on),
            width=130,
            sort_key=lambda row: row.due_on or date.max,
            alike=lambda row: formatting.alike_dates(row.due_on),
            keeps=2,
            smallest=72,
        ),
        Column(
            "",
            lambda row: translate("invoices", "Download PDF") if can_download(row) else "",
            width=156,
            form=Form.ACTION,
            tooltip=lambda row: (
                translate("invoices", "Download PDF (Ctrl+D)") if can_download(row) else ""
            ),
            keeps=9,
            smallest=156,
        ),
    ]


def can_download(row: InvoiceRow) -> bool:
    """Whether the invoice has a document: a draft has none."""
    return row.status != InvoiceStatus.DRAFT


def _remaining(row: InvoiceRow) -> str:
    if row.status != InvoiceStatus.OPEN or row.amount_remaining == row.amount:
        return ""
    amount = formatting.money(row.amount_remaining, row.currency)
    return translate("invoices", "{amount} is left to pay").replace("{amount}", amount)
