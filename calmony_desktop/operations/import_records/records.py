"""A record as import understands it, wherever it came from, and which of two is the newer one."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, Final, NamedTuple

from calmony_desktop.errors import KnownError

#: The kinds of the provider's objects that are kept, in the order in which they are applied.
KINDS: Final = (
    "customer",
    "product",
    "price",
    "subscription",
    "invoice",
    "payment_intent",
    "charge",
    "invoice_payment",
)

#: The API versions that changed a kind's shape. https://docs.stripe.com/changelog
_NEW_SHAPES: Final = {
    "customer": ("2019-10-17",),
    "payment_intent": ("2019-02-11", "2022-11-15"),
    "subscription": ("2018-11-08", "2025-03-31"),
    "invoice": ("2018-11-08", "2025-03-31"),
}

#: What the provider never takes back, whatever an older file says.
_FINAL: Final = {
    "subscription": frozenset({"canceled", "incomplete_expired"}),
    "invoice": frozenset({"paid", "void"}),
}


_MONEY: Final = ("amount", "currency", "status", "raw_status", "created_at")
#: Without these a record cannot become a row of its own.
_NEEDED: Final = {
    "customer": ("id", "created_at"),
    "product": ("id",),
    "price": ("id", "currency", "interval_count"),
    "payment_intent": ("id", "customer_id", *_MONEY),
    "charge": ("id", *_MONEY),
    "subscription": ("id", "customer_id", "interval_count", "items", *_MONEY),
    "invoice": (
        *("id", "customer_id", "currency", "status", "raw_status", "created_at"),
        *("total", "amount_paid", "amount_remaining", "issued_on"),
    ),
    "invoice_payment": ("invoice_id", "payment_id"),
}


#: What the items of a subscription come to.
_OF_ITEMS: Final = ("items", "amount", "interval", "interval_count")


#: Described in passing by objects that name them, at a time that nothing tells.
_IN_PASSING: Final = frozenset({"customer", "product", "price"})


class Origin(NamedTuple):
    """Where a record was read: the file as the person named it, and the place in it."""

    source: str
    position: str


class Record(NamedTuple):
    """One object, normalized.

    ``values`` holds what is known, by column (as `store.batches` writes them); ``carries`` names
    every column that the source speaks of, so that one without a value is empty there, while any
    other is left as it is. ``as_of`` is the latest instant that the object attests of itself and
    ``api_version`` the generation of its shape, empty for a CSV. ``is_embedded``: it was read out
    of another object. ``links`` are the payments of an invoice. ``exact`` are values that this
    program exported beside the provider's shape, because that cannot say them.
    """

    kind: str
    id: str
    origin: Origin
    values: dict[str, Any]
    carries: frozenset[str]
    as_of: int
    api_version: str = ""
    is_embedded: bool = False
    links: tuple[str, ...] = ()
    exact: dict[str, Any] = {}  # noqa: RUF012 - never changed
    notes: tuple[str, ...] = ()

    @property
    def is_from_csv(self) -> bool:
        """Whether this is a row of a spreadsheet: coarser, and silent about much."""
        return not self.api_version

    @property
    def is_complete(self) -> bool:
        """Whether it can become a row of its own; the stub of a deleted customer cannot."""
        if self.kind == "charge" and not self.values.keys() & {"customer_id", "payment_intent_id"}:
            return False
        return all(map(self.values.__contains__, _NEEDED[self.kind]))

    @property
    def waits_for(self) -> str:
        """The id of what must be here first."""
        if self.kind == "customer":
            return self.id
        if self.kind == "invoice_payment":
            return str(self.values["payment_id"])
        return str(self.values.get("customer_id") or self.values["payment_intent_id"])

    def as_payload(self) -> dict[str, Any]:
        """The record as a JSON value, read back by `from_payload`."""
        return {
            "values": self.values,
            "carries": sorted(self.carries),
            "as_of": self.as_of,
            "api_version": self.api_version,
            "links": list(self.links),
            "exact": self.exact,
        }

    @classmethod
    def from_payload(
        cls, kind: str, record_id: str, origin: Origin, payload: dict[str, Any]
    ) -> Record:
        """A record from `as_payload`."""
        return cls(
            kind=kind,
            id=record_id,
            origin=origin,
            values=payload["values"],
            carries=frozenset(payload["carries"]),
            as_of=payload["as_of"],
            api_version=payload["api_version"],
            links=tuple(payload["links"]),
            exact=payload["exact"],
        )


class Refused(KnownError):
    """An object that cannot be used; the text says why, and the rest goes on."""


def recognised_version(kind: str, generation: int) -> str:
    """What to call the API version of an object that does not name its own."""
    shapes = _NEW_SHAPES.get(kind, ())
    if not shapes:
        return "any"
    return shapes[generation - 1] if generation else f"before {shapes[0]}"


def generation(kind: str, api_version: str) -> int:
    """Which shape of a kind an API version has: 0 for the oldest, -1 where that is not known."""
    if not api_version:
        return -1
    if api_version.startswith("before"):
        return 0
    return bisect_right(_NEW_SHAPES.get(kind, ()), api_version[:10])


def layered(first: Record, second: Record) -> Record:
    """One record of two of the same object in one import, ``second`` read later.

    The newer one counts, and what it says nothing about comes from the other.
    """
    over, under = (second, first) if _rank(second) >= _rank(first) else (first, second)
    are_equal = _rank(second) == _rank(first) and _is_in_passing(over)
    values = {
        key: value for key, value in under.values.items() if are_equal or key not in over.carries
    }
    values.update(over.values)
    _keep_first_deletion(values, over.values, under.values)
    return over._replace(
        values=values,
        carries=over.carries | under.carries,
        as_of=max(over.as_of, under.as_of),
        api_version=over.api_version or under.api_version,
        is_embedded=over.is_embedded and under.is_embedded,
        links=tuple(dict.fromkeys((*over.links, *under.links))),
        notes=tuple(dict.fromkeys((*under.notes, *over.notes))),
    )


def is_older(record: Record, stored: dict[str, Any]) -> bool:
    """Whether ``record`` is an older state of the object than the one that is here.

    By the instant first and the shape's generation then; of two equals the later import counts.
    """
    as_of: int = stored["as_of"]
    if record.is_from_csv:
        # Times in a CSV may lack their seconds.
        older = record.as_of < as_of - as_of % 60
    elif record.as_of != as_of:
        older = record.as_of < as_of
    else:
        older = generation(record.kind, record.api_version) < generation(
            record.kind, stored["api_version"]
        )
    final = _FINAL.get(record.kind, frozenset())
    return older or (
        stored.get("status") in final
        and "status" in record.carries
        and record.values.get("status") not in final
    )


def settled(record: Record, stored: dict[str, Any]) -> dict[str, Any]:
    """The row that ``record`` makes of the row that is here."""
    if is_older(record, stored):
        # Older never undoes, but it fills what a CSV never spoke of.
        row = dict(stored) if stored["api_version"] else _filled(record.values, stored)
    elif _is_in_passing(record) and record.as_of == stored["as_of"]:
        row = _filled(record.values, stored)
    else:
        row = stored | {key: record.values.get(key) for key in record.carries if key in stored}
        if record.is_from_csv:
            _keep_what_is_finer(row, stored)
        row["as_of"] = max(record.as_of, stored["as_of"])
        row["api_version"] = record.api_version or stored["api_version"]
        row.update(record.exact)
    if "deleted_at" in row:
        _keep_first_deletion(row, record.values, stored)
    return row


def _is_in_passing(record: Record) -> bool:
    return record.is_embedded and record.kind in _IN_PASSING


def _filled(values: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    """What is here, with ``values`` where nothing is."""
    return {
        key: values.get(key, value) if value is None or value == [] else value
        for key, value in stored.items()
    }


def _keep_what_is_finer(row: dict[str, Any], stored: dict[str, Any]) -> None:
    """A CSV's minute does not replace a second, nor its word for a status the provider's own."""
    for key in row:
        if key.endswith("_at") and _is_minute_of(row[key], stored[key]):
            row[key] = stored[key]
    if row.get("status") == stored.get("status") and "raw_status" in row:
        row["raw_status"] = stored["raw_status"]
    if stored.get("taxes") and row["tax_amount"] == stored["tax_amount"]:
        row["taxes"] = stored["taxes"]
    if stored.get("items") and _is_covered_by(row["items"], stored["items"]):
        row.update((key, stored[key]) for key in _OF_ITEMS)


def _is_minute_of(minute: int | None, instant: int | None) -> bool:
    return minute is not None and instant is not None and minute == instant - instant % 60


def _is_covered_by(items: list[dict[str, Any]], stored: list[dict[str, Any]]) -> bool:
    """Whether a CSV's one item is among those that are here, or the only one with its quantity."""
    said = [(item["price_id"], item["quantity"] or "1") for item in items]
    known = [(item["price_id"], item["quantity"] or "1") for item in stored]
    return said == known or (len(known) > 1 and {price for price, _ in said} <= dict(known).keys())


def _keep_first_deletion(row: dict[str, Any], one: dict[str, Any], other: dict[str, Any]) -> None:
    """A deleted customer stays deleted, since the earliest instant that anything names."""
    instants = [each["deleted_at"] for each in (one, other) if each.get("deleted_at") is not None]
    if instants:
        row["deleted_at"] = min(instants)


def _rank(record: Record) -> tuple[int, int, bool]:
    return (
        record.as_of,
        generation(record.kind, record.api_version),
        not record.is_embedded,
    )
