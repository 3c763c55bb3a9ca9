"""A measured figure beside its yardstick, and the table and JSON of all of them."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final


def p95(samples: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(samples)[min(int(len(samples) * 0.95), len(samples) - 1)]


_STATISTICS: Final = {"min": min, "median": statistics.median, "p95": p95, "max": max}


@dataclass(frozen=True)
class Row:
    """A figure. ``ours`` and ``theirs`` are samples in ``unit``, compared by ``statistic``.

    What it must be, as far as anything: ``most`` in its unit, ``most_ratio`` and ``least_ratio``
    as a multiple of the yardstick.
    """

    name: str
    what: str
    ours: Sequence[float]
    yardstick: str = ""
    theirs: Sequence[float] = ()
    statistic: str = "median"
    unit: str = "ms"
    most: float | None = None
    most_ratio: float | None = None
    least_ratio: float | None = None

    @property
    def figure(self) -> float:
        """Ours, by the row's statistic."""
        return float(_STATISTICS[self.statistic](self.ours))

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of theirs."""
        if not self.theirs:
            return None
        return self.figure / float(_STATISTICS[self.statistic](self.theirs))

    @property
    def judged(self) -> float:
        """What tells a better from a worse change: the ratio to be kept, else the figure."""
        has_limit = self.most_ratio is not None or self.least_ratio is not None
        return self.ratio if has_limit and self.ratio is not None else self.figure

    @property
    def must_be(self) -> str:
        """The limits in words."""
        limits = []
        if self.most_ratio is not None:
            few = self.most_ratio < 0.1
            text = f"1/{round(1 / self.most_ratio)}" if few else f"{self.most_ratio:g} ×"
            limits.append(f"≤ {text}")
        if self.least_ratio is not None:
            limits.append(f"≥ {self.least_ratio:g} ×")
        if self.most is not None:
            limits.append(f"≤ {self.most:g} {self.unit}")
        return ", ".join(limits)

    @property
    def is_met(self) -> bool:
        """Whether every limit is kept."""
        ratio = self.ratio
        return (
            (self.most is None or self.figure <= self.most)
            and (self.most_ratio is None or ratio is None or ratio <= self.most_ratio)
            and (self.least_ratio is None or ratio is None or ratio >= self.least_ratio)
        )

    def as_dict(self) -> dict[str, Any]:
        """For JSON, with every sample."""
        return {
            "name": self.name,
            "what": self.what,
            "yardstick": self.yardstick,
            "unit": self.unit,
            "statistic": self.statistic,
            "ours": _summary(self.ours),
            "theirs": _summary(self.theirs) if self.theirs else None,
            "ratio": self.ratio,
            "must_be": self.must_be,
            "is_met": self.is_met,
        }


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    import PySide6
    from peewee import sqlite3 as sqlite

    from calmony_desktop import __version__

    described: dict[str, Any] = {
        "program": __version__,
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "pyside6": PySide6.__version__,
        "sqlite": getattr(sqlite, "sqlite_version", sqlite3.sqlite_version),
    }
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        described["memory_gib"] = round(size / 1024**3, 1)
    if hasattr(os, "getloadavg"):
        described["load"] = round(os.getloadavg()[0], 1)
    return described


def print_row(row: Row) -> None:
    """A row of the table, at once, with its spread underneath."""
    print(_line(row), flush=True)
    spreads = [("ours", row.ours), (row.yardstick, row.theirs)]
    for name, samples in spreads:
        if samples:
            print(f"    {name}: {_words(samples, row.unit)}", flush=True)


def print_table(rows: Sequence[Row], described: dict[str, Any]) -> None:
    """The whole table, as Markdown, so that the README can show it."""
    print("\n" + ", ".join(f"{key} {value}" for key, value in described.items()) + "\n")
    print("| what | yardstick | ours | ratio | must be | met? |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        print(_line(row))


def write_json(path: Path, rows: Sequence[Row], described: dict[str, Any]) -> None:
    """Everything, for comparing runs."""
    found = {"machine": described, "rows": [row.as_dict() for row in rows]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")


def _line(row: Row) -> str:
    theirs = ""
    if row.theirs:
        figure = float(_STATISTICS[row.statistic](row.theirs))
        theirs = f"{row.yardstick}: {figure:,.1f} {row.unit}"
    ratio = "" if row.ratio is None else _ratio(row.ratio)
    met = ("yes" if row.is_met else "**no**") if row.must_be else ""
    ours = f"{row.figure:,.1f} {row.unit}"
    return f"| {row.what} | {theirs} | {ours} | {ratio} | {row.must_be} | {met} |"


def _ratio(ratio: float) -> str:
    return f"1/{1 / ratio:,.0f}" if 0 < ratio < 0.1 else f"{ratio:.2f}"


def _summary(samples: Sequence[float]) -> dict[str, float]:
    summary = {name: round(float(of(samples)), 3) for name, of in _STATISTICS.items()}
    return {"samples": len(samples), **summary}


def _words(samples: Sequence[float], unit: str) -> str:
    figures = ", ".join(f"{name} {of(samples):,.1f}" for name, of in _STATISTICS.items())
    return f"{figures} {unit} ({len(samples)} samples)"


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
