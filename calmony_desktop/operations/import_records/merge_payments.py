"""What a payment intent or a charge makes of a payment's row: plain rules, no database."""

from __future__ import annotations

from typing import Any, Final

from calmony_desktop.billing.statuses import PaymentStatus
from calmony_desktop.operations.import_records.records import Origin, Record, is_older
from calmony_desktop.operations.import_records.rows import new_row
from calmony_desktop.store.batches import Row

#: The raw statuses that the provider never takes back.
_FINAL: Final = frozenset({"succeeded", "canceled"})
#: What a payment intent says, whatever its charges say.
_OF_THE_INTENT: Final = (
    *("id", "customer_id", "amount", "currency", "status", "raw_status", "created_at"),
)
_OF_A_CHARGE_ALONE: Final = ("amount", "currency", "status", "raw_status", "created_at")


def apply_intent(row: Row | None, intent: Record) -> Row:
    """The row after an intent, which may be older than what is here."""
    if row is None:
        row = new_row("payment_intent")
    elif row["as_of"] and (is_older(intent, row) or _would_reopen(intent, row)):
        return row
    values = intent.values
    is_same_age = row["as_of"] == intent.as_of
    charge_id = values.get("charge_id")
    # First, because what the intent says holds whether or not its charge is known.
    if charge_id not in (None, row["charge_id"]) and not (is_same_age and row["charge_as_of"]):
        row = _with_other_charge(row, charge_id)
    row = row | {key: values[key] for key in _OF_THE_INTENT}
    for key in ("description", "invoice_id", "payment_method"):
        if key in values:
            row[key] = values[key]
    if "failure_message" in values or values["status"] in ("succeeded", "processing"):
        row["failure_message"] = values.get("failure_message")
    row["as_of"] = max(row["as_of"], intent.as_of)
    row["api_version"] = intent.api_version
    return row


def _would_reopen(intent: Record, row: Row) -> bool:
    return row["raw_status"] in _FINAL and intent.values["raw_status"] not in _FINAL


def apply_charge(row: Row | None, charge: Record, payment_id: str) -> Row:
    """The row after a charge, which may be older than what is here, or an earlier attempt."""
    charge_id = None if charge.id == payment_id else charge.id
    if row is None:
        row = new_row("payment_intent") | {"id": payment_id, "charge_id": charge_id}
    elif charge_id != row["charge_id"]:
        if not _is_later_attempt(row, charge):
            return row
        row = _with_other_charge(row, charge_id)
    elif _is_older(row, charge):
        # A CSV that is newer may not have said how it was paid.
        return row | {
            key: charge.values.get(key)
            for key in ("invoice_id", "payment_method")
            if row[key] is None
        }
    row = dict(row)
    values, carries = charge.values, charge.carries
    if "amount_refunded" in carries:
        row["amount_refunded"] = values.get("amount_refunded", 0)
    if "payment_method" in values:
        row["payment_method"] = values["payment_method"]
    for key in ("invoice_id", "customer_id"):
        if row[key] is None:
            row[key] = values.get(key)
    if row["as_of"]:
        _add_to_intent(row, charge)
    else:
        _stand_alone(row, charge)
    row["charge_as_of"] = max(row["charge_as_of"], charge.as_of)
    return row


def _is_later_attempt(row: Row, charge: Record) -> bool:
    """Whether a charge that is not the row's is a later attempt at the same payment."""
    if row["charge_id"] is None:
        return True
    created_at: int = charge.values["created_at"]
    if not row["as_of"]:
        return created_at > int(row["created_at"])
    if row["charge_as_of"]:
        return created_at > int(row["charge_as_of"])
    return _is_paid(charge) and bool(row["status"] != PaymentStatus.SUCCEEDED)


def _is_older(row: Row, charge: Record) -> bool:
    known: int = row["charge_as_of"]
    return charge.as_of < (known - known % 60 if charge.is_from_csv else known)


def _is_paid(charge: Record) -> bool:
    return bool(charge.values["status"] == PaymentStatus.SUCCEEDED)


def _with_other_charge(row: Row, charge_id: str | None) -> Row:
    """The row with another charge, of which nothing is known yet."""
    unknown = {"amount_refunded": 0, "payment_method": None, "charge_as_of": 0}
    if not row["as_of"]:
        unknown["failure_message"] = None
    return row | unknown | {"charge_id": charge_id}


def _add_to_intent(row: Row, charge: Record) -> None:
    """The intent is known: its charge adds what it leaves open, and that money came in."""
    if row["description"] is None:
        row["description"] = charge.values.get("description")
    if _is_paid(charge) and row["raw_status"] not in _FINAL:
        row.update(status=str(PaymentStatus.SUCCEEDED), raw_status="succeeded")
    if row["status"] == PaymentStatus.SUCCEEDED:
        row["failure_message"] = None
    elif row["failure_message"] is None:
        row["failure_message"] = charge.values.get("failure_message")


def _stand_alone(row: Row, charge: Record) -> None:
    """Only charges are known: the row says what the charge says."""
    values = charge.values
    before = dict(row)
    row.update({key: values[key] for key in _OF_A_CHARGE_ALONE})
    for key in ("customer_id", "invoice_id"):
        row[key] = values.get(key) or row[key]
    if "description" in charge.carries:
        row["description"] = values.get("description")
    if not charge.is_from_csv or row["failure_message"] is None:
        row["failure_message"] = values.get("failure_message")
    if charge.is_from_csv and before["raw_status"] is not None:
        # A CSV's minute does not replace a second, nor its word the provider's own.
        if before["status"] == row["status"]:
            row["raw_status"] = before["raw_status"]
        if before["created_at"] // 60 == row["created_at"] // 60 and row["created_at"] % 60 == 0:
            row["created_at"] = before["created_at"]
    row["api_version"] = charge.api_version or before["api_version"]
    row.update((key, value) for key, value in charge.exact.items() if key in row)


def charge_of_row(row: Row) -> Record:
    """The charge that a row without an intent was made of."""
    values: dict[str, Any] = {
        key: row[key]
        for key in (
            *("id", "customer_id", "invoice_id", "amount", "amount_refunded", "currency"),
            *("status", "raw_status", "description", "failure_message", "payment_method"),
            "created_at",
        )
    }
    return Record(
        kind="charge",
        id=row["id"],
        origin=Origin("an earlier import", ""),
        values={key: value for key, value in values.items() if value is not None},
        carries=frozenset(values),
        as_of=row["charge_as_of"],
        api_version=row["api_version"],
        # Of two as old as each other, what this import brings counts.
        is_embedded=True,
    )
