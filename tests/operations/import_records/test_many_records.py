"""Many records at once are written another way, and come to the same."""

from __future__ import annotations

import gc
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.import_records import import_objects, import_paths
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.store import customers, figures, new_rows, scratch, search_index
from calmony_desktop.store import database as store
from calmony_desktop.store.database import close_database
from calmony_desktop.store.database import database as connection

Rows = Callable[[str], list[dict[str, Any]]]
CURRENCIES = ("eur", "jpy", "kwd", None)


def schema() -> list[tuple[Any, ...]]:
    run: Any = connection.execute_sql
    found = run("SELECT name, type, tbl_name, sql FROM sqlite_master").fetchall()
    return sorted(found)


def many(provider: Any, seed: int) -> list[dict[str, Any]]:
    """Records of a few customers; another seed changes them, and brings some of their own."""
    rng = random.Random(seed)
    new = seed * 100
    at = provider.march + seed * provider.day
    found: list[dict[str, Any]] = []
    for number in (*range(12), *range(new, new + 12)):
        customer = f"cus_{number}"
        found.append(
            provider.customer(customer, currency=CURRENCIES[number % 4], name=f"{number} {seed}")
        )
        for each in range(rng.randrange(4)):
            money = {"currency": rng.choice(CURRENCIES[:3]), "customer": customer}
            created = at + rng.randrange(5)
            name = f"{number}_{each}"
            # What came without an intent before, and what comes with one now, become one row.
            charge = {"latest_charge": f"ch_{name}"} if seed else {"latest_charge": None}
            found += [
                provider.payment_intent(
                    f"pi_{name}",
                    status=rng.choice(["succeeded", "canceled", "processing"]),
                    created=created,
                    **money,
                    **charge,
                ),
                provider.invoice(
                    f"in_{name}",
                    number=name,
                    status=rng.choice(["open", "paid", "draft"]),
                    created=created,
                    **money,
                ),
                provider.subscription(
                    f"sub_{name}",
                    status=rng.choice(["active", "canceled", "past_due"]),
                    created=created,
                    **money,
                ),
            ]
            if not seed:
                found.append(
                    provider.charge(
                        f"ch_{name}", payment_intent=None, created=created, status="failed", **money
                    )
                )
    rng.shuffle(found)
    return found


