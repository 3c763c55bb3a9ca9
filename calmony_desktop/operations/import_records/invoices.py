"""Invoices, of every API generation and of CSV exports. Totals stay as the provider states them."""

from __future__ import annotations

from typing import Any

from calmony_desktop.billing.periods import date_of
from calmony_desktop.billing.statuses import invoice_status, invoice_status_without_one
from calmony_desktop.operations.import_records.customers import ADDRESS
from calmony_desktop.operations.import_records.fields import Fields
from calmony_desktop.operations.import_records.invoice_lines import lines_and_taxes
from calmony_desktop.operations.import_records.records import Record, Refused
from calmony_desktop.operations.import_records.service_period import last_day, service_period
from calmony_desktop.operations.import_records.source import Source, normalized
from calmony_desktop.operations.import_records.spreadsheet import SheetRow, normalized_row
from calmony_desktop.operations.import_records.text import LONGEST_DESCRIPTION, checked_id


def invoice(fields: Fields, source: Source) -> Record:
    """An invoice object. Raises KnownError."""
    if fields.raw("id") is None:
        raise Refused("it is an upcoming invoice: a preview without an id that nobody was sent")
    invoice_id = checked_id(fields.raw("id"), "id")
    customer_id = fields.reference("customer")
    if customer_id is None:
        raise Refused("it names no customer")
    status, raw_status = _status(fields)
    moments = fields.fields("status_transitions")
    finalized_at = moments.instant("finalized_at") or fields.instant("finalized_at")
    created_at = fields.instant("created")
    if created_at is None:
        created_at = fields.required_instant("date")
    # The date of issue that the provider prints; it may be set apart from the finalisation.
    issued_at = fields.instant("effective_at") or finalized_at or created_at
    due_at = fields.instant("due_date")
    lines, taxes = lines_and_taxes(fields, source.time_zone)
    subtotal = fields.amount("subtotal", is_signed=True)
    total = _total(fields)
    tax_amount = sum(tax["amount"] for tax in taxes)
    period_start_on, period_end_on = service_period(
        lines, fields.instant("period_start"), fields.instant("period_end"), source.time_zone
    )
    if fields.is_cut_short("lines"):
        fields.notes.append(f"the file has only the first {len(lines)} of its lines")
    amount_paid, amount_remaining = _paid_and_remaining(fields, raw_status, total)
    values = {
        "id": invoice_id,
        "number": fields.text("number"),
        "customer_id": customer_id,
        "subscription_id": _subscription(fields),
        "status": status,
        "raw_status": raw_status,
        "currency": fields.currency(),
        "subtotal": subtotal,
        "discount_amount": _discount(fields, subtotal, tax_amount, total),
        "tax_amount": tax_amount,
        "total": total,
        "amount_paid": amount_paid,
        "amount_remaining": amount_remaining,
        "created_at": created_at,
        "paid_at": moments.instant("paid_at"),
        "voided_at": moments.instant("voided_at"),
        "issued_on": date_of(issued_at, source.time_zone).isoformat(),
        "due_on": None if due_at is None else date_of(due_at, source.time_zone).isoformat(),
        "period_start_on": period_start_on,
        "period_end_on": period_end_on,
        "memo": fields.text("description", LONGEST_DESCRIPTION),
        "footer": fields.text("footer", LONGEST_DESCRIPTION),
        "seller": _seller(fields),
        "buyer": _buyer(fields),
        "lines": lines,
        "taxes": taxes,
    }
    attested = (
        created_at,
        finalized_at,
        fields.instant("webhooks_delivered_at"),
        *(moments.instant(each) for each in ("paid_at", "voided_at", "marked_uncollectible_at")),
    )
    return normalized(
        "invoice",
        invoice_id,
        fields,
        source,
        values=values,
        attested=attested,
        generation=_generation(fields),
        # One that is new gets its total; one that is here keeps what it has.
        absent=("subtotal",) if subtotal is None else (),
        links=_payments(fields),
    )


def _generation(fields: Fields) -> int:
    if "payment_intent" not in fields and ("total_taxes" in fields or "parent" in fields):
        return 2
    return 1 if "created" in fields else 0


def _status(fields: Fields) -> tuple[str, str]:
    """The status shown and the raw one; invoices from before 2018-11 have flags instead."""
    raw_status = fields.text("status")
    if raw_status is not None:
        return str(invoice_status(raw_status)), raw_status
    status = invoice_status_without_one(paid=fields.flag("paid"), forgiven=fields.flag("forgiven"))
    return str(status), ""


def _total(fields: Fields) -> int:
    total = fields.amount("total", is_signed=True)
    if total is not None:
        return total
    due = fields.amount("amount_due", is_signed=True)
    if due is None:
        raise Refused("it has no “total”")
    fields.notes.append("it has no total, so what was due of it counts as its total")
    return due


def _paid_and_remaining(fields: Fields, raw_status: str, total: int) -> tuple[int, int]:
    """What was paid and what is left; older API versions have what was due and a flag."""
    due = fields.amount("amount_due", is_signed=True)
    due = total if due is None else due
    paid = fields.amount("amount_paid", is_signed=True)
    if paid is None:
        paid = due if fields.flag("paid") or raw_status == "paid" else 0
    remaining = fields.amount("amount_remaining", is_signed=True)
    return paid, due - paid if remaining is None else remaining


