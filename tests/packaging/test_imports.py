"""What a start imports: everything before the first paint is time a person waits."""

from __future__ import annotations

import subprocess
import sys

import pytest


def packages_imported_by(module: str) -> set[str]:
    """The top-level packages in memory after a new interpreter imported ``module``."""
    child = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.check_output([sys.executable, "-c", child], text=True).split())


@pytest.mark.parametrize(
    "late", ["reportlab", "qtawesome", "babel", "lxml", "pypdfium2", "stdnum", "PIL"]
)
def test_the_window_opens_without_what_only_later_steps_need(late: str) -> None:
    assert late not in packages_imported_by("calmony_desktop.app")


def test_the_window_needs_qt_and_the_store() -> None:
    assert {"PySide6", "peewee"} <= packages_imported_by("calmony_desktop.app")


def test_the_command_line_starts_without_qt() -> None:
    assert "PySide6" not in packages_imported_by("calmony_desktop.cli")
