"""The activity trail and the business's own details are kept as they were given."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import peewee
import pytest

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.errors import KnownError
from calmony_desktop.store import activity, business, database, handover
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


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE activity SET operator = 'x'",
        "UPDATE activity SET operator = operator WHERE id = 1",
        "UPDATE OR REPLACE activity SET id = 2 WHERE id = 1",
        "DELETE FROM activity",
        "DELETE FROM activity WHERE id = 2",
        "INSERT OR REPLACE INTO activity SELECT * FROM activity WHERE id = 1",
        "REPLACE INTO activity (id, operation_id, at, operator, action, object_kind, object_id, "
        "seal) SELECT 1, 'new', at, operator, action, object_kind, object_id, seal FROM activity",
        "REPLACE INTO activity (operation_id, at, operator, action, object_kind, object_id, seal) "
        "SELECT operation_id, 0, 'x', action, object_kind, object_id, seal FROM activity",
        "INSERT INTO activity SELECT * FROM activity WHERE id = 1 "
        "ON CONFLICT (id) DO UPDATE SET operator = 'x'",
        "INSERT INTO activity (operation_id, at, operator, action, object_kind, object_id) "
        "VALUES ('new', 1, 'x', 'x', 'x', 'x')",
        "DELETE FROM activity_head",
        "UPDATE activity_head SET entries = 1",
        "UPDATE activity_head SET seal = 'x'",
        "UPDATE activity_head SET entries = 4",
        "REPLACE INTO activity_head (id, entries, seal) VALUES (1, 0, '')",
        "DELETE FROM handovers",
        "UPDATE handovers SET activity_id = 2",
        "UPDATE handovers SET handed_over_at = 2",
        "REPLACE INTO handovers (activity_id, handed_over_at) VALUES (1, 2)",
    ],
)
@pytest.mark.parametrize("recursive", [0, 1])
def test_the_trail_can_not_be_changed_past_the_program(
    database: Path, sql: str, recursive: int
) -> None:
    for number in ("1", "2"):
        activity.add(entry(number))
    handover.keep([1], at=1)
    with closing(peewee.sqlite3.connect(database, isolation_level=None)) as other:
        other.execute(f"PRAGMA recursive_triggers = {recursive}")
        with pytest.raises(peewee.sqlite3.IntegrityError, match=r"append-only|needs its seal"):
            other.execute(sql)
    assert list(activity.broken_entries()) == []
    assert [each.operation_id for each in activity.latest()] == ["2", "1"]


@pytest.mark.usefixtures("database")
def test_the_newest_entries_are_read_page_by_page() -> None:
    for number in range(5):
        activity.add(entry(str(number)))
    activity.add(replace(entry("other"), customer_id="cus_2"))
    page = activity.latest("cus_1", limit=2)
    assert [each.operation_id for each in page] == ["4", "3"]
    page = activity.latest("cus_1", before=page[-1].id, limit=9)
    assert [each.operation_id for each in page] == ["2", "1", "0"]
    assert len(activity.latest()) == 6
    found = activity.find("3")
    assert found == entry("3")
    assert activity.find("none") is None


@pytest.mark.usefixtures("database")
def test_reason_and_note_are_kept_with_an_entry() -> None:
    activity.add(replace(entry("1"), reason="unused", note="Moves away"))
    (kept,) = activity.latest()
    assert (kept.reason, kept.note, kept.customer_name) == ("unused", "Moves away", None)


@pytest.mark.usefixtures("database")
def test_the_business_keeps_its_details() -> None:
    assert (business.seller(), business.time_zone()) == (Party(), "UTC")
    seller = Party(name="Łódź & Co", vat_id="PL1", iban="PL61 1090")
    business.save(BusinessDetails(seller, "Europe/Warsaw"))
    kept = replace(seller, language="en", page_size="A4")
    assert (business.seller(), business.time_zone()) == (kept, "Europe/Warsaw")


def test_a_file_that_vanished_under_the_program_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    database.open_database(tmp_path / "folder" / "calmony.db")
    database.close_database()
    (tmp_path / "folder" / "calmony.db").unlink()
    (tmp_path / "folder").rmdir()
    with pytest.raises(KnownError, match="moved, deleted or replaced"), database.connection():
        pass
