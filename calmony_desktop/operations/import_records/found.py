"""What came of some of the values that an import reads, however many processes read them."""

from __future__ import annotations

from collections import defaultdict

from calmony_desktop.operations.import_records.packing import packed
from calmony_desktop.operations.import_records.records import Origin, Record
from calmony_desktop.operations.import_records.report import Outcome, ReportBuilder
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.store.scratch import Entry


class Found:
    """The records by kind, packed; the businesses, what is to be reported, and how many values."""

    def __init__(self) -> None:
        self.entries: defaultdict[str, list[Entry]] = defaultdict(list)
        self.businesses: list[tuple[BusinessDetails, Origin, list[str]]] = []
        self.report = ReportBuilder()
        self.read = 0

    def add(self, record: Record) -> None:
        """A normalized record."""
        self.entries[record.kind].append(packed(record))

    def refuse(self, origin: Origin, kind: str, record_id: str, reason: str) -> None:
        """Something that cannot be used."""
        self.report.count(kind, Outcome.REFUSED)
        self.report.line(origin, kind, record_id, Outcome.REFUSED, reason)
