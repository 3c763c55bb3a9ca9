"""The columns of the payment history."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from calmony_desktop.store.payment_pages import PaymentKey
from calmony_desktop.store.rows import PaymentRow
from calmony_desktop.ui.style import formatting
from calmony_desktop.ui.style.status_badges import badge
from calmony_desktop.ui.tables.record_table_model import Column, Form

translate = QCoreApplication.translate

#: What the database sorts by for each column, where there are very many rows.
SORTED_BY: Final = (
    PaymentKey.ID,
    PaymentKey.AMOUNT,
    PaymentKey.STATUS,
    PaymentKey.CREATED_AT,
    PaymentKey.DESCRIPTION,
)


def columns() -> list[Column[PaymentRow]]:
    """Payment intent id, amount, status, date, description."""
    return [
        Column(
            translate("payments", "Payment Intent ID"),
            lambda row: row.id,
            width=256,
            form=Form.ID,
            keeps=4,
            smallest=110,
            tooltip=_id_tooltip,
        ),
        Column(
            translate("payments", "Amount"),
            lambda row: formatting.money(row.amount, row.currency),
            width=106,
            form=Form.AMOUNT,
            sort_key=lambda row: (row.currency, row.amount),
            tooltip=_refund_tooltip,
            alike=lambda row: (row.currency, len(str(row.amount))),
            keeps=3,
            smallest=72,
        ),
        Column(
            translate("payments", "Status"),
            lambda row: badge(row.status).text,
            width=158,
            form=Form.STATUS,
            status=lambda row: row.status,
            tooltip=_status_tooltip,
            alike=lambda row: row.status,
            keeps=3,
            smallest=80,
        ),
        Column(
            translate("payments", "Date"),
            lambda row: formatting.calendar_date(row.created_on),
            width=120,
            sort_key=lambda row: row.created_at,
            alike=lambda row: formatting.alike_dates(row.created_on),
            keeps=2,
            smallest=72,
        ),
        Column(
            translate("payments", "Description"),
            _description,
            width=160,
            form=Form.MUTED,
            tooltip=_description,
            stretches=True,
            keeps=1,
            smallest=100,
        ),
    ]


def _description(row: PaymentRow) -> str:
    """What it was for or, where it failed, why."""
    parts = [row.description or ""]
    if row.status == "failed" and row.failure_message:
        parts = [row.failure_message]
    elif row.amount_refunded:
        parts.append(_refunded(row))
    if not any(parts) and row.invoice_number:
        parts = [translate("payments", "Invoice {number}").replace("{number}", row.invoice_number)]
    return " · ".join(part for part in parts if part)


def _refunded(row: PaymentRow) -> str:
    if row.amount_refunded == row.amount:
        return translate("payments", "refunded")
    amount = formatting.money(row.amount_refunded, row.currency)
    return translate("payments", "{amount} refunded").replace("{amount}", amount)


def _refund_tooltip(row: PaymentRow) -> str:
    return _refunded(row) if row.amount_refunded else ""


def _id_tooltip(row: PaymentRow) -> str:
    return "\n".join(dict.fromkeys(filter(None, (row.id, row.charge_id, row.payment_method))))


def _status_tooltip(row: PaymentRow) -> str:
    raw = translate("payments", "The provider says: {status}").replace("{status}", row.raw_status)
    return "\n".join(filter(None, (raw, row.failure_message)))
