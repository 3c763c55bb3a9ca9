"""Power cuts: what was not synced is lost or torn, and no acknowledged commit with it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from calmony_desktop.operations import operator
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.store.database import close_database, database, open_database

from . import disk
from .apsw_store import store_on
from .conftest import Tally, chosen
from .deeds import NOW, WRITING_DEEDS, Base, do, records, set_clock

#: Small, so that the log is often copied into the file, which is when most can go wrong; but more
#: than a commit writes, or every commit would be synced with the copy.
PAGES_TO_CHECKPOINT = 40
THOROUGH = 10


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operator, "time", operator.time)
    set_clock(NOW)


def day(
    base: Base, folder: Path, synchronous: str, at: Callable[[int], bool]
) -> tuple[disk.PowerCuts, list[str]]:
    """Do everything an operator does, on a disk whose power is cut; the states it went through."""
    recorder = disk.PowerCuts("power-cuts", at=at)
    states: list[str] = []

    def acknowledged(done: int = 1, total: int = 1) -> None:
        if done:
            states.append(records())
            recorder.reached = len(states) - 1

    pragmas = {"synchronous": synchronous, "wal_autocheckpoint": PAGES_TO_CHECKPOINT}
    with store_on(recorder, "power-cuts", pragmas):
        for deed in WRITING_DEEDS:
            open_database(folder / "calmony.db")
            if not states:
                acknowledged()
            do(deed, folder, base.ids, acknowledged)
            acknowledged()
            close_database()
    return recorder, states


def cut_power(
    base: Base, work: Callable[[], Path], synchronous: str, runs: int
) -> tuple[int, list[str], list[str]]:
    """So many power cuts; those that lost an acknowledged commit, and those that left worse."""
    moments = day(base, work(), synchronous, lambda moment: False)[0].moments
    rng, cuts, lost, broken = random.Random(synchronous), 0, [], []
    while cuts < runs:
        chosen_moments = set(rng.sample(range(1, moments + 1), k=min(50, runs - cuts, moments)))
        folder = work()
        recorder, states = day(base, folder, synchronous, chosen_moments.__contains__)
        for cut in recorder.cuts:
            cuts += 1
            left = folder / f"cut-{cuts}"
            cut.survivors(rng, left)
            open_database(left / "calmony.db", must_exist=True)
            found = records()
            is_thorough = cuts % THOROUGH == 0
            findings = check_database().findings if is_thorough else ()
            damage = database.execute_sql("PRAGMA integrity_check").fetchall()
            close_database()
            shutil.rmtree(left)
            if damage != [("ok",)] or findings or found not in states:
                broken.append(f"cut {cuts} left {damage}, {findings} or half of a change")
            elif max(n for n, state in enumerate(states) if state == found) < cut.reached:
                lost.append(f"cut {cuts} lost an acknowledged commit")
    return cuts, lost, broken


@pytest.mark.usefixtures("at_noon")
def test_a_power_cut_loses_no_acknowledged_commit(
    base: Base, work: Callable[[], Path], tally: Tally
) -> None:
    runs = chosen(short=40, long=1_000)
    cuts, lost, broken = cut_power(base, work, "FULL", runs)
    tally("power cuts", runs=cuts, goal=1_000, lost=lost + broken)


@pytest.mark.usefixtures("at_noon")
def test_without_full_syncing_a_power_cut_does_lose_some(
    base: Base, work: Callable[[], Path], tally: Tally
) -> None:
    """Were it otherwise, the test above could not fail."""
    runs = chosen(short=40, long=1_000)
    cuts, lost, broken = cut_power(base, work, "NORMAL", runs)
    assert lost
    note = f"(NORMAL: {len(lost)} lost a commit, as they must)"
    tally("power cuts, the control", runs=cuts, goal=1_000, lost=broken, note=note)
