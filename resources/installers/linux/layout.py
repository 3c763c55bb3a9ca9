"""How the bundle and what surrounds it lie in a Linux system: below ``usr``, or in one folder."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
CHECKOUT: Final = HERE.parents[2]
# These scripts run from the checkout, which need not be installed.
sys.path[:0] = [str(HERE.parent), str(CHECKOUT)]

import draw_icon  # noqa: E402
import man_pages  # noqa: E402
import properties  # noqa: E402

NAME: Final = "calmony-desktop"


def copy_bundle(bundle: Path, target: Path) -> None:
    """The bundle as any user of any machine may have it, whoever built it and where."""
    shutil.copytree(bundle, target, symlinks=True)
    target.chmod(0o755)
    for path in target.rglob("*"):
        if not path.is_symlink():
            # Only the command itself is run; a library is loaded.
            path.chmod(0o755 if path.is_dir() or path.parent == target else 0o644)
            if ".so" in path.suffixes:
                _forget_where_it_was_built(path)


def _forget_where_it_was_built(library: Path) -> None:
    """Let a library look for others beside itself only.

    A Python built by hand names its own folder, which somebody else may own on another machine.
    """
    headers = subprocess.check_output(["objdump", "--private-headers", library], text=True)
    if re.search(r"^ +R(?:UN)?PATH +/", headers, re.M):
        subprocess.run(["chrpath", "--delete", library], check=True, stdout=subprocess.DEVNULL)


def add_to_desktop(share: Path) -> None:
    """Menu entry, icons, MIME type and description below ``share``, as freedesktop.org asks."""
    identifier = properties.IDENTIFIER
    _copy(HERE / f"{identifier}.desktop", share / "applications" / f"{identifier}.desktop")
    metainfo = f"{identifier}.metainfo.xml"
    _copy(HERE / metainfo, share / "metainfo" / metainfo)
    _copy(HERE / f"{identifier}.mime.xml", share / "mime" / "packages" / f"{identifier}.xml")
    icons = share / "icons" / "hicolor"
    _copy(draw_icon.SOURCE, icons / "scalable" / "apps" / f"{identifier}.svg")
    drawn = draw_icon.draw(share / "drawn")
    for size in draw_icon.SIZES:
        folder = icons / f"{size}x{size}" / "apps"
        _copy(drawn[str(size)], folder / f"{identifier}.png")
    shutil.rmtree(share / "drawn")


def add_manual(share: Path, built_at: int) -> None:
    """The man pages of both commands."""
    for name, page in man_pages.pages(_day(built_at)).items():
        write_compressed(share / "man" / "man1" / f"{name}.gz", page)


def write_compressed(target: Path, text: str) -> None:
    """``text`` as gzip, the same bytes each time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))


def _day(built_at: int) -> date:
    return datetime.fromtimestamp(built_at, UTC).date()


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)
