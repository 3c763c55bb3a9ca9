"""The versions that are let in leave out those known to do harm."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

from calmony_desktop.cli import self_test

PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8"))
REQUIREMENTS = [Requirement(each) for each in PROJECT["project"]["dependencies"]]


def lets_in(name: str, version: str, python: str) -> bool:
    environment = dict(default_environment()) | {"python_version": python}
    found = [
        each
        for each in REQUIREMENTS
        if each.name == name and (each.marker is None or each.marker.evaluate(environment))
    ]
    assert found, name
    return all(each.specifier.contains(version) for each in found)


@pytest.mark.parametrize(
    ("name", "version", "python"),
    [
        ("pyside6-essentials", "6.12.0", "3.11"),  # PYSIDE-3474: aborts the process
        ("pyside6-essentials", "6.10.1", "3.12"),
        ("reportlab", "5.0.0", "3.12"),
        ("pysqlite3", "0.6.0", "3.12"),  # SQLite before 3.51.3 can lose commits
    ],
)
def test_no_version_known_to_do_harm_is_let_in(name: str, version: str, python: str) -> None:
    assert not lets_in(name, version, python)


def test_the_self_test_asks_for_the_sqlite_that_is_promised() -> None:
    text = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8")
    (promised,) = re.findall(r"# SQLite from (\S+) on", text)
    assert tuple(map(int, promised.split("."))) == self_test._OLDEST_SQLITE


def test_the_versions_in_use_are_let_in() -> None:
    assert lets_in("pyside6-essentials", "6.11.3", "3.11")
    assert lets_in("pyside6-essentials", "6.12.0", "3.12")
