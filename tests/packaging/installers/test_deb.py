"""The Debian package on a clean Debian: installed, used for a day, updated and removed.

One story, told in order: `make test-deb` switches random order off.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from configparser import ConfigParser, SectionProxy
from contextlib import closing, suppress
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from calmony_desktop import __version__, paths

from .conftest import Debian, Screen, wait_until

#: In bytes: what people download, and what it takes on their disk, fonts and all. The aim is 60 and
#: 160 MB; this is less, so that whoever adds something to the bundle hears of it.
LARGEST_DOWNLOAD, LARGEST_INSTALLATION = 50_000_000, 145_000_000

RECORDS = "srv/anna/.local/share/Calmony Desktop/calmony.db"
DEMO = "srv/anna/.local/share/Calmony Desktop/demo.db"
#: Somebody in the demo company.
BEATRIZ = "cus_NffrFeUfNV2Hib"
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
NEWEST = len(list(paths.migrations_folder().glob("[0-9]*.py")))


@pytest.fixture(scope="session")
def older_deb(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same program under a lower version number."""
    folder = tmp_path_factory.mktemp("older")
    target = folder / "calmony-desktop_0.0.1_all.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", deb, folder / "root"], check=True)
    control = folder / "root/DEBIAN/control"
    text = control.read_text("utf-8")
    assert f"Version: {__version__}\n" in text
    control.write_text(text.replace(f"Version: {__version__}\n", "Version: 0.0.1\n"), "utf-8")
    (folder / "root/usr/lib/calmony-desktop/_internal/no-longer-used").touch()
    subprocess.run(["dpkg-deb", "-Znone", "--build", folder / "root", target], check=True)
    return target


def demo(debian: Debian, *arguments: str) -> Any:
    """What the command prints as JSON of Anna's demo company."""
    return calmony(debian, "--database", f"/{DEMO}", *arguments)


def running(shown: dict[str, Any]) -> list[str]:
    """The subscriptions that can still bill."""
    ended = {"canceled", "incomplete_expired"}
    return [row["id"] for row in shown["subscriptions"] if row["status"] not in ended]


def remembered(debian: Debian) -> SectionProxy:
    """What Anna's window keeps for its next start."""
    parser = ConfigParser(interpolation=None)
    parser.read(debian.root / "srv/anna/.config/Calmony Desktop/window.ini", encoding="utf-8")
    return parser["General"]


def link(customer_id: str) -> str:
    return f"calmony://customers/{customer_id}"


def files_of_users(debian: Debian) -> list[Path]:
    return [each for each in (debian.root / "srv").rglob("*") if each.is_file()]


def installed_size(deb: Path) -> int:
    """In bytes, as the package says it."""
    kibibytes = subprocess.check_output(["dpkg-deb", "--field", deb, "Installed-Size"], text=True)
    return int(kibibytes) * 1024


def looking_at(database: Path, how: str) -> sqlite3.Connection:
    """A connection that changes nothing, and leaves no file of root's."""
    return sqlite3.connect(f"{database.as_uri()}?{how}", uri=True)


def has_customers(database: Path) -> bool:
    """Whether any are there, and what brought them in is whole."""
    with suppress(sqlite3.OperationalError), closing(looking_at(database, "mode=ro")) as connection:
        return connection.execute("SELECT 1 FROM customers").fetchone() is not None
    return False


def schema_version(database: Path) -> int:
    with closing(looking_at(database, "immutable=1")) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return version


def calmony(debian: Debian, *arguments: str) -> Any:
    """What the command prints as JSON, run by anna."""
    return json.loads(debian.run("calmony", *arguments, "--json", user="anna"))


def test_the_package_and_the_tarball_are_small_enough(packages: Path, deb: Path) -> None:
    (tarball,) = packages.glob("*.tar.xz")
    assert deb.stat().st_size <= LARGEST_DOWNLOAD
    assert tarball.stat().st_size <= LARGEST_DOWNLOAD
    assert installed_size(deb) <= LARGEST_INSTALLATION


