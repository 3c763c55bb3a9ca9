"""What an import did: counts by kind, and a line for whatever a person should know of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from calmony_desktop.operations.import_records.records import KINDS, Origin

#: How many lines that say the same a short report has.
_MOST_ALIKE: Final = 20


class Outcome(StrEnum):
    """What became of an object."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CONFLICTING = "conflicting"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One object, or one file, that there is something to say about.

    ``source`` is the file as the person named it, ``position`` the line or item in it.
    """

    source: str
    position: str
    kind: str
    id: str
    outcome: Outcome
    reason: str

    def __str__(self) -> str:
        place = f"{self.source}, {self.position}" if self.position else self.source
        name = " ".join(part for part in (self.kind.replace("_", " "), self.id) if part)
        return f"{place}: {name}: {self.outcome}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many objects of one kind met with each outcome."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicting: int = 0
    waiting: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(getattr(self, outcome) for outcome in Outcome)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole import. ``counts`` is by kind of object, in the order in which they are shown.

    ``is_dry_run``: this is what it would have done; nothing was kept.
    """

    counts: dict[str, Counts]
    lines: tuple[ImportLine, ...]
    is_dry_run: bool = False
    total: Counts = field(init=False)

    def __post_init__(self) -> None:
        sums = {
            outcome: sum(getattr(each, outcome) for each in self.counts.values())
            for outcome in Outcome
        }
        object.__setattr__(self, "total", Counts(**sums))

    @property
    def changed(self) -> bool:
        """Whether anything that a person sees is other than before."""
        return bool(self.total.new or self.total.updated)

    def as_text(self, *, is_short: bool = False) -> str:
        """The report as a person reads it, and as it is saved.

        A short one ends after some lines that say the same of objects of one kind in one file, and
        tells how many more there are.
        """
        title = "Import (dry run: nothing was changed)" if self.is_dry_run else "Import"
        parts = [title, "", *self._table()]
        if self.lines:
            parts += ["", *(self._short_lines() if is_short else map(str, self.lines))]
        return "\n".join(parts) + "\n"

    def _short_lines(self) -> Iterator[str]:
        alike: defaultdict[tuple[str, ...], list[ImportLine]] = defaultdict(list)
        for line in self.lines:
            alike[line.source, line.kind, line.outcome, line.reason].append(line)
        for lines in alike.values():
            yield from map(str, lines[:_MOST_ALIKE])
            if len(lines) > _MOST_ALIKE:
                more = f"and {len(lines) - _MOST_ALIKE:,} more"
                yield str(replace(lines[0], position="", id=more))

    def _table(self) -> list[str]:
        if not self.counts:
            return ["There was no object in it."]
        rows = [["", *Outcome]]
        rows += [
            [kind.replace("_", " "), *(f"{getattr(counts, each):,}" for each in Outcome)]
            for kind, counts in self.counts.items()
        ]
        rows.append(["total", *(f"{getattr(self.total, each):,}" for each in Outcome)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return [
            "  ".join(
                [row[0].ljust(widths[0])]
                + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            ).rstrip()
            for row in rows
        ]


def _printable(text: str) -> str:
    """Text from a file, made harmless for a terminal: no control character does anything there."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


class ReportBuilder:
    """Collects what happens while it happens."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, Outcome]] = Counter()
        self.lines: list[ImportLine] = []

    def count(self, kind: str, outcome: Outcome, number: int = 1) -> None:
        """Count objects of a kind."""
        self._counts[kind, outcome] += number

    def line(
        self,
        origin: Origin,
        kind: str,
        record_id: str,
        outcome: Outcome,
        reason: str,
    ) -> None:
        """Say something about an object; its outcome is counted apart."""
        source, position, kind, record_id, reason = map(
            _printable, (*origin, kind, record_id, reason.removesuffix("."))
        )
        self.lines.append(ImportLine(source, position, kind, record_id, outcome, reason))

    def add(self, other: ReportBuilder) -> None:
        """What another one collected, after all that is here."""
        self._counts.update(other._counts)
        self.lines += other.lines

    def report(self, *, is_dry_run: bool) -> ImportReport:
        """Everything so far."""
        kinds = {kind for kind, _ in self._counts}
        known = [kind for kind in KINDS if kind in kinds]
        counts = {
            kind: Counts(**{outcome: self._counts[kind, outcome] for outcome in Outcome})
            for kind in (*known, *sorted(kinds.difference(known)))
        }
        return ImportReport(counts, tuple(self.lines), is_dry_run)
