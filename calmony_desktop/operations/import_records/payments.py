"""Payments: payment intents, charges, rows of a payments CSV, and links to invoices.

A charge (a row of a CSV too) is kept as part of its payment intent's row; see `apply_payments`.
"""

from __future__ import annotations

from typing import Any

from calmony_desktop.billing.statuses import PaymentStatus, charge_status, payment_intent_status
from calmony_desktop.operations.import_records.fields import Fields
from calmony_desktop.operations.import_records.records import Record, Refused
from calmony_desktop.operations.import_records.source import Source, normalized
from calmony_desktop.operations.import_records.spreadsheet import SheetRow, normalized_row
from calmony_desktop.operations.import_records.text import LONGEST_DESCRIPTION, checked_id

#: How cards and other ways to pay are written, where it is not just the name with a capital.
_BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
    "sepa_debit": "SEPA debit",
    "us_bank_account": "US bank account",
    "acss_debit": "ACSS debit",
    "ach_debit": "ACH debit",
    "bacs_debit": "Bacs debit",
    "au_becs_debit": "BECS debit",
    "ideal": "iDEAL",
    "eps": "EPS",
    "p24": "Przelewy24",
    "cashapp": "Cash App",
}


def payment_intent(fields: Fields, source: Source) -> Record:
    """A payment intent object. Raises KnownError."""
    intent_id = checked_id(fields.raw("id"), "id")
    customer_id = fields.reference("customer")
    if customer_id is None:
        raise Refused("it names no customer")
    raw_status = fields.required_text("status")
    error = fields.raw("last_payment_error")
    status = payment_intent_status(raw_status, has_payment_error=bool(error))
    created_at = fields.required_instant("created")
    values = {
        "id": intent_id,
        "charge_id": _latest_charge(fields),
        "customer_id": customer_id,
        "invoice_id": fields.reference("invoice"),
        "amount": fields.required_amount("amount"),
        "currency": fields.currency(),
        "status": str(status),
        "raw_status": raw_status,
        "description": fields.text("description", LONGEST_DESCRIPTION),
        "failure_message": _failure(fields),
        "payment_method": method_text(fields.fields("payment_method")),
        "created_at": created_at,
    }
    return normalized(
        "payment_intent",
        intent_id,
        fields,
        source,
        values=values,
        attested=(created_at, fields.instant("canceled_at")),
        generation=_generation(fields),
    )


def _generation(fields: Fields) -> int:
    if "latest_charge" in fields:
        return 2
    return 0 if "allowed_source_types" in fields else 1


def _latest_charge(fields: Fields) -> str | None:
    charge = fields.reference("latest_charge")
    if charge is None:
        charges = fields.list("charges")
        # The provider lists the newest first.
        return charges[0].reference("id") if charges else None
    return charge


def _failure(fields: Fields) -> str | None:
    error = fields.fields("last_payment_error")
    return error.text("message", LONGEST_DESCRIPTION) or error.text("code")


def charge(fields: Fields, source: Source) -> Record:
    """A charge object. Raises KnownError."""
    charge_id = checked_id(fields.raw("id"), "id")
    intent_id = fields.reference("payment_intent")
    customer_id = fields.reference("customer")
    if customer_id is None and intent_id is None:
        raise Refused("it names no customer")
    raw_status = fields.text("status") or ("paid" if fields.flag("paid") else "failed")
    refunded = fields.amount("amount_refunded") or 0
    created_at = fields.required_instant("created")
    values = {
        "id": charge_id,
        "payment_intent_id": intent_id,
        "customer_id": customer_id,
        "invoice_id": fields.reference("invoice"),
        "amount": fields.required_amount("amount"),
        "amount_refunded": refunded,
        "currency": fields.currency(),
        "status": _charge_status(fields, raw_status, refunded),
        "raw_status": raw_status,
        "description": fields.text("description", LONGEST_DESCRIPTION),
        "failure_message": fields.text("failure_message", LONGEST_DESCRIPTION),
        "payment_method": method_text(fields.fields("payment_method_details"))
        or method_text(fields.fields("source"))
        or method_text(fields.fields("card")),
        "created_at": created_at,
    }
    refunds = fields.list("refunds")
    return _checked(
        normalized(
            "charge",
            charge_id,
            fields,
            source,
            values=values,
            attested=(created_at, *(refund.instant("created") for refund in refunds)),
        )
    )


