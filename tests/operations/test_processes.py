"""Long work in a process of its own, seen from the window's."""

from __future__ import annotations

import json
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop import fault_report, log
from calmony_desktop.errors import CannotOpen, FileState, KnownError
from calmony_desktop.operations.backups import back_up_now, list_backups
from calmony_desktop.operations.import_records import import_paths
from calmony_desktop.operations.processes import in_own_process
from calmony_desktop.operations.progress import Cancelled, unattended
from calmony_desktop.store import customers
from calmony_desktop.store.database import close_database, data_version


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Enough customers that their import tells of itself."""
    made = [
        {"id": f"cus_{number}", "object": "customer", "created": 1_772_366_400}
        for number in range(1000)
    ]
    path = tmp_path / "customers.jsonl"
    path.write_text("\n".join(map(json.dumps, made)))
    return path


def test_the_result_comes_back_and_the_window_can_tell_that_the_file_changed(
    database: Path, file: Path
) -> None:
    before = data_version()
    told: list[tuple[int, int]] = []
    report = in_own_process(import_paths, [file], progress=lambda *how_far: told.append(how_far))
    assert report.total.new == 1000
    assert customers.count() == 1000
    assert data_version() != before
    assert told
    assert any(done for done, _ in told)
    assert "import_paths" in (log.folder() / "calmony.log").read_text(), "the log is the same"


def test_a_known_error_comes_back_as_it_is(database: Path, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="There is no file or folder"):
        in_own_process(import_paths, [tmp_path / "missing.json"], progress=unattended)


def test_a_file_that_cannot_be_opened_there_comes_back_with_its_state(
    database: Path, file: Path
) -> None:
    close_database()
    database.unlink()
    with pytest.raises(CannotOpen, match="There is no database") as raised:
        in_own_process(import_paths, [file], progress=unattended)
    assert raised.value.state is FileState.MISSING


def test_a_bug_comes_back_with_its_places_and_without_anything_else(database: Path) -> None:
    with pytest.raises(fault_report.FaultElsewhere) as raised:
        in_own_process(import_paths, 5, progress=unattended)  # no paths
    described = "\n".join(fault_report.describe(raised.value))
    assert "TypeError" in described
    assert "import_records/__init__.py" in described
    assert "iterable" not in described


def test_cancelling_stops_the_work_and_keeps_nothing(database: Path, file: Path) -> None:
    def cancel(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        in_own_process(import_paths, [file], progress=cancel)
    assert customers.count() == 0
    assert active_children() == []


@pytest.mark.parametrize("moment", ["at once", "under way"])
def test_a_process_that_is_killed_leaves_the_records_as_they_were(
    database: Path, file: Path, moment: str
) -> None:
    import_paths([file])
    backups = len(list_backups())
    changed = file.with_name("changed.jsonl")
    changed.write_text(file.read_text().replace("1772366400", "1772366401") * 15)

    def kill(done: int, _total: int) -> None:
        if done or moment == "at once":
            for each in active_children():
                each.kill()

    with pytest.raises(KnownError, match="Nothing is left half done"):
        in_own_process(import_paths, [changed], progress=kill)
    assert customers.count() == 1000
    assert len(list_backups()) - backups <= 1
    report: Any = in_own_process(import_paths, [file], progress=unattended)
    assert report.total.unchanged == 1000


def test_a_backup_is_made_there_too(database: Path, file: Path) -> None:
    import_paths([file])
    made = in_own_process(back_up_now, progress=unattended)
    assert [each.path for each in list_backups()] == [made.path]
