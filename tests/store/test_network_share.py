"""A network share is told by the mount table."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from calmony_desktop.store.network_share import (
    is_on_network_share,
    is_share_on_linux,
    is_share_on_macos,
)

LINUX = r"""
/dev/sda2 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/export/office /mnt/office nfs4 rw,vers=4.2 0 0
//server/share /mnt/with\040space cifs rw,username=x 0 0
anna@server:/srv/anna /srv/anna/remote fuse.sshfs rw 0 0
/dev/sdb1 /mnt/office/local ext4 rw 0 0
gvfsd-fuse /run/user/1000/gvfs fuse.gvfsd-fuse rw 0 0
//server/old /mnt/again smb3 rw 0 0
/dev/sdc1 /mnt/again vfat rw 0 0
not a
"""

MACOS = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//anna@server/Office on /Volumes/Office (north) (smbfs, nodev, nosuid, mounted by anna)
server:/export on /Volumes/export (nfs)
/dev/disk4s1 on /Volumes/STICK (msdos, local, nodev)
map auto_home on /System/Volumes/Data/home (autofs, automounted)
"""


@pytest.mark.parametrize(
    ("path", "is_share"),
    [
        ("/srv/anna/calmony.db", False),
        ("/mnt/office/calmony.db", True),
        ("/mnt/office", True),
        ("/mnt/office2/calmony.db", False),
        ("/mnt/office/local/calmony.db", False),
        ("/mnt/with space/deep/folder/calmony.db", True),
        ("/srv/anna/remote/calmony.db", True),
        ("/run/user/1000/gvfs/smb-share:server=x/calmony.db", True),
        ("/mnt/again/calmony.db", False),
    ],
)
def test_the_deepest_and_latest_mount_counts_on_linux(path: str, is_share: bool) -> None:
    assert is_share_on_linux(LINUX, PurePosixPath(path)) is is_share


@pytest.mark.parametrize(
    ("path", "is_share"),
    [
        ("/Applications/anna/calmony.db", False),
        ("/Volumes/Office (north)/calmony.db", True),
        ("/Volumes/export/calmony.db", True),
        ("/Volumes/STICK/calmony.db", False),
    ],
)
def test_the_table_of_macos_is_read_too(path: str, is_share: bool) -> None:
    assert is_share_on_macos(MACOS, PurePosixPath(path)) is is_share


def test_no_table_is_no_share() -> None:
    assert not is_share_on_linux("", PurePosixPath("/a"))
    assert not is_share_on_macos("", PurePosixPath("/a"))


def test_a_temporary_folder_is_on_this_machine(tmp_path: Path) -> None:
    assert not is_on_network_share(tmp_path / "not made yet" / "calmony.db")
