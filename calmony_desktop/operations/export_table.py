"""A table of the window as a CSV file that a spreadsheet reads, and cannot be harmed by.

Every field of the rows is written: amounts in major units with the currency beside them, instants
as UTC, calendar dates as ISO 8601. A byte order mark tells Excel that it is UTF-8.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from calmony_desktop.billing.money import to_major
from calmony_desktop.store.rows import InvoiceRow, PaymentRow, SubscriptionRow

TableRow = PaymentRow | SubscriptionRow | InvoiceRow

#: What makes a spreadsheet run a cell as a formula (OWASP, CSV Injection).
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


def table_as_csv(rows: Iterable[TableRow]) -> bytes:
    """The rows as UTF-8 CSV with a byte order mark; a heading line first.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    names: list[str] = []
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in rows:
        if not names:
            names = [field.name for field in fields(row)]
            writer.writerow(names)
        writer.writerow([_cell(name, getattr(row, name), row.currency) for name in names])
    return buffer.getvalue().encode("utf-8-sig")


def _cell(name: str, value: Any, currency: str) -> str:
    if value is None:
        return ""
    if name.startswith("amount"):
        return str(to_major(value, currency))
    if name.endswith("_at"):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return harmless(str(value))


def harmless(text: str) -> str:
    """``text`` so that no spreadsheet runs it, full-width signs and leading spaces included."""
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    beginning = unicodedata.normalize("NFKC", text)
    dangerous = beginning.startswith(_STARTS_A_FORMULA) or beginning.lstrip().startswith(
        _STARTS_A_FORMULA
    )
    return f"'{text}" if dangerous else text
