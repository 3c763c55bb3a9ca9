"""Invoices drawn by several processes: the same files, and none is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.download_invoices import InvoiceSelection, download_invoices

EVERYTHING = InvoiceSelection()

#: Says the ids of its processes once the first invoices are there, and goes on.
DOWNLOAD = """
import multiprocessing, sys
from pathlib import Path
from calmony_desktop.operations.download_invoices import (
    InvoiceSelection, download_invoices, rendering,
)
from calmony_desktop.store.database import open_database

def progress(done, total):
    if done == 9:
        print(*(each.pid for each in multiprocessing.active_children()), flush=True)
        sys.stdin.readline()

if __name__ == "__main__":
    rendering.FEWEST_FOR_PROCESSES = 1
    rendering.cores = lambda: 2
    open_database(Path(sys.argv[1]))
    download_invoices(InvoiceSelection(), Path(sys.argv[2]), as_zip=False, progress=progress)
"""


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_processes_make_the_same_files_as_one(
    many: Path, tmp_path: Path, use_processes: Callable[[int], None]
) -> None:
    for count in (1, 2):
        use_processes(count)
        report = download_invoices(EVERYTHING, tmp_path / str(count), as_zip=False)
        assert (report.made, report.failed) == (40, 0)
    one, two = files(tmp_path / "1"), files(tmp_path / "2")
    assert len(one) == 41
    assert one == two
    assert not multiprocessing.active_children()


def test_a_process_that_dies_is_told_and_nothing_is_kept(
    many: Path, tmp_path: Path, use_processes: Callable[[int], None]
) -> None:
    def kill(done: int, total: int) -> None:
        # While they start: one that dies while it hands a PDF over can leave the pool waiting.
        if done == 0:
            for process in multiprocessing.active_children():
                process.kill()

    use_processes(2)
    with pytest.raises(KnownError, match="ended unexpectedly"):
        download_invoices(EVERYTHING, tmp_path / "out", as_zip=False, progress=kill)
    assert not (tmp_path / "out").exists()
    assert not multiprocessing.active_children()


def is_running(process_id: int) -> bool:
    try:
        status = Path(f"/proc/{process_id}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_download_that_is_killed_leaves_whole_files_and_no_process(
    many: Path, tmp_path: Path
) -> None:
    script = tmp_path / "download.py"
    script.write_text(DOWNLOAD)
    target = tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, script, many, target],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        children = [int(each) for each in process.stdout.readline().split()]
        assert len(children) == 2
        assert all(map(is_running, children))
        os.kill(process.pid, signal.SIGKILL)
    written = files(target)
    assert len(written) == 9
    for name, data in written.items():
        assert name.endswith(".pdf")
        assert data.startswith(b"%PDF")
        assert data.rstrip().endswith(b"%%EOF")
    while any(map(is_running, children)):
        time.sleep(0.02)
