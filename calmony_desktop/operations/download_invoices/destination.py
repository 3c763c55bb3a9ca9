"""Where a download goes: a folder or a zip file, of which nobody ever finds a half."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Final, Protocol
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.write_file import whole_file, write_whole

#: What a zip file can say of a day.
_FIRST_DAY: Final = date(1980, 1, 1)
_LAST_DAY: Final = date(2107, 12, 31)


class Destination(Protocol):
    """Takes whole files, one after the other."""

    def has(self, name: str) -> bool:
        """Whether something of this name was there before."""

    def add(self, name: str, data: bytes, day: date | None) -> None:
        """Write a file; ``day`` is the one it is of."""


@contextmanager
def into_folder(folder: Path) -> Iterator[Destination]:
    """Write into ``folder``, made where it is missing. An error in the block takes it all back."""
    is_new = _make(folder)
    files = _Folder(folder)
    try:
        yield files
    except BaseException:
        for path in files.written:
            with suppress(OSError):
                path.unlink()
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def into_zip(target: Path) -> Iterator[Destination]:
    """Write into a new zip file that takes the place of ``target`` once the block has ended."""
    # PDFs are compressed already: deflating them again saves a tenth and takes longer than writing.
    with whole_file(target) as file, ZipFile(file, "w", ZIP_STORED) as archive:
        yield _Zip(archive)


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.written: list[Path] = []

    def has(self, name: str) -> bool:
        path = self._folder / name
        return path.exists() or path.is_symlink()

    def add(self, name: str, data: bytes, day: date | None) -> None:
        path = self._folder / name
        write_whole(path, data)
        self.written.append(path)


class _Zip:
    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive

    def has(self, name: str) -> bool:
        return False

    def add(self, name: str, data: bytes, day: date | None) -> None:
        # The day of issue rather than the time of writing: the same invoices, the same file.
        day = min(max(day or _FIRST_DAY, _FIRST_DAY), _LAST_DAY)
        entry = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
        entry.external_attr = 0o644 << 16
        self._archive.writestr(entry, data)


def _make(folder: Path) -> bool:
    """Make the folder where it is missing; returns whether it was."""
    try:
        if folder.is_dir():
            return False
        folder.mkdir(parents=True)
    except OSError as error:
        raise KnownError(
            f"The folder “{folder}” can’t be made ({error.strerror}). Choose another one."
        ) from error
    return True
