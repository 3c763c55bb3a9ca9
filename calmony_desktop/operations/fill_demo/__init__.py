"""Fill an empty database with a demo company: customers all over the world and their histories."""

from __future__ import annotations

from datetime import date

from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.fill_demo.company import INVOICE_PREFIX, SELLER, TIME_ZONE
from calmony_desktop.operations.fill_demo.objects import demo_objects
from calmony_desktop.operations.import_records import ImportReport, import_objects
from calmony_desktop.operations.progress import Progress, unattended
from calmony_desktop.operations.save_business_details import save_business_details
from calmony_desktop.store import customers as stored_customers
from calmony_desktop.store import database
from calmony_desktop.store.business import BusinessDetails

__all__ = ["demo_objects", "fill_demo"]


@logged
def fill_demo(
    *, customers: int = 250, seed: int = 1, today: date, progress: Progress = unattended
) -> ImportReport:
    """Bring in a made-up business with so many ``customers``, through the program's own import.

    Nothing in it happens on or after ``today``. The same arguments give the same company.
    Raises KnownError when the database has customers already, and Cancelled when a person stops it.
    """

    def refuse_customers() -> None:
        if stored_customers.count():
            raise KnownError(
                "This database has customers already, and the demo company needs an empty one. "
                "Choose another database file."
            )

    def begin() -> None:
        refuse_customers()  # who may have come meanwhile
        save_business_details(BusinessDetails(SELLER, TIME_ZONE, invoice_prefix=INVOICE_PREFIX))

    with database.connection():
        refuse_customers()
    objects = demo_objects(customers=customers, seed=seed, today=today)
    return import_objects(
        objects, source="demo", progress=progress, time_zone=TIME_ZONE, begin=begin
    )
