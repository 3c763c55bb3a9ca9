"""Checking the values that an exported object carries beside the provider's shape.

They go straight into columns, and a file may say anything, so each is held to its column's type.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache, partial
from sys import intern
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
#: What is no text or number of its own, and so has to be checked where it is empty too.
_NEVER_EMPTY: Final = frozenset({"seller", "buyer", "charges", "items", "lines", "taxes"})
_PARTY: Final = tuple(field.name for field in fields(Party))
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
    checks = _checks(kind)
    for key in ours.keys() - checks.keys():
        raise Refused(f"“{key[:40]}” is nothing that is kept of it")
    for key in _AGE[:2]:
        if ours.get(key, key) is None:
            raise Refused(f"it has no “{key}”")
    return {
        intern(key): checks[key](value, notes) if value is not None or key in _NEVER_EMPTY else None
        for key, value in ours.items()
    }


@cache
def _checks(kind: str) -> dict[str, _Check]:
    return {key: _check(kind, key) for key in _known(kind)}


def _known(kind: str) -> frozenset[str]:
    if kind == "invoice_payment":
        return frozenset({"invoice_id", "payment_id", *_AGE})
    if kind == "charge":
        return frozenset((*batches.columns("payment_intent"), "payment_intent_id", *_AGE))
    return frozenset((*batches.columns(kind), *_AGE))


def beside_the_shape(kind: str, ours: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """`exact_values` of an object: never which object it is, nor whose."""
    identity = ours.keys() & {"id", "customer_id", "charge_id", "payment_intent_id"}
    required = batches.required_columns(kind)
    empty = [key for key, value in ours.items() if value is None and key in required]
    for key in (*identity, *empty):
        raise Refused(f"“{key}” cannot be given like that")
    return exact_values(kind, ours, notes)


def _check(kind: str, key: str) -> _Check:
    """What holds a value of this column to its type: looked up once, and not for each record."""
    if key in ("seller", "buyer"):
        return party
    if key == "charges":
        return lambda value, _: [checked_id(each, "charge") for each in _list(key, value)]
    if key in ("items", "lines", "taxes"):
        return _children(kind, key)
    if key == "status":
        return partial(_one_of, _STATUSES[kind], key)
    if key == "tax_exempt":
        return _tax_exempt
    if key == "interval":
        return partial(_one_of, Interval, key)
    if key == "cancellation_reason":
        return partial(_one_of, CancellationReason, key)
    if key == "currency":
        return _currency
    if key in _FLAGS or key.endswith("_here"):
        return partial(_whole, key, 0, 1)
    if key == "interval_count":
        return partial(_whole, key, 1, 10_000)
    if key.endswith("_at") or key in ("as_of", "charge_as_of"):
        return partial(_whole, key, 0, 253_402_214_400)
    if key.endswith("_on") or key == "next_billing_date":
        return partial(_date, key)
    if key in _DECIMALS:
        return partial(_decimal, key)
    if key in _AMOUNTS or key.startswith("amount") or key.endswith("_amount"):
        least = 0 if kind in ("payment_intent", "charge") else -LARGEST_AMOUNT
        return partial(_whole, key, least, LARGEST_AMOUNT)
    if key == "id" or (key.endswith("_id") and key != "tax_id"):
        return lambda value, _: checked_id(value, key)
    return partial(_text, key, LONGEST_DESCRIPTION if key in _LONG_TEXTS else LONGEST_TEXT)


def _children(kind: str, key: str) -> _Check:
    """The check of what belongs to a record: its items, its lines or its taxes."""
    checks = {name: _check("", name) for name in batches.child_columns(kind, key)}
    required = [name for name in batches.required_columns(kind, key) if name in checks]

    def child(value: Any, notes: list[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Refused(f"“{key}” is no list of objects")
        checked = {
            name: None if (each := value.get(name)) is None else check(each, notes)
            for name, check in checks.items()
        }
        for name in required:
            if checked[name] is None:
                raise Refused(f"“{key}” has one without “{name}”")
        return checked

    return lambda value, notes: [child(each, notes) for each in _list(key, value)]


def _list(key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Refused(f"“{key}” is no list")
    return value


def party(value: Any, notes: list[str]) -> dict[str, str]:
    """A seller or buyer, as `Party.as_dict` gives it. Raises Refused for anything else."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise Refused("a seller or buyer in it is no list of texts")
    known, said = _party(tuple(value.items()))
    notes.extend(said)
    return known


@lru_cache(maxsize=8)
def _party(texts: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], list[str]]:
    """Many invoices have one seller: its texts are cleaned, and kept, once."""
    notes: list[str] = []
    cleaned = {key: clean(each, key, notes, longest=LONGEST_DESCRIPTION) for key, each in texts}
    return {key: each for key in _PARTY if (each := cleaned.get(key))}, notes


def _text(key: str, longest: int, value: Any, notes: list[str]) -> str:
    if not isinstance(value, str):
        raise Refused(f"“{key}” is no text")
    return clean(value, key, notes, longest=longest) or ""


def _currency(value: Any, _: list[str]) -> str:
    if not isinstance(value, str):
        raise Refused("“currency” is no text")
    return normalize_currency(value)


def _tax_exempt(value: Any, _: list[str]) -> str:
    if value not in TAX_EXEMPT:
        raise Refused(f"“tax_exempt” is “{str(value)[:40]}”, which it can't be")
    return str(value)


def _one_of(choices: Any, key: str, value: Any, _: list[str]) -> str:
    try:
        return str(choices(value))
    except ValueError:
        raise Refused(f"“{key}” is “{str(value)[:40]}”, which it can't be") from None


def _whole(key: str, least: int, most: int, value: Any, _: list[str]) -> int:
    if type(value) is not int or not least <= value <= most:
        raise Refused(f"“{key}” is “{str(value)[:40]}”, which it can't be")
    return value


def _date(key: str, value: Any, _: list[str]) -> str:
    day = _day(value) if isinstance(value, str) else None
    if day is None:
        raise Refused(f"“{key}” is “{str(value)[:40]}”, which is no date")
    return day


@lru_cache(maxsize=4096)
def _day(text: str) -> str | None:
    """A calendar date as it is kept, None for what is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _decimal(key: str, value: Any, _: list[str]) -> str:
    digits = _digits(value) if isinstance(value, str) and len(value) <= 60 else None
    if digits is None:
        raise Refused(f"“{key}” is “{str(value)[:40]}”, which is no number")
    return digits


@lru_cache(maxsize=1024)
def _digits(text: str) -> str | None:
    """A decimal without an exponent, None for what is none or has too many digits."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) <= 60 else None
