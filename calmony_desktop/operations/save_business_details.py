"""Keep the business's own details: the seller of invoices from now on."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from calmony_desktop.log import logged
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.store import activity, business, database
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.business import BusinessDetails


@logged
def save_business_details(details: BusinessDetails) -> None:
    """Write the details, with an activity entry where they differ from the ones kept.

    Invoices that were issued before keep the seller they carry. Raises KnownError when the file
    cannot be written.
    """
    with database.writing():
        before = _as_json(business.details())
        business.save(details)
        after = _as_json(business.details())
        if before == after:
            return
        activity.add(
            ActivityEntry(
                operation_id=str(uuid.uuid4()),
                at=now(),
                operator=operator_name(),
                action="save_business_details",
                object_kind="business",
                object_id="1",
                before=before,
                after=after,
            )
        )


def _as_json(details: BusinessDetails) -> dict[str, Any]:
    """What is kept, less the image itself, which the seller names by its digest."""
    kept = asdict(details)
    del kept["logo"]
    return kept | {"seller": details.seller.as_dict()}