def _subscription(fields: Fields) -> str | None:
    details = fields.fields("parent").fields("subscription_details")
    return fields.reference("subscription") or details.reference("subscription")


def _discount(fields: Fields, subtotal: int | None, tax_amount: int, total: int) -> int:
    if isinstance(fields.raw("total_discount_amounts"), list):
        discounts = fields.list("total_discount_amounts")
        return sum(each.amount("amount") or 0 for each in discounts)
    if subtotal is not None and isinstance(fields.raw("discount"), dict):
        # Before 2020-08-27 only the discount's terms are given; taxes were on top of the subtotal.
        return max(subtotal + tax_amount - total, 0)
    return 0


def _payments(fields: Fields) -> tuple[str, ...]:
    """The payments that this invoice names; its invoice payments are read as their own objects."""
    named = (fields.reference("payment_intent"), fields.reference("charge"))
    # The charge belongs to the payment intent, so the intent says it all.
    return tuple(each for each in named if each is not None)[:1]


def _seller(fields: Fields) -> dict[str, str] | None:
    """What the invoice itself says of its seller."""
    tax_ids = fields.list("account_tax_ids")
    return _party(
        name=fields.text("account_name"),
        country=fields.text("account_country"),
        vat_id=tax_ids[0].text("value") if tax_ids else None,
    )


def _buyer(fields: Fields) -> dict[str, str] | None:
    """The buyer as the invoice was issued to; None where the invoice does not say."""
    address = fields.fields("customer_address")
    tax_ids = fields.list("customer_tax_ids")
    return _party(
        name=fields.text("customer_name"),
        email=fields.text("customer_email"),
        phone=fields.text("customer_phone"),
        vat_id=tax_ids[0].text("value") if tax_ids else None,
        **{column: address.text(key) for column, key in ADDRESS.items()},
    )


def _party(**values: str | None) -> dict[str, str] | None:
    """A `billing.issued_invoice.Party`, as the dictionary that is stored."""
    return {key: value for key, value in values.items() if value is not None} or None


def invoice_row(row: SheetRow) -> Record:
    """A row of an invoices CSV. It has no lines; those that are here already stay."""
    customer_id = row.reference("customerid")
    if customer_id is None:
        raise Refused("it names no customer")
    currency = row.currency()
    raw_status = row.cell("status").lower()
    status = (
        invoice_status(raw_status)
        if raw_status
        else invoice_status_without_one(paid=row.flag("paid"), forgiven=row.flag("forgiven"))
    )
    created_at = row.required_instant("created")
    finalized_at = row.instant("finalizedat")
    due_at = row.instant("duedate")
    total = row.required_amount("total", currency)
    subtotal = row.amount("subtotal", currency)
    due = row.amount("amountdue", currency)
    due = total if due is None else due
    is_paid = status == "paid"
    paid = row.amount("amountpaid", currency)
    paid = (due if is_paid else 0) if paid is None else paid
    tax_amount = row.amount("tax", currency)
    if tax_amount is None:
        parts = (row.amount(f"{each}taxamount", currency) for each in ("exclusive", "inclusive"))
        tax_amount = sum(part or 0 for part in parts)
    percent = row.decimal("taxpercent")
    starts = row.instant("minimumlineitemperiodstart") or row.instant("periodstart")
    ends = row.instant("maximumlineitemperiodend") or row.instant("periodend")
    zone = row.time_zone
    has_period = starts is not None and ends is not None and starts < ends
    values: dict[str, Any] = {
        "id": row.required_id("id"),
        "number": row.text("number"),
        "customer_id": customer_id,
        "subscription_id": row.reference("subscription"),
        "status": str(status),
        "raw_status": raw_status,
        "currency": currency,
        "subtotal": total if subtotal is None else subtotal,
        "discount_amount": row.amount("totaldiscountamount", currency) or 0,
        "tax_amount": tax_amount,
        "total": total,
        "amount_paid": paid,
        "amount_remaining": due - paid,
        "created_at": created_at,
        "paid_at": row.instant("paidat"),
        "voided_at": row.instant("voidedat"),
        "issued_on": date_of(finalized_at or created_at, zone).isoformat(),
        "due_on": None if due_at is None else date_of(due_at, zone).isoformat(),
        "period_start_on": date_of(starts, zone).isoformat() if has_period and starts else None,
        "period_end_on": last_day(starts, ends, zone) if has_period and starts and ends else None,
        "memo": row.text("description", LONGEST_DESCRIPTION),
        "taxes": [
            {
                "label": "Tax",
                "rate": None if percent is None else f"{percent:f}",
                "taxable_amount": None,
                "amount": tax_amount,
                "exemption_reason": "",
            }
        ]
        if tax_amount
        else [],
    }
    absent = row.absent(
        number="number",
        subscription_id="subscription",
        subtotal="subtotal",
        discount_amount="totaldiscountamount",
        paid_at="paidat",
        voided_at="voidedat",
        due_on="duedate",
        memo="description",
    )
    absent += [] if has_period else ["period_start_on", "period_end_on"]
    if "tax" not in row and not tax_amount:
        absent += ["tax_amount"]
    charge = row.reference("charge")
    return normalized_row(
        "invoice",
        row,
        values,
        attested=(
            created_at,
            finalized_at,
            *(row.instant(each) for each in ("paidat", "voidedat", "markeduncollectibleat")),
        ),
        absent=absent,
        links=(charge,) if charge else (),
    )