def test_the_readme_tells_these_sizes(packages: Path, deb: Path) -> None:
    (tarball,) = packages.glob("*.tar.xz")
    with tarfile.open(tarball) as archive:
        unpacked = sum(member.size for member in archive)
    readme = Path("README.md").read_text("utf-8")
    for package, on_disk in ((deb, installed_size(deb)), (tarball, unpacked)):
        row = rf"`{re.escape(package.name)}` \| (\d+) MB \| (\d+) MB \|"
        (told,) = re.findall(row, readme)
        sizes = (package.stat().st_size, on_disk)
        assert [int(megabytes) for megabytes in told] == pytest.approx(
            [size / 1e6 for size in sizes], abs=1.5
        )


def test_the_licences_are_of_what_the_bundle_holds(packages: Path) -> None:
    """Of every module, every library, and nothing else."""
    bundle = packages / "calmony-desktop"
    told = (
        bundle / "_internal/calmony_desktop/_bundled/resources/licences/licences.txt"
    ).read_text("utf-8")
    names = re.findall(r"^  ([\w.-]+) \d\S*:", told.partition("====")[0], re.M)
    installed = packages_distributions()
    # Only there where a bundle is made.
    readers = import_module("PyInstaller.archive.readers")
    archive = readers.CArchiveReader(str(bundle / "calmony-desktop"))
    (modules,) = [name for name in archive.toc if name.endswith(".pyz")]
    found = {name.partition(".")[0] for name in archive.open_embedded_archive(modules).toc}
    # Below a package its own libraries lie in a folder of another name.
    found |= {path.name for path in (bundle / "_internal").iterdir() if path.is_dir()}
    found -= {*sys.stdlib_module_names, "calmony_desktop", "pillow.libs", _PYTHON}
    shipped = {each for name in found if name[0] != "_" for each in installed[name]}
    assert {canonicalize_name(name) for name in names} == set(map(canonicalize_name, shipped))
    own = [path for path in (bundle / "_internal").glob("lib*") if not path.is_symlink()]
    brought = {path.name.partition(".so")[0] for path in own} - {f"lib{_PYTHON}"}
    assert brought
    assert [name for name in brought if not re.search(rf"{name}\b", told)] == []


def test_no_part_of_qt_quick_is_in_the_bundle(packages: Path) -> None:
    files = [path.name.lower() for path in (packages / "calmony-desktop").rglob("*")]
    assert any("qt6widgets" in name for name in files)
    assert [name for name in files if "qml" in name or "quick" in name] == []


def test_the_checkers_of_a_desktop_accept_what_is_in_it(deb: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "--extract", deb, tmp_path], check=True)
    share = tmp_path / "usr/share"
    name = "com.calmony.Desktop"
    for command in (
        ["desktop-file-validate", share / f"applications/{name}.desktop"],
        ["appstreamcli", "validate", "--no-net", share / f"metainfo/{name}.metainfo.xml"],
        *(
            ["man", "--warnings", "--local-file", "--troff", share / f"man/man1/{page}.1.gz"]
            for page in ("calmony", "calmony-desktop")
        ),
    ):
        in_english = {**os.environ, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, capture_output=True, text=True, env=in_english)
        assert (done.returncode, done.stderr) == (0, "")


def test_it_installs_where_there_is_no_python(debian: Debian, older_deb: Path) -> None:
    assert not list((debian.root / "usr/bin").glob("python*"))
    debian.install(older_deb)
    assert not list((debian.root / "usr/bin").glob("python*"))
    told = debian.run("calmony", "--version", user="anna")
    assert told == f"Calmony Desktop {__version__}\n"


