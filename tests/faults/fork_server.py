"""Runs as a process of its own: does one operation after the other, each in a fork.

A line of JSON on stdin asks for one, a line on stdout tells how it ended.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import deeds
import looks

from calmony_desktop.errors import KnownError
from calmony_desktop.store.database import close_database, open_database

#: A process that takes longer hangs.
LONGEST = 30

READY, DONE, TOLD = b"r", b"d", b"t"


def main() -> None:
    first = json.loads(sys.stdin.readline())
    warm_up(Path(first["database"]), first["ids"])
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


def warm_up(database: Path, ids: dict[str, str]) -> None:
    """Load fonts and time zones once, not in each fork."""
    folder = Path(tempfile.mkdtemp())
    try:
        shutil.copyfile(database, folder / "calmony.db")
        open_database(folder / "calmony.db")
        deeds.do("PDF", folder, ids)
        close_database()
    finally:
        shutil.rmtree(folder)


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """Fork, kill where that is asked for, and say what became of it."""
    reading, writing = os.pipe()
    fork = os.fork()
    if fork == 0:
        os.close(reading)
        work(asked, writing)
    os.close(writing)
    told = read(reading, LONGEST, at_most=1)
    started = time.monotonic()
    if asked["kill_after"] is not None and told:
        time.sleep(asked["kill_after"])
        os.kill(fork, signal.SIGKILL)
    told += read(reading, LONGEST)
    seconds = time.monotonic() - started
    os.close(reading)
    if not told or seconds >= LONGEST:
        os.kill(fork, signal.SIGKILL)
    _, status = os.waitpid(fork, 0)
    first, _, rest = told.removeprefix(READY).partition(TOLD)
    return {
        "is_acknowledged": first == DONE,
        "answer": json.loads(rest) if rest else "it hangs" if seconds >= LONGEST else None,
        "seconds": seconds,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
    }


def read(pipe: int, seconds: float, at_most: int = 1 << 20) -> bytes:
    """What comes within that time, until the other end is closed."""
    found, give_up_at = b"", time.monotonic() + seconds
    while len(found) < at_most:
        ready, _, _ = select.select([pipe], [], [], max(0, give_up_at - time.monotonic()))
        part = os.read(pipe, at_most - len(found)) if ready else b""
        if not part:
            break
        found += part
    return found


def work(asked: dict[str, Any], pipe: int) -> None:
    """In the fork: do it, and acknowledge it once it has returned."""
    answer = ""
    try:
        folder, ids = Path(asked["folder"]), asked["ids"]
        deeds.set_clock(deeds.NOW)
        if asked["deed"] == "look":
            os.write(pipe, READY)
            answer = json.dumps(looks.look(folder, ids))
        else:
            open_database(folder / "calmony.db")
            os.write(pipe, READY)
            while time.monotonic() < asked["not_before"]:
                pass
            found = deeds.do(asked["deed"], folder, ids)
            answer = "" if found is None else json.dumps(found)
        os.write(pipe, DONE)
    except KnownError as error:
        answer = json.dumps(str(error))
    except BaseException:
        answer = json.dumps("a bug: " + traceback.format_exc())
    if answer:
        os.write(pipe, TOLD + answer.encode())
    os._exit(0)


if __name__ == "__main__":
    main()
