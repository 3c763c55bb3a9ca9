"""A file written whole or not at all: nobody ever finds half of one, and nothing is lost."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from calmony_desktop.errors import KnownError

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NOT_ALLOWED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_FOLDER: Final = frozenset({errno.ENOENT, errno.ENOTDIR})


def write_whole(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, over a file that may be there already.

    Raises KnownError where that can't be done; what was at ``path`` is then as it was.
    """
    with whole_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write ``path`` anew with, over one that may be there already.

    It is a temporary file beside ``path`` that takes its place once the block has ended and all
    of it is safely on disk; an error in the block leaves nothing of it. A symbolic link at ``path``
    is replaced, not followed.

    Raises KnownError where that can't be done (no room, not allowed, no such folder, a name that
    is too long, a folder or a device in the way); what was at ``path`` is then as it was.
    """
    temporary = path.parent / f".calmony-{secrets.token_hex(8)}.tmp"
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if path.exists() and not path.is_file():
            # Somebody who may do anything would replace /dev/null or /dev/stdout by a file.
            raise KnownError(f"“{path}” is a device, not a file. Choose a name for a file.")
        # Mode x creates the file like any new one, with the permissions that the umask leaves;
        # tempfile would keep it from everybody else.
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise KnownError(_explain(error, path)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    sync_folder(path.parent)


def _explain(error: OSError, path: Path) -> str:
    """A sentence for a person: what is in the way, and what to do."""
    if error.errno in _NO_ROOM:
        return f"“{path.name}” was not saved: the disk is full. Free some space and try again."
    if error.errno in _NOT_ALLOWED:
        return (
            f"“{path.name}” was not saved: the folder “{path.parent}” can’t be written to, or the"
            " file is open in another program. Close it or choose another folder."
        )
    if error.errno in _NO_FOLDER:
        return (
            f"“{path.name}” was not saved: there is no folder “{path.parent}”. Choose another one."
        )
    if error.errno == errno.ENAMETOOLONG:
        return f"“{path.name}” was not saved: the name is too long. Choose a shorter one."
    if error.errno == errno.EISDIR:
        return f"“{path}” is a folder. Choose a name for a file."
    return f"“{path.name}” was not saved ({error.strerror}). Choose another folder."


def sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut.

    The file is whole by now, so a system that can't do this for a folder (Windows, some network
    shares) is no reason to tell anybody that saving failed.
    """
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
