"""Two processes that cancel the same subscription at once: done once, and neither is lied to."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from calmony_desktop.operations.check_database import check_database
from calmony_desktop.store import activity
from calmony_desktop.store.database import close_database, open_database

from .conftest import Tally, chosen
from .deeds import Base
from .forks import ForkServer

THOROUGH = 10

#: What is asked of both, with an operation of its own or the same, and what they answer.
ASKED = {
    "at once": ("cancel, too", ("a", "b"), ["already_ended", "canceled"]),
    "at period end": ("cancel at period end, too", ("a", "b"), ["already_scheduled", "scheduled"]),
    "the same operation": ("cancel, too", ("a", "a"), ["canceled", "canceled"]),
}
ROUNDS = 100


@pytest.mark.parametrize("asked", ASKED)
def test_two_who_cancel_the_same_subscription_cancel_it_once(
    asked: str, base: Base, forks: ForkServer, work: Callable[[], Path], tally: Tally
) -> None:
    deed, operations, answers = ASKED[asked]
    other, wrong = ForkServer(base), []
    rounds = chosen(short=8, long=ROUNDS)
    for number in range(rounds):
        folder = work()
        soon = time.monotonic() + 0.015
        for server, operation in zip((forks, other), operations, strict=True):
            server.start(deed, folder, not_before=soon, ids={"operation": operation})
        told = sorted(str(server.finish().answer) for server in (forks, other))
        open_database(folder / "calmony.db")
        entries = activity.of_object("subscription", base.ids["cancel"])
        cancelled = [each for each in entries if each.action == "cancel_subscription"]
        findings = check_database().findings if number % THOROUGH == 0 else ()
        close_database()
        if told != answers or len(cancelled) != 1 or findings:
            wrong.append(f"{asked}, round {number}: {told}, {len(cancelled)} entries, {findings}")
        shutil.rmtree(folder)
    other.end()
    tally("two that cancel at once", runs=rounds, goal=len(ASKED) * ROUNDS, lost=wrong)
