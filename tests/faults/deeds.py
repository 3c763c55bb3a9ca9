"""What is done while a fault strikes: the real operations, on a company that is always the same.

Imported by the tests and by the processes that they kill, so it imports none of its neighbours.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from calmony_desktop.operations import operator
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.download_invoice import download_invoice
from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.fill_demo import fill_demo
from calmony_desktop.operations.import_records import import_paths
from calmony_desktop.operations.pending_changes import hand_over_changes
from calmony_desktop.operations.record_payment import record_payment
from calmony_desktop.operations.run_billing import run_billing
from calmony_desktop.operations.save_business_details import save_business_details
from calmony_desktop.operations.undo_cancellation import undo_cancellation
from calmony_desktop.operations.void_invoice import void_invoice
from calmony_desktop.store import business, models
from calmony_desktop.store.database import close_database, open_database

TODAY = date(2026, 2, 20)
NOW = int(datetime(2026, 2, 20, 12, tzinfo=UTC).timestamp())
#: Billed so far ahead, that a handful of subscriptions are due.
THROUGH = date(2026, 3, 6)
OLD = b"what was there before\n"

Progress = Callable[[int, int], None]


def nothing(done: int, total: int) -> None:
    """Tells nobody how far it is."""


@dataclass(frozen=True)
class Base:
    """The company's database, the ids that the operations need, and a folder to import."""

    database: Path
    records: Path
    ids: dict[str, str]

    def copy_to(self, folder: Path) -> Path:
        """A folder with a copy of the database, and older files where new ones will be written."""
        (folder / "export").mkdir(parents=True)
        shutil.copyfile(self.database, folder / "calmony.db")
        for name in ("invoice.pdf", "changes.json", "export/customers.jsonl"):
            (folder / name).write_bytes(OLD)
        return folder


def set_clock(at: int) -> None:
    """Have the operations believe that it is the instant ``at``."""
    operator.time = SimpleNamespace(time=lambda: at)  # type: ignore[assignment]


def make_base(folder: Path) -> Base:
    """A demo company that was billed, with something to cancel, undo, pay, void and hand over."""
    database = folder / "calmony.db"
    real = operator.time
    try:
        set_clock(NOW - 3600)
        open_database(database)
        fill_demo(customers=3, seed=4, today=date(2026, 1, 15))
        run_billing(operation_id="base-bill")
        records = folder / "records"
        export_records(records)
        set_clock(NOW - 60)
        ids = _ids()
        cancel_subscription(ids["undo"], operation_id="base-cancel", note="Moves away")
    finally:
        operator.time = real
    close_database()
    return Base(database, records, ids)


def _ids() -> dict[str, str]:
    subscriptions = models.Subscription
    alive = [
        each.id
        for each in subscriptions.select()
        .where(subscriptions.next_billing_date > TODAY)
        .order_by(subscriptions.next_billing_date.desc())
    ]
    invoices = models.Invoice
    issued = [
        each.id
        for each in invoices.select()
        .where(invoices.status == "open", invoices.issued_here, invoices.total > 0)
        .order_by(invoices.number)
    ]
    return {
        "cancel": alive[0],
        "undo": alive[1],
        "pay": issued[0],
        "void": issued[1],
        "pdf": issued[2],
    }


