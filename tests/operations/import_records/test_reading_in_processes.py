"""Much to read is read by several processes, and held in a file: it comes to the same."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.import_records import import_objects, import_paths, readers
from calmony_desktop.operations.import_records.packing import packed, unpacked
from calmony_desktop.operations.import_records.records import Origin, Record
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.store.database import close_database

Kept = Callable[[], dict[str, list[dict[str, Any]]]]


@pytest.fixture
def folder(tmp_path: Path, provider: Any) -> Path:
    """Files of every sort, with what is wrong in each of their parts."""
    made = tmp_path / "files"
    made.mkdir()
    lines = [
        json.dumps(provider.customer(f"cus_{number % 400}", name=f"N{number}", created=number))
        for number in range(600)
    ]
    lines[3] = "{broken"
    lines[590] = json.dumps(provider.payment_intent("pi_x", amount=-1))
    (made / "a.jsonl").write_text("\n".join(lines))
    payments = [
        provider.payment_intent(
            f"pi_{number}",
            customer=provider.customer(f"cus_{number}", name="of a payment"),
            latest_charge=provider.charge(f"ch_{number}", payment_intent=f"pi_{number}"),
        )
        for number in range(300)
    ]
    payments[270]["currency"] = "xxq"
    (made / "b.json").write_text(json.dumps({"data": payments, "has_more": True}))
    rows = [f"ch_csv_{number},{number}.00,eur,Paid,2026-01-01 12:00,cus_1" for number in range(300)]
    rows[260] = "too,few"
    head = "id,Amount,Currency,Status,Created (UTC),Customer ID"
    (made / "c.csv").write_text("\n".join([head, *rows]))
    (made / "d.json").write_text("nothing")
    return made


def test_processes_find_what_this_one_finds_and_say_it_in_the_same_order(
    fresh: Callable[[object], Path],
    folder: Path,
    everything_kept: Kept,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = []
    for fewest in (1_000_000, 0):
        monkeypatch.setattr(readers, "FEWEST_FOR_PROCESSES", fewest)
        monkeypatch.setattr(readers, "cores", lambda: 2)
        fresh(fewest)
        report = import_paths([folder])
        found.append((report, everything_kept()))
        close_database()
    assert found[0] == found[1]
    assert report.total.refused == 5
    assert report.counts["payment_intent"].new == 299
    assert active_children() == []


@pytest.fixture
def many_lines(tmp_path: Path, provider: Any) -> Path:
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(json.dumps(provider.customer(f"cus_{n}")) for n in range(6000)))
    return path


@pytest.mark.parametrize("how", ["killed", "cancelled"])
def test_processes_that_end_early_leave_nothing_behind(
    database: Path,
    many_lines: Path,
    everything_kept: Kept,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    monkeypatch.setattr(readers, "FEWEST_FOR_PROCESSES", 0)
    monkeypatch.setattr(readers, "cores", lambda: 2)
    empty = everything_kept()

    def stop(_done: int, _total: int) -> None:
        if how == "cancelled":
            raise Cancelled
        for each in active_children():
            each.kill()

    with pytest.raises((KnownError, Cancelled)) as raised:
        import_paths([many_lines], progress=stop)
    assert how == "cancelled" or "Nothing was imported" in str(raised.value)
    assert everything_kept() == empty
    assert active_children() == []
    assert {path.suffix for path in database.parent.iterdir()} <= {
        ".db",
        ".db-wal",
        ".db-shm",
        ".jsonl",
    }


@pytest.mark.parametrize("number", [1500, 4500])
def test_however_much_is_imported_few_records_are_held_at_a_time(
    database: Path, provider: Any, number: int
) -> None:
    objects = (
        made
        for each in range(number // 3)
        for made in (
            provider.customer(f"cus_{each}"),
            provider.payment_intent(
                f"pi_{each}", customer=f"cus_{each}", latest_charge=f"ch_{each}"
            ),
            provider.charge(f"ch_{each}", customer=f"cus_{each}", payment_intent=f"pi_{each}"),
        )
    )
    held = []

    def count(_done: int, _total: int) -> None:
        held.append(sum(type(each) is Record for each in gc.get_objects()))

    report = import_objects(objects, source="test", progress=count)
    assert report.total.new == number
    assert 0 < max(held) <= 1500


def test_a_packed_record_is_the_same_again() -> None:
    record = Record(
        kind="charge",
        id="ch_1",
        origin=Origin("a file", "line 1"),
        values={"payment_intent_id": "pi_1", "amount": 5, "lines": [{"a": None}], "ü": "ł"},
        carries=frozenset({"amount", "b"}),
        as_of=7,
        api_version="2026",
        is_embedded=True,
        links=("x",),
        exact={"charges": ["y"]},
        notes=("a note",),
    )
    id_, names, payload = packed(record)
    assert names == "pi_1"
    assert unpacked("charge", id_, payload) == record
    bare = Record("charge", "ch_1", Origin("", ""), {}, frozenset(), 0)
    assert unpacked("charge", *packed(bare)[::2]) == bare
