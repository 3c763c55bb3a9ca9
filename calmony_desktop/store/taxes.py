"""The tax rate that the provider says a customer is charged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from calmony_desktop.store.models import Customer


def keep_rate(customer_id: str, rate: Decimal) -> bool:
    """Keep the customer's rate, in percent; whether it is another one than before.

    Inside a transaction that the caller holds.
    """
    is_other: Any = Customer.tax_rate.is_null() | (Customer.tax_rate != rate)
    changed = Customer.update(tax_rate=rate).where((Customer.id == customer_id) & is_other)
    return bool(changed.execute())
