"""Restoring a backup: a look at what it holds, and putting it in the place of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from calmony_desktop.errors import CannotOpen, FileState
from calmony_desktop.log import logged
from calmony_desktop.operations.backups.making import thin
from calmony_desktop.operations.backups.missing_changes import RESTORED
from calmony_desktop.operations.describe_activity import describe_activity
from calmony_desktop.operations.operator import now, operator_name
from calmony_desktop.operations.progress import Progress, unattended
from calmony_desktop.operations.wording import counted, instant_in_words
from calmony_desktop.store import activity, backup, database, restore
from calmony_desktop.store.activity import ActivityEntry, ActivityRow
from calmony_desktop.store.backup_listing import BackupFile, backups_of
from calmony_desktop.store.backup_manifest import Contents, Reason
from calmony_desktop.store.restore import PreparedBackup

#: So many of the changes that would be undone are told one by one.
_MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class RestorePreview:
    """What a backup holds, and what restoring it would do. ``made_at`` is UTC.

    ``undone`` counts the changes made since; None where that can't be told, because the database
    can't be opened (``trouble`` says why) or has another history. ``newest_undone`` are the newest
    of them, newest first.
    """

    backup: Path
    made_at: int
    contents: Contents
    newest_change: str | None
    undone: int | None
    newest_undone: tuple[ActivityRow, ...]
    trouble: CannotOpen | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """It all for a person, line by line."""
        held = self.contents
        said = [
            f"Backup of {instant_in_words(self.made_at)}: {counted(held.customers, 'customer')}, "
            f"{counted(held.payment_intents, 'payment')}, "
            f"{counted(held.subscriptions, 'subscription')}, {counted(held.invoices, 'invoice')}."
        ]
        if self.newest_change is not None and held.last_activity_at is not None:
            at = instant_in_words(held.last_activity_at)
            said.append(f"Its newest change, {at}: {self.newest_change}")
        if self.trouble is not None and self.trouble.state is FileState.MISSING:
            said.append("There is no database there now: this backup takes its place.")
        elif self.trouble is not None:
            said.append(f"{self.trouble} What is there now is kept aside under another name.")
        elif self.undone is None:
            said.append(
                "The database has another history than this backup: all that is in it now would "
                "be replaced. It is backed up first."
            )
        elif self.undone:
            said.append(
                f"{counted(self.undone, 'change')} made since would be undone. The database is "
                "backed up first."
            )
        else:
            said.append("No change was made since. The database is backed up first.")
        return tuple(said)


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What a restore did.

    ``before`` is the backup of what was there, None where nothing could be backed up;
    ``kept_aside`` is then where a damaged file is now.
    """

    contents: Contents
    before: BackupFile | None
    kept_aside: Path | None

    @property
    def summary(self) -> str:
        """It all in a sentence or two."""
        said = f"Restored: {counted(self.contents.customers, 'customer')}."
        if self.before is not None:
            said += f" What was there before is in the backup {self.before.path.name}."
        if self.kept_aside is not None:
            said += f" The damaged database is kept as {self.kept_aside}."
        return said


def list_backups(file: Path | None = None) -> tuple[BackupFile, ...]:
    """The backups of the database ``file``, else of the open one, newest first.

    The file itself need not be there, nor be whole. Raises KnownError when the folder can't be
    read.
    """
    return backups_of(database.path() if file is None else file)


def changes_since(backup_file: BackupFile) -> int | None:
    """How many changes of the open database restoring this backup would undo.

    None where the backup is of another history, or what it holds is not known.
    """
    if backup_file.manifest is None:
        return None
    held = backup_file.manifest.contents
    return activity.entries_after(held.last_activity_id, held.seal)


def preview_restore(file: Path, source: Path, *, progress: Progress = unattended) -> RestorePreview:
    """Check the backup ``source`` whole, and tell what restoring it over ``file`` would do.

    Changes nothing. Raises KnownError where it can't be restored or ``file`` must not be replaced,
    and Cancelled.
    """
    file, source = file.absolute(), source.absolute()
    with _as_connected_as_before():
        return _preview(file, source, progress)


