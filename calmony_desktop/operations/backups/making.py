"""Making backups: by hand, once a day, and before an import."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from calmony_desktop.errors import KnownError
from calmony_desktop.log import logged
from calmony_desktop.operations.backups.missing_changes import missing_changes
from calmony_desktop.operations.backups.thinning import superfluous
from calmony_desktop.operations.operator import now
from calmony_desktop.operations.progress import Progress, unattended
from calmony_desktop.store import backup, database
from calmony_desktop.store.backup_listing import BackupFile, backups_of, remove
from calmony_desktop.store.backup_manifest import Contents, Reason


@logged
def back_up_now(*, progress: Progress = unattended) -> BackupFile:
    """Back up the open database because a person asked for it.

    Raises KnownError when that can't be done, the database is damaged included, and Cancelled.
    """
    return _back_up(Reason.BY_HAND, progress)


def save_backup(target: Path, *, progress: Progress = unattended) -> Contents:
    """Back up the open database to a file of a person's choice, which may be there already.

    One file that `restore_backup` takes; no list shows it. Raises as `back_up_now`.
    """
    return backup.save_copy(database.path(), target.absolute(), progress)


def is_backup_due() -> bool:
    """Whether no backup that counts was made today (UTC). What a killed one left is removed.

    Raises KnownError where the folder of the backups can't be used.
    """
    file = database.path()
    with backup.alone(file):
        today = _day(now())
        made = (each for each in backups_of(file) if each.problem is None)
        return all(_day(each.made_at) != today for each in made)


@logged
def back_up_if_due(*, progress: Progress = unattended) -> BackupFile | None:
    """Back up the open database unless that was done today (UTC), or there is nothing in it.

    A backup that was damaged since does not count. What a killed one left is removed in any case.
    None, too, while `missing_changes` has something to say: a database that lost changes must not
    count as backed up. Raises as `back_up_now`.
    """
    if not is_backup_due() or backup.is_empty(database.path()) or missing_changes() is not None:
        return None
    return _back_up(Reason.DAILY, progress)


@logged
def back_up_before_import(*, progress: Progress = unattended) -> BackupFile | None:
    """Back up the open database, unless there is nothing in it: an import is about to change it.

    Raises KnownError, which says that nothing was imported, and Cancelled.
    """
    if backup.is_empty(database.path()):
        return None
    try:
        return _back_up(Reason.BEFORE_IMPORT, progress)
    except KnownError as error:
        raise KnownError(
            f"Nothing was imported, as the backup before it could not be made. {error}"
        ) from error


def thin(file: Path) -> None:
    """Remove the backups that are not kept any longer, inside `backup.alone`."""
    for each in superfluous(backups_of(file)):
        remove(each)


def _back_up(reason: Reason, progress: Progress) -> BackupFile:
    file = database.path()
    with backup.alone(file):
        made = backup.make(file, reason, now(), progress)
        thin(file)
    return made


def _day(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d")
