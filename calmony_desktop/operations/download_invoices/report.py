"""What a download made, and what it left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.operations.render_invoice import RenderedInvoice

#: So many invoices are named under each reason; the index has all that were made.
_NAMED: Final = 50


@dataclass
class _Group:
    """The invoices that something is true of; the first of them by name."""

    count: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        self.count += 1
        if len(self.names) < _NAMED:
            self.names.append(name)


@dataclass
class BulkReport:
    """What became of each invoice of a download. ``drafts`` are the ids of those left out."""

    target: Path
    drafts: list[str] = field(default_factory=list)
    index: str = ""
    made: int = 0
    not_made: dict[str, _Group] = field(default_factory=dict)
    made_without: dict[str, _Group] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """How many invoices could not be made."""
        return sum(group.count for group in self.not_made.values())

    @property
    def done(self) -> int:
        """How many invoices were made or could not be."""
        return self.made + self.failed

    @property
    def has_remarks(self) -> bool:
        """True where there is more to tell than the number of files."""
        return bool(self.drafts or self.not_made or self.made_without)

    def add(self, invoice: IssuedInvoice, result: RenderedInvoice | str) -> None:
        """Count an invoice: what was made of it, or why it could not be made."""
        name = f"{invoice.number}  {invoice.buyer.name}".rstrip()
        if isinstance(result, str):
            self.not_made.setdefault(result, _Group()).add(name)
            return
        self.made += 1
        for reason in result.left_out:
            self.made_without.setdefault(reason, _Group()).add(name)

    def as_text(self) -> str:
        """The report as a person reads it."""
        lines = [f"Saved {_counted(self.made)} in {self.target}, listed in {self.index}."]
        for reason, group in self.not_made.items():
            lines += ["", f"Not made, {_counted(group.count)}: {reason}"]
            lines += _named(group.names, group.count)
        for reason, group in self.made_without.items():
            lines += ["", f"Made, {_counted(group.count)}: {reason}"]
            lines += _named(group.names, group.count)
        if self.drafts:
            count = len(self.drafts)
            drafts = "1 draft" if count == 1 else f"{count:,} drafts"
            lines += ["", f"Left out, {drafts}: a draft has no PDF yet."]
            lines += _named(self.drafts, count)
        return "\n".join(lines) + "\n"


def _named(names: Iterable[str], count: int) -> Iterator[str]:
    # A line break in a name would forge a line of the report.
    yield from (f"    {' '.join(name.split())}" for name in islice(names, _NAMED))
    if count > _NAMED:
        yield f"    and {count - _NAMED:,} more"


def _counted(count: int) -> str:
    return "1 invoice" if count == 1 else f"{count:,} invoices"