def test_the_figures_of_many_records_are_those_that_the_triggers_keep(
    fresh: Callable[[object], Path], provider: Any, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {}
    for least in (0, 1_000_000):
        monkeypatch.setattr(figures, "_WORTHWHILE", least)
        fresh(least)
        before = schema()
        for seed in (0, 1, 2):
            import_objects(many(provider, seed), source="test")
            kept[least, seed] = rows("customers")
        assert schema() == before
        close_database()
    assert all(kept[0, seed] == kept[1_000_000, seed] for seed in (0, 1, 2))
    last = kept[0, 2]
    for column in (
        *("open_invoices", "open_balance", "last_payment_at", "last_payment_failed"),
        *("active_subscriptions", "unpaid_subscriptions", "main_currency"),
    ):
        assert len({row[column] for row in last}) > 1, "the figure should differ between customers"


def tables(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    return {
        name: rows(name)
        for name in (
            *("customers", "subscriptions", "subscription_items", "invoices", "invoice_lines"),
            *("invoice_taxes", "payment_intents", "payment_charges", "waiting_records"),
        )
    }


@pytest.mark.parametrize("seed", range(4))
def test_records_that_are_new_come_to_the_same_together_as_one_by_one(
    fresh: Callable[[object], Path],
    provider: Any,
    rows: Rows,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    """Of an export of theirs, which says of each record all that there is to know."""
    fresh("source")
    for each in (0, seed):
        import_objects(many(provider, each), source="test")
    export_records(tmp_path / "out")
    rng = random.Random(seed)
    lines = [
        line
        for path in sorted((tmp_path / "out").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if rng.random() < 0.9
    ]
    # Some come twice, and two payments name one charge.
    lines += rng.sample(lines, 5)
    payments = [json.loads(line) for line in lines if '"payment_intent"' in line]
    charges = [each["latest_charge"] for each in payments if each.get("latest_charge")]
    lines += [
        json.dumps(each | {"id": f"pi_other_{number}", "latest_charge": charge})
        for number, (each, charge) in enumerate(zip(payments, charges[:3], strict=False))
    ]
    (tmp_path / "records.jsonl").write_text("\n".join(lines), encoding="utf-8")
    came_to, together = {}, {}
    together_if = new_rows.IS_NEW
    one_by_one = dict.fromkeys(together_if, "0")
    for run, is_new in {"together": together_if, "one by one": one_by_one}.items():
        monkeypatch.setattr(new_rows, "IS_NEW", is_new)
        monkeypatch.setattr(scratch, "_RUN", 1 + seed)
        monkeypatch.setattr(scratch, "_LOOKED_AT", 7 * (1 + seed))
        fresh(run)
        written: list[int] = []
        insert = new_rows.insert

        def insert_and_count(
            kind: str, places: range, insert: Any = insert, written: list[int] = written
        ) -> int:
            written.append(insert(kind, places))
            return written[-1]

        with monkeypatch.context() as patched:
            patched.setattr(new_rows, "insert", insert_and_count)
            first = import_paths([tmp_path / "records.jsonl"])
        came_to[run] = (first, tables(rows), import_paths([tmp_path / "records.jsonl"]))
        together[run] = sum(written)
        close_database()
    assert came_to["together"] == came_to["one by one"]
    assert together["together"] > 20
    assert together["one by one"] == 0


def test_what_is_new_is_asked_again_after_others_were_settled(
    database: Path, provider: Any, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first that has a charge keeps it, whether it came by itself or with a thousand others."""
    monkeypatch.setattr(scratch, "_RUN", 2)
    intents = [provider.payment_intent(f"pi_{number}", latest_charge=None) for number in range(9)]
    intents[1]["latest_charge"] = "ch_other"
    intents[7]["latest_charge"] = "ch_1"
    charge = provider.charge("ch_1", payment_intent="pi_1")
    report = import_objects([provider.customer(), *intents, charge], source="test")
    assert report.counts["payment_intent"].new == 9
    assert {row["charge_id"]: row["payment_id"] for row in rows("payment_charges")} == {
        "ch_1": "pi_1",
        "ch_other": "pi_1",
    }


def test_an_import_that_is_there_after_all_is_told_as_that(
    database: Path, provider: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full for the file beside the database, which commits last."""
    writing = store.writing

    @contextmanager
    def full_at_the_end() -> Iterator[None]:
        with writing():
            yield
        if not connection.in_transaction():
            raise KnownError("The disk is full.")

    monkeypatch.setattr(store, "writing", full_at_the_end)
    with pytest.raises(KnownError):
        import_objects([], source="test")
    report = import_objects([provider.customer()], source="test")
    assert report.counts["customer"].new == 1
    assert customers.exists("cus_ada")


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_import_that_keeps_nothing_leaves_the_triggers_as_they_were(
    database: Path, provider: Any, rows: Rows, dry_run: bool
) -> None:
    before = schema()

    def cancel_at_the_end(done: int, total: int) -> None:
        if total and done == total and not dry_run:
            raise Cancelled

    def bring_in() -> None:
        import_objects(
            many(provider, 0), source="test", dry_run=dry_run, progress=cancel_at_the_end
        )

    if dry_run:
        bring_in()
    else:
        with pytest.raises(Cancelled):
            bring_in()
    assert schema() == before
    assert rows("customers") == []


def test_the_search_for_cycles_goes_on_after_an_import_however_it_ends(
    database: Path, provider: Any
) -> None:
    during: list[bool] = []

    def cancel(done: int, total: int) -> None:
        during.append(gc.isenabled())
        raise Cancelled

    with pytest.raises(Cancelled):
        import_objects([provider.customer()], source="test", progress=cancel)
    assert during == [False]
    assert gc.isenabled()


def test_the_seller_of_many_invoices_is_cleaned_and_reported_for_each(
    provider: Any, bring_in: Callable[..., Any], rows: Rows
) -> None:
    ours = {"calmony": {"seller": {"name": "Nord\x07licht", "unknown": "\x00"}}}
    report = bring_in(
        provider.customer(),
        provider.invoice("in_1", number="1", **ours),
        provider.invoice("in_2", number="2", **ours),
    )
    assert [row["seller"] for row in rows("invoices")] == ['{"name":"Nordlicht"}'] * 2
    notes = [line.reason for line in report.lines if line.kind == "invoice"]
    assert len(notes) == 2
    assert notes[0] == notes[1]
    assert "control character" in notes[0]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("many", [2, 3])
def test_many_new_customers_leave_the_search_index_in_one_piece(
    provider: Any, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(search_index, "_MANY", many)
    for first in (0, 2, 4):
        objects = [provider.customer(f"cus_{each}") for each in range(first, first + 2)]
        import_objects(objects, source="test")
    run: Any = connection.execute_sql
    (pieces,) = run("SELECT count(DISTINCT segid) FROM customer_search_idx").fetchone()
    assert (pieces == 1) == (many == 2)
