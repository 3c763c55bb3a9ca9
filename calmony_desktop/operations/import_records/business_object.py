"""The business itself as an object of our own kind, which the provider's shape has no place for."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any, Final

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.operations.check_business_details import problems
from calmony_desktop.operations.import_records.exact_values import party
from calmony_desktop.operations.import_records.fields import Fields
from calmony_desktop.operations.import_records.records import Origin, Refused
from calmony_desktop.operations.import_records.report import Outcome, ReportBuilder
from calmony_desktop.operations.save_business_details import save_business_details
from calmony_desktop.store import business
from calmony_desktop.store.business import BusinessDetails

BUSINESS_OBJECT: Final = "calmony.business"
_PAGE_SIZES: Final = ("A4", "Letter")


def business_object(details: BusinessDetails) -> dict[str, Any]:
    """The details as an exported object, the logo as base64; read back by `read_business`."""
    logo = details.logo
    return {
        "object": BUSINESS_OBJECT,
        "seller": _without_digest(details).seller.as_dict(),
        "time_zone": details.time_zone,
        "language": details.language,
        "page_size": details.page_size,
        "invoice_prefix": details.invoice_prefix,
        "logo": None if logo is None else base64.b64encode(logo).decode("ascii"),
    }


def read_business(fields: Fields) -> BusinessDetails:
    """The details in an object from `business_object`. Raises KnownError for what they can't be."""
    details = BusinessDetails(
        seller=replace(Party.from_dict(party(fields.raw("seller"), fields.notes)), logo=""),
        time_zone=fields.required_text("time_zone"),
        language=fields.required_text("language"),
        page_size=fields.required_text("page_size"),
        logo=_logo(fields.raw("logo")),
        invoice_prefix=fields.text("invoice_prefix"),
    )
    found = problems(details)
    # The program builds on these; the others are for a person to look at.
    for field in ("time_zone", "invoice_prefix"):
        if field in found:
            raise Refused(found[field])
    if details.page_size not in _PAGE_SIZES:
        raise Refused(f"“page_size” is “{details.page_size[:40]}”, which it can't be")
    return details


def apply_business(
    details: BusinessDetails, origin: Origin, notes: list[str], report: ReportBuilder
) -> bool:
    """Make this the business where nobody entered one yet; whether anything changed.

    ``notes`` say what had to be changed to read it. Runs inside the transaction of an import.
    """
    before = business.details()
    if before.seller == Party():
        save_business_details(details)
    elif _without_digest(before) != details:
        notes = ["the business details here were entered before, so they stay", *notes]
    is_changed = business.details() != before
    outcome = Outcome.UPDATED if is_changed else Outcome.UNCHANGED
    report.count("business", outcome)
    if notes:
        report.line(origin, "business", "", outcome, "; ".join(notes))
    return is_changed


def _without_digest(details: BusinessDetails) -> BusinessDetails:
    return replace(details, seller=replace(details.seller, logo=""))


def _logo(value: object) -> bytes | None:
    if value is None:
        return None
    from calmony_desktop.documents.logo import logo_image

    try:
        image = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        image = b""
    logo_image(image)
    return image
