"""The columns of the activity trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

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
    when: str
    sentence: str


def lines(entries: Sequence[ActivityRow], time_zone: str) -> list[ActivityLine]:
    """The entries in words, their times in ``time_zone`` (an IANA name)."""
    return [
        ActivityLine(each.operation_id, each, _moment(each.at, time_zone), describe_activity(each))
        for each in entries
    ]


def columns(*, of_all: bool) -> list[Column[ActivityLine]]:
    """When, who, what; and in the trail ``of_all`` customers, whose."""
    when: Column[ActivityLine] = Column(
        translate("activity", "When"),
        lambda row: row.when,
        width=160,
        sort_key=lambda row: row.entry.id,
        alike=lambda row: len(row.when),
        smallest=120,
        keeps=4,
    )
    who: Column[ActivityLine] = Column(
        translate("activity", "Who"),
        lambda row: row.entry.operator,
        width=96,
        smallest=64,
        keeps=3,
    )
    customer: Column[ActivityLine] = Column(
        translate("activity", "Customer"),
        lambda row: customer_name(row.entry) or formatting.NOTHING,
        width=160,
        form=Form.STRONG,
        smallest=90,
        keeps=2,
    )
    what: Column[ActivityLine] = Column(
        translate("activity", "What"),
        lambda row: row.sentence,
        width=240,
        stretches=True,
        smallest=160,
    )
    return [when, who, customer, what] if of_all else [when, who, what]


def _moment(at: int, time_zone: str) -> str:
    """An instant (seconds, UTC) in ``time_zone``, as the user's locale writes it."""
    there = datetime.fromtimestamp(at, ZoneInfo(time_zone))
    time = QTime(there.hour, there.minute)
    day = QLocale().toString(QDate(there.year, there.month, there.day), formatting.date_format())
    return f"{day} {QLocale().toString(time, QLocale.FormatType.ShortFormat)}"


def customer_name(entry: ActivityRow) -> str:
    """What to call the customer that an entry is about; empty where it is about none."""
    return entry.customer_name or entry.customer_id or ""
