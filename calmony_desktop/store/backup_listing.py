"""The backups of a database: how they are named, which there are, and what is left of dead ones.

They lie in ``backups`` beside the file and are named after it, the instant (UTC) and the reason:
``calmony.db.2026-11-22T08-15-00Z.daily.db``.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from calmony_desktop.store.backup_files import explained, refuse_what_is_no_folder
from calmony_desktop.store.backup_manifest import Manifest, Reason, manifest_beside, manifest_of

_STAMP: Final = "%Y-%m-%dT%H-%M-%SZ"
#: How the name of a backup ends.
_ENDING: Final = rf"(\d{{4}}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.({'|'.join(Reason)})\.db"


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup in its folder; ``problem`` says why it can't be relied on, None where it can."""

    path: Path
    made_at: int
    reason: Reason
    manifest: Manifest | None
    problem: str | None


def folder_of(database: Path) -> Path:
    """Where the backups of this database lie."""
    return database.absolute().parent / "backups"


def name_of(database: Path, reason: Reason, at: int) -> str:
    """What a backup of this instant (UTC) is called."""
    return f"{database.name}.{datetime.fromtimestamp(at, UTC).strftime(_STAMP)}.{reason}.db"


def backups_of(database: Path) -> tuple[BackupFile, ...]:
    """The backups of this database, newest first. Raises KnownError for an unreadable folder.

    Only what a listing costs is looked at: a restore checks the file itself.
    """
    folder = folder_of(database)
    ours = re.compile(rf"{re.escape(database.name)}\.{_ENDING}", re.ASCII)
    found = []
    with explained(folder):
        refuse_what_is_no_folder(folder)
        names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 - names only
        for name in names:
            match = ours.fullmatch(name)
            path = folder / name
            if match is None or path.is_symlink() or not path.is_file():
                continue
            with suppress(ValueError):
                made = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
                found.append(_described(path, int(made.timestamp()), Reason(match[2])))
    return tuple(sorted(found, key=lambda each: each.path.name, reverse=True))


def remove(backup: BackupFile) -> None:
    """Remove a backup and what describes it. Raises KnownError."""
    with explained(backup.path):
        backup.path.unlink(missing_ok=True)
        manifest_of(backup.path).unlink(missing_ok=True)


def remove_leftovers(database: Path) -> None:
    """Remove what a killed backup or restore left, inside `backup.alone`. Raises KnownError."""
    folder = folder_of(database)
    name = re.escape(database.name)
    temporary = re.compile(
        rf"\.{name}\.([0-9a-f]{{16}}\.tmp(-journal|-wal|-shm)?|{_ENDING}\.json\.tmp)", re.ASCII
    )
    manifest = re.compile(rf"{name}\.{_ENDING}\.json", re.ASCII)
    with explained(folder):
        for entry in folder.iterdir():
            is_lonely = manifest.fullmatch(entry.name) and not entry.with_suffix("").exists()
            if temporary.fullmatch(entry.name) or is_lonely:
                with suppress(OSError):
                    entry.unlink()


def _described(path: Path, made_at: int, reason: Reason) -> BackupFile:
    manifest = manifest_beside(path)
    problem = None
    if manifest is None:
        problem = "The file that tells what it holds is missing or damaged."
    elif (manifest.made_at, manifest.reason) != (made_at, reason):
        problem = "The file beside it tells of another backup."
    else:
        try:
            if path.stat().st_size != manifest.size:
                problem = "It is damaged: its size is not what it was."
            elif not os.access(path, os.R_OK):
                problem = "You may not read it."
        except OSError as error:
            problem = f"It can’t be read: {error.strerror}."
    return BackupFile(path, made_at, reason, manifest, problem)
