"""The rows of the table: each a function that measures ours and its yardstick in turns."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from asked import Asked, environment
from big_database import FEW_PAYMENTS, MANY_PAYMENTS, big_database, many_payments
from importing import measure_import
from queries import some_customers, typed_queries, ways_to_narrow
from report import Row, p95

_HERE: Final = Path(__file__).parent


@dataclass
class Bench:
    """What the rows share. ``scratch`` is an empty folder of this run."""

    customers: int
    scratch: Path
    is_quick: bool
    #: How many customers the import brings.
    imported: int
    open_processes: ExitStack = field(default_factory=ExitStack)

    def times(self, number: int) -> int:
        """How often something is measured."""
        return 1 if self.is_quick else number

    @cached_property
    def database(self) -> Path:
        """The big database."""
        return big_database(self.customers)

    @cached_property
    def window(self) -> Asked:
        """The program's window on it."""
        return self.ask_process("asked_window.py", str(self.database))

    @cached_property
    def qt(self) -> Asked:
        """Qt's own means on it."""
        return self.ask_process("asked_qt.py", str(self.database))

    @cached_property
    def queries(self) -> list[str]:
        """What is typed."""
        return typed_queries(self.database, 10 if self.is_quick else 500)

    def ask_process(self, script: str, *arguments: str) -> Asked:
        """A process that measures, until the run ends."""
        return self.open_processes.enter_context(Asked(script, *arguments, home=self.scratch))


