"""Many invoices saved by ``calmony invoices``: real processes, real files, real Ctrl+C."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

PERIOD = ["--from", "2026-03-01", "--to", "2026-03-31"]


@pytest.mark.parametrize("selection", [[], PERIOD, ["--customer", "cus_1"]], ids=str)
def test_invoices_are_saved_into_a_folder_that_is_made(
    selection: list[str], filled: Any, tmp_path: Path
) -> None:
    target = tmp_path / "accounting" / "march"
    ran = filled("invoices", *selection, target)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"Saved 1 invoice in {target}, listed in index.csv.\n")
    with (target / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["number"], row["total"], row["due_on"]) == ("NW-2026-0001", "49.00", "2026-03-15")
    assert (target / row["file"]).read_bytes().startswith(b"%PDF")
    assert len(list(target.iterdir())) == 2


def test_a_second_download_replaces_nothing(filled: Any, tmp_path: Path) -> None:
    for _ in range(2):
        assert filled("invoices", tmp_path / "out").returncode == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert [name.count(" (2).") for name in names] == [1, 0, 1, 0]


@pytest.mark.parametrize("name", ["march.zip", "MARCH.ZIP"])
def test_a_name_that_ends_in_zip_is_a_zip_file(name: str, filled: Any, tmp_path: Path) -> None:
    for _ in range(2):
        assert filled("invoices", *PERIOD, tmp_path / name).returncode == 0
    with ZipFile(tmp_path / name) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 2


def test_a_selection_without_invoices_is_an_error(filled: Any, tmp_path: Path) -> None:
    for selection, said in (
        (["--from", "2030-01-01"], "No invoice was issued there"),
        (["--customer", "cus_2"], "No invoice was issued there"),
        (["--customer", "cus_9"], "no customer cus_9"),
        (["--from", "2026-04-01", "--to", "2026-03-01"], "ends before it begins"),
    ):
        assert said in filled.refused("invoices", *selection, tmp_path / "out")
        assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo company with some hundred invoices."""
    file = tmp_path_factory.mktemp("demo") / "demo.db"
    start = "from calmony_desktop.cli import calmony; calmony()"
    line = [sys.executable, "-c", start, "--database", file, "demo", "--customers", "30"]
    subprocess.run(line, check=True, capture_output=True)
    return file


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "folder"])
@pytest.mark.parametrize(
    ("moment", "pause"),
    [(r": 0 of ", 0), (r": 0 of ", 0.25), (r": [1-9]\d* of ", 0)],
    ids=["at once", "while its processes start", "midway"],
)
def test_ctrl_c_reaches_every_process_and_leaves_nothing(
    moment: str, pause: float, is_zip: bool, demo: Path, command: Any, tmp_path: Path
) -> None:
    target = tmp_path / ("out.zip" if is_zip else "out")
    terminal, its_stderr = os.openpty()
    process = subprocess.Popen(
        [*command(demo).line, "invoices", target],
        stdout=subprocess.DEVNULL,
        stderr=its_stderr,
        process_group=0,
    )
    os.close(its_stderr)
    written = ""
    is_sent = False
    while True:
        try:
            read = os.read(terminal, 1024).decode()
        except OSError:
            break
        written += read
        if not read:
            break
        if not is_sent and re.search(moment, written):
            time.sleep(pause)
            # As a terminal does: to all processes of the group, those that draw included.
            os.killpg(process.pid, signal.SIGINT)
            is_sent = True
    os.close(terminal)
    assert process.wait() == 130, written
    assert written.endswith("calmony: Interrupted; nothing was changed.\r\n")
    assert "Traceback" not in written
    assert list(tmp_path.iterdir()) == []
