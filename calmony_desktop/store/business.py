"""The business itself: the seller of new invoices, and its time zone."""

from __future__ import annotations

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.store import database
from calmony_desktop.store.models import Business


def time_zone() -> str:
    """The IANA name of the zone in which billing, issue and due dates are calendar dates."""
    return str(Business.get_by_id(1).time_zone)


def seller() -> Party:
    """The business as the seller of invoices; empty until somebody entered it."""
    return Party.from_dict(Business.get_by_id(1).seller)


def save(seller: Party, time_zone: str) -> None:
    """Keep the business's details. Invoices issued before keep the seller they carry."""
    with database.writing():
        Business.update(seller=seller.as_dict(), time_zone=time_zone).execute()
