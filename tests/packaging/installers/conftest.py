"""The packages that were built, a clean Debian to install them on, and a screen for their window.

`make test-deb` names the folder of the packages in INSTALLERS; without it these tests are skipped.
The clean Debian holds nothing but its essential packages: no Python, no Qt, no desktop. The screen,
and the hands that type, are outside of it. It takes root, mmdebstrap, Xvfb and xdotool.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from select import select

import pytest

PICTURES = Path("build/installers")

#: Seconds until a window of a slow machine has come.
_LONGEST_WAIT = 180

#: A mount namespace of its own, so nothing stays mounted whatever becomes of the process.
_INSIDE = """
mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
mkdir -p "$0/tmp/.X11-unix" && mount --bind /tmp/.X11-unix "$0/tmp/.X11-unix" &&
exec chroot "$@"
"""

_PICTURE = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
assert app.primaryScreen().grabWindow(0).save(sys.argv[1])
"""


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder with what was built."""
    if not os.environ.get("INSTALLERS"):
        pytest.skip("`make test-deb` builds the packages and tests them")
    return Path(os.environ["INSTALLERS"]).resolve()


@pytest.fixture(scope="session")
def deb(packages: Path) -> Path:
    (built,) = packages.glob("*.deb")
    return built


@dataclass(frozen=True)
class Debian:
    """A Debian below ``root``, and somebody with an ordinary account on it."""

    root: Path

    def run(self, *command: str, user: str = "root", **variables: str) -> str:
        """What ``command`` prints, run by ``user``."""
        return subprocess.run(
            self.command(*command, user=user, **variables),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def command(self, *command: str, user: str = "root", **variables: str) -> list[str]:
        """How ``command`` is run by ``user`` from outside."""
        home = "/root" if user == "root" else f"/srv/{user}"
        variables = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": home,
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            **variables,
        }
        return [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _INSIDE),
            *(str(self.root), f"--userspec={user}:{user}", str(self.root), "env", "-i"),
            *(f"{name}={value}" for name, value in variables.items()),
            *command,
        ]

    @contextmanager
    def started(
        self, *command: str, user: str, display: str, complains_of: str = ""
    ) -> Iterator[Callable[[], None]]:
        """``command`` runs on a screen meanwhile; what is handed over waits until it has ended.

        Whatever it started ends with it, and it must complain of nothing else than expected.
        """
        # The first process of its namespace goes on when a program starts itself anew, until its
        # input ends; with it all others end.
        waiting = ("sh", "-c", '("$@"; echo "ended: $?") & read -r _', "sh", *command)
        process = subprocess.Popen(
            self.command(*waiting, user=user, DISPLAY=display),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

        def wait_for_end() -> None:
            assert process.stdout is not None
            told, _, _ = select([process.stdout], [], [], _LONGEST_WAIT)
            assert told, f"{command[0]} still runs"
            assert process.stdout.readline() == "ended: 0\n"

        try:
            yield wait_for_end
        finally:
            complaints = process.communicate()[1]
        assert complains_of in complaints if complains_of else complaints == ""

    def install(self, package: Path) -> None:
        shutil.copy(package, self.root / "tmp")
        self.run("apt-get", "-qq", "install", "--yes", f"/tmp/{package.name}")


@pytest.fixture(scope="session")
def debian(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Debian:
    """A clean Debian of the release that the packages were built on."""
    if os.geteuid() != 0:
        pytest.fail("a clean Debian can only be made as root")
    root = tmp_path_factory.mktemp("debian") / "root"
    release = platform.freedesktop_os_release()["VERSION_CODENAME"]
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", release, root], check=True)
    debian = Debian(root)
    for name in ("anna", "bert"):
        debian.run("useradd", "--create-home", "--home-dir", f"/srv/{name}", name)
    debian.run("apt-get", "-qq", "update")
    return debian


@dataclass(frozen=True)
class Screen:
    """An X display without a window manager; ``name`` is that of the DISPLAY variable."""

    name: str

    def press(self, *keys: str) -> None:
        """Press keys in the window that came last."""
        self._focus()
        self._xdotool("key", "--delay", "300", *keys)

    def type(self, text: str) -> None:
        """Type text into the window that came last."""
        self._focus()
        self._xdotool("type", "--delay", "30", text)

    def wait_for_windows(self, count: int, *, titled: str = "") -> None:
        """Wait until exactly so many windows are there, of which one has this in its title."""
        wait_until(
            lambda: len(self._windows()) == count and (not titled or bool(self._windows(titled))),
            f"{count} windows {titled}".strip(),
        )
        # Painted and ready for keys, too.
        time.sleep(2)

    def picture(self, name: str) -> None:
        """Save what is on the screen, for a person to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        target = PICTURES / f"{name}.png"
        subprocess.run(
            [sys.executable, "-c", _PICTURE, target],
            check=True,
            env={**os.environ, "DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"},
        )

    def _focus(self) -> None:
        self._xdotool("windowfocus", "--sync", str(self._windows()[-1]))

    def _windows(self, title: str = ".+") -> list[int]:
        found = self._xdotool("search", "--onlyvisible", "--name", title, check=False)
        return sorted(map(int, found.split()))

    def _xdotool(self, *arguments: str, check: bool = True) -> str:
        return subprocess.run(
            ["xdotool", *arguments],
            check=check,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "DISPLAY": self.name},
        ).stdout


@pytest.fixture
def screen() -> Iterator[Screen]:
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-ac", "-noreset"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        name = f":{told.readline().strip()}"
    yield Screen(name)
    server.terminate()
    server.wait()


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for something that another process brings about."""
    end = time.monotonic() + _LONGEST_WAIT
    while not is_so():
        assert time.monotonic() < end, f"still no {what}"
        time.sleep(0.2)
