"""Bring in the payment provider's records from the files that people really have.

Read (`read_files`, `read_json`, `read_csv`), normalize (`normalize`, and a module a kind), both in
several processes where there is much (`readers`); gather one record an object, in a file
(`gather`); and apply (`apply`) in one transaction: by the thousand what is `finished` and new, and
one by one what is not. `report` says what became of each.
"""

from __future__ import annotations

import gc
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.backups import back_up_before_import
from calmony_desktop.operations.import_records.apply import apply_records
from calmony_desktop.operations.import_records.gather import Gathered
from calmony_desktop.operations.import_records.normalize import Normalizer
from calmony_desktop.operations.import_records.read_files import read_paths
from calmony_desktop.operations.import_records.records import Origin
from calmony_desktop.operations.import_records.report import (
    Counts,
    ImportLine,
    ImportReport,
    Outcome,
)
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.operations.progress import Progress, unattended
from calmony_desktop.store import activity, business, database, search_index
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.batches import batched

__all__ = [
    "Counts",
    "ImportLine",
    "ImportReport",
    "Outcome",
    "import_objects",
    "import_paths",
]

_TAKEN_TOGETHER: Final = 250


def _nothing() -> None:
    """What is done first where there is nothing to do."""


@logged
def import_paths(
    paths: Sequence[Path],
    *,
    dry_run: bool = False,
    progress: Progress = unattended,
    operation_id: str | None = None,
) -> ImportReport:
    """Bring in the records of files, folders and zips, all or nothing, after a backup.

    ``dry_run`` does everything and keeps nothing. ``operation_id`` is a UUID made before the
    person was asked. Raises KnownError where a path does not exist, nothing at all could be read,
    the backup cannot be made or the database cannot be written, and Cancelled out of ``progress``;
    nothing is kept then.
    """
    with (
        database.connection(),
        _no_search_for_cycles(),
        Gathered(business.time_zone(), progress) as gathered,
    ):
        read_paths([Path(path) for path in paths], gathered)
        if not dry_run:
            back_up_before_import(progress=progress)
        return _apply(gathered, progress, operation_id, is_dry_run=dry_run)


def import_objects(
    objects: Iterable[dict[str, Any]],
    *,
    source: str,
    dry_run: bool = False,
    progress: Progress = unattended,
    operation_id: str | None = None,
    time_zone: str | None = None,
    begin: Callable[[], None] = _nothing,
) -> ImportReport:
    """`import_paths` for objects in the provider's shape that the program itself has.

    ``source`` is what the report calls where they are from. ``begin`` is done first in the same
    transaction; where it sets the business's, ``time_zone`` says which. None may be open before.
    """
    with (
        database.connection(),
        _no_search_for_cycles(),
        Gathered(time_zone := time_zone or business.time_zone(), progress) as gathered,
    ):
        for batch in batched(enumerate(objects, start=1), _TAKEN_TOGETHER):
            normalizer = Normalizer(time_zone)
            for number, each in batch:
                normalizer.add_line(each, Origin(source, f"item {number}"))
            gathered.take(normalizer.found)
        return _apply(gathered, progress, operation_id, begin, is_dry_run=dry_run)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Spare the search for cyclic garbage among millions of records, where there is none.

    It takes an eighth of the time, and the window stands still meanwhile.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _KeepNothing(Exception):
    """Ends the transaction of a dry run."""


def _apply(
    gathered: Gathered,
    progress: Progress,
    operation_id: str | None,
    begin: Callable[[], None] = _nothing,
    *,
    is_dry_run: bool,
) -> ImportReport:
    gathered.finish()
    # What a retry still finds to do is a second import, with an entry of its own.
    if operation_id is None or activity.has(operation_id):
        operation_id = str(uuid.uuid4())
    report: ImportReport | None = None
    try:
        with database.large_cache(), database.writing():
            gathered.scratch.refuse_to_be_lost()
            begin()
            ledger = apply_records(gathered, progress)
            report = gathered.report.report(is_dry_run=is_dry_run)
            if ledger.is_anything_kept:
                _note_down(report, ledger.marked_here, operation_id)
            if is_dry_run:
                raise _KeepNothing
            search_index.merge_after(report.counts.get("customer", Counts()).new)
    except _KeepNothing:
        pass
    except KnownError:
        # The disk may have been too full for the file beside the database, which commits after it.
        with database.reading():
            is_done = report is not None and activity.has(operation_id)
        if not is_done:
            raise
    assert report is not None
    return report


def _note_down(report: ImportReport, marked_here: dict[str, set[str]], operation_id: str) -> None:
    activity.add(
        ActivityEntry(
            operation_id=operation_id,
            at=now(),
            operator=operator_name(),
            action="import",
            object_kind="import",
            object_id=operation_id,
            after={kind: asdict(counts) for kind, counts in report.counts.items()}
            | {"marked_here": {mark: sorted(ids) for mark, ids in marked_here.items()}},
        )
    )
