"""One window per database: a second start brings the first to the front, at the customer it names.

All of it are two small files in the program's own data folder, which only its user can read or
write; nothing listens on a socket. The first start keeps a lock that ends with its process,
however that ends. A second one leaves a request there, which the first takes away. The files are
named after the database, so that several databases can be open side by side, and one on a network
share by several people.
"""

from __future__ import annotations

import os
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from calmony_desktop import paths, private_files
from calmony_desktop.errors import CannotOpen, FileState

#: Instead of a customer's id: a link was followed that leads to no customer.
LEADS_NOWHERE: Final = "?"
#: So many seconds a second start waits for the first, which may be busy starting itself: after an
#: update with a backup and a migration.
PATIENCE: Final = 60.0
#: So many a window waits for another one, while its person waits for that.
_SHORT_PATIENCE: Final = 5.0
_BETWEEN_LOOKS: Final = 0.01
#: Most systems take names of 255 characters; something is added to this.
_LONGEST_NAME: Final = 200
#: All that a request may say, beside nothing at all.
_CUSTOMER_ID: Final = r"[A-Za-z0-9_]{1,255}"


def is_customer_id(text: str) -> bool:
    """Whether it could be one, and so can do no harm."""
    return re.fullmatch(_CUSTOMER_ID, text) is not None


def folder() -> Path:
    """Where the locks and requests of all windows lie."""
    return paths.data_folder() / "windows"


def _file_name(path: str) -> str:
    """A name for a file, another one for each path."""
    name = path.encode("utf-8", "surrogateescape")
    readable = quote(name, safe="")
    if len(readable) <= _LONGEST_NAME:
        return readable
    import hashlib  # with all of OpenSSL, for which few starts have to wait

    return hashlib.sha256(name).hexdigest()


class Requests:
    """What second starts want of the window of one database."""

    def __init__(self, database: Path) -> None:
        # Of a link that leads to itself, too: pathlib's own would raise.
        stem = _file_name(os.path.normcase(os.path.realpath(database)))
        self.lock = folder() / f"{stem}.lock"
        self._file = folder() / f"{stem}.request"

    def leave(self, customer_id: str | None) -> None:
        """Ask the window to come to the front, at this customer or `LEADS_NOWHERE`.

        Raises OSError.
        """
        temporary = self._file.with_suffix(f".{os.getpid()}.tmp")
        with open(temporary, "w", encoding="utf-8", opener=private_files.open_file) as file:
            file.write(customer_id or "")
        temporary.replace(self._file)

    def is_waiting(self) -> bool:
        """Whether nobody has taken the request yet."""
        return self._file.exists()

    def take(self) -> str | None:
        """The request, which is gone with that, as it was left; empty where it names nobody.

        None if there is none. Whatever else the file says counts as empty.
        """
        taken = self._file.with_suffix(f".{os.getpid()}.taken")
        try:
            # First, so that one which comes meanwhile is another one.
            self._file.replace(taken)
            with taken.open("rb") as file:
                said = file.read(300).decode("ascii", "replace")
            taken.unlink()
        except OSError:
            return None
        return said if said == LEADS_NOWHERE or is_customer_id(said) else ""


class OnlyWindow:
    """The place of being the only window of a database; a window has one for each that it shows."""

    def __init__(self) -> None:
        self.database: Path | None = None
        #: What later starts want of the window, as long as it has its place.
        self.requests: Requests | None = None
        self._descriptor: int | None = None

    def take(
        self,
        database: Path,
        customer_id: str | None = None,
        *,
        patience: float = _SHORT_PATIENCE,
    ) -> bool:
        """Be the only window of ``database`` from now on, and no longer that of another file.

        False where that one has a window, which was asked to show the customer: then all stays as
        it was. So it does where that window is not heard of for ``patience`` seconds, which raises
        CannotOpen. Where the data folder cannot be used, nothing is kept from opening.
        """
        requests = Requests(database)
        if self.requests is not None and self.requests.lock == requests.lock:
            return True
        descriptor = _open(requests)
        if descriptor is not None and not _is_locked(descriptor):
            try:
                is_handed_over = _is_handed_over(descriptor, requests, customer_id, patience)
            except CannotOpen:
                os.close(descriptor)
                raise
            if is_handed_over:
                os.close(descriptor)
                return False
        self.leave()
        self.database, self.requests, self._descriptor = database.absolute(), requests, descriptor
        return True

    def leave(self) -> None:
        """Make room for another window: this one is closed, or went to another file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self.database = self.requests = self._descriptor = None


def _open(requests: Requests) -> int | None:
    with suppress(OSError):
        private_files.make_folder(folder())
        return private_files.open_file(requests.lock, os.O_RDWR)
    return None


def _is_handed_over(
    descriptor: int, requests: Requests, customer_id: str | None, patience: float
) -> bool:
    """Ask the window that is there; False where it was just closed.

    Raises CannotOpen where it does not answer.
    """
    _let_it_come_to_the_front()
    try:
        requests.leave(customer_id)
    except OSError:
        return False
    give_up_at = time.monotonic() + patience
    while requests.is_waiting():
        if _is_locked(descriptor):
            requests.take()
            return False
        if time.monotonic() >= give_up_at:
            requests.take()
            raise CannotOpen(
                FileState.LOCKED,
                "Calmony Desktop is still starting with these records, or does not answer. Wait "
                "until its window is there; if none comes, end it or restart the computer, then "
                "start it again.",
            )
        time.sleep(_BETWEEN_LOOKS)
    return True


if sys.platform == "win32":

    def _is_locked(descriptor: int) -> bool:
        """Lock the file for this process; False where another one has."""
        import msvcrt

        with suppress(OSError):
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            return True
        return False

    def _let_it_come_to_the_front() -> None:
        # Only a program that the user has just started may pass that right on.
        import ctypes

        any_process = -1
        ctypes.windll.user32.AllowSetForegroundWindow(any_process)

else:

    def _is_locked(descriptor: int) -> bool:
        """Lock the file for this process; False where another one has."""
        import fcntl

        try:
            # Unlike flock's, this lock is no child's: none can keep it when this process is gone.
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            pass  # a file system without locks is no reason not to open
        return True

    def _let_it_come_to_the_front() -> None:
        """Nothing: here a window may do so by itself."""
