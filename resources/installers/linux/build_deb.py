"""Packs the bundle as a .deb: ``build_deb.py BUNDLE TARGET_FOLDER``.

The package leaves out what Debian has itself, and depends on that instead; on which packages,
dpkg-shlibdeps reads from the libraries. It has no scripts: Debian's triggers see to menu, icons and
MIME types, and nothing touches anybody's records, neither at an update nor at removal.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import time
from email.utils import formatdate
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import Final

import layout
from layout import CHECKOUT, HERE, NAME
from properties import VERSION

_MAINTAINER: Final = "Calmony Desktop contributors <calmony-desktop@calmony.example>"
_DESCRIPTION: Final = """\
find a customer and see everything about them in one window
 Calmony Desktop is for the back office: profile, payments, subscriptions and
 invoices of a customer in one window. A subscription is cancelled and an
 invoice saved as a PDF from there. It works offline, on one file.
 .
 The command calmony does the same work without a window."""


def build(bundle: Path, folder: Path, built_at: int) -> Path:
    """The package's file, made in ``folder``; ``built_at`` is a UTC instant in seconds."""
    architecture = _output("dpkg", "--print-architecture")
    target = folder / f"{NAME}_{VERSION}_{architecture}.deb"
    with TemporaryDirectory() as scratch:
        root = Path(scratch) / "root"
        _fill(root, bundle, built_at)
        files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
        control = root / "DEBIAN"
        control.mkdir()
        dependencies = _dependencies(root, Path(scratch))
        sums = (f"{_md5(path)}  {path.relative_to(root)}\n" for path in sorted(files))
        _write(control / "md5sums", "".join(sums))
        fields = {
            "Package": NAME,
            "Version": VERSION,
            "Architecture": architecture,
            "Maintainer": _MAINTAINER,
            "Installed-Size": str(sum(-(-path.stat().st_size // 1024) for path in files)),
            "Depends": dependencies,
            # The desktop's own file dialogs come through the portal.
            "Recommends": "xdg-desktop-portal, xdg-utils",
            "Section": "misc",
            "Priority": "optional",
            "Description": _DESCRIPTION,
        }
        _write(control / "control", "".join(f"{name}: {text}\n" for name, text in fields.items()))
        for path in [root, *root.rglob("*")]:
            os.utime(path, (built_at, built_at), follow_symlinks=False)
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zxz", "-Sextreme", "--build", root, target],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(built_at)},
        )
    return target


def _fill(root: Path, bundle: Path, built_at: int) -> None:
    share = root / "usr/share"
    installed = root / "usr/lib" / NAME
    layout.copy_bundle(bundle, installed)
    for library in (installed / "_internal").glob("lib*.so*"):
        if not library.is_symlink() and not library.name.startswith("libpython"):
            library.unlink()
    (root / "usr/bin").mkdir()
    for command in ("calmony", "calmony-desktop"):
        (root / "usr/bin" / command).symlink_to(f"../lib/{NAME}/{command}")
    layout.add_to_desktop(share)
    layout.add_manual(share, built_at)
    documents = share / "doc" / NAME
    licence = (CHECKOUT / "LICENSE").read_text("utf-8").partition("\n\n")[2]
    indented = "\n".join(f" {line or '.'}" for line in licence.rstrip().splitlines())
    copyright_file = (HERE / "copyright").read_text("utf-8")
    layout.write_compressed(documents / "changelog.gz", _changelog(built_at))
    _write(documents / "copyright", copyright_file.replace("@LICENSE@", indented))
    _write(
        share / "lintian/overrides" / NAME,
        (HERE / "lintian-overrides").read_text("utf-8"),
    )


def _changelog(built_at: int) -> str:
    """CHANGELOG.md in Debian's form."""
    text = (
        (CHECKOUT / "CHANGELOG.md").read_text("utf-8").partition("\n## ")[2].partition("\n## ")[0]
    )
    entries = re.findall(r"^- (.+(?:\n  .+)*)", text, re.M)
    body = "\n".join(
        fill(" ".join(entry.split()), 79, initial_indent="  * ", subsequent_indent="    ")
        for entry in entries
    )
    signed = f" -- {_MAINTAINER}  {formatdate(built_at)}"
    return f"{NAME} ({VERSION}) unstable; urgency=medium\n\n{body}\n\n{signed}\n"


def _dependencies(root: Path, scratch: Path) -> str:
    """What Debian has of the libraries that the package's own ask for."""
    (scratch / "debian").mkdir()
    _write(scratch / "debian/control", f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n")
    internal = root / "usr/lib" / NAME / "_internal"
    libraries = [path for path in internal.rglob("*.so*") if not path.is_symlink()]
    own = {path.parent for path in libraries}
    found = _output(
        "dpkg-shlibdeps",
        "-O",
        "--ignore-missing-info",
        "--warnings=0",
        *(f"-l{folder}" for folder in sorted(own)),
        *(f"-e{path}" for path in [*libraries, root / "usr/lib" / NAME / NAME]),
        cwd=scratch,
    )
    return found.partition("shlibs:Depends=")[2]


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    target.chmod(0o644)


def _output(*command: str | Path, cwd: Path | None = None) -> str:
    return subprocess.check_output(command, cwd=cwd, text=True).strip()


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
