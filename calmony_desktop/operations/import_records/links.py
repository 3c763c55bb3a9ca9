"""Which payment pays which invoice: said by objects of their own, and by invoices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from calmony_desktop.operations.import_records.gather import Gathered
from calmony_desktop.operations.import_records.packing import packed
from calmony_desktop.operations.import_records.records import Record

_KIND = "invoice_payment"


class Links:
    """The links of one import, which are set aside as records of a kind of their own."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        gathered.scratch.index(_KIND, "names")

    def of_payments(self, payment_ids: Collection[str]) -> dict[str, str]:
        """The invoice of each payment; of several the one whose link is first by age and id."""
        ordered = sorted(self._naming(payment_ids), key=lambda link: (link.as_of, link.id))
        return {link.values["payment_id"]: link.values["invoice_id"] for link in reversed(ordered)}

    def add_implied(self, invoices: Iterable[Record]) -> None:
        """Set aside those links that only these invoices tell of."""
        paid = defaultdict(list)
        for invoice in invoices:
            for payment_id in invoice.links:
                paid[payment_id].append(invoice)
        told = {
            (link.values["invoice_id"], link.values["payment_id"]) for link in self._naming(paid)
        }
        self._gathered.scratch.add(
            _KIND,
            (
                packed(_implied(invoice, payment_id))
                for payment_id, those in paid.items()
                for invoice in those
                if (invoice.id, payment_id) not in told
            ),
        )

    def _naming(self, payment_ids: Iterable[str]) -> Iterable[Record]:
        found = self._gathered.scratch.naming(_KIND, payment_ids)
        return (self._gathered.record(_KIND, entry) for entry in found)


def is_implied(link: Record) -> bool:
    """Whether the link is read off an invoice, and is no object of its own to count."""
    return link.id == _implied_id(link.values["invoice_id"], link.values["payment_id"])


def _implied_id(invoice_id: str, payment_id: str) -> str:
    """The id of a link that only an invoice names; no id of the provider has a space."""
    return f"{invoice_id} {payment_id}"


def _implied(invoice: Record, payment_id: str) -> Record:
    return Record(
        kind=_KIND,
        id=_implied_id(invoice.id, payment_id),
        origin=invoice.origin,
        values={"invoice_id": invoice.id, "payment_id": payment_id},
        carries=frozenset({"invoice_id", "payment_id"}),
        as_of=invoice.as_of,
        api_version=invoice.api_version,
    )
