"""Writing payments: one row a payment intent, with its latest charge; or one a charge without.

What an intent says of amount, status and customer counts over its charge; what was refunded, and
how it was paid, only a charge says. A charge that came first, alone, and the intent that names it
become one row, in whichever order and import they come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from calmony_desktop.operations.import_records.gather import Gathered
from calmony_desktop.operations.import_records.ledger import Ledger, is_shown_otherwise
from calmony_desktop.operations.import_records.links import Links, is_implied
from calmony_desktop.operations.import_records.merge_payments import (
    apply_charge,
    apply_intent,
    charge_of_row,
)
from calmony_desktop.operations.import_records.records import Record, layered
from calmony_desktop.operations.import_records.report import Outcome
from calmony_desktop.store import batches
from calmony_desktop.store.batches import Row
from calmony_desktop.store.scratch import Scratch

_BATCH = 250
#: The first charge of each payment of which no payment intent was read, in SQL.
_FIRST_WITHOUT_INTENT = """
    NOT EXISTS (SELECT 1 FROM payment_intent WHERE payment_intent.id = each.names)
    AND NOT EXISTS (
        SELECT 1 FROM charge earlier
        WHERE earlier.names = each.names AND earlier.place < each.place)
"""


class _Payment:
    """The records that make up one row."""

    def __init__(self, id_: str, intent: Record | None, charges: Iterable[Record]) -> None:
        self.id = id_
        self.intent = intent
        self.charges = {each.id: each for each in charges}
        self.charge_ids = [*self.charges]
        self.records = [*self.charges.values()]
        if intent is not None:
            self.records.insert(0, intent)
            named = intent.values.get("charge_id")
            if named and named not in self.charges:
                self.charge_ids.append(named)


def settle_payments(gathered: Gathered, links: Links, ledger: Ledger) -> None:
    """Settle all payments of an import. ``links`` says which invoice a payment or charge pays."""
    _find_owners(gathered.scratch)
    gathered.scratch.index("payment_intent", "names")
    for run in gathered.runs("payment_intent"):
        if isinstance(run, range):
            ledger.settle_new("payment_intent", run)
            continue
        for intents in batches.batched(run, _BATCH):
            payments = _with_charges(gathered, {each.id: each for each in intents})
            _settle_batch(payments, links, ledger)
    others = gathered.scratch.entries("charge", _FIRST_WITHOUT_INTENT)
    for entries in batches.batched(others, _BATCH):
        payments = _with_charges(gathered, {str(owner): None for _, owner, _ in entries})
        _settle_batch(payments, links, ledger)


def _find_owners(scratch: Scratch) -> None:
    """Have each charge name its payment: the intent that it names, or that names it, or itself."""
    if not scratch.count("charge"):
        return
    scratch.index("payment_intent", "names")
    scratch.index("charge", "names")
    for entries in batches.batched(scratch.entries("charge", "names IS NULL")):
        ids = [id_ for id_, _, _ in entries]
        naming = {named: id_ for id_, named, _ in scratch.naming("payment_intent", ids)}
        known = batches.payments_of_charges(ids)
        scratch.name("charge", {id_: naming.get(id_) or known.get(id_) or id_ for id_ in ids})


def _with_charges(gathered: Gathered, intents: Mapping[str, Record | None]) -> list[_Payment]:
    charges = defaultdict(list)
    for entry in gathered.scratch.naming("charge", intents):
        charges[entry[1]].append(gathered.record("charge", entry))
    return [_Payment(id_, intent, charges.get(id_, ())) for id_, intent in intents.items()]


def _settle_batch(payments: list[_Payment], links: Links, ledger: Ledger) -> None:
    charge_ids = [each for payment in payments for each in payment.charge_ids]
    invoices = links.of_payments({*(payment.id for payment in payments), *charge_ids})
    known = batches.payments_of_charges(charge_ids)
    stored = batches.by_id("payment_intent", {payment.id for payment in payments} | set(charge_ids))
    named = {
        record.values["customer_id"]
        for payment in payments
        for record in payment.records
        if "customer_id" in record.values
    }
    customers = batches.existing("customer", named) | {
        row["customer_id"] for row in stored.values()
    }
    remembered: dict[str, str] = {}
    absorbed: list[str] = []
    for payment in payments:
        settlement = _Settlement(payment, stored, known, customers, invoices)
        settlement.settle(ledger)
        remembered.update(settlement.remembered)
        known.update(settlement.remembered)
        absorbed.extend(settlement.absorbed)
    batches.remove_payments(absorbed)
    ledger.flush("payment_intent")
    batches.remember_charges(remembered)
    ledger.advance(sum(len(payment.records) for payment in payments))


class _Settlement:
    """One payment being settled."""

    def __init__(
        self,
        payment: _Payment,
        stored: dict[str, Row],
        known: dict[str, str],
        customers: set[str],
        invoices: dict[str, str],
    ) -> None:
        self._payment = payment
        self._stored = stored
        self._known = known
        self._customers = customers
        self._invoices = invoices
        self._here = stored.get(payment.id)
        self.absorbed: list[str] = []
        self.remembered: dict[str, str] = {}

    def settle(self, ledger: Ledger) -> None:
        """Merge the records into the row, count each, and have the row written."""
        payment = self._payment
        earlier = self._rows_of_charges()
        customer_id = self._customer_id(earlier)
        if customer_id not in self._customers:
            self._wait(customer_id, ledger)
            return
        row = None if self._here is None else dict(self._here)
        outcomes: list[tuple[Record, Outcome, str]] = []
        if payment.intent is not None:
            before = row
            row = apply_intent(row, payment.intent)
            is_new = before is None or not before["as_of"]
            outcomes.append((payment.intent, _outcome(before, row, is_new=is_new), ""))
        charges = dict(payment.charges)
        for charge_id, charge_row in earlier.items():
            absorbed = charge_of_row(charge_row)
            charges[charge_id] = (
                layered(absorbed, charges[charge_id]) if charge_id in charges else absorbed
            )
        for charge in sorted(charges.values(), key=_by_creation):
            before = row
            row = apply_charge(row, charge, payment.id)
            if charge.id in payment.charges:
                is_new = not self._is_known(charge.id)
                outcomes.append((charge, _outcome(before, row, is_new=is_new), ""))
        if row is None:
            return
        if row["customer_id"] not in self._customers:
            # A charge may name none, or another one than its intent.
            row["customer_id"] = customer_id
        if row["amount_refunded"] > row["amount"]:
            for record in payment.records:
                reason = "it and its charge do not fit: more was refunded than was paid"
                ledger.count(record, Outcome.REFUSED, reason)
            return
        self._finish(row)
        if row["invoice_id"] is not None and (
            self._here is None or self._here["invoice_id"] is None
        ):
            ledger.link(payment.id)
        self.absorbed = list(earlier)
        ledger.write("payment_intent", row, self._here)
        if self._here is not None and not is_shown_otherwise(row, self._here):
            # One record of it may have undone what another one did.
            outcomes = [
                (record, Outcome.UNCHANGED if outcome is Outcome.UPDATED else outcome, reason)
                for record, outcome, reason in outcomes
            ]
        for record, outcome, reason in outcomes:
            ledger.count(record, outcome, reason)

    def _finish(self, row: Row) -> None:
        payment = self._payment
        if payment.intent is not None and payment.intent.as_of >= row["as_of"]:
            exact = payment.intent.exact
            row.update((key, value) for key, value in exact.items() if key in row)
        if row["invoice_id"] is None and self._invoices:
            named = (self._invoices.get(each) for each in (payment.id, *payment.charge_ids))
            row["invoice_id"] = next((each for each in named if each is not None), None)
        charge_ids = payment.charge_ids.copy()
        for record in payment.records:
            charge_ids += record.exact.get("charges", ())
        charge_ids.append(row["charge_id"])
        self.remembered = {
            each: payment.id
            for each in charge_ids
            if each is not None and each != payment.id and each not in self._known
        }
        if self._known.get(row["charge_id"], payment.id) != payment.id:
            # Two payments cannot have one charge; the first that named it keeps it.
            row["charge_id"] = self._here["charge_id"] if self._here else None

    def _rows_of_charges(self) -> dict[str, Row]:
        """Rows of charges that came alone and turn out to belong to this payment."""
        if not self._stored:
            return {}
        return {
            charge_id: self._stored[charge_id]
            for charge_id in self._payment.charge_ids
            if charge_id != self._payment.id and charge_id in self._stored
        }

    def _customer_id(self, earlier: dict[str, Row]) -> str | None:
        for record in self._payment.records:
            if (named := record.values.get("customer_id")) is not None:
                return str(named)
        here = [row["customer_id"] for row in (self._here, *earlier.values()) if row is not None]
        return next((each for each in here if each is not None), None)

    def _wait(self, customer_id: str | None, ledger: Ledger) -> None:
        for record in self._payment.records:
            missing = (
                f"its payment intent {self._payment.id}"
                if customer_id is None
                else (f"its customer {customer_id}")
            )
            ledger.wait(record, f"{missing} is not here yet")

    def _is_known(self, charge_id: str) -> bool:
        """Whether this charge took part in an earlier import."""
        if charge_id in self._stored:
            row = self._stored[charge_id]
            return bool(row["charge_as_of"])
        here = self._here
        if here is not None and here["charge_id"] == charge_id:
            return bool(here["charge_as_of"])
        return charge_id in self._known


def _by_creation(charge: Record) -> tuple[int, int, str]:
    return charge.values["created_at"], charge.as_of, charge.id


def _outcome(before: Row | None, after: Row, *, is_new: bool) -> Outcome:
    if is_new:
        return Outcome.NEW
    if before is None or is_shown_otherwise(after, before):
        return Outcome.UPDATED
    return Outcome.UNCHANGED


def settle_links(records: list[Record], ledger: Ledger) -> None:
    """Tell payments which invoice they pay; a link whose payment is not here yet waits."""
    named = {str(record.values["payment_id"]) for record in records}
    of_charges = batches.payments_of_charges(named)
    stored = batches.by_id("payment_intent", named | set(of_charges.values()))
    linked = ledger.linked(list(stored))
    changed: dict[str, Row] = {}
    for record in records:
        payment_id = str(record.values["payment_id"])
        payment_id = of_charges.get(payment_id, payment_id)
        invoice_id = record.values["invoice_id"]
        here = changed.get(payment_id) or stored.get(payment_id)
        if here is None:
            ledger.wait(
                record,
                f"its payment {payment_id} is not here yet",
                is_counted=not is_implied(record),
            )
        elif here["invoice_id"] is None:
            changed[payment_id] = here | {"invoice_id": invoice_id}
            _count_link(record, Outcome.NEW, ledger)
        elif here["invoice_id"] == invoice_id:
            is_new = payment_id in linked
            _count_link(record, Outcome.NEW if is_new else Outcome.UNCHANGED, ledger)
        else:
            reason = f"the payment is linked to the invoice {here['invoice_id']} and stays so"
            _count_link(record, Outcome.UNCHANGED, ledger, reason)
    for payment_id, row in changed.items():
        ledger.write("payment_intent", row, stored[payment_id])
    ledger.flush("payment_intent")


def _count_link(record: Record, outcome: Outcome, ledger: Ledger, reason: str = "") -> None:
    if not is_implied(record):
        ledger.count(record, outcome, reason)
    elif outcome is Outcome.NEW:
        ledger.is_anything_kept = True
