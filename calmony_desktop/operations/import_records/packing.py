"""Records as bytes: to be set aside, and handed from one of our processes to another.

Much smaller than the objects, and made faster than by pickle: many records and few shapes, so the
names of their columns are one text that most of them share.
"""

from __future__ import annotations

import marshal
from functools import lru_cache

from calmony_desktop.operations.import_records.records import Origin, Record
from calmony_desktop.store.scratch import Entry

#: Which value of a record says which other one it will be looked up by.
_NAMES = {
    "payment_intent": "charge_id",
    "charge": "payment_intent_id",
    "invoice_payment": "payment_id",
}


def packed(record: Record) -> Entry:
    """A record as it is set aside."""
    values, exact = record.values, record.exact
    payload = marshal.dumps(
        (
            _joined(tuple(values)),
            tuple(values.values()),
            _sorted(record.carries),
            tuple(record.origin),
            record.as_of,
            record.api_version,
            record.is_embedded,
            record.links,
            _joined(tuple(exact)),
            tuple(exact.values()),
            record.notes,
        )
    )
    return record.id, values.get(_NAMES.get(record.kind, "")), payload


def unpacked(kind: str, record_id: str, payload: bytes) -> Record:
    """The record of a kind that was `packed`."""
    columns, values, carries, origin, as_of, api_version, *others = marshal.loads(payload)
    is_embedded, links, exact_columns, exact_values, notes = others
    return Record(
        kind,
        record_id,
        Origin(*origin),
        dict(zip(_split(columns), values, strict=True)),
        _set_of(carries),
        as_of,
        api_version,
        is_embedded,
        links,
        dict(zip(_split(exact_columns), exact_values, strict=True)),
        notes,
    )


# No name of a column has a line break in it, whatever a file says: see `text.checked_id`.


@lru_cache(maxsize=1024)
def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(names)


@lru_cache(maxsize=1024)
def _sorted(names: frozenset[str]) -> str:
    return "\n".join(sorted(names))


@lru_cache(maxsize=1024)
def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


@lru_cache(maxsize=1024)
def _set_of(text: str) -> frozenset[str]:
    return frozenset(_split(text))