def start(bench: Bench) -> Iterator[Row]:
    """Process start to the first painted list; the same at a thousand customers."""
    commands = {
        "bare": [str(_HERE / "started_bare.py")],
        "big": [str(_HERE / "started_window.py"), str(bench.database)],
        "thousand": [
            str(_HERE / "started_window.py"),
            str(big_database(min(1000, bench.customers))),
        ],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(bench.times(16)):
        for name, command in commands.items():
            milliseconds = _until_painted(command, bench.scratch)
            if round_ or bench.is_quick:  # the first round only warms up
                taken[name].append(milliseconds)
    yield Row(
        "start",
        "process start to first painted list",
        taken["big"],
        "a bare window with an empty QTableView",
        taken["bare"],
        most_ratio=1.8,
    )
    yield Row(
        "first-paint",
        f"first paint at {bench.customers:,} customers",
        taken["big"],
        "at 1,000 customers",
        taken["thousand"],
        most_ratio=1.1,
    )


def open_customer(bench: Bench) -> Iterator[Row]:
    """Key press to three painted tables."""
    ours, theirs = [], []
    rng = random.Random(1)
    # Each opens customers of its own: what the program reads beforehand would lie ready for Qt.
    for other in some_customers(bench.database, bench.times(200)):
        bench.window.ask("go_to", place=rng.random())
        ours.append(bench.window.ask("open_next"))
        theirs.append(bench.qt.ask("open", customer_id=other))
    yield Row(
        "open",
        "open a customer: key press to three painted tables, 95th percentile",
        ours,
        "three QSqlTableModels in three QTableViews",
        theirs,
        statistic="p95",
        most_ratio=1.0,
        most=16,
    )


def search(bench: Bench) -> Iterator[Row]:
    """Key press to painted results."""
    ours, theirs = [], []
    for number, text in enumerate(bench.queries):
        ours.append(bench.window.ask("search", text=text))
        # A scan takes seconds at a million. 7 and 10 share no factor: every kind has its turn.
        if number % 7 == 0:
            theirs.append(bench.qt.ask("search", text=text))
    bench.window.ask("clear")
    yield Row(
        "search",
        f"search: key press to painted results, 95th percentile of {len(ours)} typed queries",
        ours,
        "QSqlTableModel.setFilter with LIKE",
        theirs,
        statistic="p95",
        most_ratio=1 / 50,
        most=50,
    )


def search_narrowed(bench: Bench) -> Iterator[Row]:
    """The same in every order and with every filter."""
    slow = []
    ways = list(ways_to_narrow())
    texts = bench.queries[: 3 if bench.is_quick else 40]
    for way in ways[:: 20 if bench.is_quick else 1]:
        bench.window.ask("narrow", **way)
        slow.append(p95([bench.window.ask("search", text=text) for text in texts]))
        bench.window.ask("clear")
    bench.window.ask("narrow", **ways[0])
    theirs = [bench.qt.ask("search", text=text) for text in texts[: bench.times(20)]]
    yield Row(
        "search-narrowed",
        f"the same sorted and filtered, the slowest of {len(slow)} combinations",
        slow,
        "QSqlTableModel.setFilter with LIKE, neither sorted nor filtered",
        [p95(theirs)],
        statistic="max",
        most_ratio=1 / 50,
        most=50,
    )


def blocked(bench: Bench) -> Iterator[Row]:
    """The longest time the GUI thread is blocked while somebody types and scrolls."""
    texts, seconds = bench.queries[:40], 0.5 if bench.is_quick else 4
    ours, theirs, longest = [], [], 0.0
    for _ in range(bench.times(4)):
        late, with_host = bench.window.ask("blocked", texts=texts, seconds=seconds)
        ours += late
        longest = max(longest, with_host)
        theirs += bench.qt.ask("blocked", texts=texts, seconds=seconds)[0]
    yield Row(
        "blocked",
        "longest time the GUI thread is blocked while typing and scrolling"
        + _with_what_the_host_took(longest),
        ours,
        "a window that does nothing",
        theirs,
        statistic="max",
        most=16,
    )


def blocked_while_importing(bench: Bench) -> Iterator[Row]:
    """The same while an import runs, on a copy of the big database."""
    from importing import export_new_customers

    folder = export_new_customers(min(bench.imported, 5000), bench.scratch / "while")
    copy = bench.scratch / "copy.db"
    shutil.copyfile(bench.database, copy)
    with Asked("asked_window.py", str(copy), home=bench.scratch) as window:
        texts = bench.queries[:40]
        ours, longest = window.ask("blocked_while_importing", texts=texts, folder=str(folder))
    copy.unlink()
    yield Row(
        "blocked-import",
        "the same while an import runs, and when it ends" + _with_what_the_host_took(longest),
        ours,
        statistic="max",
        most=50,
    )


def blocked_while_backing_up(bench: Bench) -> Iterator[Row]:
    """The same while a backup is written."""
    with Asked("asked_window.py", str(bench.database), home=bench.scratch) as window:
        target = str(bench.scratch / "backup.db")
        texts = bench.queries[:40]
        ours, longest = window.ask("blocked_while_backing_up", texts=texts, target=target)
    yield Row(
        "blocked-backup",
        "the same while a backup runs" + _with_what_the_host_took(longest),
        ours,
        statistic="max",
        most=50,
    )


def _with_what_the_host_took(longest: float) -> str:
    return f" ({longest:.0f} ms with what the host of this machine took)"


def scroll(bench: Bench) -> Iterator[Row]:
    """Jump to the end of the list; drag the scroll bar through it."""
    ours, theirs = [], []
    for _ in range(bench.times(3)):
        ours += [bench.window.ask("jump_to_end") for _ in range(5)]
        theirs.append(bench.qt.ask("jump_to_end"))
    yield Row(
        "jump",
        "jump to the end of the list",
        ours,
        "QSqlTableModel fetched to the end",
        theirs,
        most_ratio=1 / 50,
    )
    blank = bench.window.ask("drag", steps=20 if bench.is_quick else 500)
    yield Row(
        "blank",
        "drag the scroll bar through it: longest time a row stays blank",
        blank or [0.0],
        statistic="max",
        most=50,
    )


#: A hand needs half a second at least to reach a heading.
_A_HAND_MS: Final = 500


def long_history(bench: Bench) -> Iterator[Row]:
    """A customer with very many payments, against one with few."""
    many, few = MANY_PAYMENTS, FEW_PAYMENTS
    number = many_payments(bench.customers)
    opened: dict[str, list[float]] = {many: [], few: []}
    ordered: dict[int, dict[str, list[float]]] = {
        after: {many: [], few: []} for after in (_A_HAND_MS, 5)
    }
    for round_ in range(bench.times(8)):
        for each in (few, many):
            opened[each].append(bench.window.ask("open", customer_id=each))
            for after, taken in ordered.items():
                taken[each].append(
                    bench.window.ask(
                        "sort_payments",
                        customer_id=each,
                        column=round_ % 3,
                        descending=bool(round_ % 2),
                        after=after,
                    )
                )
    whose = f"a customer with {number:,} payments"
    at_last, at_once = ordered.values()
    for name, words, figures in (
        ("long-open", f"{whose} opens: to first paint", opened),
        ("long-sort", f"{whose} sorts half a second after it was opened: to first paint", at_last),
        ("long-sort-at-once", f"{whose} sorts 5 ms after it was opened, as no hand can", at_once),
    ):
        yield Row(name, words, figures[many], "one with 100", figures[few], most_ratio=2.0)


def memory(bench: Bench) -> Iterator[Row]:
    """Memory after a day's work and all of the rows above."""
    bare = bench.ask_process("asked_qt.py").ask("memory")
    ours = bench.window.ask("a_working_day", texts=bench.queries[:: 1 if bench.is_quick else 10])
    yield Row(
        "memory",
        "memory after all of this (resident)",
        [ours["rss"]],
        "the bare window",
        [bare["rss"]],
        unit="MiB",
        most_ratio=1.6,
    )


def import_rows(bench: Bench) -> Iterator[Row]:
    """Import of new customers with their records."""
    ours, theirs = measure_import(bench.imported, bench.times(3), bench.scratch / "import")
    yield Row(
        "import",
        f"import of {bench.imported:,} customers and their records",
        ours,
        "sqlite3.executemany of the same rows into the same tables",
        theirs,
        unit="rows/s",
        least_ratio=0.5,
    )


#: What measures which rows, in the order of measuring: memory after what the window did.
MEASURES: Final[dict[tuple[str, ...], Callable[[Bench], Iterator[Row]]]] = {
    ("start", "first-paint"): start,
    ("open",): open_customer,
    ("search",): search,
    ("search-narrowed",): search_narrowed,
    ("blocked",): blocked,
    ("jump", "blank"): scroll,
    ("long-open", "long-sort", "long-sort-at-once"): long_history,
    ("memory",): memory,
    ("blocked-import",): blocked_while_importing,
    ("blocked-backup",): blocked_while_backing_up,
    ("import",): import_rows,
}


def _until_painted(command: list[str], home: Path) -> float:
    """Milliseconds of a whole process up to the line it writes after its first paint."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, env=environment(home)
    )
    assert process.stdout is not None
    painted = process.stdout.readline()
    taken = (time.perf_counter() - begin) * 1000
    process.kill()
    process.wait()
    process.stdout.close()
    if not painted:
        raise RuntimeError(f"{command[0]} ended before it painted anything")
    return taken
