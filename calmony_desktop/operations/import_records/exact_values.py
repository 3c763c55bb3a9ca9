"""Checking the values that an exported object carries beside the provider's shape.

They go straight into columns, and a file may say anything, so each is held to its column's type.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.billing.money import LARGEST_AMOUNT, normalize_currency
from calmony_desktop.billing.periods import Interval
from calmony_desktop.billing.statuses import InvoiceStatus, PaymentStatus, SubscriptionStatus
from calmony_desktop.operations.import_records.records import Refused
from calmony_desktop.operations.import_records.text import (
    LONGEST_DESCRIPTION,
    LONGEST_TEXT,
    checked_id,
    clean,
)
from calmony_desktop.store import batches

_Check = Callable[[Any, list[str]], Any]

_STATUSES: Final = {
    "payment_intent": PaymentStatus,
    "charge": PaymentStatus,
    "subscription": SubscriptionStatus,
    "invoice": InvoiceStatus,
}
TAX_EXEMPT: Final = ("none", "exempt", "reverse")
#: How old a record is, and which charges are known to belong to a payment.
_AGE: Final = ("as_of", "api_version", "charges")
_LONG_TEXTS: Final = frozenset(
    {"description", "memo", "footer", "failure_message", "cancellation_note"}
)
_AMOUNTS: Final = frozenset({"subtotal", "total", "taxable_amount"})
_DECIMALS: Final = frozenset({"quantity", "unit_amount", "tax_rate", "rate"})
_FLAGS: Final = frozenset({"cancel_at_period_end", "is_paused"})


def exact_values(kind: str, ours: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """The values of ``ours`` by column. Raises KnownError for one that its column cannot hold."""
    for key in ours.keys() - _known(kind):
        raise Refused(f"“{key[:40]}” is nothing that is kept of it")
    return {key: _checked(kind, key, value, notes) for key, value in ours.items()}


def _known(kind: str) -> frozenset[str]:
    if kind == "invoice_payment":
        return frozenset({"invoice_id", "payment_id", *_AGE})
    if kind == "charge":
        return frozenset((*batches.columns("payment_intent"), "payment_intent_id", *_AGE))
    return frozenset((*batches.columns(kind), *_AGE))


def beside_the_shape(kind: str, ours: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """`exact_values` of an object: never which object it is, nor whose."""
    identity = ours.keys() & {"id", "customer_id", "charge_id", "payment_intent_id"}
    empty = [key for key in batches.required_columns(kind) if ours.get(key, key) is None]
    for key in (*identity, *empty):
        raise Refused(f"“{key}” cannot be given like that")
    return exact_values(kind, ours, notes)


def _checked(kind: str, key: str, value: Any, notes: list[str]) -> Any:
    if key in ("seller", "buyer"):
        return party(value, notes)
    if key == "charges":
        return [checked_id(each, "charge") for each in _list(key, value)]
    if key in ("items", "lines", "taxes"):
        return [_child(kind, key, each, notes) for each in _list(key, value)]
    if value is None and key in ("as_of", "api_version"):
        raise Refused(f"it has no “{key}”")
    if value is None:
        return None
    if key == "status":
        return _one_of(_STATUSES[kind], key, value)
    if key == "tax_exempt" and value not in TAX_EXEMPT:
        raise Refused(f"“{key}” is “{str(value)[:40]}”, which it can't be")
    if key == "interval":
        return _one_of(Interval, key, value)
    if key == "cancellation_reason":
        return _one_of(CancellationReason, key, value)
    if key == "currency" and isinstance(value, str):
        return normalize_currency(value)
    if key in _FLAGS or key.endswith("_here"):
        return _whole(key, value, 0, 1)
    if key == "interval_count":
        return _whole(key, value, 1, 10_000)
    if key.endswith("_at") or key in ("as_of", "charge_as_of"):
        return _whole(key, value, 0, 253_402_214_400)
    if key.endswith("_on") or key == "next_billing_date":
        return _date(key, value)
    if key in _DECIMALS:
        return _decimal(key, value)
    if key in _AMOUNTS or key.startswith("amount") or key.endswith("_amount"):
        least = 0 if kind in ("payment_intent", "charge") else -LARGEST_AMOUNT
        return _whole(key, value, least, LARGEST_AMOUNT)
    if key == "id" or (key.endswith("_id") and key != "tax_id"):
        return checked_id(value, key)
    if not isinstance(value, str):
        raise Refused(f"“{key}” is no text")
    longest = LONGEST_DESCRIPTION if key in _LONG_TEXTS else LONGEST_TEXT
    return clean(value, key, notes, longest=longest) or ""


def _child(kind: str, key: str, value: Any, notes: list[str]) -> dict[str, Any]:
    """What belongs to a record: an item, a line or a tax."""
    if not isinstance(value, dict):
        raise Refused(f"“{key}” is no list of objects")
    names = batches.child_columns(kind, key)
    child = {name: _checked("", name, value.get(name), notes) for name in names}
    for name in batches.required_columns(kind, key):
        if name in child and child[name] is None:
            raise Refused(f"“{key}” has one without “{name}”")
    return child


def _list(key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Refused(f"“{key}” is no list")
    return value


def party(value: Any, notes: list[str]) -> dict[str, str]:
    """A seller or buyer, as `Party.as_dict` gives it. Raises Refused for anything else."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise Refused("a seller or buyer in it is no list of texts")
    cleaned = {
        key: clean(each, key, notes, longest=LONGEST_DESCRIPTION) for key, each in value.items()
    }
    return Party.from_dict({key: each for key, each in cleaned.items() if each}).as_dict()


def _one_of(choices: Any, key: str, value: Any) -> str:
    try:
        return str(choices(value))
    except ValueError:
        raise Refused(f"“{key}” is “{str(value)[:40]}”, which it can't be") from None


def _whole(key: str, value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise Refused(f"“{key}” is “{str(value)[:40]}”, which it can't be")
    return value


def _date(key: str, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise Refused(f"“{key}” is “{str(value)[:40]}”, which is no date") from None


def _decimal(key: str, value: Any) -> str:
    try:
        if not isinstance(value, str) or len(value) > 60 or not Decimal(value).is_finite():
            raise InvalidOperation
        number = Decimal(value)
        if abs(number.adjusted()) > 60:
            raise InvalidOperation
    except InvalidOperation:
        raise Refused(f"“{key}” is “{str(value)[:40]}”, which is no number") from None
    return f"{number:f}"
