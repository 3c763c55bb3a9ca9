"""The columns of the active subscriptions."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from calmony_desktop.billing.statuses import CAN_STILL_BILL
from calmony_desktop.store.rows import SubscriptionRow
from calmony_desktop.ui.style import formatting
from calmony_desktop.ui.style.status_badges import badge
from calmony_desktop.ui.tables.record_table_model import Column, Form

translate = QCoreApplication.translate


def columns() -> list[Column[SubscriptionRow]]:
    """Plan, amount with its interval, next billing date, status, *Cancel Subscription*."""
    return [
        Column(
            translate("subscriptions", "Plan"),
            lambda row: row.plan,
            width=200,
            form=Form.STRONG,
            tooltip=lambda row: f"{row.plan}\n{row.id}",
            stretches=True,
            keeps=4,
            smallest=110,
        ),
        Column(
            translate("subscriptions", "Amount"),
            _amount,
            width=150,
            form=Form.AMOUNT,
            sort_key=lambda row: (row.currency, row.amount),
            alike=lambda row: (
                row.currency,
                len(str(row.amount)),
                row.interval,
                row.interval_count,
            ),
            keeps=3,
            smallest=72,
        ),
        Column(
            translate("subscriptions", "Next billing date"),
            _next_billing_date,
            width=160,
            sort_key=lambda row: row.next_billing_date or date.max,
            tooltip=_ends,
            alike=_alike_next,
            keeps=2,
            smallest=124,
        ),
        Column(
            translate("subscriptions", "Status"),
            lambda row: badge(row.status).text,
            width=150,
            form=Form.STATUS,
            status=lambda row: row.status,
            tooltip=lambda row: "\n".join(
                filter(
                    None,
                    (
                        translate("subscriptions", "The provider says: {status}").replace(
                            "{status}", row.raw_status
                        ),
                        _ends(row),
                    ),
                )
            ),
            alike=lambda row: row.status,
            keeps=3,
            smallest=80,
        ),
        Column(
            "",
            lambda row: (
                translate("subscriptions", "Cancel Subscription") if can_cancel(row) else ""
            ),
            width=188,
            form=Form.ACTION,
            tooltip=lambda row: (
                translate("subscriptions", "Cancel Subscription (Ctrl+Del)")
                if can_cancel(row)
                else ""
            ),
            keeps=9,
            smallest=188,
        ),
    ]


def _next_billing_date(row: SubscriptionRow) -> str:
    return formatting.calendar_date(row.next_billing_date) if _goes_on(row) else _ends(row)


def _alike_next(row: SubscriptionRow) -> object:
    is_next = _goes_on(row)
    return is_next, formatting.alike_dates(row.next_billing_date if is_next else row.ends_on)


def _goes_on(row: SubscriptionRow) -> bool:
    """Whether the next thing to come, if any, is a bill and not the end."""
    return row.next_billing_date is not None or not _ends(row)


def can_cancel(row: SubscriptionRow) -> bool:
    """Whether there is anything left to cancel."""
    return row.status in CAN_STILL_BILL


def _amount(row: SubscriptionRow) -> str:
    return formatting.price(row.amount, row.currency, row.interval, row.interval_count)


def _ends(row: SubscriptionRow) -> str:
    """When it is set to end, in words; nothing where it is not."""
    if not can_cancel(row):
        return ""
    if row.ends_on is not None:
        return translate("subscriptions", "Ends on {date}").replace(
            "{date}", formatting.calendar_date(row.ends_on)
        )
    return translate("subscriptions", "Ends with its period") if row.cancel_at_period_end else ""
