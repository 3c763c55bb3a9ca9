"""The log says what the program did, and can hold nothing of anybody."""

from __future__ import annotations

import json
import os
import re
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from calmony_desktop import log
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.download_invoice import download_invoice
from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.import_records import import_paths

NAMES = ["Beatriz Salgado Núñez", "b.salgado@talleresn.example", "Calle de Atocha", "Łódź 東京"]

#: All that a line can be made of: words and places of this program's source, and numbers.
PLACE = r"(calmony_desktop|site-packages|python|database/migrations)/[\w./-]+:\d+ [\w.<>]+"
LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \d+ ("
    r"start \w+ [\d.]+|stop \d+|hard crash before this start"
    rf"|[a-z_]+ \d+ ms (done|\w+( {PLACE})?)"
    rf"|fault [\w.]+( \| (\(elsewhere\):\d+ [\w.<>]+|{PLACE}|(because of|while handling): [\w.]+))*"
    r")",
    re.ASCII,
)


@pytest.fixture
def logging_on() -> Iterator[None]:
    log.start(test_what_an_operation_did_is_one_line)
    yield
    log.stop(0)


def written() -> str:
    return "".join(each.read_text("utf-8") for each in sorted(log.folder().iterdir()))


@log.logged
def succeeds(_name: str) -> int:
    return 7


@log.logged
def is_refused(name: str) -> None:
    raise KnownError(f"There is no {name}.")


@pytest.mark.usefixtures("logging_on")
def test_what_an_operation_did_is_one_line() -> None:
    assert succeeds("Beatriz") == 7
    with pytest.raises(KnownError):
        is_refused("Beatriz")
    lines = written().splitlines()
    assert "start test_what_an_operation_did_is_one_line" in lines[0]
    assert re.search(r" succeeds \d+ ms done$", lines[1])
    assert re.search(r" is_refused \d+ ms KnownError$", lines[2])
    assert all(LINE.fullmatch(line) for line in lines), lines


@pytest.mark.usefixtures("logging_on")
def test_a_bug_is_logged_by_types_and_places() -> None:
    try:
        try:
            json.loads("{Beatriz")
        except ValueError as error:
            raise TypeError("Beatriz Salgado, 49.00 EUR") from error
    except TypeError as error:
        log.fault(error)
    (line,) = written().splitlines()[1:]
    assert LINE.fullmatch(line), line
    assert "TypeError" in line
    assert "because of: json.decoder.JSONDecodeError" in line
    assert "python/json/decoder.py" in line
    assert "Beatriz" not in line


def imported(tmp_path: Path, names: list[str]) -> None:
    """Bring in customers that have these names everywhere, with a subscription each."""
    records: list[dict[str, object]] = []
    for number, name in enumerate(names):
        address = {"line1": name[:500], "city": name[:500], "country": "ES"}
        customer = {"object": "customer", "id": f"cus_{number}", "created": 1_700_000_000}
        records.append(
            customer | {"name": name, "email": name, "description": name, "address": address}
        )
    folder = tmp_path / NAMES[0]
    folder.mkdir()
    file = folder / f"{NAMES[2]}.json"
    file.write_text(json.dumps(records), "utf-8")
    import_paths([file])


def refused_with_names(tmp_path: Path) -> None:
    """Operations that fail, with names in their messages."""
    with pytest.raises(KnownError, match="Beatriz"):
        import_paths([tmp_path / "Beatriz Salgado Núñez.json"])
    with pytest.raises(KnownError):
        cancel_subscription(NAMES[0], operation_id=str(uuid.uuid4()), note=NAMES[1])
    with pytest.raises(KnownError):
        download_invoice(NAMES[0], tmp_path / NAMES[0] / "x.pdf")


@pytest.mark.usefixtures("logging_on", "database")
def test_no_name_reaches_the_log_from_what_is_done_or_fails(tmp_path: Path) -> None:
    imported(tmp_path, NAMES)
    refused_with_names(tmp_path)
    (tmp_path / "Beatriz out").mkdir()
    export_records(tmp_path / "Beatriz out")
    check_database()
    text = written()
    for operation in (
        "import_paths",
        "cancel_subscription",
        "download_invoice",
        "export_records",
        "check_database",
    ):
        assert f" {operation} " in text
    assert all(LINE.fullmatch(line) for line in text.splitlines()), text
    for part in ("Beatriz", "Salgado", "talleresn", "Atocha", "東京", "cus_", str(tmp_path)):
        assert part not in text


@pytest.mark.usefixtures("logging_on", "database")
def test_no_naughty_string_reaches_the_log(tmp_path: Path, shared_data: Path) -> None:
    strings = json.loads((shared_data / "naughty-strings.json").read_text("utf-8"))
    imported(tmp_path, strings)
    for each in strings:
        with pytest.raises(KnownError):
            is_refused(each)
    lines = written().splitlines()
    # The start, the backup before the import, and the import.
    assert len(lines) == len(strings) + 3
    assert all(LINE.fullmatch(line) for line in lines)


@pytest.mark.usefixtures("logging_on")
def test_files_are_bounded_and_for_their_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    log.stop(0)
    monkeypatch.setattr(log, "_LARGEST", 2000)
    log.start(succeeds)
    for _ in range(500):
        succeeds("")
    files = sorted(log.folder().iterdir())
    assert [each.name for each in files] == ["calmony.log", "calmony.log.1", "calmony.log.2"]
    assert all(each.stat().st_size <= 2000 for each in files)
    if os.name == "posix":
        assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
        assert stat.S_IMODE(log.folder().stat().st_mode) == 0o700


def test_a_log_that_cannot_be_made_disturbs_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    log.folder().parent.mkdir(parents=True)
    log.folder().write_text("a file in the way")
    log.start(succeeds)
    assert succeeds("") == 7
    log.fault(ValueError())
    log.stop(1)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_disturbs_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    log.folder().mkdir(parents=True)
    (log.folder() / "calmony.log").symlink_to("/dev/full")
    log.start(succeeds)
    assert succeeds("") == 7
    log.stop(0)
    assert capfd.readouterr() == ("", "")


def test_without_a_start_nothing_is_written(capfd: pytest.CaptureFixture[str]) -> None:
    assert succeeds("") == 7
    log.fault(ValueError("Beatriz"))
    assert not log.folder().exists()
    assert capfd.readouterr() == ("", "")
