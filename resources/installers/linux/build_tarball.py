"""Packs the bundle for any Linux desktop: ``build_tarball.py BUNDLE TARGET_FOLDER``.

It starts from wherever it is unpacked; ``start.sh`` in it tells which libraries a system lacks, and
adds the program to the menu.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tarfile
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import layout
from layout import CHECKOUT, HERE, NAME
from properties import VERSION


def build(bundle: Path, folder: Path, built_at: int) -> Path:
    """The archive, made in ``folder``; ``built_at`` is a UTC instant in seconds."""
    name = f"{NAME}-{VERSION}-linux-{platform.machine()}"
    target = folder / f"{name}.tar.xz"
    folder.mkdir(parents=True, exist_ok=True)

    def as_anybodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = built_at
        return member

    with TemporaryDirectory() as scratch:
        root = Path(scratch) / name
        layout.copy_bundle(bundle, root)
        layout.add_to_desktop(root / "share")
        layout.add_manual(root / "share", built_at)
        shutil.copy(CHECKOUT / "LICENSE", root)
        shutil.copy(HERE / "start.sh", root)
        with tarfile.open(target, "w:xz", preset=6) as archive:
            archive.add(root, name, filter=as_anybodys)
    return target


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    built_at = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    print(build(arguments.bundle, arguments.folder, built_at))


if __name__ == "__main__":
    main()
