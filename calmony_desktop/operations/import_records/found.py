"""What came of some of the values that an import reads, however many processes read them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from calmony_desktop.operations.import_records.finished import finished
from calmony_desktop.operations.import_records.packing import packed
from calmony_desktop.operations.import_records.records import Origin, Record
from calmony_desktop.operations.import_records.report import Outcome, ReportBuilder
from calmony_desktop.store.business import BusinessDetails


class Found:
    """The records by kind, as they are set aside; the businesses; what is to be reported; and how
    many values were read.
    """

    def __init__(self) -> None:
        self.entries: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.businesses: list[tuple[BusinessDetails, Origin, list[str]]] = []
        self.report = ReportBuilder()
        self.read = 0

    def add(self, record: Record) -> None:
        """A normalized record."""
        self.entries[record.kind].append((*packed(record), *finished(record)))

    def refuse(self, origin: Origin, kind: str, record_id: str, reason: str) -> None:
        """Something that cannot be used."""
        self.report.count(kind, Outcome.REFUSED)
        self.report.line(origin, kind, record_id, Outcome.REFUSED, reason)
