"""Everything that an import read, normalized and one record an object, before any is written.

References are resolved only after everything is read, so the order of files does not matter. What
is read is set aside in a file: a large company's records would not fit into memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import reduce
from types import TracebackType

from calmony_desktop.operations.import_records.found import Found
from calmony_desktop.operations.import_records.packing import packed, unpacked
from calmony_desktop.operations.import_records.readers import Part, Readers
from calmony_desktop.operations.import_records.records import KINDS, Origin, Record, layered
from calmony_desktop.operations.import_records.report import Outcome, ReportBuilder
from calmony_desktop.operations.progress import Progress
from calmony_desktop.store import new_rows
from calmony_desktop.store.batches import batched
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.store.scratch import Entry, Scratch


class Gathered:
    """The records by kind and id, and the report of what could not be used."""

    def __init__(self, time_zone: str, progress: Progress) -> None:
        self.businesses: list[tuple[BusinessDetails, Origin, list[str]]] = []
        self.report = ReportBuilder()
        self.scratch = Scratch({kind: new_rows.columns(kind) for kind in KINDS})
        self._readers = Readers(time_zone, self.take, self._tell)
        self._progress = progress
        self._read = 0
        self._doubles: Counter[str] = Counter()

    def __enter__(self) -> Gathered:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._readers.close()
        finally:
            self.scratch.close()

    def read(self, part: Part) -> None:
        """Take in what is in a part of a file."""
        self._readers.read(part)

    def refuse(self, origin: Origin, kind: str, record_id: str, reason: str) -> None:
        """Report something that cannot be used."""
        self._readers.finish()
        refused = Found()
        refused.refuse(origin, kind, record_id, reason)
        self.take(refused)

    def say(self, label: str, reason: str) -> None:
        """Report something about a file that was read."""
        self._readers.finish()
        self.report.line(Origin(label, ""), "file", "", Outcome.UNCHANGED, reason)

    def leave_aside(self, label: str, reason: str) -> None:
        """Report a file that was not read."""
        self.refuse(Origin(label, ""), "file", "", reason)

    def problems(self) -> list[str]:
        """What was said so far, as sentences."""
        self._readers.finish()
        return [f"{line.source}: {line.reason}" for line in self.report.lines]

    def finish(self) -> None:
        """Everything is read: one record an object, and a report of what is told in sums."""
        self._readers.finish()
        self._readers.close()
        with self.scratch.together():
            for kind in KINDS:
                self._join_repeated(kind)
        for kind, number in sorted(self._doubles.items()):
            times = "once" if number == 1 else f"{number:,} times"
            reason = f"objects came again {times} in the same import; the newest of each counts"
            self.report.line(Origin("all files", ""), kind, "", Outcome.UNCHANGED, reason)

    def count(self) -> int:
        """How many records there are."""
        return sum(map(self.scratch.count, KINDS))

    def get(self, kind: str, record_id: str) -> Record | None:
        """The record of an object, None where none was read."""
        payload = self.scratch.get(kind, record_id)
        return None if payload is None else unpacked(kind, record_id, payload)

    def put(self, record: Record) -> None:
        """Have this be the record of its object."""
        self.scratch.put(record.kind, packed(record))

    def batches(self, kind: str) -> Iterator[list[Record]]:
        """All records of a kind, in the order in which they were read."""
        for entries in batched(self.scratch.entries(kind)):
            yield [self.record(kind, entry) for entry in entries]

    def runs(self, kind: str) -> Iterator[range | list[Record]]:
        """All records of a kind in that order: where those are that are written as they are.

        `Ledger.settle_new` takes them; the others are given themselves.
        """
        for places, are_new in self.scratch.runs(kind, new_rows.IS_NEW[kind]):
            if are_new:
                yield places
                continue
            for entries in batched(self.scratch.entries(kind, places=places)):
                yield [self.record(kind, entry) for entry in entries]

    def ids(self) -> Iterator[str]:
        """The ids of all records."""
        return (id_ for kind in KINDS for id_, _, _ in self.scratch.entries(kind))

    def ids_waited_for(self) -> Iterator[str]:
        """The ids here that a record of an earlier import may wait for."""
        return (
            id_
            for kind in ("customer", "payment_intent", "charge")
            for batch in self.batches(kind)
            for record in batch
            for id_ in ids_waited_for(record)
        )

    @staticmethod
    def record(kind: str, entry: Entry) -> Record:
        """The record that was set aside as this."""
        record_id, _, payload = entry
        return unpacked(kind, record_id, payload)

    def take(self, found: Found) -> None:
        """Take in what came of some values."""
        for kind, entries in found.entries.items():
            self.scratch.add(kind, entries)
        self.businesses += found.businesses
        self.report.add(found.report)
        self._read += found.read
        self._tell()

    def _join_repeated(self, kind: str) -> None:
        self.scratch.index(kind)
        self._tell()
        for record_id, payloads in self.scratch.repeated(kind):
            records = (unpacked(kind, record_id, payload) for payload in payloads)
            self.put(reduce(self._layered, records))

    def _tell(self) -> None:
        self._progress(self._read, 0)

    def _layered(self, earlier: Record, later: Record) -> Record:
        self._tell()
        if not (later.is_embedded or earlier.is_embedded):
            self._doubles[later.kind] += 1
        return layered(earlier, later)


def ids_waited_for(record: Record) -> set[str]:
    """The ids under which something may wait for this record."""
    if record.kind not in ("customer", "payment_intent", "charge"):
        return set()
    intent_id = record.values.get("payment_intent_id") if record.kind == "charge" else None
    return {record.id} if intent_id is None else {record.id, str(intent_id)}
