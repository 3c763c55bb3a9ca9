"""Diagnostics tell how large and how old, never exactly how many."""

from __future__ import annotations

from pathlib import Path

import pytest

from calmony_desktop.operations import diagnostics as module
from calmony_desktop.operations.backups import back_up_now
from calmony_desktop.operations.diagnostics import diagnostics, magnitude
from calmony_desktop.operations.operator import now


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "none"),
        (1, "1 to 9"),
        (9, "1 to 9"),
        (10, "10 to 99"),
        (4_321, "1,000 to 9,999"),
        (1_000_000, "1,000,000 to 9,999,999"),
    ],
)
def test_a_number_is_told_by_its_power_of_ten(number: int, words: str) -> None:
    assert magnitude(number) == words


def test_the_newest_backup_is_told_by_its_age(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Newest backup: none\n" in diagnostics({})
    back_up_now()
    assert "Newest backup: less than a day old\n" in diagnostics({})
    later = now() + 15 * 24 * 60 * 60
    monkeypatch.setattr(module, "now", lambda: later)
    assert "Newest backup: 10 to 99 days old\n" in diagnostics({})


def test_an_empty_database_is_described_without_its_place(database: Path) -> None:
    text = diagnostics({"Qt": "6.11"})
    assert "Qt: 6.11\n" in text
    assert "Database: under 1 MB, version " in text
    assert "Customers: none\n" in text
    assert str(database.parent) not in text