def _preview(file: Path, source: Path, progress: Progress) -> RestorePreview:
    trouble = _trouble(file)
    with backup.alone(file), restore.prepared(source, file, progress) as prepared:
        entry = prepared.newest_entry()
        held = prepared.contents
        undone = None
        if trouble is None:
            undone = activity.entries_after(held.last_activity_id, held.seal)
        newest = activity.latest(limit=min(undone, _MOST_TOLD)) if undone else ()
        return RestorePreview(
            source,
            _made_at(prepared, source),
            held,
            None if entry is None else describe_activity(entry),
            undone,
            newest,
            trouble,
        )


@logged
def restore_backup(
    file: Path, source: Path, *, operation_id: str, progress: Progress = unattended
) -> RestoreReport:
    """Make the database ``file`` what the backup ``source`` holds.

    What is there is backed up and checked first; a damaged file, which can't be, is kept aside
    instead. Whenever this is cut off, the old state is there or the new one, whole. Other windows
    on the file go on with the new one. ``operation_id`` is a UUID made before the person was
    asked.

    Raises KnownError where the backup can't be restored or ``file`` must not be replaced (a file
    of another program, or one that is locked, read-only or newer than this program), and
    Cancelled.
    """
    file, source = file.absolute(), source.absolute()
    with _as_connected_as_before():
        return _restore(file, source, operation_id, progress)


def _restore(file: Path, source: Path, operation_id: str, progress: Progress) -> RestoreReport:
    trouble = _trouble(file)
    with backup.alone(file), restore.prepared(source, file, progress) as prepared:
        before = aside = None
        if trouble is None:
            try:
                before = _restore_into(file, source, prepared, operation_id, progress)
            except CannotOpen as error:
                if error.state is not FileState.DAMAGED:
                    raise
        if before is None:
            prepared.add_activity(_entry(operation_id, source, prepared, None))
            database.close_database()
            if file.exists() or Path(f"{file}-wal").exists():
                aside = restore.keep_aside(file, now())
            restore.put_in_place(file, prepared.path)
        thin(file)
    database.open_database(file, must_exist=True)
    return RestoreReport(prepared.contents, before, aside)


def _restore_into(
    file: Path, source: Path, prepared: PreparedBackup, operation_id: str, progress: Progress
) -> BackupFile:
    """Restore into the database that others may have open; returns the backup of what it held."""
    with closing(restore.Watch(file)) as watch:
        before = backup.make(file, Reason.BEFORE_RESTORE, now(), progress)
        prepared.add_activity(_entry(operation_id, source, prepared, before))
        restore.put_into(file, prepared.path, watch, progress)
    return before


def _entry(
    operation_id: str, source: Path, prepared: PreparedBackup, before: BackupFile | None
) -> ActivityEntry:
    last: dict[str, Any] | None = None
    if before is not None and before.manifest is not None:
        held = before.manifest.contents
        last = {"last_activity_id": held.last_activity_id, "seal": held.seal}
    return ActivityEntry(
        operation_id=operation_id,
        at=now(),
        operator=operator_name(),
        action="restore_backup",
        object_kind=RESTORED[0],
        object_id=RESTORED[1],
        before=last,
        after={
            "last_activity_id": prepared.contents.last_activity_id,
            "made_at": _made_at(prepared, source),
            "backup": source.name,
        },
    )


@contextmanager
def _as_connected_as_before() -> Iterator[None]:
    """Close the connection that the work opens in a thread that had none."""
    had_one = not database.database.is_closed()
    try:
        yield
    finally:
        if not had_one:
            database.close_database()


def _made_at(prepared: PreparedBackup, source: Path) -> int:
    # A copy without the file that describes it was made when it was last written.
    return prepared.manifest.made_at if prepared.manifest else int(source.stat().st_mtime)


def _trouble(file: Path) -> CannotOpen | None:
    """Open the database; returns why it can't be opened where a backup may take its place."""
    try:
        database.open_database(file, must_exist=True)
    except CannotOpen as error:
        is_unrecognisable = error.state is FileState.FOREIGN and bool(backups_of(file))
        # Of a disk that fails, too, the file is kept aside: it may be readable another time.
        may_be_replaced = (FileState.MISSING, FileState.DAMAGED, FileState.FAILING_DISK)
        if error.state in may_be_replaced or is_unrecognisable:
            return error
        raise
    return None
