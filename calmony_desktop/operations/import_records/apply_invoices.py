"""Writing invoices: an issued one keeps the seller and the buyer that it was issued with."""

from __future__ import annotations

from typing import Any

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.operations.import_records.conflicts import keep_ours
from calmony_desktop.operations.import_records.ledger import Ledger, customers_here
from calmony_desktop.operations.import_records.records import Record, is_older, settled
from calmony_desktop.operations.import_records.rows import row_of
from calmony_desktop.store import batches, business, invoicing
from calmony_desktop.store.batches import Row
from calmony_desktop.store.invoice_seals import seal


def settle_invoices(records: list[Record], ledger: Ledger) -> None:
    """Settle one batch. Their customers may not be here yet."""
    stored = batches.by_id("invoice", [record.id for record in records])
    customers = customers_here(records)
    seller = business.seller().as_dict()
    unsaid = {each.values["customer_id"] for each in records if "buyer" not in each.exact}
    buyers = batches.by_id("customer", customers & unsaid)
    issued_here = _IssuedHere(records)
    for record in records:
        customer_id = record.values["customer_id"]
        if customer_id not in customers:
            ledger.wait(record, f"its customer {customer_id} is not here yet")
            continue
        here = stored.get(record.id)
        if here is None and (conflict := issued_here.conflict(record)):
            keep_ours(record, here, record.values, ledger, conflict)
            continue
        if here is not None and _is_behind(record, here):
            reason = "a payment of it, or its end, was recorded here"
            keep_ours(record, here, record.values, ledger, reason)
            continue
        if here is None:
            row = row_of(record)
            # Only where it was issued do its period and number stand in the books.
            row["issued_here"] = 0
            row.update(_parties(record, seller, buyers))
            if row["subtotal"] is None:
                # The file does not say it; the total is the only sum that it states.
                row["subtotal"] = row["total"]
        else:
            row = settled(record, here)
            row["issued_here"] = here["issued_here"]
            if is_older(record, here) or _is_issued(here, record):
                row.update(seller=here["seller"], buyer=here["buyer"])
            else:
                row.update(_parties(record, seller, buyers))
            if here["issued_here"] and seal(row) != seal(here):
                reason = "it was issued here, and what was issued never changes"
                keep_ours(record, here, row, ledger, reason)
                continue
        ledger.settle(record, row, here)


class _IssuedHere:
    """What was billed here of the subscriptions, and under the numbers, that records name."""

    def __init__(self, records: list[Record]) -> None:
        self._periods = invoicing.issued_periods(
            [_said(record, "subscription_id") or "" for record in records]
        )
        self._numbers = invoicing.issued_numbers(
            [_said(record, "number") or "" for record in records]
        )

    def conflict(self, record: Record) -> str:
        """Why an invoice that is not here can't come in; empty where it can."""
        is_any = self._periods or self._numbers
        if not is_any or _said(record, "status") == InvoiceStatus.VOID:
            return ""
        start, end = _said(record, "period_start_on"), _said(record, "period_end_on")
        for billed_on, number in self._periods.get(_said(record, "subscription_id") or "", ()):
            if start and end and start <= billed_on <= end:
                return f"its period was billed here by invoice {number}"
        number = _said(record, "number")
        if number in self._numbers:
            return f"an invoice issued here has its number {number}"
        return ""


def _said(record: Record, column: str) -> Any:
    return record.exact.get(column, record.values.get(column))


def _is_behind(record: Record, here: Row) -> bool:
    """Whether the file does not know of a payment, or of an end, that was recorded here.

    A provider that says it was paid knows all that matters; one that voided what was paid here
    does not.
    """
    status = record.values["status"]
    is_settled = status == InvoiceStatus.PAID or (
        status == InvoiceStatus.VOID and not here["amount_paid"]
    )
    return (
        bool(here["changed_here"])
        and not is_settled
        and not is_older(record, here)
        and any(here[key] != record.values.get(key) for key in ("status", "amount_paid"))
    )


def _is_issued(here: Row, record: Record) -> bool:
    """Whether the stored invoice carries the parties that it was issued with.

    A draft has none yet, and a CSV never said them.
    """
    return here["status"] != "draft" and (bool(here["api_version"]) or record.is_from_csv)


def _parties(
    record: Record, seller: dict[str, str], buyers: dict[str, Row]
) -> dict[str, dict[str, str]]:
    """Who issues and who pays it now: as this program exported them, else as far as it says."""
    said, given = record.values, record.exact
    return {
        "seller": given["seller"] if "seller" in given else seller | said.get("seller", {}),
        "buyer": given["buyer"]
        if "buyer" in given
        else _buyer(said.get("buyer"), buyers[said["customer_id"]]),
    }


def _buyer(said: dict[str, str] | None, customer: Row) -> dict[str, str]:
    """The buyer that the invoice says it has, else the customer as they are known now.

    Which language to write an invoice in only the customer says.
    """
    if said is not None:
        return {"language": customer["language"]} | said if customer["language"] else said
    values = {key: value for key, value in customer.items() if value is not None}
    return Party.from_dict(values | {"vat_id": values.get("tax_id", "")}).as_dict()