def test_the_first_day_at_the_desk(debian: Debian, screen: Screen) -> None:
    """Nothing is there yet: all begins with the welcome, and happens in the window."""
    assert not (debian.root / RECORDS).parent.exists()
    with debian.started("calmony-desktop", user="anna", display=screen.name) as wait_for_end:
        screen.wait_for_windows(1)
        screen.picture("1-welcome")
        # From the search past filter and order to the first way in, the demo company.
        screen.press("Tab", "Tab", "Tab", "space")
        wait_until(lambda: has_customers(debian.root / DEMO), "demo company")
        screen.wait_for_windows(1, titled="Demo company")
        screen.picture("2-demo")
        screen.press("ctrl+f")
        screen.type("beatriz salg")
        screen.press("Return")
        # The first row of the subscriptions; from Keep Subscription back to Cancel Subscription.
        screen.press("ctrl+2", "ctrl+Delete")
        screen.wait_for_windows(2)
        screen.picture("3-cancel")
        before = demo(debian, "show", BEATRIZ)
        screen.press("shift+Tab", "space")
        screen.wait_for_windows(1)
        screen.press("ctrl+3", "ctrl+d")
        screen.wait_for_windows(2)
        screen.press("ctrl+a")
        screen.type("/srv/anna/bill.pdf")
        screen.picture("4-save")
        screen.press("Return")
        bill = debian.root / "srv/anna/bill.pdf"
        wait_until(bill.exists, "invoice")
        screen.wait_for_windows(1)
        screen.picture("5-saved")
        screen.press("ctrl+q")
        wait_for_end()
    canceled = set(running(demo(debian, "show", BEATRIZ))) ^ set(running(before))
    assert len(canceled) == 1
    assert bill.read_bytes().startswith(b"%PDF-")
    assert bill.stat().st_uid != 0


def test_after_a_fault_the_program_starts_itself_anew(debian: Debian, screen: Screen) -> None:
    """A part of it is gone, which is nothing that a person did."""
    guide = (
        debian.root / "usr/lib/calmony-desktop/_internal/calmony_desktop/_bundled/resources/guide"
    )
    database = "/srv/anna/other.db"
    with debian.started(
        *("calmony-desktop", database),
        user="anna",
        display=screen.name,
        complains_of="FileNotFoundError",
    ) as ended:
        screen.wait_for_windows(1)
        guide.rename(guide.with_name("gone"))
        screen.press("F1")
        screen.wait_for_windows(2)
        screen.picture("6-fault")
        # From Go on to Restart.
        screen.press("Tab", "space")
        ended()
        guide.with_name("gone").rename(guide)
        screen.wait_for_windows(1)
        screen.press("F1")
        screen.wait_for_windows(2, titled="User guide")
        screen.picture("7-guide")
        screen.press("Escape")
        screen.wait_for_windows(1)
        screen.press("ctrl+q")
        screen.wait_for_windows(0)
    assert remembered(debian)["database"] == database


def test_what_it_opens_gets_nothing_of_its_own_libraries(debian: Debian, screen: Screen) -> None:
    """With these libraries, or Qt's plugins, a browser or file manager may not even start."""
    opener = debian.root / "srv/anna/bin/xdg-open"
    opener.parent.mkdir()
    opener.write_text('#!/bin/sh\n(env; echo "opened=$1") > /srv/anna/inherited\n')
    opener.chmod(0o755)
    inherited = debian.root / "srv/anna/inherited"
    path = "PATH=/srv/anna/bin:/usr/bin:/bin"
    with debian.started(
        *("env", path, "calmony-desktop", "/srv/anna/other.db"), user="anna", display=screen.name
    ):
        screen.wait_for_windows(1)
        # The last of the Help menu, About; there from Close on to Open the data folder.
        screen.press("alt+h", "Up", "Return")
        screen.wait_for_windows(2)
        screen.press("Tab", "space")
        wait_until(lambda: inherited.exists() and "opened=" in inherited.read_text(), "folder")
        screen.press("Escape")
        screen.wait_for_windows(1)
        screen.press("ctrl+q")
        screen.wait_for_windows(0)
    told = inherited.read_text("utf-8")
    assert "opened=file:///srv/anna/.local/share/Calmony%20Desktop" in told
    assert [line for line in told.splitlines() if "/_internal" in line] == []
    shutil.rmtree(opener.parent)


