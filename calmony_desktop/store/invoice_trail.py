"""Are invoices, their payments and their periods as the activity trail left them?

Everything runs inside a transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from calmony_desktop.billing.money import plain
from calmony_desktop.billing.statuses import InvoiceStatus, PaymentStatus
from calmony_desktop.store import activity, invoice_seals
from calmony_desktop.store.models import BilledPeriod, Invoice, PaymentIntent

_STATE: Final = ("status", "amount_paid", "amount_remaining", "paid_at", "voided_at")
_COLUMNS: Final = (
    *(Invoice.id, Invoice.number, Invoice.currency, Invoice.total, Invoice.period_start_on),
    *(Invoice.raw_status, Invoice.changed_here, *(getattr(Invoice, key) for key in _STATE)),
)


def changed_invoices() -> Iterator[str]:
    """Invoices issued, paid or voided here that are not as that left them."""
    issued: Any = Invoice.select(Invoice.id).where(Invoice.issued_here)
    seals = invoice_seals.seals(each for (each,) in issued.tuples())
    marked: Any = Invoice.select(*_COLUMNS).where(Invoice.changed_here)
    rows: dict[str, Any] = {row.id: row for row in marked}
    told: set[str] = set()
    left = _Left()
    for entry in activity.whole_entries():
        left.note(entry)
        if entry.action == "bill_subscription":
            for said in entry.after["invoices"]:
                told.add(said["id"])
                row = rows.get(said["id"]) or _read(said["id"])
                yield from _wrong_issue(said, row, seals.get(said["id"]))
        elif entry.action == "record_payment":
            yield from _wrong_payment(entry)
    for invoice_id in sorted(seals.keys() - told):
        number = Invoice.get_by_id(invoice_id).number
        yield f"No activity tells of invoice {number}, issued here."
    for invoice_id in left.known:
        row = rows.get(invoice_id) or _read(invoice_id)
        yield from left.wrong(invoice_id, row)
    for invoice_id in sorted(rows.keys() - left.known):
        if not left.may_be_marked(invoice_id):
            number = rows[invoice_id].number or invoice_id
            yield f"No activity tells that invoice {number} was changed here, as it says."


def changed_periods() -> Iterator[str]:
    """Periods kept as billed that are not those that billing kept."""
    periods: Any = BilledPeriod.select()
    kept = {(row.subscription_id, row.period_start_on.isoformat()): row for row in periods}
    for entry in activity.whole_entries():
        if entry.action != "bill_subscription":
            continue
        for said in (*entry.after["invoices"], *entry.after["already_billed"]):
            start = said["period_start_on"]
            row = kept.pop((entry.object_id, start), None)
            name = f"The period of subscription {entry.object_id} from {start}"
            if row is None:
                yield f"{name} was billed and is not kept as billed any more."
            elif row.invoice_id != said["id"]:
                yield f"{name} is kept for another invoice than {said['number'] or said['id']}."
            elif _terms(said) and _terms(said) != _terms_of(row):
                yield f"{name} was changed since it was billed."
    for subscription_id, start in kept:
        yield (
            f"No activity tells that the period of subscription {subscription_id} from {start} "
            "was billed."
        )


def _read(invoice_id: str) -> Any:
    return Invoice.select(*_COLUMNS).where(Invoice.id == invoice_id).first()


def _terms(said: dict[str, Any]) -> tuple[str, str] | None:
    """The last day and the anchor; None in an entry of an earlier version."""
    return (said["period_end_on"], said["anchor_on"]) if "anchor_on" in said else None


def _terms_of(row: Any) -> tuple[str, str]:
    last_day: date = row.period_end_on - timedelta(days=1)
    return last_day.isoformat(), row.anchor_on.isoformat()


def _wrong_issue(said: dict[str, Any], row: Any, seal: str | None) -> Iterator[str]:
    """What is wrong of an invoice that was issued as ``said``; ``seal`` is today's."""
    if row is None:
        return
    if seal is None:
        yield f"Invoice {said['number']} was issued here and is not marked so any more."
    elif "seal" in said:
        if seal != said["seal"]:
            yield f"Invoice {said['number']} was changed since it was issued."
    elif (row.number, row.total, row.currency, row.period_start_on.isoformat()) != (
        *(said["number"], said["total"], said["currency"], said["period_start_on"]),
    ):
        # As an earlier version wrote it, without a seal.
        yield f"Invoice {said['number']} was changed since it was issued."


