"""Does a file lie on a network share? SQLite's write-ahead log needs memory that all share.

On another machine's disk it would lose what two desks write, so such a file gets a rollback
journal (see ``database``).
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path, PurePosixPath
from typing import Any

#: Kinds of file systems whose disk is another machine's, as mount tables name them.
_KINDS = frozenset(
    "9p afpfs afs ceph cifs coda davfs fuse.davfs fuse.davfs2 fuse.gvfsd-fuse fuse.rclone "
    "fuse.sshfs fuse.smbnetfs glusterfs fuse.glusterfs lustre macfuse ncpfs nfs nfs4 "
    "osxfuse smb smb2 smb3 smbfs sshfs vboxsf webdav".split()
)
_DRIVE_REMOTE = 4


def is_on_network_share(path: Path) -> bool:
    """Whether ``path`` is on another machine's disk; False where the system does not tell."""
    if sys.platform == "win32":
        return _is_remote_drive(path)
    if sys.platform == "darwin":
        return is_share_on_macos(_table_on_macos(), PurePosixPath(path.resolve()))
    try:
        table = Path("/proc/self/mounts").read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return False
    return is_share_on_linux(table, PurePosixPath(path.resolve()))


def is_share_on_linux(table: str, path: PurePosixPath) -> bool:
    """The same, by the text of /proc/self/mounts (``man 5 fstab``: octal escapes in names)."""
    mounts = []
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) >= 3:
            # The codes are of ASCII characters: space, tab, line feed and the backslash itself.
            folder = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[1])
            mounts.append((folder, fields[2]))
    return _kind_at(path, mounts) in _KINDS


def is_share_on_macos(table: str, path: PurePosixPath) -> bool:
    """The same, by what macOS's ``mount`` prints: ``//a@b/c on /Volumes/c (smbfs, nodev)``."""
    lines = (re.fullmatch(r".*? on (/.*) \((\w+).*\)", line) for line in table.splitlines())
    return _kind_at(path, [(line[1], line[2]) for line in lines if line]) in _KINDS


def _kind_at(path: PurePosixPath, mounts: list[tuple[str, str]]) -> str:
    """The kind of the file system that ``path`` is on: of the deepest mount, the latest of it."""
    found = (0, "")
    for folder, kind in mounts:
        at = PurePosixPath(folder)
        if path.is_relative_to(at) and len(at.parts) >= found[0]:
            found = (len(at.parts), kind)
    return found[1].lower()


def _table_on_macos() -> str:
    import subprocess

    try:
        done = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=2)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


def _is_remote_drive(path: Path) -> bool:
    import ctypes

    anchor = os.path.splitdrive(path)[0]
    if anchor.startswith(("\\\\", "//")):
        return not anchor.startswith(("\\\\?\\", "\\\\.\\"))
    windows: Any = ctypes
    return bool(windows.windll.kernel32.GetDriveTypeW(f"{anchor}\\") == _DRIVE_REMOTE)
