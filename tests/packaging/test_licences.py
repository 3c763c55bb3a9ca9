"""Everything that is shipped stands in the licences that *About* shows, with its own text."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
RESOURCES = CHECKOUT / "resources"


@pytest.fixture(scope="module")
def collecting() -> ModuleType:
    """The script that collects them."""
    sys.path.insert(0, str(RESOURCES / "installers"))
    try:
        return import_module("collect_licences")
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="module")
def parts() -> dict[str, str]:
    """What the file has of each part, by its name without its version, in small letters."""
    text = (RESOURCES / "licences" / "licences.txt").read_text("utf-8")
    found = re.split(r"\n={78}\n(.+)\n.+\n={78}\n", text)
    names = [name.partition(" ")[0] if re.search(r" \d", name) else name for name in found[1::2]]
    return {
        name.lower().replace("_", "-"): said for name, said in zip(names, found[2::2], strict=True)
    }


def test_every_distribution_that_the_program_needs_is_there_with_its_licence(
    collecting: ModuleType, parts: dict[str, str]
) -> None:
    needed = collecting.shipped_distributions()
    assert {"pyside6-essentials", "shiboken6", "peewee", "factur-x"} <= set(needed)
    missing = [name for name in needed if len(parts.get(name, "")) < 30]
    assert missing == [], "run `make licences`"


def test_the_versions_are_those_that_the_installers_are_built_with() -> None:
    pins = (CHECKOUT / "constraints.txt").read_text("utf-8")
    licences = (RESOURCES / "licences" / "licences.txt").read_text("utf-8")
    pinned = set(re.findall(r"^([\w.-]+)==(\S+)$", pins, re.M))
    told = set(re.findall(r"^  ([\w.-]+) (\d\S*):", licences.partition("====")[0], re.M))
    assert told
    assert told - pinned == set(), "run `make licences`"


def test_no_tool_for_development_is_there(parts: dict[str, str]) -> None:
    assert not {"pytest", "mypy", "ruff", "hypothesis", "pyinstaller"} & set(parts)


def test_every_font_is_there_with_its_licence(parts: dict[str, str]) -> None:
    fonts = [file.name for file in (RESOURCES / "fonts").glob("*.ttf")]
    said = "".join(parts[name] for name in ("inter", "noto sans", "noto sans cjk"))
    assert fonts
    assert [name for name in fonts if name not in said] == []
    assert said.count("SIL OPEN FONT LICENSE Version 1.1") == 3


def test_the_icons_and_the_program_itself_are_there(parts: dict[str, str]) -> None:
    assert "Pictogrammers" in parts["material design icons"]
    assert parts["calmony desktop"].strip().endswith((CHECKOUT / "LICENSE").read_text().strip())


def test_the_texts_that_qt_needs_are_there_in_full(parts: dict[str, str]) -> None:
    text = "".join(parts.values())
    for title in ("GNU LESSER GENERAL PUBLIC LICENSE", "GNU GENERAL PUBLIC LICENSE"):
        assert title in text
    assert "LGPL-3.0" in parts["pyside6-essentials"]
    assert "Unicode, Inc." in parts["pyside6-essentials"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("material design icons", "Apache-2.0.txt: the same as above, under "),
        ("tzdata", "Apache-2.0.txt: the same as above, under "),
        ("pyinstaller's bootloader", "Bootloader Exception"),
        ("openssl", "Apache-2.0.txt: the same as above, under "),
        ("libffi", "Anthony Green"),
        ("expat", "Expat maintainers"),
        ("libuuid", "Theodore Ts'o"),
        ("bzip2", "Julian R Seward"),
        ("xcb-util", "Michael Stapelberg"),
        ("libxkbcommon", "Dan Nicholson"),
    ],
)
def test_what_comes_without_a_distribution_has_its_text(
    name: str, said: str, parts: dict[str, str]
) -> None:
    assert said in parts[name]


def test_no_part_is_there_that_is_not_shipped(parts: dict[str, str]) -> None:
    assert not {"requests", "certifi", "urllib3", "idna", "pypdf", "qtpy"} & set(parts)


def test_no_part_is_without_a_text(parts: dict[str, str]) -> None:
    assert [name for name, said in parts.items() if not said.strip()] == []
