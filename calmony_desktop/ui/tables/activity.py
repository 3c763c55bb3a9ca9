"""The columns of the activity trail."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QTimeZone

from calmony_desktop.operations.describe_activity import describe_activity
from calmony_desktop.store.activity import ActivityRow
from calmony_desktop.ui.style import formatting
from calmony_desktop.ui.tables.record_table_model import Column, Form

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """An entry as the table shows it; ``id`` is the operation's."""

    id: str
    entry: ActivityRow
    sentence: str


def lines(entries: tuple[ActivityRow, ...]) -> list[ActivityLine]:
    """The entries in words."""
    return [ActivityLine(each.operation_id, each, describe_activity(each)) for each in entries]


def columns() -> list[Column[ActivityLine]]:
    """When, who, whose, what."""
    return [
        Column(
            translate("activity", "When"),
            _when,
            width=170,
            sort_key=lambda row: row.entry.id,
            smallest=150,
            keeps=4,
        ),
        Column(
            translate("activity", "Who"),
            lambda row: row.entry.operator,
            width=110,
            smallest=80,
            keeps=3,
        ),
        Column(
            translate("activity", "Customer"),
            _customer,
            width=180,
            form=Form.STRONG,
            smallest=90,
            keeps=2,
        ),
        Column(
            translate("activity", "What"),
            lambda row: row.sentence,
            width=420,
            tooltip=lambda row: row.sentence,
            stretches=True,
            smallest=160,
        ),
    ]


def _when(row: ActivityLine) -> str:
    moment = QDateTime.fromSecsSinceEpoch(row.entry.at, QTimeZone.systemTimeZone())
    day = moment.date()
    date = QLocale().toString(day, formatting.date_format())
    return f"{date} {QLocale().toString(moment.time(), QLocale.FormatType.ShortFormat)}"


def _customer(row: ActivityLine) -> str:
    return row.entry.customer_name or row.entry.customer_id or formatting.NOTHING