def _wrong_payment(entry: Any) -> Iterator[str]:
    said = entry.after["payment"]
    row: Any = PaymentIntent.get_or_none(PaymentIntent.id == said["id"])
    expected = {
        "customer_id": entry.customer_id,
        "invoice_id": entry.object_id,
        "amount": said["amount"],
        "amount_refunded": 0,
        "currency": said["currency"],
        "status": PaymentStatus.SUCCEEDED,
        "payment_method": said["method"],
        "description": None,
    }
    if "received_at" in said:
        expected["created_at"] = said["received_at"]
    if row is None or expected != {key: getattr(row, key) for key in expected}:
        yield (
            f"The payment of invoice {entry.after['number']} that was recorded here on "
            f"{said['received_on']} was changed or removed."
        )


class _Left:
    """What billing, payments and voids left of an invoice, until an import says otherwise."""

    def __init__(self) -> None:
        #: Those that entries tell of, by what they are called.
        self.known: dict[str, str] = {}
        self._states: dict[str, dict[str, Any]] = {}
        self._voided: set[str] = set()
        self._imported: set[str] = set()
        self._may_have_come_marked = False

    def note(self, entry: Any) -> None:
        """Take in the next entry."""
        if entry.action == "bill_subscription":
            for said in entry.after["invoices"]:
                self.known[said["id"]] = said["number"]
                self._states[said["id"]] = _as_issued(said["total"], entry.at)
        elif entry.action in ("record_payment", "void_invoice"):
            self.known[entry.object_id] = entry.after["number"]
            state = self._states.setdefault(entry.object_id, {})
            state.update((key, entry.after[key]) for key in _STATE if key in entry.after)
            if entry.action == "void_invoice":
                self._voided.add(entry.object_id)
        elif entry.action == "import":
            marked = entry.after.get("marked_here")
            if marked is not None:
                self._imported.update(marked["changed_here"])
                for invoice_id in marked["changed_here"]:
                    self._states.pop(invoice_id, None)
            elif _has_changed(entry.after.get("invoice", {})):
                self._may_have_come_marked = True
                self._states.clear()

    def may_be_marked(self, invoice_id: str) -> bool:
        """Whether an import can have brought in that it was changed here."""
        return self._may_have_come_marked or invoice_id in self._imported

    def wrong(self, invoice_id: str, row: Any) -> Iterator[str]:
        """What is wrong of an invoice that entries tell of."""
        number = self.known[invoice_id]
        if row is None:
            yield f"Invoice {number} was issued, paid or voided here and is not there any more."
            return
        if not row.changed_here:
            yield f"Invoice {number} was changed here and is not marked so any more."
        state = self._states.get(invoice_id, {})
        here = {key: getattr(row, key) for key in state}
        if invoice_id in self._voided and row.status not in (
            InvoiceStatus.VOID,
            InvoiceStatus.PAID,
        ):
            yield f"Invoice {number} was voided here and is not void."
        elif here != state:
            is_, was = (_in_words(each, row.currency) for each in (here, state))
            if is_ != was:
                yield f"Invoice {number} is {is_}, and by the activity trail it is {was}."
            else:
                yield f"Invoice {number} was paid or voided at another time than it says."
        elif state and row.raw_status != row.status:
            yield f"Invoice {number} is {row.status}, and its raw status is {row.raw_status}."


def _as_issued(total: int, at: int) -> dict[str, Any]:
    is_settled = total == 0
    return {
        "status": InvoiceStatus.PAID if is_settled else InvoiceStatus.OPEN,
        "amount_paid": 0,
        "amount_remaining": total,
        "paid_at": at if is_settled else None,
        "voided_at": None,
    }


def _in_words(state: dict[str, Any], currency: str) -> str:
    amounts = [
        f"{plain(state[key], currency)} {words}"
        for key, words in (("amount_paid", "paid"), ("amount_remaining", "owed"))
        if key in state
    ]
    return " with ".join([state["status"], *filter(None, [" and ".join(amounts)])])


def _has_changed(counts: dict[str, int]) -> bool:
    return bool(counts.get("new") or counts.get("updated"))
