"""A process killed in the middle of an operation: nothing acknowledged lost, none half done."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from calmony_desktop.operations.check_database import check_database
from calmony_desktop.store.database import close_database, open_database

from .conftest import Tally, chosen
from .deeds import DEEDS, Base, course
from .forks import ForkServer

#: A thousand, evenly over the operations.
KILLS = -(-1_000 // len(DEEDS))
#: Every so many kills the whole database is checked, not only whether the file is whole.
THOROUGH = 10


@pytest.mark.parametrize("deed", DEEDS)
def test_an_operation_that_is_killed_is_done_or_not(
    deed: str, base: Base, forks: ForkServer, work: Callable[[], Path], tally: Tally
) -> None:
    kill(deed, "killed operations", chosen(short=5, long=KILLS), 1_000, base, forks, work, tally)


def test_an_import_that_is_killed_brings_in_all_or_nothing(
    base: Base, forks: ForkServer, tmp_path: Path, tally: Tally
) -> None:
    numbers = iter(range(10**6))
    open_database(tmp_path / "empty.db")
    close_database()

    def empty() -> Path:
        folder = tmp_path / f"empty-{next(numbers)}"
        folder.mkdir()
        shutil.copyfile(tmp_path / "empty.db", folder / "calmony.db")
        return folder

    kill("import", "killed imports", chosen(short=3, long=30), 30, base, forks, empty, tally)


def kill(
    deed: str,
    fault: str,
    runs: int,
    goal: int,
    base: Base,
    forks: ForkServer,
    work: Callable[[], Path],
    tally: Tally,
) -> None:
    """Kill the operation so often, at a random moment each time, and look at what is left."""
    rng, lost, killed, attempts = random.Random(deed), [], 0, 0
    ids = base.ids | {"records": str(base.records)}
    undisturbed = course(deed, work(), ids)
    assert len(undisturbed.states) > 1 or undisturbed.before != undisturbed.after
    typical = min(forks.run(deed, work()).seconds for _ in range(3))
    while killed < runs:
        folder = work()
        ended = forks.run(deed, folder, kill_after=rng.uniform(0, typical))
        assert ended.answer is None, ended.answer
        # Some are over before they can be killed.
        killed += ended.signal == signal.SIGKILL
        attempts += 1
        assert attempts < 20 + 10 * runs, "hardly any kill comes in time"
        wrong = undisturbed.wrong(folder, is_acknowledged=ended.is_acknowledged)
        if not wrong:
            # Twice: what was acknowledged and what was not, each is asked for again.
            for _ in range(2):
                again = forks.run(deed, folder)
                assert again.is_acknowledged, again.answer
            wrong = undisturbed.wrong(folder, is_acknowledged=True)
            wrong = wrong and f"done again: {wrong}"
        if not wrong and attempts % THOROUGH == 1:
            open_database(folder / "calmony.db")
            wrong = "; ".join(each.sentence for each in check_database().findings)
            close_database()
        if wrong:
            lost.append(f"{deed}, kill {killed}: {wrong}")
        shutil.rmtree(folder)
    tally(fault, runs=killed, goal=goal, lost=lost)
