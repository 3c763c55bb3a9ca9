"""The seal of an invoice issued here: its SHA-256, which its activity entry keeps.

It covers all that never changes of an issued invoice. What a payment or a void changes is told by
entries of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final

from calmony_desktop.store import batches
from calmony_desktop.store.batches import Row

#: Named one by one, so that a column which a later version adds leaves the seals as they are.
SEALED: Final = (
    *("id", "number", "customer_id", "subscription_id", "currency", "subtotal"),
    *("discount_amount", "tax_amount", "total", "created_at", "issued_on", "due_on"),
    *("period_start_on", "period_end_on", "seller", "buyer", "memo", "footer"),
)
SEALED_LINE: Final = (
    *("description", "quantity", "unit_amount", "amount", "discount_amount", "tax_rate"),
    *("period_start_on", "period_end_on", "price_id"),
)
SEALED_TAX: Final = ("label", "rate", "taxable_amount", "amount", "exemption_reason")


def seal(row: Row) -> str:
    """The seal of the invoice that this row of `batches` is."""
    content = {key: row[key] for key in SEALED} | {
        "lines": [{key: line[key] for key in SEALED_LINE} for line in row["lines"]],
        "taxes": [{key: tax[key] for key in SEALED_TAX} for tax in row["taxes"]],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seals(invoice_ids: Iterable[str]) -> dict[str, str]:
    """The seals of these invoices, as they are stored now. In a transaction of the caller."""
    return {key: seal(row) for key, row in batches.by_id("invoice", invoice_ids).items()}
