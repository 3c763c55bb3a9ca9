"""The lines and taxes of an invoice object, of every API generation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from calmony_desktop.billing.money import round_minor
from calmony_desktop.billing.periods import date_of
from calmony_desktop.operations.import_records.fields import Fields, plain_decimal
from calmony_desktop.operations.import_records.prices import unit_price
from calmony_desktop.operations.import_records.service_period import last_day
from calmony_desktop.operations.import_records.text import LONGEST_DESCRIPTION

#: Why no tax is due, as an invoice says it, by the provider's reason.
_EXEMPTIONS: Final = {
    "reverse_charge": "Reverse charge",
    "customer_exempt": "Customer exempt from tax",
    "product_exempt": "Exempt",
    "product_exempt_holiday": "Exempt (tax holiday)",
    "portion_product_exempt": "Partly exempt",
    "not_subject_to_tax": "Not subject to tax",
    "zero_rated": "Zero rated",
    "excluded_territory": "Outside the scope of tax",
}

Line = dict[str, Any]


def lines_and_taxes(fields: Fields, time_zone: str) -> tuple[list[Line], list[Line]]:
    """The lines in the invoice's order and the tax of each rate, as rows. Raises Refused."""
    lines = fields.list("lines")
    rates = _known_rates(fields, lines)
    percent = fields.decimal("tax_percent")
    rows = [_line(line, time_zone, rates, percent) for line in lines]
    return rows, _taxes(fields, rates)


def _line(
    fields: Fields, time_zone: str, rates: dict[str, Fields], percent: Decimal | None
) -> Line:
    amount = fields.required_amount("amount", is_signed=True)
    quantity = fields.decimal("quantity_decimal", "quantity")
    quantity = Decimal(1) if quantity is None else quantity
    unit_amount = _unit_amount(fields, quantity, amount)
    rate = _line_rate(fields, rates)
    rate = percent if rate is None else rate
    price = fields.fields("price") if fields.raw("price") else fields.fields("plan")
    period = fields.fields("period")
    start, end = period.instant("start"), period.instant("end")
    is_service = start is not None and end is not None and start < end
    return {
        "description": fields.text("description", LONGEST_DESCRIPTION)
        or price.text("nickname")
        or price.text("name")
        or "",
        "quantity": plain_decimal(quantity),
        "unit_amount": None if unit_amount is None else plain_decimal(unit_amount),
        "amount": amount,
        "discount_amount": sum(
            each.amount("amount") or 0 for each in fields.list("discount_amounts")
        ),
        "tax_rate": None if rate is None else plain_decimal(rate),
        "period_start_on": date_of(start, time_zone).isoformat() if is_service and start else None,
        "period_end_on": last_day(start, end, time_zone) if is_service and start and end else None,
        "price_id": _price_id(fields),
    }


def _unit_amount(fields: Fields, quantity: Decimal, amount: int) -> Decimal | None:
    """The price of one unit, left out where it does not lead to the line's amount (prorations)."""
    candidates = (
        fields.fields("pricing").decimal("unit_amount_decimal"),
        unit_price(fields.fields("price")),
        unit_price(fields.fields("plan")),
        fields.decimal("unit_amount_decimal", "unit_amount"),
    )
    for unit_amount in candidates:
        if unit_amount is not None and round_minor(unit_amount * quantity) == amount:
            return unit_amount
    if quantity and not amount % quantity:
        return amount / quantity
    return None


def _price_id(fields: Fields) -> str | None:
    details = fields.fields("pricing").fields("price_details")
    return details.reference("price") or fields.reference("price") or fields.reference("plan")


def _known_rates(fields: Fields, lines: list[Fields]) -> dict[str, Fields]:
    """The tax rates that the invoice itself describes anywhere, by id."""
    places = [fields.list("default_tax_rates")]
    places += [line.list("tax_rates") for line in lines]
    places += [
        [each.fields("tax_rate") for each in owner.list(key)]
        for owner in (fields, *lines)
        for key in ("total_tax_amounts", "tax_amounts")
    ]
    return {
        str(rate.raw("id")): rate
        for rates in places
        for rate in rates
        if rate.raw("percentage") is not None
    }


def _line_rate(fields: Fields, rates: dict[str, Fields]) -> Decimal | None:
    named = [rate.raw("id") for rate in fields.list("tax_rates")]
    named += [_rate_id(tax) for key in ("tax_amounts", "taxes") for tax in fields.list(key)]
    known = {str(each) for each in named if str(each) in rates}
    # A line that several taxes are due on has no single rate; the taxes below say each.
    return rates[known.pop()].decimal("percentage") if len(known) == 1 else None


def _rate_id(tax: Fields) -> str | None:
    return tax.reference("tax_rate") or tax.fields("tax_rate_details").reference("tax_rate")


def _taxes(fields: Fields, rates: dict[str, Fields]) -> list[Line]:
    for key in ("total_taxes", "total_tax_amounts"):
        if isinstance(fields.raw(key), list):
            taxes = [_tax(tax, rates) for tax in fields.list(key)]
            return [tax for tax in taxes if tax is not None] or _reverse_charge(fields)
    amount = fields.amount("tax", is_signed=True)
    percent = fields.decimal("tax_percent")
    if not amount and percent is None:
        return _reverse_charge(fields)
    return [_row("Tax", percent, None, amount or 0, "")]


def _tax(tax: Fields, rates: dict[str, Fields]) -> Line | None:
    rate = rates.get(str(_rate_id(tax)), Fields({}))
    amount = tax.amount("amount", is_signed=True) or 0
    reason = _EXEMPTIONS.get(str(tax.raw("taxability_reason")), "")
    if not amount and not reason and rate.raw("percentage") is None:
        # No registration, no rate and no amount: the provider notes that it collects nothing.
        return None
    return _row(
        rate.text("display_name") or "Tax",
        rate.decimal("percentage"),
        tax.amount("taxable_amount", is_signed=True),
        amount,
        reason,
    )


def _reverse_charge(fields: Fields) -> list[Line]:
    if fields.raw("customer_tax_exempt") != "reverse":
        return []
    return [_row("VAT", None, None, 0, "Reverse charge")]


def _row(
    label: str, rate: Decimal | None, taxable: int | None, amount: int, exemption_reason: str
) -> Line:
    return {
        "label": label,
        "rate": None if rate is None else plain_decimal(rate),
        "taxable_amount": taxable,
        "amount": amount,
        "exemption_reason": exemption_reason,
    }