def do(name: str, folder: Path, ids: dict[str, str], progress: Progress = nothing) -> str | None:
    """Do the operation of this name in ``folder``; the same again is the same operation.

    Of the two that answer differently where somebody was quicker it returns the outcome.
    """
    key = f"fault-{name}"
    match name:
        case "cancel":
            cancel_subscription(ids["cancel"], operation_id=key, note="“Too late”")
        case "cancel, too":
            operation = ids["operation"]
            return cancel_subscription(ids["cancel"], operation_id=operation).outcome.value
        case "cancel at period end, too":
            operation = ids["operation"]
            found = cancel_subscription(ids["cancel"], operation_id=operation, at_period_end=True)
            return found.outcome.value
        case "undo":
            undo_cancellation(ids["undo"], operation_id=key)
        case "bill":
            run_billing(THROUGH, operation_id=key, progress=progress)
        case "record payment":
            record_payment(
                ids["pay"], method="Bank transfer", received_on=TODAY, operation_id=key, amount=100
            )
        case "void":
            void_invoice(ids["void"], operation_id=key)
        case "save business details":
            kept = business.details()
            seller = replace(kept.seller, name="Northwind & Daughters")
            save_business_details(replace(kept, seller=seller, logo=None))
        case "hand over":
            hand_over_changes(folder / "changes.json", operation_id=key)
        case "PDF":
            download_invoice(ids["pdf"], folder / "invoice.pdf")
        case "export":
            export_records(folder / "export")
        case "import":
            import_paths([Path(ids["records"])], operation_id=key)
        case _:
            raise LookupError(name)
    return None


#: What an operator does that changes something or writes a file. Bringing records in stands apart.
DEEDS = (
    "cancel",
    "undo",
    "bill",
    "record payment",
    "void",
    "save business details",
    "hand over",
    "PDF",
    "export",
)
WRITING_DEEDS = DEEDS[:7]

_MADE_UP = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,64}")


def records() -> str:
    """Everything in the open database but its search index, less what each run makes up anew."""
    run: Any = models.database.execute_sql
    tables = run(
        "SELECT name FROM sqlite_master WHERE type = 'table' "
        "AND name NOT LIKE 'customer_search%' AND name NOT LIKE 'sqlite%' ORDER BY name"
    ).fetchall()
    digest = hashlib.sha256()
    for (table,) in tables:
        rows = "\n".join(map(repr, run(f'SELECT * FROM "{table}"').fetchall()))
        digest.update("\n".join([table, *sorted(_MADE_UP.sub("#", rows).split("\n"))]).encode())
    return digest.hexdigest()


def files(folder: Path) -> dict[str, str]:
    """What an operation writes beside the database: each file's digest by name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and "backups" not in path.parts
        and not path.name.startswith((".calmony-", "calmony.db"))
    }


@dataclass(frozen=True)
class Course:
    """What an operation goes through where nothing disturbs it.

    ``states`` are the records before, between its transactions, and after; ``before`` and ``after``
    are the files beside them.
    """

    states: tuple[str, ...]
    before: dict[str, str]
    after: dict[str, str]

    def wrong(self, folder: Path, *, is_acknowledged: bool) -> str:
        """What is lost or half done in ``folder``; empty where nothing is. Opens its database."""
        open_database(folder / "calmony.db", must_exist=True)
        found = records()
        ((whole,),) = models.database.execute_sql("PRAGMA quick_check").fetchall()
        close_database()
        if whole != "ok":
            return f"the file is damaged: {whole}"
        if found not in self.states:
            return "the records are half done"
        now = files(folder)
        for name in now.keys() | self.before.keys() | self.after.keys():
            if now.get(name) not in (self.before.get(name), self.after.get(name)):
                return f"{name} is half written"
        is_over = found == self.states[-1] and len(set(self.states)) > 1
        if (is_acknowledged or is_over) and now != self.after:
            return "the files are not those of what was done"
        if is_acknowledged and found != self.states[-1]:
            return "an acknowledged change is lost"
        return ""


def course(name: str, folder: Path, ids: dict[str, str]) -> Course:
    """Do the operation undisturbed in ``folder``, and note down what it goes through."""
    real = operator.time
    set_clock(NOW)
    try:
        open_database(folder / "calmony.db")
        states, before = [records()], files(folder)
        do(name, folder, ids, lambda done, total: states.append(records()) if done else None)
        states.append(records())
    finally:
        operator.time = real
        close_database()
    return Course(tuple(dict.fromkeys(states)), before, files(folder))
