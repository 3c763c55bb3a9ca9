"""The activity trail and the business's own details are kept as they were given."""

from __future__ import annotations

from pathlib import Path

import pytest

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.errors import KnownError
from calmony_desktop.store import activity, business, database
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.business import BusinessDetails


def entry(operation_id: str, object_id: str = "sub_1") -> ActivityEntry:
    return ActivityEntry(
        operation_id=operation_id,
        at=1_700_000_000,
        operator="anna",
        action="cancel_subscription",
        object_kind="subscription",
        object_id=object_id,
        customer_id="cus_1",
        before={"status": "active", "next_billing_date": None},
        after={"status": "Łódź", "nested": [1, {"a": True}]},
    )


@pytest.mark.usefixtures("database")
def test_what_was_done_to_an_object_reads_back_oldest_first() -> None:
    with database.writing():
        for number in ("2", "1", "3"):
            activity.add(entry(number, object_id="sub_2" if number == "3" else "sub_1"))
    assert activity.of_object("subscription", "sub_1") == (entry("2"), entry("1"))
    assert activity.of_object("invoice", "sub_1") == ()


@pytest.mark.usefixtures("database")
def test_an_operation_is_known_once_it_was_done() -> None:
    assert not activity.has("1")
    activity.add(entry("1"))
    assert activity.has("1")


@pytest.mark.usefixtures("database")
def test_the_business_keeps_its_details() -> None:
    assert (business.seller(), business.time_zone()) == (Party(), "UTC")
    seller = Party(name="Łódź & Co", vat_id="PL1", iban="PL61 1090")
    business.save(BusinessDetails(seller, "Europe/Warsaw"))
    assert (business.seller(), business.time_zone()) == (seller, "Europe/Warsaw")


def test_a_file_that_vanished_under_the_program_is_told(tmp_path: Path) -> None:
    database.open_database(tmp_path / "folder" / "calmony.db")
    database.close_database()
    (tmp_path / "folder" / "calmony.db").unlink()
    (tmp_path / "folder").rmdir()
    with pytest.raises(KnownError, match="could not be opened"), database.connection():
        pass
