"""Billing in several processes at once, and killed in between: whole, once, without a gap."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from calmony_desktop.operations import operator
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.fill_demo import fill_demo
from calmony_desktop.operations.run_billing import preview_billing, run_billing
from calmony_desktop.store import models
from calmony_desktop.store.database import close_database, open_database

from .conftest import Company, noon

#: Bills day after day, as it is told on stdin, on a clock of its own.
BILL = """
import sys
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4
from calmony_desktop.operations import operator
from calmony_desktop.operations.run_billing import run_billing
from calmony_desktop.store.database import open_database
open_database(Path(sys.argv[1]))
print("ready", flush=True)
for line in sys.stdin:
    at = int(line)
    operator.time = SimpleNamespace(time=lambda: at)
    print(len(run_billing(operation_id=str(uuid4())).invoices), flush=True)
"""

#: The same, each time in a fork of its own, whose id it prints: quicker to start and to kill.
BILL_IN_FORKS = """
import os, sys
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4
from calmony_desktop.operations import operator
from calmony_desktop.operations.run_billing import run_billing
from calmony_desktop.store.database import open_database
print("ready", flush=True)
for line in sys.stdin:
    fork = os.fork()
    if fork == 0:
        at = int(line)
        operator.time = SimpleNamespace(time=lambda: at)
        open_database(Path(sys.argv[1]))
        run_billing(operation_id=str(uuid4()))
        os._exit(0)
    print(fork, flush=True)
    os.waitpid(fork, 0)
"""


class Biller:
    """A process that bills the database."""

    def __init__(self, database: Path, script: str = BILL) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def start(self, day: date) -> None:
        """Have it bill, as at noon of ``day``."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{noon(day)}\n")
        self.process.stdin.flush()

    def finish(self) -> int:
        """The number that it answers with: of invoices or, where it forks, of the process."""
        return int(self._line())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> None:
        self.process.communicate()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@pytest.fixture
def billers() -> Iterator[list[Biller]]:
    """Processes that are ended with the test."""
    started: list[Biller] = []
    yield started
    for each in started:
        if each.process.returncode is None:
            each.kill()


def path() -> Path:
    return Path(models.database.database)


def assert_billed_once(company: Company, subscriptions: int, starts: list[str]) -> None:
    """Each subscription has one invoice for each of these periods, and no number is missing."""
    found = Counter((each.subscription_id, str(each.period_start_on)) for each in company.issued())
    assert found == {
        (f"sub_{number}", start): 1 for number in range(subscriptions) for start in starts
    }
    numbers = [int(each.number.rpartition("-")[2]) for each in company.issued()]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert check_database().findings == ()


