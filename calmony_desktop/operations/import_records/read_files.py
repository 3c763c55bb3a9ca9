"""From the paths a person named to the objects and rows in them: files, folders and zips."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final, NamedTuple, TypeVar

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.import_records.gather import Gathered
from calmony_desktop.operations.import_records.objects import is_part_of_a_list, objects_in
from calmony_desktop.operations.import_records.parts import lines_into, objects_into, rows_into
from calmony_desktop.operations.import_records.read_csv import read_rows
from calmony_desktop.operations.import_records.read_json import (
    are_lines,
    damage_in,
    have_lines,
    raw_lines,
    read_document,
)
from calmony_desktop.operations.import_records.records import Origin, Refused
from calmony_desktop.store.batches import batched

_READABLE: Final = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".zip"})
_LINES: Final = frozenset({".jsonl", ".ndjson"})

#: What a zip may hold: beyond this it is no export but a bomb.
_MOST_MEMBERS: Final = 10_000
_LARGEST_UNPACKED: Final = 8 * 1024**3
_SUSPICIOUS_FROM: Final = 16 * 1024**2
_MOST_COMPRESSED: Final = 200


#: What reading a zip that is damaged, locked or packed in an unknown way ends in.
_SPOILED: Final = (*(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),)
#: Values read together: about a megabyte of them.
_IN_A_PART: Final = 250
_Item = TypeVar("_Item")


class _File(NamedTuple):
    """A file to read. ``label`` is what a report calls it; never a path to write to."""

    label: str
    open: Callable[[], BinaryIO]


def read_paths(paths: Sequence[Path], gathered: Gathered) -> None:
    """Read everything that is in ``paths`` into ``gathered``.

    Raises KnownError where a path does not exist, or where nothing at all could be read; a bad
    file among good ones is reported and the rest goes on.
    """
    for path in paths:
        if not path.exists():
            raise KnownError(f"There is no file or folder {path}.")
    were_readable = [_read_path(path, gathered) for path in paths]
    if not any(were_readable):
        problems = gathered.problems()
        reason = f" {problems[0]}." if problems else ""
        raise KnownError(
            f"Nothing could be read from {', '.join(map(str, paths)) or 'nothing'}.{reason}"
        )


def _read_path(path: Path, gathered: Gathered) -> bool:
    readable = False
    for file in _files(path, gathered):
        with _refusing(file.label, gathered):
            if PurePosixPath(file.label).suffix.lower() == ".zip" or _is_zip(file):
                readable |= _read_zip(file, gathered)
            else:
                _read_file(file, gathered)
                readable = True
    return readable


@contextmanager
def _refusing(label: str, gathered: Gathered) -> Iterator[None]:
    """Report a file that cannot be read, and go on."""
    try:
        yield
    except Refused as refused:
        gathered.refuse(Origin(label, ""), "file", "", str(refused))
    except _SPOILED as error:
        gathered.refuse(Origin(label, ""), "file", "", f"the zip is damaged or locked ({error})")
    except OSError as error:
        reason = error.strerror or str(error)
        gathered.refuse(Origin(label, ""), "file", "", f"it could not be read: {reason}")


def _files(path: Path, gathered: Gathered) -> Iterator[_File]:
    """The file, or those in the folder and its folders, in the order of their names."""
    if not path.is_dir():
        yield _File(path.name, partial(_open, path))
        return
    # Links to folders are not followed, so that none can lead in a circle.
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            label = str(file.relative_to(path.parent))
            if name.startswith("."):
                continue
            if file.suffix.lower() not in _READABLE:
                gathered.leave_aside(label, "it is no JSON, CSV or zip file, and was left alone")
            elif not file.is_file():
                gathered.leave_aside(label, "it is no ordinary file, and was left alone")
            else:
                yield _File(label, partial(_open, file))


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _is_zip(file: _File) -> bool:
    with file.open() as stream:
        return stream.read(4) == b"PK\x03\x04"


def _read_zip(file: _File, gathered: Gathered) -> bool:
    readable = False
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        # A damaged zip may hold names that are empty.
        members = [each for each in archive.infolist() if each.filename and not each.is_dir()]
        _refuse_bomb(members)
        for member in sorted(members, key=lambda each: each.filename):
            name = PurePosixPath(member.filename)
            label = f"{file.label}/{member.filename}"
            if name.name.startswith(".") or "__MACOSX" in name.parts:
                continue
            if name.suffix.lower() == ".zip":
                gathered.leave_aside(label, "it is a zip inside a zip; unpack it first")
            elif name.suffix.lower() not in _READABLE:
                gathered.leave_aside(label, "it is no JSON or CSV file, and was left alone")
            else:
                with _refusing(label, gathered):
                    _read_file(_File(label, partial(_open_member, archive, member)), gathered)
                    readable = True
    return readable


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    stream: BinaryIO = archive.open(member)  # type: ignore[assignment]  # reads like one
    return stream


def _refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MOST_MEMBERS:
        raise Refused(f"the zip has more than {_MOST_MEMBERS:,} files in it")
    if sum(member.file_size for member in members) > _LARGEST_UNPACKED:
        raise Refused(f"the zip unpacks to more than {_LARGEST_UNPACKED // 1024**3} GB")
    for member in members:
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > _SUSPICIOUS_FROM and ratio > _MOST_COMPRESSED:
            raise Refused("the zip unpacks to far more than any export does")


def _read_file(file: _File, gathered: Gathered) -> None:
    with file.open() as stream:
        start = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start and PurePosixPath(file.label).suffix.lower() not in _LINES:
        raise Refused("the file is empty")
    if start and start[:1] not in (b"{", b"["):
        _read_csv(file, gathered)
        return
    if _is_json_lines(file):
        _read_json_lines(file, gathered)
        return
    try:
        with file.open() as stream:
            value, is_damaged = read_document(stream)
    except Refused:
        with file.open() as stream:
            if not have_lines(stream):
                raise
        _read_json_lines(file, gathered)
        return
    _read_objects(value, file.label, gathered, find_damage=damage_in if is_damaged else None)


def _is_json_lines(file: _File) -> bool:
    if PurePosixPath(file.label).suffix.lower() in _LINES:
        return True
    with file.open() as stream:
        return are_lines(stream)


def _read_objects(
    value: Any,
    label: str,
    gathered: Gathered,
    find_damage: Callable[[object], str | None] | None,
) -> None:
    """Read a JSON document. ``find_damage`` says what is wrong with a value in it."""
    if is_part_of_a_list(value):
        reason = "it is the first page of a longer list; the other pages are not in it"
        gathered.say(label, reason)
    for found in batched(objects_in(value, ""), _IN_A_PART):
        gathered.read(partial(objects_into, label, found, find_damage))


def _read_json_lines(file: _File, gathered: Gathered) -> None:
    with file.open() as stream:
        for lines in _parts(raw_lines(stream)):
            gathered.read(partial(lines_into, file.label, lines))


def _read_csv(file: _File, gathered: Gathered) -> None:
    kind, rows = read_rows(file.open)
    for part in _parts(rows):
        gathered.read(partial(rows_into, file.label, kind, part))


def _parts(items: Iterator[_Item]) -> Iterator[list[_Item]]:
    """``items`` in lists; what comes before an error comes before it here, too."""
    part: list[_Item] = []
    try:
        for item in items:
            part.append(item)
            if len(part) == _IN_A_PART:
                yield part
                part = []
    except (Refused, *_SPOILED, OSError):
        yield part
        raise
    if part:
        yield part
