"""The columns of the invoices that billing would issue."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from calmony_desktop.operations.run_billing import BilledInvoice, BillingReport
from calmony_desktop.ui.style import formatting
from calmony_desktop.ui.tables.record_table_model import Column, Form

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class DueInvoice:
    """An invoice of a preview as the table shows it; ``id`` names its period."""

    id: str
    invoice: BilledInvoice


def due_invoices(preview: BillingReport) -> list[DueInvoice]:
    """The invoices of a preview, in its order."""
    return [
        DueInvoice(f"{each.subscription_id} {each.period_start_on}", each)
        for each in preview.invoices
    ]


def columns() -> list[Column[DueInvoice]]:
    """Customer, plan, period, amount. An invoice has no number before it is issued."""
    return [
        Column(
            translate("due_invoices", "Customer"),
            _customer,
            width=200,
            form=Form.STRONG,
            tooltip=lambda row: f"{_customer(row)}\n{row.invoice.customer_id}",
            stretches=True,
            keeps=2,
            smallest=120,
        ),
        Column(
            translate("due_invoices", "Plan"),
            lambda row: row.invoice.plan,
            width=170,
            tooltip=lambda row: f"{row.invoice.plan}\n{row.invoice.subscription_id}",
            keeps=1,
            smallest=90,
        ),
        Column(
            translate("due_invoices", "Period"),
            _period,
            width=210,
            sort_key=lambda row: row.invoice.period_start_on,
            alike=lambda row: (
                formatting.alike_dates(row.invoice.period_start_on),
                formatting.alike_dates(row.invoice.period_end_on),
            ),
            keeps=3,
            smallest=190,
        ),
        Column(
            translate("due_invoices", "Amount"),
            lambda row: formatting.money(row.invoice.total, row.invoice.currency),
            width=120,
            form=Form.AMOUNT,
            sort_key=lambda row: (row.invoice.currency, row.invoice.total),
            alike=lambda row: (row.invoice.currency, len(str(row.invoice.total))),
            keeps=4,
            smallest=80,
        ),
    ]


def period(invoice: BilledInvoice) -> str:
    """The first and the last day that the invoice is for."""
    first = formatting.calendar_date(invoice.period_start_on)
    return f"{first} – {formatting.calendar_date(invoice.period_end_on)}"


def _period(row: DueInvoice) -> str:
    return period(row.invoice)


def _customer(row: DueInvoice) -> str:
    return row.invoice.customer_name or row.invoice.customer_id
