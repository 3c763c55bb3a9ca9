"""Writing invoices: an issued one keeps the seller and the buyer that it was issued with."""

from __future__ import annotations

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.operations.import_records.ledger import Ledger, customers_here, row_of
from calmony_desktop.operations.import_records.records import Record, is_older, settled
from calmony_desktop.store import batches, business
from calmony_desktop.store.batches import Row


def settle_invoices(records: list[Record], ledger: Ledger) -> None:
    """Settle one batch. Their customers may not be here yet."""
    stored = batches.by_id("invoice", [record.id for record in records])
    customers = customers_here(records)
    seller = business.seller().as_dict()
    buyers = batches.by_id("customer", customers)
    for record in records:
        customer_id = record.values["customer_id"]
        if customer_id not in customers:
            ledger.wait(record, f"its customer {customer_id} is not here yet")
            continue
        snapshot = {
            "seller": seller | record.values.get("seller", {}),
            "buyer": _buyer(record.values.get("buyer"), buyers[customer_id]),
        }
        here = stored.get(record.id)
        if here is None:
            row = row_of(record)
            row.update({key: value for key, value in snapshot.items() if key not in record.exact})
        else:
            row = settled(record, here)
            if is_older(record, here) or _is_issued(here, record):
                row.update(seller=here["seller"], buyer=here["buyer"])
            else:
                row.update(snapshot | _given_parties(record))
        ledger.settle(record, row, here)


def _is_issued(here: Row, record: Record) -> bool:
    """Whether the stored invoice carries the parties that it was issued with.

    A draft has none yet, and a CSV never said them.
    """
    return here["status"] != "draft" and (bool(here["api_version"]) or record.is_from_csv)


def _given_parties(record: Record) -> dict[str, dict[str, str]]:
    return {key: record.exact[key] for key in ("seller", "buyer") if key in record.exact}


def _buyer(said: dict[str, str] | None, customer: Row) -> dict[str, str]:
    """The buyer that the invoice says it has, else the customer as they are known now.

    Which language to write an invoice in only the customer says.
    """
    if said is not None:
        return {"language": customer["language"]} | said if customer["language"] else said
    values = {key: value for key, value in customer.items() if value is not None}
    return Party.from_dict(values | {"vat_id": values.get("tax_id", "")}).as_dict()
