"""Keeps account while records are applied: what is to be written, counted and said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from calmony_desktop.operations.import_records.gather import Gathered
from calmony_desktop.operations.import_records.records import Record, is_older
from calmony_desktop.operations.import_records.report import Outcome
from calmony_desktop.operations.progress import Progress
from calmony_desktop.store import batches, new_rows, waiting
from calmony_desktop.store.batches import Row

#: How new and old a row is says nothing to a person; these alone make no update.
_BOOKKEEPING: Final = frozenset({"as_of", "api_version", "charge_as_of"})

#: What says that an operator changed a record, by kind.
_MARKS: Final = {
    "subscription": ("canceled_here", "cancel_requested_here"),
    "invoice": ("changed_here",),
}


#: Marks of ids that may be very many.
_OWNER: Final = "owner of something new"
_LINKED: Final = "payment that was linked"
_CHANGED: Final = "subscription that changed"


def is_shown_otherwise(row: Row, stored: Row) -> bool:
    """Whether a person sees a difference between two states of a row."""
    return any(value != stored[key] for key, value in row.items() if key not in _BOOKKEEPING)


class Ledger:
    """Made inside the transaction of one import and used by everything that applies records."""

    def __init__(self, gathered: Gathered, progress: Progress, total: int) -> None:
        self.report = gathered.report
        #: By kind: only those of products and prices, the ids are too many of others.
        self.new: dict[str, set[str]] = defaultdict(set)
        self.updated: dict[str, set[str]] = defaultdict(set)
        self.is_anything_kept = False
        #: The records written that are marked as changed by an operator, by that mark: what tells a
        #: mark that an import brought from one that was put in from outside.
        self.marked_here: dict[str, set[str]] = {
            mark: set() for marks in _MARKS.values() for mark in marks
        }
        self._scratch = gathered.scratch
        self._marks: dict[str, set[str]] = defaultdict(set)
        self._progress = progress
        self._total = total
        self._done = 0
        self._inserts: dict[str, list[Row]] = defaultdict(list)
        self._updates: dict[str, list[Row]] = defaultdict(list)
        self._waiting_before: dict[tuple[str, str], dict[str, Any]] = {}
        self._waiting: dict[tuple[str, str], waiting.Waiting] = {}

    def advance(self, number: int) -> None:
        """``number`` more records are behind us. Raises Cancelled."""
        self._done += number
        self._progress(min(self._done, self._total), self._total)

    def was_waiting(self, found: waiting.Waiting) -> None:
        """A record that waited takes part in this import."""
        self._waiting_before[found.kind, found.id] = found.payload

    def knows(self, found: waiting.Waiting) -> bool:
        """Whether a record that waited takes part already."""
        return (found.kind, found.id) in self._waiting_before

    def settle(self, record: Record, row: Row, stored: Row | None) -> None:
        """Have ``row`` written where it is not ``stored`` already; count and say what is due."""
        outcome, reason = Outcome.UNCHANGED, ""
        if stored is None:
            outcome = Outcome.NEW
        elif is_shown_otherwise(row, stored):
            outcome = Outcome.UPDATED
        elif _would_undo(record, stored):
            reason = "older than what is here, so nothing was undone"
        self.write(record.kind, row, stored)
        self.count(record, outcome, reason)

    def settle_new(self, kind: str, places: range) -> None:
        """Write what was set aside there as it is: it is finished and new. Raises Cancelled."""
        number = new_rows.insert(kind, places)
        if kind != "customer":
            self._scratch.mark_all(_OWNER, kind, "customer_id", places)
        self.report.count(kind, Outcome.NEW, number)
        self.is_anything_kept |= number > 0
        self.advance(number)

    def write(self, kind: str, row: Row, stored: Row | None) -> None:
        """Have ``row`` written where it is not ``stored`` already."""
        if stored is None:
            self._inserts[kind].append(row)
            if "customer_id" in row:
                self._marks[_OWNER].add(row["customer_id"])
        elif row != stored:
            self._updates[kind].append(row)
        if stored is None or is_shown_otherwise(row, stored):
            for mark in _MARKS.get(kind, ()):
                if row[mark]:
                    self.marked_here[mark].add(row["id"])

    def count(self, record: Record, outcome: Outcome, reason: str = "") -> None:
        """Count an outcome, with a line where there is something to say."""
        if outcome is Outcome.NEW:
            self._remember(self.new, record)
            if (record.kind, record.id) in self._waiting_before:
                reason = "it was waiting and is attached now"
        elif outcome is Outcome.UPDATED:
            self._remember(self.updated, record)
        self.is_anything_kept |= outcome in (Outcome.NEW, Outcome.UPDATED)
        self.report.count(record.kind, outcome)
        if reason or record.notes:
            self.say(
                record, outcome, "; ".join([reason, *record.notes] if reason else record.notes)
            )

    def say(self, record: Record, outcome: Outcome, reason: str) -> None:
        """A line about a record, counted apart; none where there is no reason."""
        if reason:
            self.report.line(record.origin, record.kind, record.id, outcome, reason)

    def wait(self, record: Record, reason: str, *, is_counted: bool = True) -> None:
        """Keep a record until what it waits for is here."""
        key = (record.kind, record.id)
        payload = record.as_payload()
        self._waiting[key] = waiting.Waiting(*key, record.waits_for, payload)
        if self._waiting_before.get(key) != payload:
            self.is_anything_kept |= is_counted
        if is_counted:
            self.count(record, Outcome.WAITING, reason)

    def link(self, payment_id: str) -> None:
        """A payment learned in this import which invoice it pays."""
        self._marks[_LINKED].add(payment_id)

    def linked(self, payment_ids: Sequence[str]) -> set[str]:
        """Those of some payments that learned so."""
        return self._scratch.are_marked(_LINKED, payment_ids)

    def changed_subscriptions(self, ids: Sequence[str]) -> set[str]:
        """Those of some subscriptions that are new or updated."""
        return self._scratch.are_marked(_CHANGED, ids)

    def owners(self) -> Iterator[str]:
        """The customers of records that are new."""
        return self._scratch.marked(_OWNER)

    def flush(self, kind: str) -> None:
        """Write what is due for a kind."""
        for mark, ids in self._marks.items():
            self._scratch.mark(mark, ids)
        self._marks.clear()
        batches.insert(kind, self._inserts.pop(kind, []))
        batches.update(kind, self._updates.pop(kind, []))

    def flush_waiting(self) -> None:
        """Write what waits now and forget what waits no more."""
        waiting.stop_waiting(self._waiting_before.keys() - self._waiting.keys())
        waiting.keep_waiting(
            each
            for key, each in self._waiting.items()
            if self._waiting_before.get(key) != each.payload
        )

    def _remember(self, ids: dict[str, set[str]], record: Record) -> None:
        if record.kind in ("product", "price"):
            ids[record.kind].add(record.id)
        elif record.kind == "subscription":
            self._marks[_CHANGED].add(record.id)


def _would_undo(record: Record, stored: Row) -> bool:
    return is_older(record, stored) and any(
        record.values.get(key) != stored[key] for key in record.carries if key in stored
    )


def customers_here(records: Collection[Record]) -> set[str]:
    """Those customers that the records name and that are here."""
    named = {record.values["customer_id"] for record in records if "customer_id" in record.values}
    return batches.existing("customer", named)
