"""From what a file holds to normalized records: each object or row, and the objects inside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.import_records.business_object import (
    BUSINESS_OBJECT,
    read_business,
)
from calmony_desktop.operations.import_records.customers import customer, customer_row
from calmony_desktop.operations.import_records.exact_values import (
    beside_the_shape,
    exact_values,
)
from calmony_desktop.operations.import_records.fields import Fields
from calmony_desktop.operations.import_records.found import Found
from calmony_desktop.operations.import_records.invoices import invoice, invoice_row
from calmony_desktop.operations.import_records.objects import (
    Envelope,
    embedded_in,
    kind_of,
    name_of,
    objects_in,
)
from calmony_desktop.operations.import_records.payments import (
    charge,
    invoice_payment,
    payment_intent,
    payment_row,
)
from calmony_desktop.operations.import_records.prices import price, product
from calmony_desktop.operations.import_records.records import (
    KINDS,
    Origin,
    Record,
    Refused,
)
from calmony_desktop.operations.import_records.source import Source
from calmony_desktop.operations.import_records.spreadsheet import SheetRow
from calmony_desktop.operations.import_records.subscriptions import subscription, subscription_row
from calmony_desktop.operations.import_records.text import checked_id

WAITING_OBJECT: Final = "calmony.waiting_record"

_READ_OBJECT: Final[dict[str, Callable[[Fields, Source], Record]]] = {
    "customer": customer,
    "product": product,
    "price": price,
    "plan": price,
    "payment_intent": payment_intent,
    "charge": charge,
    "subscription": subscription,
    "invoice": invoice,
    "invoice_payment": invoice_payment,
}
_READ_ROW: Final[dict[str, Callable[[SheetRow], Record | list[Record]]]] = {
    "customer": customer_row,
    "payment": payment_row,
    "subscription": subscription_row,
    "invoice": invoice_row,
}
#: Why objects of some other kinds are not kept; any other kind is just none that is.
_NOT_KEPT: Final = {
    "refund": "a refund is read from its charge",
    "credit_note": "credit notes are not kept yet; the invoice stays as the provider states it",
    "coupon": "a discount is read from the invoice that it was given on",
    "discount": "a discount is read from the invoice that it was given on",
    "tax_rate": "a tax rate is read from the invoice that it was charged on",
    "line_item": "a line is read from its invoice",
    "subscription_item": "an item is read from its subscription",
    "credit_note_line_item": "credit notes are not kept yet",
}
_ANYWHERE: Final = Origin("", "")


class Normalizer:
    """Takes in objects and rows; ``found`` is what came of them.

    ``time_zone`` is the business's (an IANA name).
    """

    def __init__(self, time_zone: str) -> None:
        self.found = Found()
        self._time_zone = time_zone
        self._read_in_passing: dict[tuple[str, str, Source], Record] = {}

    def add_value(self, value: Any, origin: Origin, envelope: Envelope, damage: str | None) -> None:
        """Take in one object, and those in it. ``damage`` is what is wrong with it."""
        self.found.read += 1
        if damage is not None:
            self.found.refuse(origin, *name_of(value), damage)
            return
        if not isinstance(value, dict):
            self.found.refuse(origin, "object", "", "it is no JSON object")
            return
        source = Source(origin, self._time_zone, *envelope)
        pending = [(kind_of(value), value, source)]
        while pending:
            kind, each, source = pending.pop()
            if kind in _READ_OBJECT:
                self._add_object(kind, each, source)
                if found := embedded_in(kind, each):
                    inner = source._replace(is_embedded=True)
                    pending.extend((*one, inner) for one in found)
            elif not source.is_embedded:
                self._add_other(kind, each, origin)

    def add_line(self, value: Any, origin: Origin) -> None:
        """Take in a line of JSON Lines, or one object from another part of the program."""
        for each, position, envelope in objects_in(value, origin.position):
            self.add_value(each, Origin(origin.source, position), envelope, None)

    def add_row(self, kind: str, cells: dict[str, str], origin: Origin) -> None:
        """Take in a row of a CSV export of this kind."""
        self.found.read += 1
        row = SheetRow(cells, origin, self._time_zone)
        try:
            records = _READ_ROW[kind](row)
        except KnownError as error:
            self.found.refuse(origin, kind, row.cell("id")[:255], str(error))
            return
        for record in records if isinstance(records, list) else [records]:
            self.found.add(record)

    def _add_object(self, kind: str, value: dict[str, Any], source: Source) -> None:
        try:
            if value.get("deleted") is True and kind != "customer":
                raise Refused("it was deleted at the provider; what is here of it stays")
            self.found.add(self._read(kind, value, source))
        except KnownError as error:
            name = "price" if kind == "plan" else kind
            record_id = value.get("id")
            reason = f"{error} (read out of another object)" if source.is_embedded else str(error)
            self.found.refuse(
                source.origin, name, record_id[:255] if isinstance(record_id, str) else "", reason
            )

    def _read(self, kind: str, value: dict[str, Any], source: Source) -> Record:
        """Read an object; a price that many subscriptions describe alike, once."""
        if not source.is_embedded or kind not in ("price", "plan"):
            return _READ_OBJECT[kind](Fields(value), source)
        # Its text, because 1 and true are equal.
        key = (kind, repr(value), source._replace(origin=_ANYWHERE))
        if key not in self._read_in_passing:
            self._read_in_passing[key] = _READ_OBJECT[kind](Fields(value), source)
        return self._read_in_passing[key]._replace(origin=source.origin)

    def _add_other(self, kind: str, value: dict[str, Any], origin: Origin) -> None:
        if kind == WAITING_OBJECT:
            self._add_waiting(value, origin)
        elif kind == BUSINESS_OBJECT:
            self._add_business(value, origin)
        elif not kind:
            self.found.refuse(origin, "object", name_of(value)[1], "it does not say what it is")
        else:
            self.found.refuse(
                origin, *name_of(value), _NOT_KEPT.get(kind, "not a kind that is kept")
            )

    def _add_waiting(self, value: dict[str, Any], origin: Origin) -> None:
        """A record that this program exported while it waited for another one."""
        try:
            kind = value.get("kind")
            record_id = checked_id(value.get("id"), "id")
            payload = value.get("payload")
            if kind not in KINDS or not isinstance(payload, dict):
                raise Refused("it is no record that waits for another one")
            self.found.add(_revived(str(kind), record_id, origin, payload))
        except KnownError as error:
            self.found.refuse(origin, *name_of(value), str(error))

    def _add_business(self, value: dict[str, Any], origin: Origin) -> None:
        """The business that this program exported."""
        fields = Fields(value)
        try:
            self.found.businesses.append((read_business(fields), origin, fields.notes))
        except KnownError as error:
            self.found.refuse(origin, "business", "", str(error))


def _revived(kind: str, record_id: str, origin: Origin, payload: dict[str, Any]) -> Record:
    """A waiting record from a file, which may say anything: every value is checked."""
    parts = {name: payload.get(name) for name in ("values", "exact")}
    if not all(isinstance(part, dict) for part in parts.values()):
        raise Refused("it is no record that waits for another one")
    notes: list[str] = []
    checked = {
        "values": _without_empty(exact_values(kind, parts["values"] or {}, notes)),
        "exact": beside_the_shape(kind, parts["exact"] or {}, notes),
    }
    ours = exact_values(kind, {key: payload.get(key) for key in ("as_of", "api_version")}, notes)
    lists = {name: payload.get(name) for name in ("carries", "links")}
    if not all(isinstance(each, list) for each in lists.values()):
        raise Refused("it is no record that waits for another one")
    names = {name: [checked_id(each, name) for each in lists[name] or []] for name in lists}
    record = Record.from_payload(kind, record_id, origin, checked | ours | names)
    is_stub = kind == "customer" and "deleted_at" in record.values
    is_other = record.values.get("id", record_id) != record_id
    if is_other or not (record.is_complete or is_stub):
        raise Refused("it is no record that waits for another one")
    return record


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
