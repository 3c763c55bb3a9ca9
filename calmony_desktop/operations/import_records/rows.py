"""The row that a record makes where nothing is here yet."""

from __future__ import annotations

from functools import cache

from calmony_desktop.operations.import_records.records import Record
from calmony_desktop.store import batches
from calmony_desktop.store.batches import Row


def new_row(kind: str) -> Row:
    """A row of which nothing is known yet."""
    row = _empty_row(kind).copy()
    # Lists are not shared between rows.
    for name in _lists(kind):
        row[name] = []
    return row


@cache
def _empty_row(kind: str) -> Row:
    return batches.empty_row(kind)


@cache
def _lists(kind: str) -> tuple[str, ...]:
    return tuple(name for name, value in _empty_row(kind).items() if value == [])


def row_of(record: Record) -> Row:
    """The row of a record that is not here yet."""
    row = new_row(record.kind)
    columns = row.keys()
    said = {"as_of": record.as_of, "api_version": record.api_version}
    for values in (record.values, said, record.exact):
        # Mostly all of them are columns, and that is told faster.
        is_all = values.keys() <= columns
        row.update(values if is_all else {k: v for k, v in values.items() if k in columns})
    return row
