"""The business itself: the seller of new invoices, its time zone, and how its invoices look."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.store import database
from calmony_desktop.store.models import Business, Logo


@dataclass(frozen=True, slots=True)
class BusinessDetails:
    """Everything about the business that its invoices show or follow.

    ``language`` is a BCP 47 tag, ``page_size`` is A4 or Letter, ``logo`` a PNG or JPEG image.
    ``invoice_prefix`` begins the numbers of invoices issued here: NW makes NW-2026-0001. To save
    None keeps the one there is.
    """

    seller: Party
    time_zone: str
    language: str = "en"
    page_size: str = "A4"
    logo: bytes | None = None
    invoice_prefix: str | None = None


def time_zone() -> str:
    """The IANA name of the zone in which billing, issue and due dates are calendar dates."""
    return str(Business.get_by_id(1).time_zone)


def seller() -> Party:
    """The business as the seller of invoices; empty until somebody entered it."""
    return Party.from_dict(Business.get_by_id(1).seller)


def details() -> BusinessDetails:
    """All that is known of the business. Raises KnownError when the file cannot be read."""
    with database.reading():
        row = Business.get_by_id(1)
        kept = Party.from_dict(row.seller)
        return BusinessDetails(
            seller=kept,
            time_zone=row.time_zone,
            language=row.language,
            page_size=row.page_size,
            logo=logo(kept.logo),
            invoice_prefix=row.invoice_prefix,
        )


def logo(digest: str) -> bytes | None:
    """The image that a seller's snapshot names; None where it names none."""
    kept = Logo.get_or_none(Logo.digest == digest) if digest else None
    return bytes(kept.image) if kept else None


def save(details: BusinessDetails) -> None:
    """Keep the details. Invoices issued before keep the seller, and the logo, they carry."""
    digest = hashlib.sha256(details.logo).hexdigest() if details.logo else ""
    seller = details.seller
    if seller != Party() or digest:
        # How its invoices look is part of what they are issued with.
        look = {"logo": digest, "language": details.language, "page_size": details.page_size}
        seller = replace(seller, **look)
    with database.writing():
        if details.logo:
            # Not OR IGNORE, which would pass over a logo that is too large as well.
            kept = Logo.insert(digest=digest, image=details.logo)
            kept.on_conflict(conflict_target=[Logo.digest], action="NOTHING").execute()
        Business.update(
            seller=seller.as_dict(),
            time_zone=details.time_zone,
            language=details.language,
            page_size=details.page_size,
            invoice_prefix=details.invoice_prefix or Business.invoice_prefix,
        ).execute()
