"""The benchmark: each figure beside its yardstick of the same run.

    make bench CUSTOMERS=1000000
    .venv/bin/python tests/benchmarks/measure.py --customers 100000 --row search --at-most 0.02

With ``--at-most`` the exit code is 1 where a row's ratio is above it (of a row that has to keep no
ratio, its figure), and with ``--at-least`` where it is below; 125 where it could not be measured:
what ``git bisect run`` asks for.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from big_database import folder
from report import Row, machine, print_row, print_table, write_json
from rows import MEASURES, Bench

_NOT_MEASURED = 125


def main() -> int:
    options = _options()
    described = machine() | {"customers": options.customers}
    found: list[Row] = []
    try:
        for row in _measured(options):
            print_row(row)
            found.append(row)
    except Exception:
        traceback.print_exc()
        return _NOT_MEASURED
    print_table(found, described)
    write_json(options.json, found, described)
    print(f"\nEvery figure: {options.json}")
    return _verdict(found, options.at_most, options.at_least)


def _measured(options: argparse.Namespace) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        bench = Bench(options.customers, Path(scratch), options.quick, options.imported)
        with bench.open_processes:
            for names, measure in MEASURES.items():
                if not options.row or set(names) & set(options.row):
                    yield from (r for r in measure(bench) if r.name in (options.row or names))


def _verdict(found: list[Row], at_most: float | None, at_least: float | None) -> int:
    judged = [row.judged for row in found]
    too_much = at_most is not None and any(each > at_most for each in judged)
    too_little = at_least is not None and any(each < at_least for each in judged)
    return int(too_much or too_little)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--imported", type=int, default=20_000, help="customers to import")
    parser.add_argument("--row", action="append", choices=[*chain(*MEASURES)], help="only this")
    parser.add_argument("--at-most", type=float, metavar="LIMIT", help="exit with 1 above it")
    parser.add_argument("--at-least", type=float, metavar="LIMIT", help="exit with 1 below it")
    parser.add_argument("--quick", action="store_true", help="once each, only to see that it works")
    parser.add_argument("--json", type=Path, default=folder() / "figures.json")
    parser.add_argument("--scratch", type=Path, help="where copies of the big database fit")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
