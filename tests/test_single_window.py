"""A second start finds the first, however that ended; and nothing but an id comes through."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calmony_desktop import single_window
from calmony_desktop.errors import CannotOpen
from calmony_desktop.single_window import LEADS_NOWHERE, OnlyWindow, Requests

HOLD = """
import sys, time
from pathlib import Path
from calmony_desktop.single_window import OnlyWindow

place = OnlyWindow()
is_open = place.take(Path(sys.argv[1]), sys.argv[2] or None)
print("open" if is_open else "handed over", flush=True)
while is_open and (line := sys.stdin.readline().strip()) != "close":
    if line == "take":
        print(repr(place.requests.take()), flush=True)
    else:
        print("open" if place.take(Path(line)) else "handed over", flush=True)
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a program that opens the only window of a database; ends what is left of them."""
    started: list[subprocess.Popen[str]] = []

    def start(database: Path, customer: str = "") -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, database, customer],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str], asked: str = "") -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    if asked:
        process.stdin.write(f"{asked}\n")
        process.stdin.flush()
    return process.stdout.readline().strip()


def take_when_there(process: subprocess.Popen[str]) -> str:
    while (taken := said(process, "take")) == "None":
        pass
    return taken


def test_a_second_start_hands_its_customer_over_and_ends(tmp_path: Path, start: Start) -> None:
    first = start(tmp_path / "calmony.db")
    assert said(first) == "open"
    second = start(tmp_path / "calmony.db", "cus_NffrFeUfNV2Hib")
    assert take_when_there(first) == "'cus_NffrFeUfNV2Hib'"
    assert said(second) == "handed over"
    assert second.wait() == 0


def test_a_second_start_without_a_customer_brings_the_first_to_the_front(
    tmp_path: Path, start: Start
) -> None:
    first = start(tmp_path / "calmony.db")
    assert said(first) == "open"
    second = start(tmp_path / "calmony.db")
    assert take_when_there(first) == "''"
    assert said(second) == "handed over"


def test_two_databases_are_open_side_by_side(tmp_path: Path, start: Start) -> None:
    for name in ("calmony.db", "demo.db"):
        assert said(start(tmp_path / name)) == "open"


def test_one_database_under_two_names_has_one_window(tmp_path: Path, start: Start) -> None:
    (tmp_path / "calmony.db").touch()
    (tmp_path / "linked.db").symlink_to(tmp_path / "calmony.db")
    first = start(tmp_path / "calmony.db")
    assert said(first) == "open"
    second = start(tmp_path / "linked.db", "cus_1")
    assert take_when_there(first) == "'cus_1'"
    assert said(second) == "handed over"


def test_a_killed_program_keeps_nobody_out(tmp_path: Path, start: Start) -> None:
    first = start(tmp_path / "calmony.db")
    assert said(first) == "open"
    first.kill()
    first.wait()
    assert said(start(tmp_path / "calmony.db")) == "open"


def test_a_start_while_the_first_is_just_closed_opens_a_window(
    tmp_path: Path, start: Start
) -> None:
    first = start(tmp_path / "calmony.db")
    assert said(first) == "open"
    second = start(tmp_path / "calmony.db", "cus_1")
    requests = Requests(tmp_path / "calmony.db")
    while not requests.is_waiting():
        assert second.poll() is None
    said(first, "close")
    assert said(second) == "open"
    assert said(second, "take") == "None"


def test_a_window_that_goes_to_another_file_is_asked_for_that_one_only(
    tmp_path: Path, start: Start
) -> None:
    first = start(tmp_path / "gone.db")
    assert said(first) == "open"
    assert said(first, str(tmp_path / "calmony.db")) == "open"
    assert said(start(tmp_path / "gone.db")) == "open"
    second = start(tmp_path / "calmony.db", "cus_1")
    assert take_when_there(first) == "'cus_1'"
    assert said(second) == "handed over"


def test_a_window_stays_where_it_is_if_the_other_file_has_one(tmp_path: Path, start: Start) -> None:
    first, other = start(tmp_path / "gone.db"), start(tmp_path / "calmony.db")
    assert (said(first), said(other)) == ("open", "open")
    assert first.stdin is not None
    print(tmp_path / "calmony.db", file=first.stdin, flush=True)
    assert take_when_there(other) == "''"
    assert said(first) == "handed over"
    third = start(tmp_path / "gone.db", "cus_1")
    assert take_when_there(first) == "'cus_1'"
    assert said(third) == "handed over"


def test_a_window_that_tries_its_own_file_again_keeps_its_place(
    tmp_path: Path, start: Start
) -> None:
    first = start(tmp_path / "calmony.db")
    assert said(first) == "open"
    assert said(first, str(tmp_path / "calmony.db")) == "open"
    second = start(tmp_path / "calmony.db", "cus_1")
    assert take_when_there(first) == "'cus_1'"
    assert said(second) == "handed over"


def test_a_window_that_does_not_answer_is_not_joined_by_a_second_one(
    tmp_path: Path, start: Start
) -> None:
    """It may be at work on the file, after an update."""
    assert said(start(tmp_path / "calmony.db")) == "open"
    place = OnlyWindow()
    assert place.take(tmp_path / "other.db")
    with pytest.raises(CannotOpen, match="still starting"):
        place.take(tmp_path / "calmony.db", "cus_1", patience=0.1)
    assert not Requests(tmp_path / "calmony.db").is_waiting()
    assert place.database == tmp_path / "other.db"
    place.leave()


def test_a_start_has_patience_with_a_backup_and_a_migration() -> None:
    assert single_window.PATIENCE >= 60


def test_a_link_that_leads_nowhere_is_handed_over_as_that(tmp_path: Path) -> None:
    requests = Requests(tmp_path / "calmony.db")
    single_window.folder().mkdir(parents=True)
    requests.leave(LEADS_NOWHERE)
    assert requests.take() == LEADS_NOWHERE


def test_every_path_has_files_of_its_own_that_any_system_takes(tmp_path: Path) -> None:
    paths = [Path("/") / (name * 60) / f"{end}.db" for name in ("aé/", "語/") for end in "ab"]
    names = {Requests(path).lock.name for path in [*paths, Path("/a.db"), Path("/%2Fa.db")]}
    assert len(names) == 6
    assert all(len(name) < 230 and re.fullmatch(r"[\w.~%-]+", name, re.ASCII) for name in names)


def test_nobody_else_can_read_or_leave_a_request(isolated_user: Path, tmp_path: Path) -> None:
    place = OnlyWindow()
    assert place.take(tmp_path / "calmony.db")
    Requests(tmp_path / "calmony.db").leave("cus_1")
    folder = single_window.folder()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()] == [0o600] * 2
    place.leave()


@pytest.mark.parametrize(
    "said",
    [b"cus_1\n", b"../../etc/passwd", b"cus_1 --database x", b"\xff\xfe", b"<b>", b"x" * 256],
)
def test_what_is_no_customer_id_is_not_taken_for_one(said: bytes, tmp_path: Path) -> None:
    requests = Requests(tmp_path / "calmony.db")
    single_window.folder().mkdir(parents=True)
    requests.leave("cus_1")
    (file,) = single_window.folder().glob("*.request")
    file.write_bytes(said)
    assert requests.take() == ""
    assert requests.take() is None


def test_a_request_that_comes_while_another_is_read_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = Requests(tmp_path / "calmony.db")
    single_window.folder().mkdir(parents=True)
    requests.leave("cus_1")
    unlink = Path.unlink

    def unlink_later(file: Path) -> None:
        requests.leave("cus_2")
        unlink(file)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", unlink_later)
        assert requests.take() == "cus_1"
    assert requests.take() == "cus_2"
    assert requests.take() is None
    assert list(single_window.folder().iterdir()) == []


def test_without_a_data_folder_the_window_opens_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(single_window.paths, "data_folder", lambda: tmp_path / "file" / "data")
    place = OnlyWindow()
    assert place.take(tmp_path / "calmony.db")
    assert place.requests is not None
    assert place.requests.take() is None
