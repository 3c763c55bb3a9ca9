"""What a JSON value holds: the provider's objects in it, in whatever they are wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

_VERSION: Final = re.compile(r"\d{4}-\d\d-\d\d[\w.-]{0,30}", re.ASCII)
_KIND: Final = re.compile(r"[\w.]{1,80}", re.ASCII)
#: How deep lists, events and fixtures may be wrapped in one another.
_MOST_WRAPPINGS: Final = 5
#: What ids of each kind begin with, for objects that do not say what they are.
_PREFIXES: Final = {
    "cus_": "customer",
    "pi_": "payment_intent",
    "ch_": "charge",
    "py_": "charge",
    "sub_": "subscription",
    "in_": "invoice",
    "inpay_": "invoice_payment",
    "price_": "price",
    "plan_": "price",
    "prod_": "product",
}

_Found = list[tuple[str, dict[str, Any]]]

#: Where one object holds others whole, by the kind of the outer one: the path of keys to them, and
#: of what kind they are where they do not say so themselves. A list's entries are meant where the
#: path leads to one.
_EMBEDDED: Final[dict[str, dict[tuple[str, ...], str]]] = {
    "customer": {("subscriptions",): "subscription"},
    "payment_intent": {
        ("customer",): "customer",
        ("latest_charge",): "charge",
        ("charges",): "charge",
        ("invoice",): "invoice",
    },
    "charge": {
        ("customer",): "customer",
        ("payment_intent",): "payment_intent",
        ("invoice",): "invoice",
    },
    "subscription": {("customer",): "customer", ("latest_invoice",): "invoice"},
    "invoice": {
        ("customer",): "customer",
        ("payment_intent",): "payment_intent",
        ("charge",): "charge",
        ("subscription",): "subscription",
        ("parent", "subscription_details", "subscription"): "subscription",
        ("payments",): "invoice_payment",
    },
    "invoice_payment": {
        ("invoice",): "invoice",
        ("payment", "payment_intent"): "payment_intent",
        ("payment", "charge"): "charge",
    },
    "price": {("product",): "product"},
    "plan": {("product",): "product"},
    "product": {("default_price",): "price"},
}


class Envelope(NamedTuple):
    """What an event says of the object in it."""

    event_at: int | None = None
    event_type: str = ""
    api_version: str = ""


_NO_ENVELOPE: Final = Envelope()


def objects_in(
    value: Any, position: str, envelope: Envelope = _NO_ENVELOPE, depth: int = 0
) -> Iterator[tuple[Any, str, Envelope]]:
    """The objects in ``value`` with the position of each; what is none is given as it is.

    Understands an object, a list, a list object, an event, the ``data`` of one, and a file of
    OpenAPI fixtures; a few of them wrapped in one another, but not without end.
    """
    wrapped = _wrapped(value, position, envelope) if depth < _MOST_WRAPPINGS else None
    if wrapped is None:
        yield value, position, envelope
        return
    for each, where, around in wrapped:
        yield from objects_in(each, where, around, depth + 1)


def _wrapped(
    value: Any, position: str, envelope: Envelope
) -> list[tuple[Any, str, Envelope]] | None:
    """What ``value`` is wrapped around, None where it is an object itself."""
    place = f"{position}, " if position else ""
    if isinstance(value, list):
        return [
            (each, f"{place}item {number}", envelope) for number, each in enumerate(value, start=1)
        ]
    if not isinstance(value, dict):
        return None
    data, kind = value.get("data"), value.get("object")
    if isinstance(data, list) and not (isinstance(kind, str) and "id" in value):
        return _wrapped(data, position, envelope)
    if isinstance(data, dict) and isinstance(data.get("object"), dict):
        return [(data["object"], position, _envelope(value))]
    if isinstance(kind, dict):
        return [(kind, position, envelope)]
    resources = value.get("resources")
    if isinstance(resources, dict) and kind is None:
        return [(each, f"{place}{name}", envelope) for name, each in resources.items()]
    return None


def _envelope(event: dict[str, Any]) -> Envelope:
    created, event_type = event.get("created"), event.get("type")
    version = event.get("api_version")
    return Envelope(
        event_at=created if type(created) is int and created > 0 else None,
        event_type=event_type if isinstance(event_type, str) else "",
        api_version=version if isinstance(version, str) and _VERSION.fullmatch(version) else "",
    )


def is_part_of_a_list(value: Any) -> bool:
    """Whether a list object says that there is more of it than the file holds."""
    return isinstance(value, dict) and value.get("has_more") is True and "data" in value


def kind_of(value: dict[str, Any]) -> str:
    """What an object says it is, or else what its id begins like; empty where nothing tells."""
    kind = value.get("object")
    if not isinstance(kind, str):
        said = value.get("type")
        kind = said if isinstance(said, str) and said in _EMBEDDED else None
    if isinstance(kind, str) and _KIND.fullmatch(kind):
        return kind
    record_id = value.get("id")
    if isinstance(record_id, str):
        for prefix, found in _PREFIXES.items():
            if record_id.startswith(prefix):
                return found
    return ""


def name_of(value: Any) -> tuple[str, str]:
    """Kind and id of an object that cannot be used, as far as it has them."""
    if not isinstance(value, dict):
        return "object", ""
    record_id = value.get("id")
    return kind_of(value) or "object", record_id[:255] if isinstance(record_id, str) else ""


def embedded_in(kind: str, value: dict[str, Any]) -> _Found:
    """The objects that another one holds whole, each with its kind."""
    found: _Found = []
    for path, implied in _EMBEDDED.get(kind, {}).items():
        inner: Any = value.get(path[0])
        for key in path[1:]:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(inner, (dict, list)):
            _add_whole(inner, implied, found)
    if kind == "subscription":
        for item in _entries(value.get("items")) or [value]:
            prices = (item.get("price"), item.get("plan"))
            price = next((each for each in prices if isinstance(each, dict)), None)
            _add_whole(price, "price", found)
    return found


def _add_whole(value: Any, implied: str, found: _Found) -> None:
    for each in _entries(value):
        _add_whole(each, implied, found)
    if not isinstance(value, dict) or value.get("object") == "list":
        return
    if isinstance(value.get("object"), str):
        found.append((kind_of(value), value))
    elif "id" in value and len(value) > 1:
        # Nothing but an id is a reference, not the object.
        found.append((implied, value))


def _entries(value: Any) -> list[dict[str, Any]]:
    """The objects of a list or of a list object."""
    if isinstance(value, dict) and "id" not in value:
        value = value.get("data")
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
