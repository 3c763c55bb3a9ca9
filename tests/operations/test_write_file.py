from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.write_file import write_whole

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions or limits")

#: What a process does that may write no file larger than 4096 bytes, as on a disk that fills up.
WRITE_WITH_LITTLE_ROOM = """
import resource, sys
from pathlib import Path
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.write_file import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_whole(Path(sys.argv[1]), b"x" * 200_000)
except KnownError as error:
    print(error)
"""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where an earlier file lies already."""
    path = tmp_path / "invoice.pdf"
    path.write_bytes(b"before")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def not_as_root() -> Iterator[None]:
    """Nothing is forbidden to root, so the tests of what is step down for a moment."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_new_file_holds_the_data_and_is_alone_in_its_folder(tmp_path):
    write_whole(tmp_path / "new.pdf", b"data")
    assert (tmp_path / "new.pdf").read_bytes() == b"data"
    assert names(tmp_path) == ["new.pdf"]


def test_a_file_that_is_there_is_replaced(target):
    write_whole(target, b"after")
    assert target.read_bytes() == b"after"
    assert names(target.parent) == ["invoice.pdf"]


@posix
def test_others_may_read_the_file_as_the_umask_allows(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "new.pdf", b"data")
    finally:
        os.umask(before)
    assert (tmp_path / "new.pdf").stat().st_mode & 0o777 == 0o640


@posix
def test_a_link_is_replaced_and_what_it_pointed_to_stays(target):
    link = target.with_name("link.pdf")
    link.symlink_to(target)
    write_whole(link, b"after")
    assert not link.is_symlink()
    assert (link.read_bytes(), target.read_bytes()) == (b"after", b"before")


@posix
def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(target):
    command = [sys.executable, "-c", WRITE_WITH_LITTLE_ROOM, str(target)]
    said = subprocess.check_output(command, text=True, encoding="utf-8")
    assert said == (
        "“invoice.pdf” was not saved: the disk is full. Free some space and try again.\n"
    )
    assert target.read_bytes() == b"before"
    assert names(target.parent) == ["invoice.pdf"]


@posix
def test_a_folder_that_may_not_be_written_is_named(target):
    target.parent.chmod(0o500)
    try:
        with not_as_root(), pytest.raises(KnownError, match="can’t be written to"):
            write_whole(target, b"after")
    finally:
        target.parent.chmod(0o700)
    assert target.read_bytes() == b"before"
    assert names(target.parent) == ["invoice.pdf"]


def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path):
    with pytest.raises(KnownError, match=r"there is no folder .*gone"):
        write_whole(tmp_path / "gone" / "invoice.pdf", b"data")
    assert names(tmp_path) == []


@posix
def test_a_file_in_the_place_of_a_folder_is_no_folder(target):
    with pytest.raises(KnownError, match="there is no folder"):
        write_whole(target / "invoice.pdf", b"data")
    assert target.read_bytes() == b"before"


@posix
def test_a_name_that_is_too_long_is_refused(tmp_path):
    with pytest.raises(KnownError, match="too long"):
        write_whole(tmp_path / ("n" * 300), b"data")
    assert names(tmp_path) == []


@posix
def test_the_longest_name_that_a_file_may_have_is_not_too_long(tmp_path):
    write_whole(tmp_path / ("n" * 255), b"data")
    assert names(tmp_path) == ["n" * 255]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that is none")
def test_a_device_is_not_replaced_by_a_file(tmp_path):
    os.mkfifo(tmp_path / "device")
    (tmp_path / "link").symlink_to("device")
    for name in ("device", "link"):
        with pytest.raises(KnownError, match="is a device"):
            write_whole(tmp_path / name, b"data")
    assert (tmp_path / "device").is_fifo()
    assert (tmp_path / "link").is_symlink()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("path", ["folder", ".", "/", ""])
def test_a_folder_is_not_replaced_by_a_file(path, tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KnownError, match="is a folder"):
        write_whole(Path(path), b"data")
    assert names(tmp_path) == ["folder"]


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_failure_of_any_step_leaves_the_old_file_and_nothing_else(step, target, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(step, fail)
    with pytest.raises(KnownError, match=r"not saved \(Input/output error\)"):
        write_whole(target, b"after")
    assert target.read_bytes() == b"before"
    assert names(target.parent) == ["invoice.pdf"]


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(target, monkeypatch):
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(target, b"after")
    assert target.read_bytes() == b"before"
    assert names(target.parent) == ["invoice.pdf"]


def test_the_data_is_on_disk_before_it_takes_the_place_of_the_old_file(target, monkeypatch):
    events = []
    sync, replace = os.fsync, Path.replace
    monkeypatch.setattr("os.fsync", lambda fd: (events.append("sync"), sync(fd)))
    monkeypatch.setattr(
        "pathlib.Path.replace", lambda *paths: (events.append("replace"), replace(*paths))[1]
    )
    write_whole(target, b"after")
    assert events[:2] == ["sync", "replace"]
