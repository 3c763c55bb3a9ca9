"""The checkout holds what the house rules name, and nothing of the machine it was written on."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

TOP_LEVEL = {
    ".ci",
    ".github",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "calmony_desktop",
    "constraints.txt",
    "database",
    "pyproject.toml",
    "resources",
    "tests",
}

MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:work|home|Users)/\w+")
# Where packages come from is the business of whoever installs them.
REGISTRY = re.compile(
    r"""(?x) \b (?:
        (?:pypi | pythonhosted | npmjs | crates) \. (?:org|com|io)
      | (?:deb | security | archive | ports) \. (?:debian | ubuntu) \. (?:org | com)
    ) \b
    | --(?:(?:extra-)?index-url | find-links | trusted-host)
    """
)


@pytest.fixture(scope="module")
def source_files() -> list[Path]:
    """Every file of the project, from the checkout: committed, or about to be."""
    if not (CHECKOUT / ".git").exists() or not shutil.which("git"):
        pytest.skip("needs a git checkout")
    names = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        text=True,
    )
    paths = [CHECKOUT / name for name in names.split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_the_top_level_holds_exactly_what_the_house_rules_name(source_files: list[Path]) -> None:
    assert {path.relative_to(CHECKOUT).parts[0] for path in source_files} == TOP_LEVEL


def test_no_database_and_nothing_it_leaves_beside_itself_is_source(
    source_files: list[Path],
) -> None:
    databases = [path for path in source_files if path.name.endswith((".db-wal", ".db-shm"))]
    databases += [path for path in source_files if ".db" in path.name and "tests" not in path.parts]
    assert databases == []


@pytest.mark.parametrize("telltale", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry"])
def test_no_text_names_a_machine_or_a_registry(
    telltale: re.Pattern[str], source_files: list[Path]
) -> None:
    found = []
    for path in source_files:
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
            if telltale.search(line):
                found.append(f"{path.relative_to(CHECKOUT)}:{number}: {line.strip()[:120]}")
    assert found == []


@pytest.mark.parametrize(
    ("telltale", "line"),
    [
        (MACHINE_PATH, "DATA = '/" + "work/shared'"),
        (MACHINE_PATH, "see /" + "home/anna/calmony"),
        (REGISTRY, "https://" + "pypi" + ".org/simple"),
        (REGISTRY, "pip install --index" + "-url x"),
    ],
)
def test_the_telltales_are_recognised(telltale: re.Pattern[str], line: str) -> None:
    assert telltale.search(line)


@pytest.mark.parametrize(
    "line", ["Path.home() / 'work'", "https://spdx.org/licenses", "tests/home/x", "../work/home"]
)
def test_ordinary_text_is_no_telltale(line: str) -> None:
    assert not MACHINE_PATH.search(line)
    assert not REGISTRY.search(line)
