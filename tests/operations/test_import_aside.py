"""The window has an import done elsewhere, and takes part in nothing of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.import_aside import import_and_report
from calmony_desktop.operations.import_records import import_paths
from calmony_desktop.operations.processes import in_own_process
from calmony_desktop.operations.progress import unattended
from calmony_desktop.store import customers

_STAYS_OUT = """
import sys
from calmony_desktop.operations import processes
from calmony_desktop.operations.import_aside import import_and_report
sys.exit(any(name.endswith((".import_records", ".backups")) for name in sys.modules))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "customers.json"
    path.write_text(json.dumps({"object": "customer", "id": "cus_1", "created": 1}))
    return path


def test_the_report_comes_back_in_words(database: Path, file: Path) -> None:
    words = in_own_process(import_and_report, [file], progress=unattended)
    assert customers.exists("cus_1")
    assert words.splitlines()[-1].split() == ["total", "1", "0", "0", "0", "0", "0"]
    again = in_own_process(import_and_report, [file], progress=unattended)
    assert again == import_paths([file]).as_text() != words


def test_what_is_wrong_comes_back_too(database: Path, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="missing"):
        in_own_process(import_and_report, [tmp_path / "missing.json"], progress=unattended)


def test_nothing_of_an_import_is_needed_where_it_is_waited_for() -> None:
    assert subprocess.run([sys.executable, "-c", _STAYS_OUT], check=False).returncode == 0
