"""Writing what was gathered: each record against the one that is here, batch by batch.

Runs inside the one transaction of an import.
"""

from __future__ import annotations

from itertools import chain

from calmony_desktop.operations.import_records.apply_invoices import settle_invoices
from calmony_desktop.operations.import_records.apply_payments import (
    settle_links,
    settle_payments,
)
from calmony_desktop.operations.import_records.apply_subscriptions import (
    refresh_plans,
    settle_subscriptions,
)
from calmony_desktop.operations.import_records.business_object import apply_business
from calmony_desktop.operations.import_records.gather import Gathered, ids_waited_for
from calmony_desktop.operations.import_records.ledger import Ledger
from calmony_desktop.operations.import_records.links import Links
from calmony_desktop.operations.import_records.records import Origin, Record, layered, settled
from calmony_desktop.operations.import_records.rows import row_of
from calmony_desktop.operations.progress import Progress
from calmony_desktop.store import batches, business, figures, waiting

_WAITED = Origin("waiting since an earlier import", "")


def apply_records(gathered: Gathered, progress: Progress) -> Ledger:
    """Write everything; returns what became of it. Raises Cancelled out of ``progress``."""
    total = gathered.count()
    ledger = Ledger(gathered, progress, total)
    for each in gathered.businesses:
        ledger.is_anything_kept |= apply_business(*each, gathered.report)
    _add_what_waited(gathered, ledger)
    with figures.renewed_together(ledger.owners(), total, lambda: ledger.advance(0)):
        _apply_kinds(gathered, ledger)
    return ledger


def _apply_kinds(gathered: Gathered, ledger: Ledger) -> None:
    """Each kind after those that it names."""
    for run in gathered.runs("customer"):
        if isinstance(run, range):
            ledger.settle_new("customer", run)
        else:
            _settle("customer", run, ledger)
            ledger.flush("customer")
            ledger.advance(len(run))
    for kind in ("product", "price"):
        for batch in gathered.batches(kind):
            _settle(kind, batch, ledger)
            ledger.flush(kind)
            ledger.advance(len(batch))
    time_zone = business.time_zone()
    for batch in gathered.batches("subscription"):
        settle_subscriptions(batch, ledger, time_zone)
        ledger.flush("subscription")
        ledger.advance(len(batch))
    refresh_plans(ledger)
    links = Links(gathered)
    for run in gathered.runs("invoice"):
        if isinstance(run, range):
            ledger.settle_new("invoice", run)
        else:
            settle_invoices(run, ledger)
            links.add_implied(run)
            ledger.flush("invoice")
            ledger.advance(len(run))
    settle_payments(gathered, links, ledger)
    for batch in gathered.batches("invoice_payment"):
        settle_links(batch, ledger)
        ledger.advance(len(batch))
    ledger.flush_waiting()


def _settle(kind: str, records: list[Record], ledger: Ledger) -> None:
    stored = batches.by_id(kind, [record.id for record in records])
    for record in records:
        here = stored.get(record.id)
        if here is not None:
            ledger.settle(record, settled(record, here), here)
        elif record.is_complete:
            ledger.settle(record, row_of(record), None)
        else:
            ledger.wait(record, "it was deleted at the provider and is not here yet")


def _add_what_waited(gathered: Gathered, ledger: Ledger) -> None:
    """Have those records take part that wait for something in this import, or come again."""
    again = waiting.waiting_with_ids(gathered.ids())
    awaited = {id_ for each in again.values() for id_ in _take_up(each, gathered, ledger)}
    found = waiting.waiting_for(chain(gathered.ids_waited_for(), awaited))
    while found:
        awaited = set()
        for each in found:
            if not ledger.knows(each):
                awaited |= _take_up(each, gathered, ledger)
        # What is attached may be what another one waits for.
        found = waiting.waiting_for(awaited)


def _take_up(found: waiting.Waiting, gathered: Gathered, ledger: Ledger) -> set[str]:
    """Have a waiting record take part; returns the ids that others may wait for."""
    record = Record.from_payload(found.kind, found.id, _WAITED, found.payload)
    present = gathered.get(found.kind, found.id)
    if present is not None:
        record = layered(record, present)._replace(origin=present.origin)
    gathered.put(record)
    ledger.was_waiting(found)
    return ids_waited_for(record)
