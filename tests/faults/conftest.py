"""Faults on purpose: how many of each, and the table of what became of them.

A short form runs with every other test. ``make faults`` sets ``FAULTS=long`` and prints the table.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop.store.database import close_database

from .deeds import Base, make_base
from .forks import ForkServer

IS_LONG = os.environ.get("FAULTS") == "long"

Tally = Callable[..., None]
_PROPERTY = "fault"


def chosen(*, short: int, long: int) -> int:
    """How many runs there are to be: few with every other test, many with ``make faults``."""
    return long if IS_LONG else short


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Tally:
    """Writes a row of the table: how often a fault was caused, and what it did each time.

    ``goal`` is the whole row's, which several tests may share ("all" where the operation itself
    says how many there are); ``lost`` are the runs that lost something or left it half done, and
    the test fails where there is any.
    """

    def write(fault: str, *, runs: int, goal: int | str, lost: list[str], note: str = "") -> None:
        record_property(_PROPERTY, [fault, runs, goal, len(lost), note])
        assert not lost, "\n".join(lost[:10])
        assert runs > 0

    return write


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """The company that every fault starts from."""
    made = make_base(tmp_path_factory.mktemp("base"))
    close_database()
    return made


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    """Leaves no database open."""
    yield
    close_database()


@pytest.fixture(scope="module")
def forks(base: Base) -> Iterator[ForkServer]:
    """Runs operations in processes of their own."""
    if not hasattr(os, "fork"):
        pytest.skip("this system starts no process by forking")
    server = ForkServer(base)
    yield server
    server.end()


@pytest.fixture
def work(base: Base, tmp_path: Path) -> Callable[[], Path]:
    """Makes one fresh folder after the other with a copy of the company in it."""
    numbers = iter(range(10**9))
    return lambda: base.copy_to(tmp_path / f"work-{next(numbers)}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table, in the long form."""
    rows: dict[str, list[Any]] = defaultdict(lambda: [0, 0, 0, set()])
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == _PROPERTY and report.when == "call":
                    fault, runs, goal, lost, note = value
                    row = rows[fault]
                    row[0] += runs
                    row[1] = goal
                    row[2] += lost
                    row[3] |= {note} - {""}
    if not IS_LONG or not rows:
        return
    terminalreporter.section("faults on purpose")
    terminalreporter.line(f"{'fault':<46} {'runs':>6} {'goal':>6} {'lost or half done':>18}")
    for fault, (runs, goal, lost, notes) in sorted(rows.items()):
        note = f"  {'; '.join(sorted(notes))}" if notes else ""
        is_short = isinstance(goal, int) and runs < goal
        terminalreporter.line(
            f"{fault:<46} {runs:>6,} {goal:>6} {lost:>18,}{note}"
            + ("  FEWER THAN THE GOAL" if is_short else "")
        )
