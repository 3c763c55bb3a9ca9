"""A disk that is really full: what is written is whole or not there at all, and told as such."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Tally, chosen
from .deeds import Base

_ROWS = Path(__file__).with_name("full_disk_rows.py")
#: At most so many amounts of room are left for each of them.
STEPS = 40


def small_disks() -> tuple[list[str], str]:
    """The command that may mount one, seen by nobody else and gone with its process."""
    ways = {"tmpfs, as root": ["unshare", "-m"], "tmpfs, in a namespace": ["unshare", "-Urm"]}
    if shutil.which("unshare") is not None:
        for name, command in ways.items():
            mount = [*command, "mount", "-t", "tmpfs", "calmony", "/mnt"]
            if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
                return command, name
    pytest.skip("nobody may mount a small disk here; test_failing_disk fills one for the database")


def test_a_full_disk_loses_nothing(base: Base, tmp_path: Path, tally: Tally) -> None:
    command, name = small_disks()
    (tmp_path / "disk").mkdir()
    steps = chosen(short=6, long=STEPS)
    asked = {
        "disk": str(tmp_path / "disk"),
        "database": str(base.database),
        "ids": base.ids,
        "steps": steps,
    }
    ran = subprocess.run(
        [*command, sys.executable, _ROWS, json.dumps(asked)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert ran.returncode == 0, ran.stderr
    rows = json.loads(ran.stdout)
    assert rows.keys() == {"commit", "PDF", "export", "backup", "log"}
    for what, (runs, found) in rows.items():
        tally(f"full disk: {what}", runs=runs, goal="all", lost=found, note=f"({name})")
