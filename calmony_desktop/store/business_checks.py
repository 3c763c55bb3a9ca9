"""Are the business's details as they were last saved? In a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.store import activity
from calmony_desktop.store.models import Business

#: What decides when and as what invoices are issued, beside the seller itself.
_KEPT: Final = ("time_zone", "language", "page_size", "invoice_prefix")


def changed_details() -> Iterator[str]:
    """A sentence where they are not what the latest entry about them says."""
    saved = [each.after for each in activity.whole_entries() if _is_save(each)]
    if not saved:
        return
    after, row = saved[-1], Business.get_by_id(1)
    is_same = Party.from_dict(after["seller"]) == Party.from_dict(row.seller) and all(
        # An entry of an earlier version may not tell of each.
        after.get(key, getattr(row, key)) == getattr(row, key)
        for key in _KEPT
    )
    if not is_same:
        yield "The business’s details are not those that were last saved here."


def _is_save(entry: Any) -> bool:
    return bool(entry.action == "save_business_details")
