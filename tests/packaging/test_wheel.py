"""A built wheel carries the program, its resources and its migrations, and nobody's records."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import EntryPoint, PathDistribution
from pathlib import Path

import pytest

from calmony_desktop import __version__

CHECKOUT = Path(__file__).resolve().parents[2]
PARTS = [
    "calmony_desktop",
    "database",
    "resources",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    ".gitignore",
]
STRAYS = [
    "calmony_desktop/stray.db",
    "calmony_desktop/__pycache__/stray.cpython-311.pyc",
    "database/demo.db",
    "database/demo.db-wal",
    "database/migrations/stray.db",
    "database/migrations/stray.db-journal",
    "database/rendered/stray.pdf",
    "resources/icons/stray.db",
    "stray.txt",
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout as it may look after a day of work, records left lying about."""
    source = tmp_path_factory.mktemp("source")
    ignored = shutil.ignore_patterns("*.db*", "rendered", "__pycache__")
    for part in PARTS:
        if (CHECKOUT / part).is_dir():
            shutil.copytree(CHECKOUT / part, source / part, ignore=ignored)
        else:
            shutil.copy(CHECKOUT / part, source)
    for stray in STRAYS:
        (source / stray).parent.mkdir(parents=True, exist_ok=True)
        (source / stray).write_text("somebody's records")
    return source


@pytest.fixture(scope="module")
def wheel(source: Path) -> zipfile.ZipFile:
    """The wheel, built from that copy without the network."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel"],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (built,) = (source / "dist").glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.fixture(scope="module")
def installed(wheel: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's contents, as an installation lays them out."""
    folder = tmp_path_factory.mktemp("installed")
    wheel.extractall(folder)
    return folder


def files_below(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "stray" not in path.name
    }


def test_the_wheel_carries_no_record_and_no_stray_file(wheel: zipfile.ZipFile) -> None:
    assert [name for name in wheel.namelist() if "stray" in name or ".db" in name] == []
    assert {name.partition("/")[0] for name in wheel.namelist()} == {
        "calmony_desktop",
        f"calmony_desktop-{__version__}.dist-info",
    }


def test_the_wheel_carries_every_module(source: Path, installed: Path) -> None:
    modules = files_below(source / "calmony_desktop")
    carried = files_below(installed / "calmony_desktop")
    assert {name for name in carried if not name.startswith("_bundled")} == modules


def test_an_installation_finds_its_migrations_and_resources(source: Path, installed: Path) -> None:
    child = "from calmony_desktop.paths import *; print(migrations_folder(), resource(), sep='\\n')"
    found = subprocess.check_output(
        [sys.executable, "-c", child],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed)},
        text=True,
    )
    migrations, resources = map(Path, found.splitlines())
    assert migrations.is_relative_to(installed)
    assert files_below(migrations) == files_below(source / "database/migrations") != set()
    assert files_below(resources) == {
        name
        for name in files_below(source / "resources")
        if not name.startswith(("screenshots", "installers"))
    }
    assert (resources / "fonts/Inter-Regular.ttf").is_file()


def test_an_installation_has_both_commands(installed: Path) -> None:
    (metadata,) = installed.glob("*.dist-info")
    commands = PathDistribution(metadata).entry_points
    assert {(command.name, command.group) for command in commands} == {
        ("calmony", "console_scripts"),
        ("calmony-desktop", "gui_scripts"),
    }


@pytest.mark.parametrize("command", ["calmony", "calmony_desktop"])
def test_a_command_leads_to_a_function(command: str) -> None:
    assert callable(EntryPoint(command, f"calmony_desktop.cli:{command}", "console_scripts").load())


def test_the_licence_comes_along(wheel: zipfile.ZipFile) -> None:
    licence = f"calmony_desktop-{__version__}.dist-info/licenses/LICENSE"
    assert wheel.read(licence) == (CHECKOUT / "LICENSE").read_bytes()
