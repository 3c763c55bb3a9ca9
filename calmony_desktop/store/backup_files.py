"""The files that backups are made of: on the disk or not there, and what a disk does wrong."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from calmony_desktop import private_files
from calmony_desktop.errors import KnownError

#: A backup leaves so much of the disk to the database itself.
_ROOM_LEFT: Final = 16 * 1024 * 1024


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the disk does wrong with a backup into a KnownError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise no_room(path) from error
        reason = error.strerror or error
        raise KnownError(
            f"{path} could not be read or written: {reason}. Check that its folder is there and "
            "that you may write to it."
        ) from error


def no_room(path: Path) -> KnownError:
    """The error that says that the disk is too full."""
    return KnownError(
        f"There is not enough room on the disk for {path}. Free some space and try again; the "
        "database and its earlier backups are as they were."
    )


def refuse_what_is_no_folder(folder: Path) -> None:
    """Raise KnownError where something else has its name: no backup there is not the same."""
    if os.path.lexists(folder) and not folder.is_dir():
        raise KnownError(
            f"{folder} is no folder that can be opened. If it leads to a drive or a network share, "
            "connect that and try again; if it is a file, give it another name."
        )


def refuse_without_room(folder: Path, size: int) -> None:
    """Raise KnownError where ``size`` bytes would leave too little room to the database itself."""
    with explained(folder):
        if shutil.disk_usage(folder).free < size + _ROOM_LEFT:
            raise no_room(folder)


def temporary_beside(database: Path, folder: Path) -> Path:
    """A new private file for work on a copy of ``database``: removed once its maker is dead."""
    path = folder / f".{database.name}.{secrets.token_hex(8)}.tmp"
    os.close(private_files.open_file(path, os.O_RDWR | os.O_EXCL))
    return path


def remove_temporary(path: Path) -> None:
    """Remove what `temporary_beside` made, and SQLite's files beside it."""
    for each in (path, Path(f"{path}-journal"), Path(f"{path}-wal"), Path(f"{path}-shm")):
        with suppress(OSError):
            each.unlink(missing_ok=True)


def write_small(path: Path, data: bytes) -> None:
    """Write a small file whole, on the disk."""
    temporary = path.with_name(f".{path.name}.tmp")
    with suppress(FileNotFoundError):
        temporary.unlink()
    with os.fdopen(private_files.open_file(temporary, os.O_WRONLY | os.O_EXCL), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def sync_file(path: Path) -> None:
    """Wait until the file is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make new names survive a power cut, where the system can (Windows does it by itself)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
