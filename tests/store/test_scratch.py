"""What an import sets aside in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calmony_desktop.errors import CannotOpen, FileState
from calmony_desktop.store import scratch as module
from calmony_desktop.store.database import close_database, open_database, writing
from calmony_desktop.store.scratch import Scratch


@pytest.fixture
def scratch(database: Path) -> Iterator[Scratch]:
    made = Scratch({"charge": (), "payment": (), "new": ("is_new", "customer_id")})
    yield made
    made.close()


def test_entries_come_back_in_their_order(scratch: Scratch) -> None:
    numbers = [(number * 7919) % 1201 for number in range(1201)]
    scratch.add("charge", ((f"ch_{each}", None, b"%d" % each) for each in numbers))
    assert [id_ for id_, _, _ in scratch.entries("charge")] == [f"ch_{each}" for each in numbers]
    assert scratch.count("charge") == 1201
    assert scratch.count("payment") == 0
    assert scratch.get("charge", "ch_5") == b"5"
    assert scratch.get("charge", "ch_x") is None


def test_what_came_several_times_is_told_in_its_order_and_becomes_one(scratch: Scratch) -> None:
    scratch.add("charge", [("b", None, b"1"), ("a", None, b"2"), ("c", None, b"3")])
    scratch.add("charge", [("b", "x", b"4"), ("c", None, b"5"), ("b", None, b"6")])
    scratch.index("charge")
    for id_, payloads in scratch.repeated("charge"):
        scratch.put("charge", (id_, "y", b"+".join(payloads)))
    assert list(scratch.entries("charge")) == [
        ("b", "y", b"1+4+6"),
        ("a", None, b"2"),
        ("c", "y", b"3+5"),
    ]
    assert list(scratch.repeated("charge")) == []


def test_an_entry_that_is_new_goes_to_the_end(scratch: Scratch) -> None:
    scratch.add("charge", [("b", None, b"1")])
    scratch.put("charge", ("a", None, b"2"))
    assert [id_ for id_, _, _ in scratch.entries("charge")] == ["b", "a"]


def test_entries_are_found_by_what_they_name(scratch: Scratch) -> None:
    scratch.add("charge", [("1", "b", b""), ("2", None, b""), ("3", "a", b""), ("4", "b", b"")])
    scratch.index("charge")
    scratch.index("charge", "names")
    assert [id_ for id_, _, _ in scratch.naming("charge", ["b", "a"])] == ["1", "3", "4"]
    assert [id_ for id_, _, _ in scratch.entries("charge", "names IS NULL")] == ["2"]
    scratch.name("charge", {"2": "a"})
    assert [id_ for id_, _, _ in scratch.naming("charge", ["a"])] == ["2", "3"]


def test_runs_tell_where_every_entry_meets_a_condition(scratch: Scratch) -> None:
    odd = {300, 5_100, 5_350}
    scratch.add("new", ((f"{n}", None, b"", n not in odd, "c") for n in range(1, 6_001)))
    assert list(scratch.runs("charge", "1")) == []
    assert list(scratch.runs("new", "each.is_new")) == [
        (range(0, 250), True),
        (range(250, 500), False),
        (range(500, 5_000), True),
        (range(5_000, 5_500), False),
        (range(5_500, 6_001), True),
    ]


def test_what_is_put_instead_of_others_has_no_columns(scratch: Scratch) -> None:
    scratch.add("new", [("a", None, b"1", 1, "x"), ("b", None, b"2", 1, "x")])
    scratch.put("new", ("a", None, b"3"))
    scratch.put("new", ("c", None, b"4"))
    assert [each[0] for each in scratch.entries("new", "is_new IS NULL")] == ["a", "c"]


def test_the_ids_of_a_column_are_marked_together(scratch: Scratch) -> None:
    scratch.add("new", ((f"{n}", None, b"", 1, f"cus_{n // 2}") for n in range(1, 9)))
    scratch.mark_all("owner", "new", "customer_id", range(2, 6))
    assert list(scratch.marked("owner")) == ["cus_1", "cus_2"]


def test_it_can_be_forgotten_after_a_transaction_that_was_undone(database: Path) -> None:
    scratch = Scratch({"charge": ()})
    scratch.add("charge", [("a", None, b"1")])

    def change_and_fail() -> None:
        with writing():
            scratch.add("charge", [("b", None, b"2")])
            scratch.put("charge", ("a", None, b"3"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    scratch.close()
    # Its name is free again.
    other = Scratch({"charge": ()})
    assert other.count("charge") == 0
    other.close()


def test_one_that_was_lost_with_the_connection_is_told_as_such(database: Path) -> None:
    scratch = Scratch({"charge": ()})
    scratch.refuse_to_be_lost()
    close_database()
    open_database(database)
    with pytest.raises(CannotOpen, match="Nothing was imported"):
        scratch.refuse_to_be_lost()
    scratch.close()


def test_marked_ids_are_told_once_each(scratch: Scratch) -> None:
    ids = [f"{number:04}" for number in range(1201)]
    scratch.mark("seen", ids)
    scratch.mark("seen", ids)
    scratch.mark("other", ["x"])
    assert list(scratch.marked("seen")) == ids
    assert scratch.are_marked("seen", ["x", "0007"]) == {"0007"}


def test_nothing_is_left_in_the_folder_not_even_by_one_that_was_killed(database: Path) -> None:
    left = database.parent / ".calmony-0123456789abcdef.import.tmp"
    left.write_bytes(b"of a program that was killed")
    other = database.with_name(".calmony-0123456789abcdef.tmp")
    other.touch()
    before = {*database.parent.iterdir()} - {left}
    made = Scratch({"charge": ()})
    assert not left.exists()
    made.close()
    assert {*database.parent.iterdir()} == before
    assert other.exists()


def test_a_full_disk_is_told_as_such(scratch: Scratch) -> None:
    scratch._run("PRAGMA scratch.max_page_count = 20")
    with pytest.raises(CannotOpen) as raised:
        scratch.add("charge", ((str(number), None, bytes(1000)) for number in range(5000)))
    assert raised.value.state is FileState.FULL_DISK


def test_a_folder_that_takes_no_file_is_told_as_such(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.private_files, "open_file", refuse)
    with pytest.raises(CannotOpen, match="no room beside it for what is imported"):
        Scratch({"charge": ()})
