"""Disks that lose power or fail: file systems of SQLite, which pass all on to the system's own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512


class _Disk(apsw.VFS):
    """Opens each file as what `opened` makes of it."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802
        return self.opened(str(name.filename() if hasattr(name, "filename") else name), name, flags)

    def opened(self, path: str, name: Any, flags: list[int]) -> Any:
        raise NotImplementedError

    @staticmethod
    def excepthook(*what: object) -> None:
        """SQLite passes over some errors, as of a checkpoint, which is no reason to print them."""


# A disk that loses power


@dataclass
class _Stored:
    """A file: what is on the platter, and what was written since, in order."""

    #: None where the file itself was not there yet.
    safe: bytes | None
    #: ``(offset, bytes)``, or ``(size, None)`` where it was cut to a size.
    unsynced: list[tuple[int, bytes | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Cut:
    """The disk in the moment of a power cut. ``reached`` is how far the work had got by then."""

    files: dict[str, tuple[bytes | None, tuple[tuple[int, bytes | None], ...]]]
    reached: int

    def survivors(self, rng: random.Random, folder: Path) -> None:
        """Write to ``folder`` what is found after the cut: of what was not synced, any sectors."""
        share = rng.choice((0.0, 0.5, rng.random(), 1.0))
        folder.mkdir()
        for path, (safe, unsynced) in self.files.items():
            if safe is None and rng.random() >= share:
                continue
            content = bytearray(safe or b"")
            for offset, data in unsynced:
                if data is None:
                    if rng.random() < share:
                        _resize(content, offset)
                    continue
                for start, part in _sectors(offset, data):
                    if rng.random() < share:
                        _write(content, start, part)
            (folder / Path(path).name).write_bytes(content)


class PowerCuts(_Disk):
    """Keeps what was synced apart from what was only written, and notes the disk's state down.

    A file's name is as safe as its first sync, which is when SQLite syncs the folder too.
    """

    def __init__(self, name: str, *, at: Callable[[int], bool]) -> None:
        super().__init__(name)
        self.cuts: list[Cut] = []
        #: How far the work has got; set by whoever does it.
        self.reached = 0
        self.moments = 0
        self._at = at
        self._files: dict[str, _Stored] = {}

    def opened(self, path: str, name: Any, flags: list[int]) -> Any:
        is_there = Path(path).exists()
        file = _Recorded(self, path, name, flags)
        if path not in self._files:
            self._files[path] = _Stored(Path(path).read_bytes() if is_there else None)
        return file

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802
        super().xDelete(name, sync_folder)
        # Where it is not synced the old file may come back, whole: the worse case.
        if sync_folder:
            self._files.pop(name, None)
        self._moment()

    def written(self, path: str, offset: int, data: bytes | None) -> None:
        self._files[path].unsynced.append((offset, data))
        self._moment()

    def synced(self, path: str) -> None:
        file = self._files[path]
        content = bytearray(file.safe or b"")
        for offset, data in file.unsynced:
            if data is None:
                _resize(content, offset)
            else:
                _write(content, offset, data)
        file.safe, file.unsynced = bytes(content), []
        self._moment()

    def _moment(self) -> None:
        self.moments += 1
        if self._at(self.moments):
            files = {path: (each.safe, tuple(each.unsynced)) for path, each in self._files.items()}
            self.cuts.append(Cut(files, self.reached))


class _Recorded(apsw.VFSFile):
    def __init__(self, disk: PowerCuts, path: str, name: Any, flags: list[int]) -> None:
        self._disk, self._path = disk, path
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self._disk.written(self._path, offset, bytes(data))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        super().xTruncate(size)
        self._disk.written(self._path, size, None)

    def xSync(self, flags: int) -> None:  # noqa: N802
        # The real disk need not be kept busy.
        self._disk.synced(self._path)

    excepthook = staticmethod(_Disk.excepthook)


def _resize(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))


def _write(content: bytearray, offset: int, data: bytes) -> None:
    content.extend(bytes(max(0, offset + len(data) - len(content))))
    content[offset : offset + len(data)] = data


def _sectors(offset: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    """The write, split where the disk's sectors end."""
    start = 0
    while start < len(data):
        end = min(len(data), start + SECTOR - (offset + start) % SECTOR)
        yield offset + start, data[start:end]
        start = end


# A disk that fails


#: As SQLite words them, by the code without its details.
_TEXTS = {apsw.SQLITE_IOERR: "disk I/O error", apsw.SQLITE_FULL: "database or disk is full"}


class Failing(_Disk):
    """Fails the ``n``-th write or sync since it was armed, once or from then on."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._left = 0
        self._what = ""
        self._error = 0
        self._goes_on = False
        #: How often it has failed.
        self.failed = 0

    def arm(self, what: str, n: int, error: int, *, goes_on: bool) -> None:
        """``what`` is write or sync, ``error`` SQLite's code."""
        self._what, self._left, self._error, self._goes_on = what, n, error, goes_on

    def opened(self, path: str, name: Any, flags: list[int]) -> Any:
        return _MayFail(self, name, flags)

    def meet(self, what: str) -> None:
        """Raise the error where it is this one's turn."""
        if what != self._what:
            return
        self._left -= 1
        if self._left == 0 or (self._left < 0 and self._goes_on):
            self.failed += 1
            error = apsw.exception_for(self._error)
            error.args = (_TEXTS[self._error & 0xFF],)
            raise error


class _MayFail(apsw.VFSFile):
    def __init__(self, disk: Failing, name: Any, flags: list[int]) -> None:
        self._disk = disk
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.meet("write")
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.meet("write")
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.meet("sync")

    excepthook = staticmethod(_Disk.excepthook)
