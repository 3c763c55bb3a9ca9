"""Each write and each sync of an operation failed in turn, once and from then on.

It is how SQLite tests itself: fail the n-th, look at everything, fail the next, until the operation
ends without meeting the fault.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.operations import operator
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.store.database import close_database, open_database

from . import disk
from .apsw_store import store_on
from .conftest import IS_LONG, Tally
from .deeds import NOW, WRITING_DEEDS, Base, Course, course, do, set_clock

FAULTS = {
    "failed writes": ("write", apsw.SQLITE_IOERR_WRITE, "could not be read or written"),
    "failed syncs": ("sync", apsw.SQLITE_IOERR_FSYNC, "could not be read or written"),
    "writes on a full disk": ("write", apsw.SQLITE_FULL, "The disk is full"),
}
#: With every other test only every so many is failed.
STRIDE = {"sync": 1, "write": 1 if IS_LONG else 7}
DEEDS = WRITING_DEEDS if IS_LONG else WRITING_DEEDS[::3]
THOROUGH = 20


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operator, "time", operator.time)
    set_clock(NOW)


@pytest.mark.parametrize(
    ("fault", "goes_on"),
    [
        ("failed writes", False),
        ("failed writes", True),
        ("failed syncs", False),
        ("failed syncs", True),
        ("writes on a full disk", True),
    ],
    ids=lambda each: each if isinstance(each, str) else "from then on" if each else "once",
)
@pytest.mark.parametrize("deed", DEEDS)
def test_an_operation_on_a_failing_disk_is_done_or_not(
    deed: str, fault: str, goes_on: bool, base: Base, work: Callable[[], Path], tally: Tally
) -> None:
    undisturbed = course(deed, work(), base.ids)
    set_clock(NOW)
    what, error, expected = FAULTS[fault]
    lost: list[str] = []
    n, runs, met = 1, 0, True
    while met:
        folder = work()
        told, met = fail(deed, folder, base, what, n, error, goes_on=goes_on)
        wrong = ""
        if told is not None and expected not in told:
            wrong = f"it was told as “{told}”"
        wrong = wrong or undisturbed.wrong(folder, is_acknowledged=told is None)
        wrong = wrong or again(deed, folder, base, undisturbed, is_thorough=n % THOROUGH == 1)
        if wrong:
            lost.append(f"{deed}, {what} {n}: {wrong}")
        runs += met
        n += STRIDE[what]
    tally(fault, runs=runs, goal="all", lost=lost)


def fail(
    deed: str, folder: Path, base: Base, what: str, n: int, error: int, *, goes_on: bool
) -> tuple[str | None, bool]:
    """Do it with that fault: the sentence it was refused with, and whether it met the fault."""
    failing = disk.Failing("failing")
    told = None
    with store_on(failing, "failing"):
        open_database(folder / "calmony.db")
        failing.arm(what, n, error, goes_on=goes_on)
        try:
            do(deed, folder, base.ids)
        except KnownError as known:
            told = str(known)
        # A disk that is gone is gone until the program is closed.
        close_database()
        met = failing.failed > 0
    return told, met


def again(deed: str, folder: Path, base: Base, undisturbed: Course, *, is_thorough: bool) -> str:
    """Try it again on a good disk, twice; what is wrong then."""
    open_database(folder / "calmony.db")
    for _ in range(2):
        do(deed, folder, base.ids)
    findings = check_database().findings if is_thorough else ()
    close_database()
    if findings:
        return "; ".join(each.sentence for each in findings)
    wrong = undisturbed.wrong(folder, is_acknowledged=True)
    return wrong and f"done again: {wrong}"
