"""The Debian package on a clean Debian: installed, used for a day, updated and removed.

One story, told in order: `make test-deb` switches random order off.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop import __version__

from .conftest import Debian, Screen, wait_until

#: In bytes: what people download, and what it takes on their disk, fonts and all.
LARGEST_DOWNLOAD, LARGEST_INSTALLATION = 60_000_000, 160_000_000

RECORDS = "srv/anna/.local/share/Calmony Desktop/calmony.db"
PICTURE = Path("build/installers/window.png")


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


def calmony(debian: Debian, *arguments: str) -> Any:
    """What the command prints as JSON, run by anna."""
    return json.loads(debian.run("calmony", *arguments, "--json", user="anna"))


def one_to_cancel(debian: Debian) -> dict[str, Any]:
    """A customer with a single subscription, active, and an issued invoice on top."""
    for customer in calmony(debian, "search", ""):
        shown = calmony(debian, "show", customer["id"])
        subscriptions = [row["status"] for row in shown["subscriptions"]]
        invoices = [row["status"] for row in shown["invoices"]]
        if subscriptions == ["active"] and invoices and invoices[0] != "draft":
            return dict(shown)
    raise AssertionError("the demo company has no such customer")


def test_the_package_and_the_tarball_are_small_enough(packages: Path, deb: Path) -> None:
    (tarball,) = packages.glob("*.tar.xz")
    assert deb.stat().st_size <= LARGEST_DOWNLOAD
    assert tarball.stat().st_size <= LARGEST_DOWNLOAD
    kibibytes = subprocess.check_output(["dpkg-deb", "--field", deb, "Installed-Size"], text=True)
    assert int(kibibytes) * 1024 <= LARGEST_INSTALLATION


def test_it_installs_where_there_is_no_python(debian: Debian, older_deb: Path) -> None:
    assert not list((debian.root / "usr/bin").glob("python*"))
    debian.install(older_deb)
    assert not list((debian.root / "usr/bin").glob("python*"))
    told = debian.run("calmony", "--version", user="anna")
    assert told == f"Calmony Desktop {__version__}\n"


def test_a_day_at_the_desk(debian: Debian, screen: Screen) -> None:
    debian.run("calmony", "demo", "--customers", "40", user="anna")
    before = one_to_cancel(debian)
    customer = before["customer"]
    window = subprocess.Popen(debian.command("calmony-desktop", user="anna", DISPLAY=screen.name))
    screen.wait_for_windows(1)
    screen.press("ctrl+f")
    screen.type(customer["id"])
    screen.press("Return")
    # The first row of the subscriptions; from Keep Subscription back to Cancel Subscription.
    screen.press("ctrl+2", "ctrl+Delete")
    screen.wait_for_windows(2)
    screen.press("shift+Tab", "space")
    screen.wait_for_windows(1)
    screen.press("ctrl+3", "ctrl+d")
    screen.wait_for_windows(2)
    screen.press("ctrl+a")
    screen.type("/srv/anna/bill.pdf")
    screen.press("Return")
    bill = debian.root / "srv/anna/bill.pdf"
    wait_until(bill.exists, "invoice")
    screen.wait_for_windows(1)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    screen.picture(PICTURE)
    screen.press("ctrl+q")
    assert window.wait(timeout=30) == 0
    after = calmony(debian, "show", customer["id"])
    assert [row["status"] for row in after["subscriptions"]] == ["canceled"]
    assert bill.read_bytes().startswith(b"%PDF-")
    assert bill.stat().st_uid != 0


def test_links_and_files_find_the_program(debian: Debian) -> None:
    debian.run("apt-get", "-qq", "install", "--yes", "xdg-utils", "desktop-file-utils")
    entry = "com.calmony.Desktop.desktop"
    known = (debian.root / "usr/share/applications/mimeinfo.cache").read_text("utf-8")
    assert f"x-scheme-handler/calmony={entry};" in known
    assert f"application/x-calmony-database={entry};" in known
    told = debian.run("xdg-mime", "query", "filetype", f"/{RECORDS}", user="anna")
    assert told == "application/x-calmony-database\n"


def test_an_update_keeps_the_records(debian: Debian, deb: Path) -> None:
    before = debian.run("calmony", "search", "", user="anna")
    debian.install(deb)
    shown = debian.run("dpkg-query", "--show", "--showformat=${Version}", "calmony-desktop")
    assert shown == __version__
    assert not (debian.root / "usr/lib/calmony-desktop/_internal/no-longer-used").exists()
    assert debian.run("calmony", "search", "", user="anna") == before
    assert debian.run("calmony", "check", user="anna").startswith("All is well")


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
    debian.run(start, "--add-to-menu", user="anna")
    entry = home / ".local/share/applications/com.calmony.Desktop.desktop"
    assert f'Exec="/srv/anna/{folder.name}/calmony-desktop" %u' in entry.read_text("utf-8")
    debian.run(start, "--remove-from-menu", user="anna")
    assert not entry.exists()
    assert (debian.root / RECORDS).exists()