def test_links_and_files_find_the_program(debian: Debian, screen: Screen) -> None:
    debian.run("apt-get", "-qq", "install", "--yes", "xdg-utils", "desktop-file-utils")
    entry = "com.calmony.Desktop.desktop"
    known = (debian.root / "usr/share/applications/mimeinfo.cache").read_text("utf-8")
    assert f"x-scheme-handler/calmony={entry};" in known
    assert f"application/x-calmony-database={entry};" in known
    told = debian.run("xdg-mime", "query", "filetype", f"/{RECORDS}", user="anna")
    assert told == "application/x-calmony-database\n"
    debian.run("calmony", "demo", "--customers", "40", user="anna")
    first, second = [each["id"] for each in calmony(debian, "search", "")[:2]]
    with debian.started("xdg-open", link(first), user="anna", display=screen.name):
        screen.wait_for_windows(1)
        screen.picture("8-link")
        with debian.started("xdg-open", link(second), user="anna", display=screen.name) as ended:
            ended()
        nowhere = f"{link(first)}?x=1"
        with debian.started("xdg-open", nowhere, user="anna", display=screen.name) as ended:
            ended()
        screen.wait_for_windows(1)
        screen.picture("9-nowhere")
        screen.press("ctrl+q")
        screen.wait_for_windows(0)
    assert remembered(debian)["customer"] == second


def test_a_database_opens_with_a_double_click(debian: Debian, screen: Screen) -> None:
    copy = "/srv/anna/our copy.calmony"
    shutil.copy2(debian.root / RECORDS, debian.root / copy[1:])
    debian.run("chown", "anna:anna", copy)
    with debian.started("xdg-open", copy, user="anna", display=screen.name):
        screen.wait_for_windows(1)
        screen.press("ctrl+q")
        screen.wait_for_windows(0)
    assert remembered(debian)["database"] == copy


def test_an_update_keeps_the_records(
    debian: Debian, deb: Path, leave_from_first_version: Callable[[Path], None]
) -> None:
    """Anna's, which are as new as the program, and Bert's, who has not opened his for long."""
    older = debian.root / RECORDS.replace("anna", "bert")
    older.parent.mkdir(parents=True)
    leave_from_first_version(older)
    debian.run("chown", "--recursive", "bert:bert", "/srv/bert")
    before = {file: file.read_bytes() for file in files_of_users(debian)}
    debian.install(deb)
    shown = debian.run("dpkg-query", "--show", "--showformat=${Version}", "calmony-desktop")
    assert shown == __version__
    assert not (debian.root / "usr/lib/calmony-desktop/_internal/no-longer-used").exists()
    assert {file: file.read_bytes() for file in files_of_users(debian)} == before
    assert debian.run("calmony", "check", user="anna").startswith("All is well")
    assert not list(older.parent.glob("backups/*"))
    assert "Anna" in debian.run("calmony", "show", "cus_1", user="bert")
    (backup,) = older.parent.glob("backups/*.before-migration.db")
    assert (schema_version(backup), schema_version(older)) == (1, NEWEST)


def test_the_installation_tests_itself(debian: Debian) -> None:
    debian.run("calmony", "--self-test", user="anna")


def test_removal_leaves_the_records_and_nothing_else(debian: Debian) -> None:
    before = (debian.root / RECORDS).read_bytes()
    debian.run("apt-get", "-qq", "purge", "--yes", "calmony-desktop")
    assert (debian.root / RECORDS).read_bytes() == before
    left = {str(path) for path in (debian.root / "usr").rglob("*calmony*")}
    assert left == set()


def test_the_tarball_starts_without_being_installed(debian: Debian, packages: Path) -> None:
    """With the libraries that the removed package asked for, as on any desktop."""
    (tarball,) = packages.glob("*.tar.xz")
    home = debian.root / "srv/anna"
    subprocess.run(["tar", "--extract", f"--file={tarball}", f"--directory={home}"], check=True)
    (folder,) = home.glob("calmony-desktop-*")
    start = f"/srv/anna/{folder.name}/start.sh"
    assert __version__ in debian.run(start, "--version", user="anna")
    # It brings this one itself, for the processes that it starts, too.
    (brought,) = (debian.root / "usr/lib").glob("*/libffi.so.8")
    hidden = brought.rename(brought.with_name("hidden"))
    debian.run(f"/srv/anna/{folder.name}/calmony", "--self-test", user="anna")
    hidden.rename(brought)
    debian.run(start, "--add-to-menu", user="anna")
    entry = home / ".local/share/applications/com.calmony.Desktop.desktop"
    assert f'Exec="{start}" %u' in entry.read_text("utf-8")
    debian.run(start, "--remove-from-menu", user="anna")
    assert not entry.exists()
    assert (debian.root / RECORDS).exists()
