"""Customers, of every API generation and of every CSV export."""

from __future__ import annotations

from calmony_desktop.operations.import_records.exact_values import TAX_EXEMPT
from calmony_desktop.operations.import_records.fields import Fields
from calmony_desktop.operations.import_records.records import Record, Refused
from calmony_desktop.operations.import_records.source import Source, normalized
from calmony_desktop.operations.import_records.spreadsheet import SheetRow, normalized_row
from calmony_desktop.operations.import_records.text import LONGEST_DESCRIPTION, checked_id
from calmony_desktop.operations.operator import now

ADDRESS = {
    "line1": "line1",
    "line2": "line2",
    "city": "city",
    "region": "state",
    "postal_code": "postal_code",
    "country": "country",
}
_TAX_ID_KEYS = ("tax_ids", "tax_info", "business_vat_id")


def customer(fields: Fields, source: Source) -> Record:
    """A customer object; a ``deleted`` stub says no more than that. Raises Refused."""
    customer_id = checked_id(fields.raw("id"), "id")
    if fields.flag("deleted"):
        # A stub names no instant, so the one that we learn of it stands in.
        deleted_at = source.event_at or now()
        return normalized(
            "customer",
            customer_id,
            fields,
            source,
            values={"deleted_at": deleted_at},
            attested=(),
            generation=1,
        )
    address = fields.fields("address")
    created_at = fields.required_instant("created")
    values = {
        "id": customer_id,
        "name": fields.text("name"),
        "email": fields.text("email"),
        "phone": fields.text("phone"),
        **{column: address.text(key) for column, key in ADDRESS.items()},
        "tax_id": _tax_id(fields),
        "description": fields.text("description", LONGEST_DESCRIPTION),
        "language": _language(fields),
        "tax_exempt": _tax_exempt(fields),
        "currency": None if fields.raw("currency") is None else fields.currency(),
        "created_at": created_at,
        "deleted_at": source.event_at if source.event_type == "customer.deleted" else None,
    }
    absent = {name for name in ("name", "email", "phone", "description") if name not in fields}
    absent.update(ADDRESS if "address" not in fields else ())
    absent.update(["tax_id"] if not any(key in fields for key in _TAX_ID_KEYS) else ())
    absent.update(["language"] if "preferred_locales" not in fields else ())
    absent.update(["tax_exempt"] if "tax_exempt" not in fields else ())
    absent.update(["deleted_at"] if values["deleted_at"] is None else ())
    return normalized(
        "customer",
        customer_id,
        fields,
        source,
        values=values,
        attested=(created_at,),
        generation=0 if "account_balance" in fields else 1,
        absent=absent,
    )


def _tax_id(fields: Fields) -> str | None:
    for each in fields.list("tax_ids"):
        if value := each.text("value"):
            return value
    return fields.fields("tax_info").text("tax_id") or fields.text("business_vat_id")


def _tax_exempt(fields: Fields) -> str:
    said = fields.text("tax_exempt") or "none"
    if said not in TAX_EXEMPT:
        raise Refused(f"“{said[:40]}” is not how a customer can be exempt from tax")
    return said


def _language(fields: Fields) -> str | None:
    """The first of the customer's preferred languages, a BCP 47 tag."""
    locales = fields.raw("preferred_locales")
    if not isinstance(locales, list) or not locales:
        return None
    return Fields({"preferred_locales": locales[0]}, fields.notes).text("preferred_locales")


def customer_row(row: SheetRow) -> Record:
    """A row of a customers CSV. A card's address in it is the card's, not the customer's."""
    created_at = row.required_instant("created")
    currency = row.text("currency")
    values = {
        "id": row.required_id("id"),
        "name": row.text("name"),
        "email": row.text("email"),
        "description": row.text("description", LONGEST_DESCRIPTION),
        "tax_id": row.text("businessvatid"),
        "currency": row.currency() if currency else None,
        "created_at": created_at,
    }
    return normalized_row(
        "customer",
        row,
        values,
        attested=(created_at,),
        absent=row.absent(
            name="name",
            email="email",
            description="description",
            tax_id="businessvatid",
            currency="currency",
        ),
    )