def _charge_status(fields: Fields, raw_status: str, refunded: int) -> str:
    status = charge_status(raw_status)
    is_authorised_only = "captured" in fields and not fields.flag("captured") and not refunded
    if status is PaymentStatus.SUCCEEDED and is_authorised_only:
        return str(PaymentStatus.PROCESSING)
    return str(status)


def _checked(record: Record) -> Record:
    if record.values.get("amount_refunded", 0) > record.values["amount"]:
        raise Refused("it says that more was refunded than was paid")
    return record


def method_text(details: Fields) -> str | None:
    """How it was paid, as a person says it: ``Visa ending 4242``."""
    kind = details.text("type")
    if details.raw("object") == "card" or (kind is None and details.raw("last4")):
        kind = "card"
    if kind is None:
        return None
    inner = details.fields(kind) if isinstance(details.raw(kind), dict) else details
    brand = inner.text("brand") if kind in ("card", "card_present") else kind
    last4 = inner.text("last4")
    return _method(brand or "Card", last4)


def _method(brand: str, last4: str | None) -> str:
    name = _BRANDS.get(brand.lower())
    if name is None:
        name = brand.replace("_", " ")
        name = name[:1].upper() + name[1:]
    return f"{name} ending {last4}" if last4 else name


def payment_row(row: SheetRow) -> Record:
    """A row of a payments CSV: a charge. Raises KnownError.

    An incomplete payment has an empty id in it, and none is made up.
    """
    if not row.cell("id"):
        raise Refused(
            "its id is empty, as an incomplete payment's is; export payment intents as JSON for it"
        )
    customer_id = row.reference("customerid")
    intent_id = row.reference("paymentintentid")
    if customer_id is None and intent_id is None:
        raise Refused("it names no customer")
    currency = row.currency()
    raw_status = row.cell("status")
    created_at = row.required_instant("created")
    brand, last4 = row.text("cardbrand"), row.text("cardlast4")
    values: dict[str, Any] = {
        "id": row.required_id("id"),
        "payment_intent_id": intent_id,
        "customer_id": customer_id,
        "invoice_id": row.reference("invoiceid"),
        "amount": row.required_amount("amount", currency),
        "amount_refunded": row.amount("amountrefunded", currency) or 0,
        "currency": currency,
        "status": str(charge_status(raw_status)),
        "raw_status": raw_status,
        "description": row.text("description", LONGEST_DESCRIPTION),
        "failure_message": row.text("declinereason"),
        "payment_method": _method(brand or "Card", last4) if brand or last4 else None,
        "created_at": created_at,
    }
    if min(values["amount"], values["amount_refunded"]) < 0:
        raise Refused("its amount is negative")
    if values["id"].startswith("pi_") and intent_id is None:
        values["payment_intent_id"] = values["id"]
    absent = row.absent(
        payment_intent_id="paymentintentid",
        invoice_id="invoiceid",
        amount_refunded="amountrefunded",
        description="description",
        failure_message="declinereason",
    )
    absent += [] if values["payment_method"] else ["payment_method"]
    return _checked(
        normalized_row(
            "charge",
            row,
            values,
            attested=(created_at, row.instant("refundeddate")),
            absent=absent,
        )
    )


def invoice_payment(fields: Fields, source: Source) -> Record:
    """An invoice payment object: which payment pays which invoice. Raises Refused."""
    link_id = checked_id(fields.raw("id"), "id")
    payment = fields.fields("payment")
    payment_id = payment.reference("payment_intent") or payment.reference("charge")
    invoice_id = fields.reference("invoice")
    if payment_id is None or invoice_id is None:
        raise Refused("it names no payment and invoice")
    return link(link_id, invoice_id, payment_id, fields, source)


def link(link_id: str, invoice_id: str, payment_id: str, fields: Fields, source: Source) -> Record:
    """The record of a link between an invoice and a payment."""
    return normalized(
        "invoice_payment",
        link_id,
        fields,
        source,
        values={"invoice_id": invoice_id, "payment_id": payment_id},
        attested=(fields.instant("created"),),
    )
