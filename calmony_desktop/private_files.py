"""Files for their owner only: what the program keeps of its own accord holds people's data.

On Windows the user's own folders are private already, and these modes mean nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a missing folder, and those above it that are missing, for its owner only.

    Raises OSError.
    """
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def open_file(path: str | Path, flags: int) -> int:
    """A descriptor of the file, made for its owner only where it is missing. Raises OSError.

    It fits ``open(..., opener=open_file)``.
    """
    return os.open(path, flags | os.O_CREAT, 0o600)


def tighten(folder: Path) -> None:
    """Take from everybody else what an earlier version, or a copy, left open to them.

    Only for a folder that is the program's own: what a person chose is theirs to set, and so is a
    folder that they put elsewhere with a symbolic link.
    """
    if os.name != "posix" or folder.is_symlink() or not folder.is_dir():
        return
    for root, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            entry = Path(root, name)
            _take_from_others(entry, 0o700 if name in folders else 0o600)
    _take_from_others(folder, 0o700)


def _take_from_others(entry: Path, mode: int) -> None:
    # Another window may remove a file meanwhile, and one of another user's is not ours to change.
    with suppress(OSError):
        if not entry.is_symlink() and entry.stat().st_mode & 0o077:
            entry.chmod(mode)
