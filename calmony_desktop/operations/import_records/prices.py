"""Products and prices (*plans* in older API versions), and what a price comes to."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from calmony_desktop.billing.periods import Interval
from calmony_desktop.operations.import_records.fields import Fields, plain_decimal
from calmony_desktop.operations.import_records.records import Record, Refused
from calmony_desktop.operations.import_records.source import Source, normalized
from calmony_desktop.operations.import_records.text import checked_id

_MOST_INTERVALS = 10_000


def product(fields: Fields, source: Source) -> Record:
    """A product object. Raises Refused."""
    product_id = checked_id(fields.raw("id"), "id")
    return normalized(
        "product",
        product_id,
        fields,
        source,
        values={"id": product_id, "name": fields.text("name")},
        attested=(fields.instant("created"), fields.instant("updated")),
    )


def price(fields: Fields, source: Source) -> Record:
    """A price or plan object. Raises KnownError."""
    price_id = checked_id(fields.raw("id"), "id")
    recurring = fields.fields("recurring") if fields.raw("recurring") else fields
    unit_amount = unit_price(fields)
    values = {
        "id": price_id,
        "product_id": fields.reference("product"),
        "name": fields.text("nickname") or fields.text("name"),
        "currency": fields.currency(),
        "unit_amount": None if unit_amount is None else plain_decimal(unit_amount),
        "interval": interval(recurring),
        "interval_count": interval_count(recurring),
    }
    return normalized(
        "price", price_id, fields, source, values=values, attested=(fields.instant("created"),)
    )


def interval(fields: Fields) -> str | None:
    """The billing interval of a price, None for a one-off one."""
    text = fields.text("interval")
    if text is None:
        return None
    try:
        return str(Interval(text))
    except ValueError:
        raise Refused(f"“{text}” is not an interval of a price") from None


def interval_count(fields: Fields) -> int:
    """How many intervals a billing period has: 1 where nothing is said."""
    count = fields.raw("interval_count")
    if count is None:
        return 1
    if type(count) is not int or not 1 <= count <= _MOST_INTERVALS:
        return _refuse_count(count)
    return count


def _refuse_count(count: object) -> int:
    raise Refused(f"“{str(count)[:40]}” is not a number of intervals")


def unit_price(fields: Fields) -> Decimal | None:
    """The price of one unit in minor units, with fractions; None for a tiered price."""
    return fields.decimal("unit_amount_decimal", "unit_amount", "amount_decimal", "amount")


def price_of(fields: Fields, quantity: Decimal | None) -> Decimal | None:
    """What ``quantity`` of a price comes to in minor units; None where the price does not say.

    A metered price has no quantity and costs what will have been used.
    """
    is_metered = "metered" in (
        fields.raw("usage_type"),
        fields.fields("recurring").raw("usage_type"),
    )
    if quantity is None and is_metered:
        return None
    units = Decimal(1) if quantity is None else quantity
    transform = fields.fields("transform_quantity")
    if not transform.raw("divide_by"):
        transform = fields.fields("transform_usage")
    divide_by = transform.raw("divide_by")
    if type(divide_by) is int and divide_by > 0:
        rounding = ROUND_CEILING if transform.raw("round") == "up" else ROUND_FLOOR
        units = (units / divide_by).to_integral_value(rounding)
    tiers = fields.list("tiers")
    if tiers:
        return _price_of_tiers(tiers, units, is_volume=fields.raw("tiers_mode") == "volume")
    each = unit_price(fields)
    return None if each is None else each * units


def _price_of_tiers(tiers: list[Fields], units: Decimal, *, is_volume: bool) -> Decimal:
    """Volume: the tier that the whole quantity falls in. Graduated: each tier for its own part."""
    total = Decimal(0)
    below = Decimal(0)
    for tier in tiers:
        up_to = tier.raw("up_to")
        limit = Decimal(up_to) if type(up_to) is int else units
        flat = tier.decimal("flat_amount_decimal", "flat_amount") or Decimal(0)
        each = tier.decimal("unit_amount_decimal", "unit_amount", "amount") or Decimal(0)
        if is_volume:
            total = flat + each * units
        elif units > below or below == 0:
            total += flat + each * (min(units, limit) - below)
        below = limit
        if units <= limit:
            break
    return total
