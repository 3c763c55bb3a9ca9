"""What an import sets aside in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calmony_desktop.errors import CannotOpen, FileState
from calmony_desktop.store import scratch as module
from calmony_desktop.store.scratch import Scratch


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    made = Scratch(tmp_path / "calmony.db", ["charge", "payment"])
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


def test_marked_ids_are_told_once_each(scratch: Scratch) -> None:
    ids = [f"{number:04}" for number in range(1201)]
    scratch.mark("seen", ids)
    scratch.mark("seen", ids)
    scratch.mark("other", ["x"])
    assert list(scratch.marked("seen")) == ids
    assert scratch.are_marked("seen", ["x", "0007"]) == {"0007"}


def test_nothing_is_left_in_the_folder_not_even_by_one_that_was_killed(tmp_path: Path) -> None:
    database = tmp_path / "calmony.db"
    left = tmp_path / ".calmony-0123456789abcdef.import.tmp"
    left.write_bytes(b"of a program that was killed")
    other = tmp_path / ".calmony-0123456789abcdef.tmp"
    other.touch()
    made = Scratch(database, ["charge"])
    assert not left.exists()
    made.close()
    assert list(tmp_path.iterdir()) == [other]


def test_a_full_disk_is_told_as_such(scratch: Scratch) -> None:
    scratch._run("PRAGMA max_page_count = 20")
    with pytest.raises(CannotOpen) as raised:
        scratch.add("charge", ((str(number), None, bytes(1000)) for number in range(1000)))
    assert raised.value.state is FileState.FULL_DISK


def test_a_folder_that_takes_no_file_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.private_files, "open_file", refuse)
    with pytest.raises(CannotOpen, match="no room beside it for what is imported"):
        Scratch(tmp_path / "calmony.db", ["charge"])
