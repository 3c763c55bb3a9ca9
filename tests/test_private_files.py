"""What the program keeps of its own accord is for its owner only."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from calmony_desktop import private_files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_and_those_above_it_are_made_for_the_owner(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        private_files.make_folder(tmp_path / "a" / "b")
        os.close(private_files.open_file(tmp_path / "a" / "b" / "c", os.O_WRONLY))
    finally:
        os.umask(before)
    assert [mode(tmp_path / name) for name in ("a", "a/b", "a/b/c")] == [0o700, 0o700, 0o600]


def test_what_an_earlier_version_left_open_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    (folder / "backups").mkdir(parents=True)
    for name in ("calmony.db", "calmony.db-wal", "backups/one.db"):
        (folder / name).write_bytes(b"x")
        (folder / name).chmod(0o644)
    outside = tmp_path / "outside"
    outside.write_bytes(b"x")
    outside.chmod(0o644)
    (folder / "link").symlink_to(outside)
    (folder / "backups").chmod(0o755)
    folder.chmod(0o755)
    private_files.tighten(folder)
    assert mode(folder) == mode(folder / "backups") == 0o700
    assert {
        mode(each) for each in folder.rglob("*") if each.is_file() and not each.is_symlink()
    } == {0o600}
    assert mode(outside) == 0o644


def test_a_folder_that_was_put_elsewhere_and_a_missing_one_are_left_alone(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    (tmp_path / "ours").symlink_to(shared)
    private_files.tighten(tmp_path / "ours")
    private_files.tighten(tmp_path / "none")
    assert mode(shared) == 0o755
    assert not (tmp_path / "none").exists()


def test_what_cannot_be_changed_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch(mode=0o644)

    def refused(*_arguments: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refused)
    private_files.tighten(tmp_path)