def test_two_processes_that_bill_at_once_bill_once(company: Any, billers: list[Biller]) -> None:
    company.bring_in(*(company.subscription(id=f"sub_{number}") for number in range(40)))
    billers += [Biller(path()) for _ in range(2)]
    counts = [0, 0]
    for day in (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)):
        for each in billers:
            each.start(day)
        counts = [number + each.finish() for number, each in zip(counts, billers, strict=True)]
    assert sum(counts) == 120
    assert_billed_once(company, 40, ["2026-02-01", "2026-03-01", "2026-04-01"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts no process by forking")
def test_billing_that_is_killed_goes_on_where_it_was(company: Any, billers: list[Biller]) -> None:
    company.bring_in(*(company.subscription(id=f"sub_{number}") for number in range(60)))
    billers.append(Biller(path(), BILL_IN_FORKS))
    rng, kills, done = random.Random(4), 0, 0
    while done < 300 and kills < 24:
        billers[0].start(date(2026, 6, 1))
        fork = billers[0].finish()
        # Killed once it has got a little further, wherever that is.
        target = min(done + rng.randint(1, 9), 300)
        while len(company.issued()) < target:
            time.sleep(0.001)
        os.kill(fork, signal.SIGKILL)
        kills += 1
        done = len(company.issued())
        per_subscription = Counter(each.subscription_id for each in company.issued())
        assert set(per_subscription.values()) == {5}, "all periods of one, or none"
    assert kills > 5
    company.now_is("2026-06-01")
    company.bill()
    starts = [f"2026-0{month}-01" for month in range(2, 7)]
    assert_billed_once(company, 60, starts)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts no process by forking")
def test_a_demo_company_is_billed_for_two_years(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, billers: list[Biller]
) -> None:
    """With random cancellations, in several runs, some killed, some in two processes at once."""
    database, today, rng = tmp_path / "demo.db", date(2026, 1, 15), random.Random(7)
    clock = SimpleNamespace(at=noon(today))
    monkeypatch.setattr(operator, "time", SimpleNamespace(time=lambda: clock.at))
    open_database(database)
    fill_demo(customers=40, seed=3, today=today)
    victim, *both = billers[:] = [Biller(database, BILL_IN_FORKS), *map(Biller, [database] * 2)]
    ended: dict[str, date] = {}
    asked_to_wait = kills = at_once = 0
    last_day = today + timedelta(days=731)
    while today < last_day:
        today = min(today + timedelta(days=rng.choice((1, 7, 20, 31, 45))), last_day)
        clock.at = noon(today)
        alive = [each.id for each in _with_a_date()]
        for each in rng.sample(alive, k=min(2, len(alive))):
            waits = rng.random() < 0.5 and _end_of_period(each) > today
            ended[each] = _end_of_period(each) if waits else today
            cancel_subscription(each, operation_id=str(uuid4()), at_period_end=waits)
            asked_to_wait += waits
        how = rng.random()
        if how < 0.25:
            before = _issued()
            for biller in both:
                biller.start(today)
            counts = [biller.finish() for biller in both]
            assert sum(counts) == _issued() - before
            at_once += 1
        elif how < 0.75:
            kills += _is_killed_at_work(victim, today, rng)
        else:
            run_billing(operation_id=str(uuid4()))
    run_billing(operation_id=str(uuid4()))
    assert kills > 5, "killed after it had billed something and before it had billed all"
    assert at_once > 3
    assert 5 < asked_to_wait < len(ended) - 5
    issued = list(models.Invoice.select().where(models.Invoice.issued_here))
    assert len(issued) > 150
    for invoice in issued:
        end = ended.get(invoice.subscription_id)
        assert end is None or invoice.period_start_on < end
        assert end is None or invoice.issued_on < end
    periods = Counter((each.subscription_id, each.period_start_on) for each in issued)
    assert set(periods.values()) == {1}
    for series in models.InvoiceSeries.select():
        numbers = {
            int(number.removeprefix(series.series))
            for (number,) in models.Invoice.select(models.Invoice.number)
            .where(models.Invoice.number.startswith(series.series))
            .tuples()
        }
        assert numbers == set(range(1, series.last + 1))
    assert check_database().findings == ()
    close_database()


def _is_killed_at_work(victim: Biller, today: date, rng: random.Random) -> bool:
    """Kill a process that bills; whether it had billed something by then, and not all."""
    due, before = len(preview_billing().invoices), _issued()
    enough = before + min(rng.randint(1, 5), due)
    victim.start(today)
    fork = victim.finish()
    while _issued() < enough:
        time.sleep(0.0005)
    # It may have billed all, and be gone; once killed, it is gone when it is not found any more.
    with suppress(ProcessLookupError):
        os.kill(fork, signal.SIGKILL)
        while True:
            os.kill(fork, 0)
            time.sleep(0.0005)
    return before < _issued() < before + due


def _issued() -> int:
    number: int = models.Invoice.select().where(models.Invoice.issued_here).count()
    return number


def _with_a_date() -> list[Any]:
    query = models.Subscription.select().where(models.Subscription.next_billing_date.is_null(False))
    return list(query.order_by(models.Subscription.id))


def _end_of_period(subscription_id: str) -> date:
    found: date = models.Subscription.get_by_id(subscription_id).next_billing_date
    return found
