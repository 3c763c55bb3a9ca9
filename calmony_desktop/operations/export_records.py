"""Write every record back in the payment provider's shape, as JSON Lines that import reads."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.import_records.business_object import business_object
from calmony_desktop.operations.import_records.normalize import WAITING_OBJECT
from calmony_desktop.operations.import_records.records import Refused
from calmony_desktop.operations.progress import Progress, unattended
from calmony_desktop.operations.provider_shape import ProviderShape
from calmony_desktop.operations.write_file import sync_folder
from calmony_desktop.store import batches, business, database, waiting

_PROGRESS_EVERY = 250


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The files that were written, with the number of records in each."""

    files: dict[Path, int]

    @property
    def total(self) -> int:
        """All records."""
        return sum(self.files.values())

    def as_text(self) -> str:
        """The report as a person reads it."""
        lines = [f"{number:>12,}  {path}" for path, number in self.files.items()]
        return "\n".join(["Exported records:", *lines]) + "\n"


@logged
def export_records(folder: Path, *, progress: Progress = unattended) -> ExportReport:
    """Write the business and all records to ``folder``, one file a kind.

    Other files in it are left alone.
    All files are written before the first takes its place, so an error leaves those of an earlier
    export as they were. Raises KnownError where the folder cannot be written, and Cancelled.
    """
    written: dict[Path, Path] = {}
    counts: dict[Path, int] = {}
    with database.connection(), _explained(folder), _cleaning_up(written), database.reading():
        folder.mkdir(parents=True, exist_ok=True)
        counter = _Counter(progress, _total())
        for name, objects in _files(ProviderShape(business.time_zone())):
            path = folder / name
            if path.is_dir():
                raise KnownError(f"{path} is a folder. Choose another folder to export to.")
            written[path] = folder / f".calmony-{secrets.token_hex(8)}.tmp"
            counts[path] = _write(written[path], objects, counter)
        for path, temporary in written.items():
            temporary.replace(path)
        sync_folder(folder)
    return ExportReport(counts)


def _files(shape: ProviderShape) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    yield "business.jsonl", iter([business_object(business.details())])
    yield "customers.jsonl", map(shape.customer, batches.everything("customer"))
    yield "products.jsonl", map(shape.product, batches.everything("product"))
    yield "prices.jsonl", map(shape.price, batches.everything("price"))
    yield "subscriptions.jsonl", _subscriptions(shape)
    yield "invoices.jsonl", map(shape.invoice, batches.everything("invoice"))
    yield "payment_intents.jsonl", _payments(shape, are_intents=True)
    yield "charges.jsonl", _payments(shape, are_intents=False)
    yield "waiting_records.jsonl", map(_waiting_object, waiting.all_waiting())


def _subscriptions(shape: ProviderShape) -> Iterator[dict[str, Any]]:
    for rows in batches.batched(batches.everything("subscription")):
        prices = batches.by_id("price", {item["price_id"] for row in rows for item in row["items"]})
        for row in rows:
            yield shape.subscription(row, prices)


def _payments(shape: ProviderShape, *, are_intents: bool) -> Iterator[dict[str, Any]]:
    """Payment intents or, of the payments of which none is known, the charges."""
    for rows in batches.batched(batches.everything("payment_intent")):
        charges = batches.charges_of_payments([row["id"] for row in rows])
        for row in rows:
            if bool(row["as_of"]) is are_intents:
                make = shape.payment_intent if are_intents else shape.charge
                yield make(row, charges.get(row["id"], []))


def _waiting_object(record: waiting.Waiting) -> dict[str, Any]:
    return {
        "id": record.id,
        "object": WAITING_OBJECT,
        "kind": record.kind,
        "payload": record.payload,
    }


def _total() -> int:
    kinds = ("customer", "product", "price", "subscription", "invoice", "payment_intent")
    return 1 + sum(map(batches.count, kinds)) + len(waiting.all_waiting())


class _Counter:
    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def count(self) -> None:
        self._done += 1
        if self._done % _PROGRESS_EVERY == 0:
            self._progress(self._done, self._total)


def _write(path: Path, objects: Iterable[dict[str, Any]], counter: _Counter) -> int:
    number = 0
    with path.open("x", encoding="utf-8", newline="\n") as file:
        for each in objects:
            file.write(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n")
            counter.count()
            number += 1
        file.flush()
        os.fsync(file.fileno())
    return number


@contextlib.contextmanager
def _cleaning_up(written: dict[Path, Path]) -> Iterator[None]:
    try:
        yield
    finally:
        for temporary in written.values():
            with contextlib.suppress(OSError):
                temporary.unlink()


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except Refused as error:
        raise KnownError(
            f"The records were not exported to {folder}: one of them can’t be right ({error}). "
            "Check the database, or restore the latest backup."
        ) from error
    except OSError as error:
        raise KnownError(
            f"The records were not exported to {folder}: {error.strerror or error}. "
            "Choose a folder that you may write to, on a disk with enough room."
        ) from error
