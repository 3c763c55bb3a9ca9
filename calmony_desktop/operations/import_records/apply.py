"""Writing what was gathered: each record against the one that is here, batch by batch.

Runs inside the one transaction of an import.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from calmony_desktop.operations.import_records.apply_invoices import settle_invoices
from calmony_desktop.operations.import_records.apply_payments import (
    implied_id,
    settle_links,
    settle_payments,
)
from calmony_desktop.operations.import_records.apply_subscriptions import (
    refresh_plans,
    settle_subscriptions,
)
from calmony_desktop.operations.import_records.business_object import apply_business
from calmony_desktop.operations.import_records.gather import Gathered
from calmony_desktop.operations.import_records.ledger import Ledger, row_of
from calmony_desktop.operations.import_records.records import Origin, Record, layered, settled
from calmony_desktop.operations.progress import Progress
from calmony_desktop.store import batches, business, figures, waiting

_WAITED = Origin("waiting since an earlier import", "")


def apply_records(gathered: Gathered, progress: Progress) -> Ledger:
    """Write everything; returns what became of it. Raises Cancelled out of ``progress``."""
    total = sum(map(len, gathered.records.values()))
    ledger = Ledger(gathered.report, progress, total)
    for each in gathered.businesses:
        ledger.is_anything_kept |= apply_business(*each, gathered.report)
    _add_what_waited(gathered, ledger)
    with figures.renewed_together(ledger.owners, total, lambda: ledger.advance(0)):
        _apply_kinds(gathered.records, ledger)
    return ledger


def _apply_kinds(records: dict[str, dict[str, Record]], ledger: Ledger) -> None:
    """Each kind after those that it names."""
    links = _links(records)
    for kind in ("customer", "product", "price"):
        for batch in _taken(records[kind]):
            _settle(kind, batch, ledger)
            ledger.flush(kind)
            ledger.advance(len(batch))
    time_zone = business.time_zone()
    for batch in _taken(records["subscription"]):
        settle_subscriptions(batch, ledger, time_zone)
        ledger.flush("subscription")
        ledger.advance(len(batch))
    refresh_plans(ledger)
    for batch in _taken(records["invoice"]):
        settle_invoices(batch, ledger)
        ledger.flush("invoice")
        ledger.advance(len(batch))
    settle_payments(records["payment_intent"], records["charge"], _by_payment(links), ledger)
    for batch in batches.batched(links):
        settle_links(batch, ledger)
        ledger.advance(len(batch))
    ledger.flush_waiting()


def _taken(records: dict[str, Record]) -> Iterator[list[Record]]:
    """The records in batches; each is forgotten once it is applied, and its memory free."""
    for ids in batches.batched(list(records)):
        yield [records.pop(each) for each in ids]


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
    records = gathered.records
    again = waiting.waiting_with_ids(chain.from_iterable(records.values()))
    found = list(again.values())
    awaited = {id_ for each in records.values() for record in each.values() for id_ in _ids(record)}
    while found or awaited:
        for each in found:
            record = Record.from_payload(each.kind, each.id, _WAITED, each.payload)
            present = records[each.kind].get(each.id)
            if present is not None:
                record = layered(record, present)._replace(origin=present.origin)
            records[each.kind][each.id] = record
            ledger.was_waiting(each)
            awaited.update(_ids(record))
        # What is attached may be what another one waits for.
        found = [each for each in waiting.waiting_for(awaited) if not ledger.knows(each)]
        awaited = set()


def _ids(record: Record) -> Iterator[str]:
    """The ids that something may wait for."""
    if record.kind in ("customer", "payment_intent", "charge"):
        yield record.id
    if record.kind == "charge" and "payment_intent_id" in record.values:
        yield str(record.values["payment_intent_id"])


def _links(records: dict[str, dict[str, Record]]) -> list[Record]:
    """Which payment pays which invoice: said by objects of their own, and by invoices."""
    links = list(records["invoice_payment"].values())
    told = {(link.values["invoice_id"], link.values["payment_id"]) for link in links}
    for invoice in records["invoice"].values():
        for payment_id in invoice.links:
            if (invoice.id, payment_id) not in told:
                links.append(
                    Record(
                        kind="invoice_payment",
                        id=implied_id(invoice.id, payment_id),
                        origin=invoice.origin,
                        values={"invoice_id": invoice.id, "payment_id": payment_id},
                        carries=frozenset({"invoice_id", "payment_id"}),
                        as_of=invoice.as_of,
                        api_version=invoice.api_version,
                    )
                )
    return links


def _by_payment(links: list[Record]) -> dict[str, str]:
    """The invoice of each payment; of several the one whose link is first by age and id."""
    ordered = sorted(links, key=lambda link: (link.as_of, link.id), reverse=True)
    return {link.values["payment_id"]: link.values["invoice_id"] for link in ordered}
