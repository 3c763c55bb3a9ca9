"""Start to first paint of the bundle beside the same code from a virtual environment.

    .venv/bin/python tests/packaging/installers/measure_start.py dist/calmony-desktop

Both open the same demo company on a screen of their own (Xvfb), in turns, so that whatever else the
machine does weighs on both. A start ends when its window is on the screen. It prints the medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

STARTS = 15


def seconds_until_shown(command: list[str], environment: dict[str, str]) -> float:
    """How long ``command`` takes until its window is there."""
    start = time.perf_counter()
    program = subprocess.Popen(command, env=environment)
    search = ["xdotool", "search", "--onlyvisible", "--name", "Calmony"]
    while not subprocess.run(search, env=environment, capture_output=True).stdout:
        assert program.poll() is None, f"{command[0]} ended"
    taken = time.perf_counter() - start
    program.terminate()
    program.wait()
    return taken


def measure(bundle: Path, folder: Path, display: str) -> None:
    """Print the medians of starts in turns."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        "HOME": str(folder),
        "DISPLAY": display,
        "CALMONY_DATABASE": str(folder / "demo.db"),
    }
    subprocess.run([bundle / "calmony", "demo"], check=True, env=environment, capture_output=True)
    commands = {
        "bundle": [str(bundle / "calmony-desktop")],
        "virtual environment": [sys.executable, "-m", "calmony_desktop"],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(STARTS + 1):
        for name, command in commands.items():
            seconds = seconds_until_shown(command, environment)
            # The first of each reads its files from the disk.
            if turn:
                taken[name].append(seconds)
    medians = {name: statistics.median(seconds) for name, seconds in taken.items()}
    for name, median in medians.items():
        print(f"{name:20} {median * 1000:5.0f} ms")
    print(f"ratio                {medians['bundle'] / medians['virtual environment']:5.2f}")


def main() -> None:
    """The command line."""
    read, write = os.pipe()
    screen = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-ac", "-noreset"]
    server = subprocess.Popen(screen, pass_fds=[write], stderr=subprocess.DEVNULL)
    try:
        with os.fdopen(read) as told, TemporaryDirectory() as folder:
            measure(Path(sys.argv[1]).resolve(), Path(folder), f":{told.readline().strip()}")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
