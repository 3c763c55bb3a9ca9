"""``calmony --self-test`` tells a whole installation from a broken one, and leaves nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from calmony_desktop import paths

#: Runs the command, and the process that it starts, with resources and migrations from elsewhere.
BROKEN = """
import os
import sys
from pathlib import Path
from calmony_desktop import paths

root = Path(os.environ["BROKEN"])
paths.resource = lambda *parts: root.joinpath("resources", *parts)
paths.migrations_folder = lambda: root / "migrations"

if __name__ == "__main__":
    from calmony_desktop.cli import calmony
    sys.exit(calmony())
"""


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """That of a person with records, in a folder of their own, and nothing else."""
    (tmp_path / "temporary").mkdir()
    records = tmp_path / "calmony.db"
    records.write_bytes(b"somebody's records")
    return {
        **os.environ,
        "TMPDIR": str(tmp_path / "temporary"),
        "TEMP": str(tmp_path / "temporary"),
        "CALMONY_DATABASE": str(records),
    }


def test_a_whole_installation_passes_and_nothing_is_left_or_touched(
    environment: dict[str, str], isolated_user: Path, tmp_path: Path
) -> None:
    for folder in (".config/Calmony Desktop", ".local/share/Calmony Desktop"):
        (isolated_user / folder).mkdir(parents=True)
        (isolated_user / folder / "window.ini").write_text("[window]")
    before = files_below(isolated_user), files_below(tmp_path)
    command = [sys.executable, "-c", "from calmony_desktop.cli import calmony; calmony()"]
    done = subprocess.run(
        [*command, "--self-test"], env=environment, capture_output=True, text=True, check=True
    )
    steps = re.findall(r"^(ok|FAILED) +\d+\.\d\d s  (.+)$", done.stdout, re.MULTILINE)
    assert len(steps) == 8
    assert {outcome for outcome, _ in steps} == {"ok"}
    assert done.stdout.splitlines()[-1].startswith("Everything works")
    assert (files_below(isolated_user), files_below(tmp_path)) == before
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A copy of what the program brings along, to be broken."""
    root = tmp_path / "installed"
    shutil.copytree(paths.migrations_folder(), root / "migrations")
    (root / "resources").mkdir()
    for part in ("fonts", "icons", "styles"):
        shutil.copytree(paths.resource(part), root / "resources" / part, symlinks=True)
    return root


@pytest.mark.parametrize(
    ("missing", "step", "because"),
    [
        ("migrations", "Make a database", ""),
        ("resources/fonts/NotoSansThai-Bold.ttf", "Save an invoice in every script", "Thai"),
        ("resources/styles/calmony.qss", "Open the window", "FileNotFoundError"),
    ],
)
def test_what_is_missing_is_found_out(
    missing: str,
    step: str,
    because: str,
    installed: Path,
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    if (installed / missing).is_dir():
        shutil.rmtree(installed / missing)
    else:
        (installed / missing).unlink()
    script = tmp_path / "broken.py"
    script.write_text(BROKEN)
    done = subprocess.run(
        [sys.executable, script, "--self-test"],
        env={**environment, "BROKEN": str(installed)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    (failed,) = re.findall(r"^FAILED .*$", done.stdout, re.MULTILINE)
    assert step in failed
    assert because in done.stdout
    assert "This installation does not work" in done.stdout
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize(
    ("broken", "step", "because"),
    [
        ("sys.modules['lxml'] = None", "Save an invoice in every script", "lxml"),
        ("sys.modules['facturx'] = None", "Save an invoice in every script", "factur-x"),
        ("peewee.sqlite3.sqlite_version = '3.51.0'", "Make a database", "3.51.3 or newer"),
    ],
)
def test_a_library_that_is_missing_or_too_old_is_found_out(
    broken: str, step: str, because: str, environment: dict[str, str], tmp_path: Path
) -> None:
    script = tmp_path / "broken.py"
    script.write_text(
        f"import sys\nimport peewee\n{broken}\n"
        "if __name__ == '__main__':\n"
        "    from calmony_desktop.cli import calmony\n"
        "    sys.exit(calmony())\n"
    )
    done = subprocess.run(
        [sys.executable, script, "--self-test"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stdout + done.stderr
    (failed,) = re.findall(r"^FAILED .*$", done.stdout, re.MULTILINE)
    assert step in failed
    assert because in done.stdout


def test_an_installation_that_crashes_is_found_out(
    environment: dict[str, str], tmp_path: Path
) -> None:
    script = tmp_path / "crashing.py"
    crash = "    import ctypes\n    ctypes.string_at(0)\n"
    script.write_text(
        "from calmony_desktop.operations import import_records\n"
        f"def import_paths(paths):\n{crash}"
        "import_records.import_paths = import_paths\n" + BROKEN.partition("root =")[0] + "\n"
        "if __name__ == '__main__':\n"
        "    from calmony_desktop.cli import calmony\n"
        "    sys.exit(calmony())\n"
    )
    done = subprocess.run(
        [sys.executable, script, "--self-test"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "self_test.py" in done.stderr  # where it happened
    assert done.stdout.splitlines()[-1].startswith("This installation does not work")
    assert list((tmp_path / "temporary").iterdir()) == []
